import Datamodel
import FoundationEssentials
import PoolDatabase
import PoolOperations
import PoolRollout
import Rollout
import XenAPI

extension Messages {
    /// Messages on runs: Pitstop's own class.
    static let rollouts = rolloutBeginnings.merging(rolloutLooks) { $1 }.merging(rolloutWords) { $1 }

    private static let rolloutBeginnings: [String: API.Handler] = [
        "rollout.start": { call throws(APIError) in
            let run = try await call.rollouts.start(
                call.runOptions,
                by: call.session.user,
                holds: call.arguments.option(1, "hold") == "true"
            )
            return .string(Ref("OpaqueRef:" + run).rawValue)
        },
        "rollout.prechecks": { call throws(APIError) in
            // Asking runs programs, which takes the role that may run them by themselves.
            let asks = call.session.role >= .poolOperator
            let options = try await call.runOptions
            let problems = try await call.rollouts.prechecks(options, asks: asks)
            let refusing = try await call.rollouts.refusing(problems, options)
            return .set(problems.map { $0.asValue(refuses: refusing.contains($0)) })
        },
        "rollout.plan": { call throws(APIError) in json(try await call.rollouts.plan(call.runOptions)) },
    ]

    private static let rolloutLooks: [String: API.Handler] = [
        "rollout.describe": { call throws(APIError) in json(try await call.rollouts.details(call.run)) },
        "rollout.get_report": { call throws(APIError) in
            let report = try await call.rollouts.report(call.run)
            switch call.arguments.string(1) {
            case "text": return .string(report.text)
            case "html": return .string(report.html)
            case "json": return json(report)
            case let other: throw APIError("VALUE_NOT_SUPPORTED", ["format", other, "text, html or json"])
            }
        },
        "rollout.verify_journal": { call throws(APIError) in
            let head = call.arguments.string(1)
            return json(try await call.rollouts.verify(call.run, expectedHead: head.isEmpty ? nil : head))
        },
        "rollout.consequence": { call throws(APIError) in
            let run = try call.run
            let word = try call.word(call.arguments.string(1), run, subject: call.arguments.string(2))
            return .string(try await call.rollouts.consequence(of: word, for: run) ?? "")
        },
        "rollout.get_obligations": { call throws(APIError) in
            .set(try await call.rollouts.obligations().map(\.asValue))
        },
    ]

    private static let rolloutWords: [String: API.Handler] = Dictionary(
        uniqueKeysWithValues: [
            "pause", "resume", "stop_after_host", "cancel", "proceed", "fix_all", "skip", "retry", "approve", "consent",
            "pay",
        ].map { name in ("rollout.\(name)", speak(name)) }
    )

    /// A message that says a word to a run.
    private static func speak(_ name: String) -> API.Handler {
        { call throws(APIError) in
            let run = try call.run
            let subject =
                if case .int(let number) = call.arguments[1] { String(number) } else { call.arguments.string(1) }
            let word = try call.word(name, run, subject: subject, way: call.arguments.string(2))
            try await call.rollouts.say(word, to: run, by: call.session.user)
            return .void
        }
    }

    private static func json(_ value: some Encodable) -> Value {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Values of these types hold nothing that JSON can not.
        return .string(String(decoding: (try? encoder.encode(value)) ?? Data(), as: UTF8.self))
    }
}

extension API.Call {
    fileprivate var rollouts: RolloutService {
        get throws(APIError) {
            guard let service = api.rollouts else { throw APIError("NOT_IMPLEMENTED", [method.name]) }
            return service
        }
    }

    /// The run that the first argument names.
    fileprivate var run: String {
        get throws(APIError) { try snapshot.require("rollout", arguments.ref(0)).uuid }
    }

    fileprivate var runOptions: RunOptions {
        get async throws(APIError) {
            let words = (arguments[1].members ?? []).map { ($0.key, $0.value.text ?? "") }
            return try RunOptions(
                updates: arguments.strings(0),
                words: Dictionary(words) { $1 },
                limits: try rollouts.defaultLimits
            )
        }
    }

    /// A word by the name of its message.
    fileprivate func word(_ name: String, _ run: String, subject: String, way: String = "") throws(APIError)
        -> OperatorWord
    {
        switch name {
        case "pause": return .pause
        case "resume": return .resume
        case "stop_after_host": return .stopAfterHost
        case "cancel": return .cancel
        case "proceed": return .proceed
        case "fix_all": return .fixAll
        case "skip": return .skip(host: try uuid("host", subject))
        case "retry": return .retry(host: try uuid("host", subject))
        case "approve": return .approve(host: try uuid("host", subject))
        case "pay":
            guard let number = Int(subject) else { break }
            return .pay(obligation: number)
        case "consent":
            guard let way = Consent.Way(rawValue: way) else { break }
            return .consent(Consent(run: run, vm: try uuid("VM", subject), way: way, givenBy: session.user))
        default: break
        }
        throw APIError("VALUE_NOT_SUPPORTED", ["word", name, "a word that runs understand, and what it is about"])
    }

    private func uuid(_ table: String, _ ref: String) throws(APIError) -> String {
        try snapshot.require(table, Ref(ref)).uuid
    }
}

extension Problem {
    /// - Parameter refuses: whether a run with the options that were asked about would be refused for it.
    fileprivate func asValue(refuses: Bool) -> Value {
        .pairs([
            "check": check.rawValue, "refuses": String(refuses), "severity": severity.rawValue, "text": text,
            "host": host ?? "", "vm": vm ?? "",
            "fix": fix?.label ?? "", "undo": fix?.undo ?? "",
            "offers": offers.map(\.option).joined(separator: " "),
        ])
    }
}

extension Offer {
    /// The option of `rollout.start` that takes it up.
    fileprivate var option: String {
        switch self {
        case .stop(let vm, let way): "\(way.rawValue)=\(vm)"
        case .leaveOut(let host): "exclude=\(host)"
        }
    }
}

extension RunDetails.Debt {
    fileprivate var asValue: Value {
        .pairs([
            "rollout": "OpaqueRef:" + run, "obligation": String(number), "text": text, "reason": reason ?? "",
            "since": Timestamp(seconds: since).iso8601,
        ])
    }
}
