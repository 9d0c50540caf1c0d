/// One run of the cascade: the pool's state while a plan is being made.
///
/// Every host has two counts of what is free. *Planned* memory is what is left when every decision has been carried out;
/// decisions look at it. *Actual* memory is what is left now, with moving VMs at both ends; starts are gated by it. So
/// chains of ejections and whole-host swaps put themselves in order.
final class Pass {
    enum Phase: UInt8 { case old, ready, stopping, updating, new }

    let model: Model
    var recipe = Recipe()
    var clock: Int32 = 0
    var queue = EventQueue()
    var steps: [RawStep] = []
    var outcome = Outcome()

    // Hosts
    let free: Column<Int32>
    let freeCpu: Column<Int32>
    let actual: Column<Int32>
    let actualCpu: Column<Int32>
    let slotsUsed: Column<Int32>
    /// VMs that are on the host, coming in or going out.
    let residents: Column<Int32>
    let placed: Column<Int32>
    let phase: Column<Phase>
    let committed: Column<Bool>
    /// Moves of committed sources into the host that have not started; others wait for them.
    let urgentIn: Column<Int32>
    let touched: Column<Bool>
    var touchedHosts: [Int32] = []
    /// Movable VMs do not count here: those that are stopped in place while the host updates.
    let pinned: Column<Int32>
    let returnTime: Column<Int32>
    /// Where the VM went that left the host last, since the window is open.
    let lastTarget: Column<Int32>

    // VMs
    let place: Column<Int32>
    let at: Column<Int32>
    /// The destination while the VM moves, else -1.
    let heading: Column<Int32>
    /// Whether the VM is being stopped, is stopped, or is being started.
    let halted: Column<Bool>
    let onHost: HostLists
    let outgoing: HostLists
    let incoming: HostLists

    let oldIndex: HostIndex
    let newIndex: HostIndex
    var heldSlow: [Int32] = []
    var log: [(vm: Int32, host: Int32)] = []
    var isLogging = false
    /// Looks at VMs and decisions about them since the pass was made. A search is limited by this count, which is the same on
    /// every machine, and not by time.
    var looks = 0

    // The window
    var windowOpen = false
    var masterHolds = false
    var capacityArrived = false
    var updatingCount: Int32 = 0
    var updatingMemory = 0
    var runningMemory = 0
    var readyHosts: [Int32] = []
    var sourceOrder: [Int32] = []
    var sourceHead = 0
    var remaining = 0
    var firstUpdate: Int32 = -1
    var lastReturn: Int32 = 0
    var lastReturned: Int32 = -1
    var canaryEnd: Int32 = -1
    var ejectionsLeft = 0
    var deviations = SeededGenerator(seed: 0)
    /// Whether the moves that belong after the window are planned.
    var isWoundUp = false
    /// Sources that are next in the fast lanes, and lanes that are free now.
    var fastQueue: [Int32] = []
    var laneOrder: [Int32] = []
    var laneHead = 0
    var freeLanes = 0
    var lanesOpen = false
    let isFast: Column<Bool>
    /// Whether all that is left has a place on updated hosts.
    var isEnding = false
    var waitingSources: [Int32] = []
    var nextWaiting = 0
    /// Hosts that the preparation must empty before others: the master and one of each family.
    var seedCount = 0
    /// The host that the preparation emptied partly, or -1.
    var thinned: Int32 = -1
    var pendingMoves = 0
    var waitingToStart: [Int32] = []
    var lateStarts: [Int32] = []
    var movingOfGroup: [Int32]
    var scratch: [Int32] = []
    let slowShare: Int32

    init(_ model: Model) {
        self.model = model
        let hosts = Int(model.hostCount)
        let vms = Int(model.vmCount)
        free = Column(repeating: 0, count: hosts)
        freeCpu = Column(repeating: 0, count: hosts)
        actual = Column(repeating: 0, count: hosts)
        actualCpu = Column(repeating: 0, count: hosts)
        slotsUsed = Column(repeating: 0, count: hosts)
        residents = Column(repeating: 0, count: hosts)
        placed = Column(repeating: 0, count: hosts)
        phase = Column(repeating: .old, count: hosts)
        committed = Column(repeating: false, count: hosts)
        urgentIn = Column(repeating: 0, count: hosts)
        touched = Column(repeating: false, count: hosts)
        pinned = Column(repeating: 0, count: hosts)
        isFast = Column(repeating: false, count: hosts)
        returnTime = Column(repeating: 0, count: hosts)
        lastTarget = Column(repeating: -1, count: hosts)
        place = Column(repeating: 0, count: vms)
        at = Column(repeating: 0, count: vms)
        heading = Column(repeating: -1, count: vms)
        halted = Column(repeating: false, count: vms)
        onHost = HostLists(hosts: hosts, vms: vms)
        outgoing = HostLists(hosts: hosts, vms: vms)
        incoming = HostLists(hosts: hosts, vms: vms)
        let largest = model.capacity.max() ?? 1
        oldIndex = HostIndex(hostCount: hosts, largest: largest)
        newIndex = HostIndex(hostCount: hosts, largest: largest)
        movingOfGroup = Array(repeating: 0, count: model.groups.availability.count)
        let shares = model.share.sorted()
        // Slow is less than half of what most hosts have.
        slowShare = shares.isEmpty ? 0 : shares[shares.count / 2] / 2
    }

