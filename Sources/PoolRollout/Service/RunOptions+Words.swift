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
        for (key, text) in words.sorted(by: { $0.key < $1.key }) {
            let word = OptionWord(key: key, text: text)
            switch key {
            case "mode": mode = try word.one(of: RunSpec.Mode.allCases)
            case "exclude": excluded = word.list
            case "order": order = word.list
            case "max_parallel": policy.maxParallel = Int(try word.number())
            case "max_failed_hosts": policy.maxFailedHosts = Int(try word.number())
            case "approve_each_host": policy.approveEachHost = try word.flag()
            case "canary": canary.host = text
            case "canary_soak": canary.soak = try word.number()
            case "soak": policy.soak = try word.number()
            case "windows": policy.windows = try word.windows()
            case "finish_by": policy.finishBy = try word.date(text)
            case "fix_problems": policy.fixesProblems = try word.flag()
            case "go_home": policy.goesHome = try word.flag()
            case "barrier": policy.hasBarrier = try word.flag()
            case "suspend": for vm in word.list { consents[vm] = .suspend }
            case "shutdown": for vm in word.list { consents[vm] = .shutdown }
            case "host_seconds": policy.expectedHostSeconds = try word.number()
            case "host_return": policy.limits.hostReturn = try word.limit()
            case "migration_limit": policy.limits.move = try word.limit()
            case "apply_limit": policy.limits.apply = try word.limit()
            case _ where key.hasPrefix("gate."):
                policy.gates.append(Gate(name: String(key.dropFirst("gate.".count)), kind: try word.gate()))
            case _ where key.hasPrefix("precheck."):
                policy.scripts.append(try word.script(String(key.dropFirst("precheck.".count))))
            case "precheck_limit": scriptLimit = try word.limit()
            // Said to the message itself, not to the run.
            case "hold": _ = try word.flag()
            default: throw word.refusal("no such option; see docs/guide.md")
            }
        }
        if let soak = words["canary_soak"], canary.host.isEmpty {
            throw OptionWord(key: "canary_soak", text: soak)
                .refusal("a host to watch, too: name it with canary, or leave canary_soak out")
        }
        if !canary.host.isEmpty { policy.canary = canary }
        if mode == .manual { try Self.assertNoneIsAutomatic(words) }
        for index in policy.scripts.indices { policy.scripts[index].timeout = scriptLimit }
    }

    /// In manual mode hosts restart when the operator says: what is to hold for restarts by the run would be passed over.
    private static func assertNoneIsAutomatic(_ words: [String: String]) throws(APIError) {
        let automatic: Set = [
            "max_parallel", "approve_each_host", "canary", "canary_soak", "soak", "windows", "finish_by", "go_home",
            "barrier", "suspend", "shutdown", "migration_limit",
        ]
        for (key, text) in words.sorted(by: { $0.key < $1.key }) where automatic.contains(key) || key.hasPrefix("gate.")
        {
            guard !["", "0", "false"].contains(text) else { continue }
            throw OptionWord(key: key, text: text)
                .refusal("automatic mode: in manual mode you empty and restart the hosts, so leave it out")
        }
    }

    /// How long a precheck of the operator's may take unless it is said, in seconds.
    public static let scriptLimit: Int64 = 300
}

/// One option, and how it is to be understood.
private struct OptionWord {
    let key: String
    let text: String

    func refusal(_ expected: String) -> APIError { APIError("VALUE_NOT_SUPPORTED", [key, text, expected]) }

    /// Words with commas between them.
    var list: [String] { text.split(separator: ",").map { String($0.drop { $0 == " " }) } }

    func number() throws(APIError) -> Int64 {
        guard let number = Int64(text), (0...31_536_000).contains(number) else { throw refusal("a number, 0 or more") }
        return number
    }

    /// Seconds after which something is given up; with 0 it would be given up as it begins.
    func limit() throws(APIError) -> Int64 {
        guard let seconds = try? number(), seconds > 0 else {
            throw refusal("a number of seconds, 1 or more: with 0 it would be given up at once")
        }
        return seconds
    }

    func flag() throws(APIError) -> Bool {
        switch text {
        case "true": return true
        case "false": return false
        default: throw refusal("true or false")
        }
    }

    func one<Word: RawRepresentable<String>>(of words: [Word]) throws(APIError) -> Word {
        guard let word = words.first(where: { $0.rawValue == text }) else {
            throw refusal(words.map(\.rawValue).joined(separator: " or "))
        }
        return word
    }

    /// Seconds since the epoch.
    func date(_ text: String) throws(APIError) -> Int64 {
        guard let time = Timestamp(iso8601: text) else { throw refusal("a time like 2026-11-26T22:00:00Z, in UTC") }
        return time.seconds
    }

    func windows() throws(APIError) -> [RunPolicy.Window] {
        var windows: [RunPolicy.Window] = []
        for window in list {
            let ends = window.split(separator: "/").map(String.init)
            guard ends.count == 2 else { throw refusal("START/END[,START/END], in UTC") }
            windows.append(RunPolicy.Window(start: try date(ends[0]), end: try date(ends[1])))
        }
        return windows
    }

    /// A program in the server's folder for prechecks; the text is its arguments, with spaces between them.
    func script(_ name: String) throws(APIError) -> Gate {
        guard ProgramFolder.isBareName(name) else {
            throw refusal(
                "the arguments of a program in prechecks/ of the server's state directory, named without a path"
            )
        }
        return Gate(name: name, kind: .command(path: name, arguments: text.split(separator: " ").map(String.init)))
    }

    func gate() throws(APIError) -> Gate.Kind {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.first {
        case "http", "https": return .http(url: text)
        case "tcp":
            guard parts.count == 3, let port = Int(parts[2]), (1...65_535).contains(port) else { break }
            return .tcp(host: parts[1], port: port)
        case "program":
            let words = text.dropFirst("program:".count).split(separator: " ").map(String.init)
            guard let name = words.first else { break }
            return .command(path: name, arguments: Array(words.dropFirst()))
        case "vms":
            guard parts.count == 3, let minimum = Int(parts[1]), minimum > 0 else { break }
            return .availability(vms: parts[2].split(separator: ",").map(String.init), minimum: minimum)
        default: break
        }
        throw refusal("tcp:HOST:PORT, http://…, https://…, program:NAME ARGUMENT…, or vms:MINIMUM:UUID,UUID…")
    }
}
