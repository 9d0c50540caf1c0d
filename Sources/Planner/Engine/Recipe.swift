/// The choices of one pass; the portfolio tries several and keeps the best plan.
struct Recipe: Sendable, Hashable {
    /// Which source host is drained first.
    enum Order: Sendable, CaseIterable {
        /// The one that takes longest to drain.
        case longestDrain
        /// The one with the largest capacity.
        case largestHost
        /// The one with the longest update.
        case longestUpdate
        /// The one with the least memory in use.
        case smallestLoad
    }

    /// Which hosts are emptied before the window.
    enum Preparation: Sendable, CaseIterable {
        /// Those with the least memory in use: the fewest moves.
        case leastLoad
        /// The largest, which take longest to drain later.
        case largestHost
        /// Those with the smallest part of their memory in use.
        case leastFull
        /// Those whose largest VM is small: nothing that is hard to place, and small VMs fill what large ones leave.
        case smallVMs
    }

    /// Which VMs of hosts whose turn has not come yet may fill the holes on updated hosts.
    enum Predrain: Sendable {
        case none
        /// The next sources, so that they drain faster when their turn comes.
        case head
        /// The last sources, so that they dissolve and a whole wave is saved.
        case tail
    }

    /// What happens to the VMs once every host is updated.
    enum Ending: Sendable {
        case stay
        /// Back to where they were.
        case home
        /// From fuller hosts to emptier ones.
        case level
    }

    /// A VM, and where it shall be when the window opens: on a certain old host, or on that of another VM, so that two long
    /// moves delay one host instead of two.
    struct Exchange: Sendable, Hashable, BitwiseCopyable {
        enum Goal: Sendable, Hashable, BitwiseCopyable {
            case host(Int32)
            case beside(Int32)
        }

        var vm: Int32
        var goal: Goal
    }

    /// Hosts that are emptied before the window opens, the master included.
    var prepared = 1
    var preparation = Preparation.leastLoad
    /// Whether all their VMs are packed at once instead of host by host.
    var packsTogether = false
    /// Whether the host after those is emptied as far as there is room, so that it needs little once the window is open.
    var preparesPartly = false
    var order = Order.longestDrain
    /// Whether nothing may overtake the source at the head of the order.
    var strict = false
    /// Chains of hosts that are given the quickest sources, one after the other, so that they can do one host more.
    var fastLanes = 0
    /// Whether the first lane begins at the master, whose chain is one drain behind those of the prepared hosts.
    var lanesFromMaster = false
    /// Whether a source that fits no single host goes to the emptiest hosts instead of the tightest.
    var spreads = false
    /// Whether hosts with slow NICs receive VMs only when nothing else is possible.
    var avoidsSlow = false
    var predrain = Predrain.tail
    /// How many of the VMs with the longest moves cross as soon as there is room, before their hosts' turn.
    var ahead = 0
    /// Seeds deviations from the tightest fit, so that a search can try other destinations; 0 for none.
    var deviation: UInt64 = 0
    /// Whether VMs that were stopped in place start again only when every host is back.
    var resumesLate = false
    /// Whether one host of each storage family is emptied first.
    var seedsFamilies = true
    /// Most hosts updating at once, 0 for no limit; the instance's own limit or a stricter one.
    var maxParallel = 0
    /// Factors on the keys of the source order and of the preparation order, by host; empty for none.
    var sourceWeights: [Float] = []
    var preparationWeights: [Float] = []
    /// VMs that are put elsewhere before the window than the preparation would leave them, in exchange for smaller ones.
    var exchanges: [Exchange] = []
    var ending = Ending.stay
    /// How often a VM may be made room for by moving others, in the whole pass.
    var ejections = 300
    /// VMs that are stopped before the window and started after it, with their owners' consent.
    var setAside: [Int32] = []
}

/// What a pass achieved.
struct Outcome: Sendable {
    var solved = false
    var mixed = Int.max
    var moves = 0
    var movedMiB = 0
    var prepared = 0
    /// Sum of all hosts' return times; of two plans with equal windows the one with more room to improve is smaller.
    var returnSum = 0
    var hostsLeft = 0
    /// How unevenly the hosts' memory is used at the end; less is better.
    var unevenness = 0
    /// The host that came back last, the one that took its last VM, the one that took that one's, and so on.
    var critical: [Int32] = []
    /// A host that could not be emptied.
    var stuckHost: Int32 = -1
    /// A VM that found no place when that host was tried.
    var stuckVM: Int32 = -1
}

/// A step before ids are put in.
struct RawStep: BitwiseCopyable {
    enum Kind: UInt8 { case move, update, stop, start }

    var kind: Kind
    var vm: Int32
    var host: Int32
    var source: Int32
    var start: Int32
}
