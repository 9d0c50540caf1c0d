public import Rollout
public import XenAPI

extension RunOptions {
    /// Reads the options of `rollout.start` and its kin: a map of texts. An unknown key is refused, so that no wish is
    /// passed over in silence.
    ///
    /// - Parameters:
    ///   - updates: references, uuids or names.
    ///   - words: the keys of ``RunOption/all``, and what is wanted.
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
        try take(words)
        if mode == .manual { try Self.assertNoneIsAutomatic(words) }
    }

    /// Takes options over: what is said of one replaces what was there of it.
    ///
    /// - Throws: `VALUE_NOT_SUPPORTED` with key, value and what is expected.
    public mutating func take(_ words: [String: String]) throws(APIError) {
        for (key, text) in words.sorted(by: { $0.key < $1.key }) {
            let word = OptionWord(key: key, text: text)
            guard let option = RunOption.of(key) else {
                let keys = RunOption.all.map(\.name).joined(separator: ", ")
                throw word.refusal("no such option: there are \(keys)")
            }
            try option.take(word, &self)
        }
        if policy.canary?.host == "" {
            if let soak = words["canary_soak"] {
                throw OptionWord(key: "canary_soak", text: soak)
                    .refusal("a host to watch, too: name it with canary, or leave canary_soak out")
            }
            policy.canary = nil
        }
        if policy.goesHome, policy.balances == true {
            throw OptionWord(key: "balance", text: words["balance"] ?? "")
                .refusal("one of balance and go_home: VMs either go back to where they were, or where there is room")
        }
    }

    /// In manual mode hosts restart when the operator says: what is to hold for restarts by the run would be passed over.
    private static func assertNoneIsAutomatic(_ words: [String: String]) throws(APIError) {
        for (key, text) in words.sorted(by: { $0.key < $1.key }) where RunOption.of(key)?.isAutomaticOnly == true {
            guard !["", "0", "false"].contains(text) else { continue }
            throw OptionWord(key: key, text: text)
                .refusal("automatic mode: in manual mode you empty and restart the hosts, so leave it out")
        }
    }

    /// How long a precheck or a pair of the operator's may take unless it is said, in seconds.
    public static let scriptLimit: Int64 = 300
}
