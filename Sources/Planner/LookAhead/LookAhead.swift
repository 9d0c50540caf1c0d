/// What the pool is at every step of a plan: versions and CPU features mixed, and which VMs can not go back any more.
public struct LookAhead: Sendable {
    /// What is known of a host before and after its update.
    public struct HostFacts: Sendable, Equatable {
        /// Product version as dotted numbers, such as `[6, 0, 2]`.
        public var versionBefore: [Int]
        public var versionAfter: [Int]
        /// CPU feature words as in `host.cpu_info["features"]`; a microcode or hypervisor update can add or hide bits.
        public var featuresBefore: [UInt32]
        public var featuresAfter: [UInt32]

        public init(versionBefore: [Int], versionAfter: [Int], featuresBefore: [UInt32], featuresAfter: [UInt32]) {
            self.versionBefore = versionBefore
            self.versionAfter = versionAfter
            self.featuresBefore = featuresBefore
            self.featuresAfter = featuresAfter
        }
    }

    /// The pool from one moment to the next.
    public struct Moment: Sendable, Equatable {
        public var time: Int
        /// What begins or ends, in words.
        public var event: String
        /// Versions of the hosts that are up, lowest first.
        public var versions: [[Int]]
        /// Features that all hosts that are up have: what a VM may use to be able to run anywhere.
        public var commonFeatures: [UInt32]
        /// VMs that no host with the old version can take any more.
        public var boundToNew: Int
    }

    /// The pool at every change of it.
    public var moments: [Moment] = []
    /// The step after which the first VM can not go back to where it was, if there is one.
    public var pointOfNoReturn: Moment?
    /// Moves that can not work because the VM uses CPU features that its destination lacks by then.
    public var obstacles: [String] = []

    /// Follows a valid plan. Hosts without facts are taken to stay as they are.
    public init(_ plan: UpdatePlan, for instance: UpdateInstance, facts: [String: HostFacts]) {
        var simulation = Simulation(instance, facts)
        simulation.run(plan)
        moments = simulation.moments
        pointOfNoReturn = moments.first { $0.boundToNew > 0 }
        obstacles = simulation.obstacles
    }
}

private struct Simulation {
    private let instance: UpdateInstance
    private let names: Names
    private var version: [[Int]]
    private var features: [[UInt32]]
    private let facts: [LookAhead.HostFacts?]
    private var isDown: [Bool]
    /// The features that a VM saw when it was started, and the newest version that it has run on.
    private var vmFeatures: [[UInt32]]
    private var vmVersion: [[Int]]
    private var isBound: [Bool]
    private var bound = 0
    var moments: [LookAhead.Moment] = []
    var obstacles: [String] = []

    init(_ instance: UpdateInstance, _ facts: [String: LookAhead.HostFacts]) {
        self.instance = instance
        let names = Names(instance)
        self.names = names
        let list = instance.hosts.map { facts[$0.id] }
        self.facts = list
        version = zip(list, instance.hosts).map { $1.isUpdated ? $0?.versionAfter ?? [] : $0?.versionBefore ?? [] }
        features = zip(list, instance.hosts).map { $1.isUpdated ? $0?.featuresAfter ?? [] : $0?.featuresBefore ?? [] }
        isDown = Array(repeating: false, count: list.count)
        let (version, features) = (version, features)
        vmFeatures = instance.vms.map { features[names.hosts[$0.host] ?? 0] }
        vmVersion = instance.vms.map { version[names.hosts[$0.host] ?? 0] }
        isBound = Array(repeating: false, count: instance.vms.count)
    }

    mutating func run(_ plan: UpdatePlan) {
        var events: [(time: Int, isStart: Bool, step: TimedStep)] = []
        for step in plan.steps.compactMap({ TimedStep($0, names, instance) }) {
            if step.kind == .update { events.append((step.start, true, step)) }
            events.append((step.end, false, step))
        }
        events.sort { ($0.time, $0.isStart ? 1 : 0) < ($1.time, $1.isStart ? 1 : 0) }
        for event in events {
            switch event.step.kind {
            case .update where event.isStart:
                isDown[event.step.host] = true
                note(event.time, "\(instance.hosts[event.step.host].id) goes down")
            case .update: comeBack(event.step, event.time)
            case .migrate: arrive(event.step, event.time)
            case .boot:
                vmFeatures[event.step.vm] = features[event.step.host]
                vmVersion[event.step.vm] = version[event.step.host]
                bind(event.step, event.time)
            case .resume: arrive(event.step, event.time)
            default: break
            }
        }
    }

    private mutating func comeBack(_ step: TimedStep, _ time: Int) {
        isDown[step.host] = false
        if let facts = facts[step.host] {
            version[step.host] = facts.versionAfter
            features[step.host] = facts.featuresAfter
        }
        note(time, "\(instance.hosts[step.host].id) is back")
    }

    private mutating func arrive(_ step: TimedStep, _ time: Int) {
        if !Self.covers(features[step.host], vmFeatures[step.vm]) {
            obstacles.append(
                "VM \(instance.vms[step.vm].id) uses CPU features that \(instance.hosts[step.host].id) does not have at \(time) s"
            )
        }
        if vmVersion[step.vm].lexicographicallyPrecedes(version[step.host]) { vmVersion[step.vm] = version[step.host] }
        bind(step, time)
    }

    /// A VM is bound when no host that is as it was before could take it back.
    private mutating func bind(_ step: TimedStep, _ time: Int) {
        let vm = step.vm
        guard !isBound[vm] else { return }
        let home = names.hosts[instance.vms[vm].host] ?? 0
        let before = facts[home]?.versionBefore ?? version[home]
        let featuresBefore = facts[home]?.featuresBefore ?? features[home]
        guard before.lexicographicallyPrecedes(vmVersion[vm]) || !Self.covers(featuresBefore, vmFeatures[vm]) else {
            return
        }
        isBound[vm] = true
        bound += 1
        if bound == 1 { note(time, "VM \(instance.vms[vm].id) is on \(instance.hosts[step.host].id)") }
    }

    private mutating func note(_ time: Int, _ event: String) {
        let up = instance.hosts.indices.filter { !isDown[$0] }
        var common = up.first.map { features[$0] } ?? []
        for host in up.dropFirst() { common = zip(common, features[host]).map { $0 & $1 } }
        let versions = Set(up.map { version[$0] }).sorted { $0.lexicographicallyPrecedes($1) }
        moments.append(
            .init(time: time, event: event, versions: versions, commonFeatures: common, boundToNew: bound)
        )
    }

    /// Whether a host has every feature that a VM uses; a missing word has no bits.
    private static func covers(_ host: [UInt32], _ vm: [UInt32]) -> Bool {
        vm.indices.allSatisfy { vm[$0] & ~($0 < host.count ? host[$0] : 0) == 0 }
    }
}
