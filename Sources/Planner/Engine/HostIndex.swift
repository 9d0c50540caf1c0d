/// Hosts by free memory, for best fit and worst fit without a scan: buckets of equal width, each a linked list, and two
/// levels of bit sets that tell which buckets are not empty.
final class HostIndex {
    private static let bucketCount = 4096
    private let heads = Column<Int32>(repeating: -1, count: bucketCount)
    private let words = Column<UInt64>(repeating: 0, count: bucketCount / 64)
    private var summary: UInt64 = 0
    private let next: Column<Int32>
    private let previous: Column<Int32>
    private let bucketOf: Column<Int32>
    private let shift: Int32
    /// Free memory of all hosts in the index, MiB.
    private(set) var totalFree = 0
    private(set) var hostCount = 0

    init(hostCount: Int, largest: Int32) {
        next = Column(repeating: -1, count: hostCount)
        previous = Column(repeating: -1, count: hostCount)
        bucketOf = Column(repeating: -1, count: hostCount)
        var shift: Int32 = 0
        while Int(largest >> shift) >= Self.bucketCount { shift += 1 }
        self.shift = shift
    }

    func reset() {
        heads.fill(-1)
        words.fill(0)
        bucketOf.fill(-1)
        summary = 0
        totalFree = 0
        hostCount = 0
    }

    func contains(_ host: Int32) -> Bool { bucketOf[host] >= 0 }

    func insert(_ host: Int32, free: Int32) {
        totalFree += Int(free)
        hostCount += 1
        link(host, max(0, free) >> shift)
    }

    func remove(_ host: Int32, free: Int32) {
        totalFree -= Int(free)
        hostCount -= 1
        unlink(host)
        bucketOf[host] = -1
    }

    func change(_ host: Int32, from old: Int32, to free: Int32) {
        totalFree += Int(free) - Int(old)
        let bucket = max(0, free) >> shift
        guard bucket != bucketOf[host] else { return }
        unlink(host)
        link(host, bucket)
    }

    /// The first host that passes, from the tightest that may hold `need` to the emptiest.
    ///
    /// The hosts of the first bucket may have a little less than `need`. When there are many of them, most are looked at
    /// only if no other bucket has an answer; a pool of equal hosts would cost a scan of all of them for every VM otherwise.
    @inline(__always)
    func tightest(_ need: Int32, _ passes: (Int32) -> Bool) -> Int32 {
        let first = need >> shift
        var bucket = first
        var postponed: Int32 = -1
        while let found = bucketAtOrAbove(bucket) {
            var host = heads[found]
            var looks = 0
            while host >= 0 {
                if found == first, looks >= 48 {
                    postponed = host
                    break
                }
                if passes(host) { return host }
                looks += 1
                host = next[host]
            }
            bucket = found + 1
        }
        while postponed >= 0 {
            if passes(postponed) { return postponed }
            postponed = next[postponed]
        }
        return -1
    }

    /// The first host that passes, from the emptiest down to the tightest that may hold `need`.
    @inline(__always)
    func emptiest(_ need: Int32, _ passes: (Int32) -> Bool) -> Int32 {
        var bucket = Int32(Self.bucketCount - 1)
        while let found = bucketAtOrBelow(bucket), found >= need >> shift {
            var host = heads[found]
            while host >= 0 {
                if passes(host) { return host }
                host = next[host]
            }
            bucket = found - 1
        }
        return -1
    }

    private func bucketAtOrAbove(_ bucket: Int32) -> Int32? {
        guard bucket < Int32(Self.bucketCount) else { return nil }
        let word = bucket >> 6
        let here = words[word] & (~0 << UInt64(bucket & 63))
        if here != 0 { return word << 6 + Int32(here.trailingZeroBitCount) }
        guard word < 63 else { return nil }
        let above = summary & (~0 << UInt64(word + 1))
        guard above != 0 else { return nil }
        let other = Int32(above.trailingZeroBitCount)
        return other << 6 + Int32(words[other].trailingZeroBitCount)
    }

    private func bucketAtOrBelow(_ bucket: Int32) -> Int32? {
        guard bucket >= 0 else { return nil }
        let word = bucket >> 6
        let here = words[word] & (~0 >> UInt64(63 - bucket & 63))
        if here != 0 { return word << 6 + 63 - Int32(here.leadingZeroBitCount) }
        guard word > 0 else { return nil }
        let below = summary & (~0 >> UInt64(64 - word))
        guard below != 0 else { return nil }
        let other = 63 - Int32(below.leadingZeroBitCount)
        return other << 6 + 63 - Int32(words[other].leadingZeroBitCount)
    }

    private func link(_ host: Int32, _ bucket: Int32) {
        let head = heads[bucket]
        next[host] = head
        previous[host] = -1
        if head >= 0 { previous[head] = host }
        heads[bucket] = host
        bucketOf[host] = bucket
        words[bucket >> 6] |= 1 << UInt64(bucket & 63)
        summary |= 1 << UInt64(bucket >> 6)
    }

    private func unlink(_ host: Int32) {
        let bucket = bucketOf[host]
        let (before, after) = (previous[host], next[host])
        if before >= 0 { next[before] = after } else { heads[bucket] = after }
        if after >= 0 { previous[after] = before }
        if heads[bucket] < 0 {
            words[bucket >> 6] &= ~(1 << UInt64(bucket & 63))
            if words[bucket >> 6] == 0 { summary &= ~(1 << UInt64(bucket >> 6)) }
        }
    }
}
