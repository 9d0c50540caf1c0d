import Basics
import Planner
import Rollout

/// A plan, to be shown before a run is begun. Times are seconds from its start, unless they say otherwise.
public struct RunPlan: Codable, Hashable, Sendable {
    /// One wave: hosts that are down together.
    public struct Wave: Codable, Hashable, Sendable {
        /// Uuids, and names in the same order.
        public var hosts: [String]
        public var names: [String]
        public var start: Int
        public var end: Int
        /// Migrations that begin before it and after the wave before.
        public var movesBefore: Int
    }

    /// One live migration.
    public struct Move: Codable, Hashable, Sendable {
        public var vm: String
        public var vmName: String
        /// Uuids and names of the hosts.
        public var from: String
        public var fromName: String
        public var to: String
        public var toName: String
        public var start: Int
        public var end: Int
    }

    public var waves: [Wave] = []
    public var moves: [Move] = []
    /// From the first host's update to the last host's return, in seconds.
    public var mixedSeconds = 0
    /// From the first migration to the end, in seconds.
    public var totalSeconds = 0
    public var movedMiB = 0
    /// Seconds of mixed state below which no plan can go; 0 where no bound is known.
    public var lowerBound = 0
    /// Mixed state over its bound; nil where there is none.
    public var ratio: Double?
    /// What updating one host at a time would take, in seconds of mixed state; nil where that gets stuck.
    public var oneAtATimeSeconds: Int?
    /// The plan drawn: one lane for each host.
    public var svg = ""
    /// Why there is no plan, and what would make one possible; nil where there is one.
    public var impossible: String?
    /// What was looked at: handed back as the option `expecting`, a run is begun only where that is still so.
    public var revision: String?
}

extension RunPlan {
    /// Asks the planner. Pure, and takes up to seconds for large pools.
    init(_ request: PlanRequest) {
        let instance = UpdateInstance(request)
        var options = Planner.Options()
        options.passes = Planning.Effort(for: request).passes
        options.goesHome = request.spec.policy.goesHome
        options.levels = request.spec.policy.balances == true && request.closed.isEmpty
        options.consent = Set(request.consents.map(\.vm))
        if request.spec.policy.maxParallel == 1 { options.policy = .oneAtATime }
        guard !request.hosts.isEmpty else { return }
        guard request.spec.restart == .host else {
            withoutRestarts(request)
            return
        }
        if let obstacle = Planning.obstacle(request, instance) {
            impossible = obstacle.prefix(1).uppercased() + obstacle.dropFirst()
            return
        }
        do throws(InputError) {
            switch try Planner.plan(instance, options: options) {
            case .impossible(let explanation): impossible = Self.named(explanation.text(), request.view)
            case .planned(let planned):
                read(planned, instance, request.view)
                options.policy = .oneAtATime
                options.explains = false
                if case .planned(let single) = try Planner.plan(instance, options: options) {
                    oneAtATimeSeconds = single.report.mixedSeconds
                }
            }
        } catch {
            impossible = "The pool can not be planned for: \(error)."
        }
    }

    /// Hosts that need no restart follow each other.
    private mutating func withoutRestarts(_ request: PlanRequest) {
        guard case .new(let plan) = Planning.answer(request) else { return }
        waves = plan.waves.enumerated().map { index, hosts in
            Wave(
                hosts: hosts,
                names: hosts.map { request.view.host($0)?.name ?? $0 },
                start: plan.steps[index].start,
                end: plan.steps[index].end,
                movesBefore: 0
            )
        }
        (mixedSeconds, totalSeconds, oneAtATimeSeconds) = (plan.mixedSeconds, plan.mixedSeconds, plan.mixedSeconds)
        lowerBound = plan.lowerBound
    }

    private mutating func read(_ planned: PlannedUpdate, _ instance: UpdateInstance, _ view: PoolView) {
        func host(_ id: String) -> String { view.host(id)?.name ?? id }
        waves = planned.waves.map { wave in
            Wave(
                hosts: wave.hosts,
                names: wave.hosts.map(host),
                start: wave.start,
                end: wave.end,
                movesBefore: wave.movesBefore
            )
        }
        moves = RolloutPlan(planned, instance).steps.compactMap { step in
            guard case .move(let vm, let from, let to) = step.work else { return nil }
            return Move(
                vm: vm,
                vmName: view.vm(vm)?.name ?? vm,
                from: from,
                fromName: host(from),
                to: to,
                toName: host(to),
                start: step.start,
                end: step.end
            )
        }
        mixedSeconds = planned.report.mixedSeconds
        totalSeconds = planned.report.totalSeconds
        movedMiB = planned.report.movedMiB
        lowerBound = planned.certificate.mixedSeconds
        ratio = planned.ratio
        svg = Self.named(GanttChart(planned.plan, for: instance).svg(), view, escape: true)
    }

    /// A text of the planner with names in place of uuids.
    ///
    /// One pass, whatever the pool's size: words of letters, digits and hyphens, as ids are, are looked up.
    private static func named(_ text: String, _ view: PoolView, escape: Bool = false) -> String {
        let all = view.hosts.map { ($0.id, $0.name) } + view.vms.map { ($0.id, $0.name) }
        let names = Dictionary(all) { first, _ in first }
        var (result, word) = ("", "")
        func close() {
            let name = names[word].map { escape ? $0.escaped(for: .markup) : $0 }
            result += name ?? word
            word = ""
        }
        for character in text {
            if character.isASCII, character.isLetter || character.isNumber || character == "-" {
                word.append(character)
            } else {
                close()
                result.append(character)
            }
        }
        close()
        return result
    }
}
