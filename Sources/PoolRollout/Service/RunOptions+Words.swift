public import Rollout
public import XenAPI

extension RunOptions {
    /// Reads the options of `rollout.start` and its kin: a map of texts. An unknown key is refused, so that no wish is
    /// passed over in silence.
    ///
    /// - Parameters:
    ///   - updates: references, uuids or names.
    ///   - words: `docs/guide.md` lists the keys.
    ///   - limits: the server's own, which the words may change.
    /// - Throws: `VALUE_NOT_SUPPORTED` with key, value and what is expected.
    public init(
        updates: [String],
        words: [String: String],
        limits: RunPolicy.Limits = RunPolicy.Limits()
    ) throws(APIError) {
        self.init(updates: updates)
        policy.limits = limits
        policy.fixesProblems = false
        var canary = RunPolicy.Canary(host: "", soak: 0)
        var scriptLimit = Self.scriptLimit
        var pairLimit = Self.scriptLimit
        for (key, text) in words.sorted(by: { $0.key < $1.key }) {
            let word = OptionWord(key: key, text: text)
            switch key {
            case "mode": mode = try word.one(of: RunSpec.Mode.allCases)
            case "exclude": excluded = word.list
            case "order": order = word.list
            case "maintenance": maintained = word.list
            case "restart_only": restartsOnly = try word.flag()
            case "allow_older_master": policy.allowsOlderMaster = try word.flag()
            case "expecting": expecting = text
            case "max_parallel": policy.maxParallel = Int(try word.number())
            case "max_failed_hosts": policy.maxFailedHosts = Int(try word.number())
            case "approve_each_host": policy.approveEachHost = try word.flag()
            case "canary": canary.host = text
            case "canary_soak": canary.soak = try word.number()
            case "soak": policy.soak = try word.number()
            case "windows":
                let windows = try word.windows()
                (policy.windows, recurringWindows) = (windows.given, windows.recurring)
            case "at": policy.notBefore = try word.date(text)
            case "finish_by": policy.finishBy = try word.date(text)
            case "fix_problems": policy.fixesProblems = try word.flag()
            case "go_home": policy.goesHome = try word.flag()
            case "balance": policy.balances = try word.flag() ? true : nil
            case "barrier": policy.hasBarrier = try word.flag()
            case "suspend": for vm in word.list { consents[vm] = .suspend }
            case "shutdown": for vm in word.list { consents[vm] = .shutdown }
            case "host_seconds": policy.expectedHostSeconds = try word.number()
            case "host_return": policy.limits.hostReturn = try word.limit()
            case "migration_limit": policy.limits.move = try word.limit()
            case "apply_limit": policy.limits.apply = try word.limit()
            case _ where Self.programs.contains { key.hasPrefix($0) }: try take(program: word)
            case "pair_limit": pairLimit = try word.limit()
            case "precheck_limit": scriptLimit = try word.limit()
            // Said to the message itself, not to the run.
            case "hold": _ = try word.flag()
            default: throw word.refusal("no such option: there are \(Self.keys.joined(separator: ", "))")
            }
        }
        if let soak = words["canary_soak"], canary.host.isEmpty {
            throw OptionWord(key: "canary_soak", text: soak)
                .refusal("a host to watch, too: name it with canary, or leave canary_soak out")
        }
        if !canary.host.isEmpty { policy.canary = canary }
        try Self.assertOneEnding(policy, words)
        if mode == .manual { try Self.assertNoneIsAutomatic(words) }
        for index in policy.scripts.indices { policy.scripts[index].timeout = scriptLimit }
        for index in (policy.pairs ?? []).indices { policy.pairs?[index].timeout = pairLimit }
    }

    private static let programs = ["gate.", "precheck.", "pair."]

    /// Something of the operator's that is asked, under a name of its own.
    private mutating func take(program word: OptionWord) throws(APIError) {
        let parts = word.key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.count > 1 ? String(parts[1]) : ""
        switch parts.first {
        case "gate": policy.gates.append(Gate(name: name, kind: try word.gate()))
        case "precheck": policy.scripts.append(try word.script(name))
        default: policy.pairs = (policy.pairs ?? []) + [try word.pair(name)]
        }
    }

    /// The keys that are understood, for whoever has said another one.
    private static let keys = [
        "restart_only", "mode", "exclude", "order", "maintenance", "allow_older_master", "max_parallel",
        "max_failed_hosts",
        "approve_each_host", "canary", "canary_soak", "soak", "at", "windows", "finish_by", "fix_problems", "go_home",
        "balance", "barrier",
        "suspend", "shutdown", "host_seconds", "host_return", "migration_limit", "apply_limit", "gate.NAME",
        "precheck.NAME", "precheck_limit", "pair.NAME", "pair_limit", "hold", "expecting",
    ]

    private static func assertOneEnding(_ policy: RunPolicy, _ words: [String: String]) throws(APIError) {
        guard policy.goesHome, policy.balances == true else { return }
        throw OptionWord(key: "balance", text: words["balance"] ?? "")
            .refusal("one of balance and go_home: VMs either go back to where they were, or where there is room")
    }

    /// In manual mode hosts restart when the operator says: what is to hold for restarts by the run would be passed over.
    private static func assertNoneIsAutomatic(_ words: [String: String]) throws(APIError) {
        let automatic: Set = [
            "max_parallel", "approve_each_host", "canary", "canary_soak", "soak", "windows", "finish_by", "go_home",
            "balance", "barrier", "suspend", "shutdown", "migration_limit",
        ]
        for (key, text) in words.sorted(by: { $0.key < $1.key }) where automatic.contains(key) || key.hasPrefix("gate.")
        {
            guard !["", "0", "false"].contains(text) else { continue }
            throw OptionWord(key: key, text: text)
                .refusal("automatic mode: in manual mode you empty and restart the hosts, so leave it out")
        }
    }

    /// How long a precheck or a pair of the operator's may take unless it is said, in seconds.
    public static let scriptLimit: Int64 = 300
}
