import PoolRollout
import Rollout

/// One installation, or rolling restart, on its way through the wizard: every answer given so far. It lives on the server, so that a closed
/// browser loses nothing and two browsers show the same.
struct Wizard: Codable, Sendable, Identifiable {
    /// The pages of the wizard, in their order.
    enum Step: String, Codable, Sendable, CaseIterable, Comparable {
        case beforeYouStart = "before-you-start"
        case selectUpdate = "select-update"
        case selectServers = "select-servers"
        case prechecks = "pre-checks"
        case updateMode = "update-mode"
        case install = "install"
        case finish = "finish"

        var title: String {
            switch self {
            case .beforeYouStart: "Before You Start"
            case .selectUpdate: "Select Update"
            case .selectServers: "Select Servers"
            case .prechecks: "Pre-checks"
            case .updateMode: "Update Mode"
            case .install: "Install Update"
            case .finish: "Finish"
            }
        }

        var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        static func < (a: Step, b: Step) -> Bool { a.number < b.number }

        /// What it is called where hosts are only restarted.
        func title(of purpose: RunPurpose) -> String {
            switch (self, purpose) {
            case (.updateMode, .restart): "Restart Mode"
            case (.install, .restart): "Restart Hosts"
            default: title
            }
        }
    }

    /// Can not be guessed.
    let id: String
    let startedBy: String
    /// Seconds since the epoch.
    let begun: Int64
    /// The furthest step that the answers allow.
    var reached = Step.beforeYouStart
    /// What the run is to do to the hosts.
    var purpose = RunPurpose.install
    /// The uuid of the update's `pool_patch`.
    var update: String?
    /// The SHA-256 of the package whose note on security claims was acknowledged.
    var acknowledged: String?
    /// Uuids of hosts that are left out.
    var excluded: Set<String> = []
    /// The uuid of the master that somebody has left out knowing that the others become newer than it.
    var olderMaster: String?
    /// Fixes that the run is to make before anything else.
    var fixes: Set<Fix> = []
    /// VMs that the run may stop, by uuid, and how.
    var consents: [String: Consent.Way] = [:]
    var hidesSuccessful = true
    var mode = RunSpec.Mode.automatic
    /// Whether one host at a time is updated even where the plan could do better.
    var isOneAtATime = false
    /// Where VMs are in the end.
    var ending = Ending.stay
    var approvesEach = false
    var hasBarrier = false
    /// The uuid of the host that goes first and is watched, and for how many minutes.
    var canary = ""
    var canaryMinutes: Int64 = 10
    /// Seconds since the epoch.
    var finishBy: Int64?
    /// What stands in that field where it is no time that is still to come: it is kept, too, and flagged.
    var unusableFinishBy: String?
    /// What else the run is asked for.
    var further = FurtherOptions()
    /// The run, once it was begun.
    var run: String?

    /// Where VMs are once the hosts are done.
    enum Ending: String, Codable, Sendable, CaseIterable { case stay, home, balance }

    init(id: String, startedBy: String, begun: Int64) {
        (self.id, self.startedBy, self.begun) = (id, startedBy, begun)
    }

    /// An answer that an earlier version did not ask for has its default, so that an upgrade loses no open wizard.
    init(from decoder: any Decoder) throws {
        let answers = try decoder.container(keyedBy: CodingKeys.self)
        func take<Answer: Decodable>(_ key: CodingKeys, _ answer: inout Answer) throws {
            if let given = try answers.decodeIfPresent(Answer.self, forKey: key) { answer = given }
        }
        id = try answers.decode(String.self, forKey: .id)
        startedBy = try answers.decodeIfPresent(String.self, forKey: .startedBy) ?? ""
        begun = try answers.decodeIfPresent(Int64.self, forKey: .begun) ?? 0
        try take(.reached, &reached)
        try take(.purpose, &purpose)
        try take(.update, &update)
        try take(.acknowledged, &acknowledged)
        try take(.excluded, &excluded)
        try take(.olderMaster, &olderMaster)
        try take(.fixes, &fixes)
        try take(.consents, &consents)
        try take(.hidesSuccessful, &hidesSuccessful)
        try take(.mode, &mode)
        try take(.isOneAtATime, &isOneAtATime)
        let earlier = try decoder.container(keyedBy: EarlierKeys.self)
        if try earlier.decodeIfPresent(Bool.self, forKey: .goesHome) == true { ending = .home }
        try take(.ending, &ending)
        try take(.approvesEach, &approvesEach)
        try take(.hasBarrier, &hasBarrier)
        try take(.canary, &canary)
        try take(.canaryMinutes, &canaryMinutes)
        try take(.finishBy, &finishBy)
        try take(.unusableFinishBy, &unusableFinishBy)
        try take(.further, &further)
        try take(.run, &run)
    }

    /// What earlier versions wrote down otherwise.
    private enum EarlierKeys: String, CodingKey { case goesHome }

    /// The pages that this wizard has: where nothing is installed, none asks what.
    var steps: [Step] { Step.allCases.filter { purpose == .install || $0 != .selectUpdate } }

    func next(after step: Step) -> Step { steps.first { $0 > step } ?? step }
    func previous(before step: Step) -> Step? { steps.last { $0 < step } }

    func path(_ step: Step) -> String { "/install/\(id)/\(step.rawValue)" }

    /// What the run is asked for.
    var options: RunOptions {
        var policy = RunPolicy()
        policy.maxParallel = isOneAtATime ? 1 : 0
        policy.goesHome = ending == .home && mode == .automatic
        policy.balances = ending == .balance && mode == .automatic ? true : nil
        policy.allowsOlderMaster = olderMaster.map(excluded.contains) ?? false
        policy.approveEachHost = approvesEach
        policy.hasBarrier = hasBarrier && mode == .automatic && purpose == .install
        policy.finishBy = mode == .automatic ? finishBy : nil
        if !canary.isEmpty, mode == .automatic { policy.canary = .init(host: canary, soak: canaryMinutes * 60) }
        var options = RunOptions(
            updates: [update].compactMap { $0 },
            mode: mode,
            policy: policy,
            excluded: excluded.sorted(),
            consents: consents,
            fixes: fixes,
            restartsOnly: purpose == .restart
        )
        further.add(to: &options)
        return options
    }
}
