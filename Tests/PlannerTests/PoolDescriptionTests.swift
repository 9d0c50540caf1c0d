import Planner
import Testing

@Suite("An instance is made from a pool by xapi's accounting")
struct PoolDescriptionTests {
    private let gib: Int64 = 1 << 30
    private let mib: Int64 = 1 << 20

    private func pool() -> PoolDescription {
        var hosts = (0..<2).map {
            PoolDescription.Host(uuid: "h\($0)", memoryTotal: 8 * gib, memoryOverhead: 200 * mib)
        }
        hosts[0].isMaster = true
        for index in 0..<2 {
            hosts[index].storage = ["shared", "local\(index)"]
            hosts[index].networks = ["lan"]
            hosts[index].nicRate = 1200
        }
        var vms: [PoolDescription.VM] = (0..<2).map {
            var dom0 = PoolDescription.VM(
                uuid: "dom0-\($0)",
                residentOn: "h\($0)",
                memoryDynamicMin: 752 * mib,
                memoryStaticMax: 752 * mib
            )
            dom0.isControlDomain = true
            return dom0
        }
        var vm = PoolDescription.VM(uuid: "v", residentOn: "h0", memoryDynamicMin: gib, memoryStaticMax: gib)
        vm.diskStorage = ["shared"]
        vm.networks = ["lan"]
        vms.append(vm)
        return PoolDescription(hosts: hosts, vms: vms)
    }

    @Test(
        "the overhead of a guest is what xapi stores",
        arguments: [
            // PV, one CPU, 1 GiB: 256 + 1024 + 1024 pages are 9 MiB of shadow, and 1 MiB more.
            (staticMax: 1 << 30, vcpus: 1, hvm: false, multiplier: 1.0, mib: 10),
            (staticMax: 2 << 30, vcpus: 2, hvm: true, multiplier: 1.0, mib: 20),
            (staticMax: 2 << 30, vcpus: 2, hvm: true, multiplier: 4.0, mib: 74),
            (staticMax: 2 << 30, vcpus: 2, hvm: false, multiplier: 4.0, mib: 19),
            (staticMax: 16 << 20, vcpus: 0, hvm: false, multiplier: 1.0, mib: 2),
        ]
    )
    func overhead(_ example: (staticMax: Int, vcpus: Int, hvm: Bool, multiplier: Double, mib: Int)) {
        let value = GuestMemory.overheadMiB(
            staticMax: Int64(example.staticMax),
            vcpusMax: example.vcpus,
            isHVM: example.hvm,
            shadowMultiplier: example.multiplier
        )
        #expect(value == example.mib)
    }

    @Test("hosts lose hypervisor and control domain, VMs need dynamic minimum and overhead")
    func memory() throws {
        let (instance, assumptions) = pool().instance(named: "p")
        #expect(instance.hosts[0].memory == 8192 - 200 - 752)
        #expect(instance.vms.count == 1)
        #expect(instance.vms[0].memory == 1024 + 10)
        #expect(instance.vms[0].allowedHosts == nil)
        #expect(assumptions.count == 2)
        try instance.validate()
    }

    @Test("storage, networks, devices and media tie a VM to its host")
    func reach() {
        var description = pool()
        func vm(_ change: (inout PoolDescription.VM) -> Void) -> UpdateInstance.VM {
            var copy = description
            change(&copy.vms[2])
            return copy.instance(named: "p").instance.vms[0]
        }
        #expect(vm { $0.diskStorage = ["local0"] }.allowedHosts == ["h0"])
        #expect(vm { $0.diskStorage = ["local0"] }.pinnedBy == .localDisk)
        #expect(vm { $0.mediaStorage = ["local0"] }.pinnedBy == .media)
        #expect(vm { $0.networks = ["private"] }.pinnedBy == .network)
        #expect(vm { $0.hasLocalDevice = true }.pinnedBy == .device)
        #expect(!vm { $0.hasLocalDevice = true }.isAgile)
        #expect(vm { $0.hasDrivers = false }.pinnedBy == .drivers)
        description.hosts[1].networks = []
        #expect(vm { _ in }.pinnedBy == .network)
    }

    @Test("times come from earlier runs, and an overfull host counts as exactly full")
    func historyAndOvercommit() throws {
        var description = pool()
        description.hosts[0].earlierApply = [100, 300, 200]
        description.hosts[0].earlierReboot = [400]
        description.vms[2].earlierDirtyPercent = [130]
        description.vms[2].memoryDynamicMin = 9 * gib
        let (instance, assumptions) = description.instance(named: "p")
        #expect(instance.hosts[0].apply == 200)
        #expect(instance.hosts[0].reboot == 400)
        #expect(instance.vms[0].dirtyPercent == 130)
        #expect(instance.hosts[0].memory == instance.vms[0].memory)
        #expect(assumptions.contains { $0.contains("exactly full") })
        try instance.validate()
    }

    @Test("numbers that no machine has stop nobody", arguments: [Int64.min, -1, .max])
    func impossibleNumbers(number: Int64) throws {
        var description = pool()
        for index in description.hosts.indices {
            description.hosts[index].memoryTotal = number
            description.hosts[index].memoryOverhead = number
        }
        for index in description.vms.indices {
            description.vms[index].memoryDynamicMin = number
            description.vms[index].memoryStaticMax = number
            description.vms[index].memoryOverhead = number
            description.vms[index].vcpusMax = Int(number)
        }
        description.vms += [description.vms[0], description.vms[2]]
        description.haFailures = Int(number)
        let instance = description.instance(named: "p").instance
        #expect(instance.vms.allSatisfy { $0.memory > 0 && $0.vcpus >= 0 })
        // The planner names the field, or plans.
        _ = try? planned(instance, Planner.Options())
    }

    @Test("ejecting a medium is the cheapest way out, and is named")
    func media() throws {
        var description = pool()
        description.vms[2].mediaStorage = ["local0"]
        let instance = description.instance(named: "p").instance
        // The host can not be emptied, so it is left out; the other one is updated alone.
        let planned = try #require(try planned(instance, Planner.Options()))
        #expect(planned.report.isValid)
        #expect(planned.leftOut.first?.reason.hasPrefix("host h0 is left out: VM v (a medium on local storage") == true)
        #expect(planned.leftOut.first?.way?.actions == [.ejectMedia(vm: "v")])
    }
}