    /// Makes one plan. The steps are left in `steps`, the figures in the result.
    func run(_ recipe: Recipe) -> Outcome {
        self.recipe = recipe
        reset()
        guard prepare(), finishPending() else { return outcome }
        openWindow()
        var rescues = 0
        while true {
            if windowOpen, !masterHolds { decide() }
            startTouched()
            if let time = queue.nextTime {
                clock = time
                while queue.nextTime == time, let event = queue.pop() { handle(event) }
                continue
            }
            if isFinished {
                if isWoundUp { break }
                afterWindow()
                continue
            }
            rescues += 1
            guard rescues < 4 * Int(model.hostCount) + 64, rescue() else { return outcome }
        }
        outcome.solved = true
        outcome.hostsLeft = remaining
        outcome.unevenness = unevenness()
        outcome.mixed = firstUpdate < 0 ? 0 : Int(lastReturn - firstUpdate)
        var host = lastReturned
        while host >= 0, outcome.critical.count < 16 {
            outcome.critical.append(host)
            host = phase[host] == .new ? lastTarget[host] : -1
        }
        return outcome
    }

    var isFinished: Bool {
        pendingMoves == 0 && waitingToStart.isEmpty && lateStarts.isEmpty && (remaining == 0 || isTooLate)
    }

    /// With a deadline, hosts that could not be back in time stay as they are.
    var isTooLate: Bool {
        guard let finishBy = model.instance.parameters.finishBy else { return false }
        for host in 0..<model.hostCount where model.updates[Int(host)] && phase[host] != .new {
            if phase[host] == .updating || phase[host] == .stopping || isInTime(host, finishBy) { return false }
        }
        return true
    }

    /// Whether a host that went down now would be back by the deadline.
    func isInTime(_ host: Int32, _ finishBy: Int) -> Bool {
        Int(clock) + Int(model.updateTime[Int(host)]) + stopSeconds(host) <= finishBy
    }

    private func reset() {
        clock = 0
        queue.reset()
        steps.removeAll(keepingCapacity: true)
        outcome = Outcome()
        for host in 0..<model.hostCount {
            let index = Int(host)
            free[host] = model.capacity[index]
            freeCpu[host] = model.vcpus[index]
            phase[host] = model.isNew[index] ? .new : .old
            committed[host] = model.isNew[index]
        }
        for column in [slotsUsed, residents, placed, urgentIn, pinned, returnTime] { column.fill(0) }
        touched.fill(false)
        lastTarget.fill(-1)
        lastReturned = -1
        heading.fill(-1)
        halted.fill(false)
        onHost.reset()
        outgoing.reset()
        incoming.reset()
        for vm in 0..<model.vmCount {
            let host = model.home[Int(vm)]
            place[vm] = host
            at[vm] = host
            free[host] -= model.memory[Int(vm)]
            freeCpu[host] -= model.vmCpus[Int(vm)]
            residents[host] += 1
            placed[host] += 1
            onHost.append(vm, host)
            if !model.movable[Int(vm)], model.stop[Int(vm)] != .never { pinned[host] += 1 }
        }
        for host in 0..<model.hostCount {
            actual[host] = free[host]
            actualCpu[host] = freeCpu[host]
        }
        oldIndex.reset()
        newIndex.reset()
        for list in [
            \Pass.touchedHosts, \.heldSlow, \.readyHosts, \.sourceOrder, \.waitingToStart, \.lateStarts, \.fastQueue,
            \.laneOrder, \.waitingSources,
        ] {
            self[keyPath: list].removeAll(keepingCapacity: true)
        }
        (windowOpen, masterHolds, capacityArrived) = (false, false, false)
        (updatingCount, updatingMemory, runningMemory) = (0, 0, model.totalMemory)
        (sourceHead, pendingMoves, firstUpdate, lastReturn, canaryEnd) = (0, 0, -1, 0, -1)
        isLogging = false
        thinned = -1
        ejectionsLeft = recipe.ejections
        deviations = SeededGenerator(seed: recipe.deviation)
        isWoundUp = recipe.ending == .stay
        freeLanes = 0
        lanesOpen = false
        (isEnding, nextWaiting) = (false, 0)
        isFast.fill(false)
        remaining = model.updates.count { $0 }
        for group in movingOfGroup.indices { movingOfGroup[group] = 0 }
    }
}
