import Testing

@testable import PoolOperations

/// xapi's reckoning of memory, in its own worked example.
@Suite struct MemoryAccountingTests {
    private let gibibyte: Int64 = 1 << 30

    @Test func aParavirtualGuestOfOneGibibyteCostsTenMebibytesMore() {
        let overhead = MemoryAccounting.overhead(isHVM: false, vcpus: 1, staticMax: gibibyte, shadowMultiplier: 1)
        #expect(overhead == 10_485_760)
    }

    @Test func fullVirtualizationCostsOneMebibyteMore() {
        let pv = MemoryAccounting.overhead(isHVM: false, vcpus: 1, staticMax: gibibyte, shadowMultiplier: 1)
        let hvm = MemoryAccounting.overhead(isHVM: true, vcpus: 1, staticMax: gibibyte, shadowMultiplier: 1)
        #expect(hvm - pv == 1 << 20)
    }

    @Test func theMultiplierCountsForFullVirtualizationOnly() {
        let hvm = MemoryAccounting.overhead(isHVM: true, vcpus: 1, staticMax: gibibyte, shadowMultiplier: 4)
        #expect(hvm == (9 * 4 + 2) << 20)
        let pv = MemoryAccounting.overhead(isHVM: false, vcpus: 1, staticMax: gibibyte, shadowMultiplier: 4)
        #expect(pv == 10_485_760)
    }

    @Test(arguments: [Int64.min, -1, 0, .max], [Double.nan, -Double.infinity, 0, 1e300])
    func numbersThatNoMachineHasDoNotStopTheServer(number: Int64, multiplier: Double) {
        let overhead = MemoryAccounting.overhead(
            isHVM: true,
            vcpus: number,
            staticMax: number,
            shadowMultiplier: multiplier
        )
        #expect(overhead >= 3 << 20)
    }
}
