import Datamodel
import Hummingbird
import PoolDatabase
import PoolOperations
import PoolRollout
import XenAPI

/// The buttons of a host, for those who may press them: each says first what it leads to.
struct HostButtons: Sendable {
    let facts: HostFacts

    var html: HTML {
        div(.id("host-actions"), .class("row")) {
            if let run = facts.now.run, facts.now.holds(facts.host) {
                p(.class("note")) {
                    "Run "
                    Links.run(run)
                    " looks after this host now: what it is to do is said on the run's page."
                }
            } else {
                for action in HostAction.allCases where action.isOffered(facts) { sure(action) }
            }
        }
    }

    private func sure(_ action: HostAction) -> HTML {
        details(.class("sure"), .id("sure-" + action.rawValue)) {
            summary { action.label }
            div(.class(action == .verify ? "note" : "warning")) {
                if let obstacle = action.obstacle(facts) {
                    p { obstacle }
                } else {
                    p { action.consequence(facts) }
                    Words.button(
                        action.confirmation,
                        to: "/do/hosts/\(facts.host.uuid)/\(action.rawValue)",
                        shown: facts.shown(for: action),
                        look: action == .restart ? "danger" : "primary"
                    )
                }
            }
        }
    }
}

extension ActionDoor {
    /// What may be done with a host. The messages are those that everybody sends: they check the role, and are in the audit.
    func addHostActions(to router: Router<BasicRequestContext>) {
        for act in HostAction.allCases {
            let shows: Showing = { action throws(PageError) in
                let facts = try await Self.facts(action)
                return ("/hosts/" + facts.host.uuid, facts.shown(for: act))
            }
            post("hosts/:host/" + act.rawValue, .poolOperator, router, shows: shows) { action throws(PageError) in
                let facts = try await Self.facts(action)
                try Self.check(act, facts)
                return try await Self.perform(act, facts, action)
            }
        }
    }

    private static func facts(_ action: Action) async throws(PageError) -> HostFacts {
        guard let host = action.snapshot.row("host", uuid: action.parameters["host"] ?? "") else { throw .notFound }
        return HostFacts(host, action.snapshot, await RunNow.read(action.console))
    }

    /// A form that was made by hand is told what the page would have said in place of a button.
    private static func check(_ act: HostAction, _ facts: HostFacts) throws(PageError) {
        if let run = facts.now.run, facts.now.holds(facts.host) {
            throw PageError(
                409,
                "A run looks after this host",
                "The run \(run.name) has \(facts.host.title) in hand. Pause or cancel the run on its page, or wait for its end."
            )
        }
        guard act.isOffered(facts) else {
            throw PageError(409, "This can not be done now", "\(facts.host.title) is: \(facts.state.text).")
        }
        if let obstacle = act.obstacle(facts) { throw PageError(409, "This can not be done now", obstacle) }
    }

    private static func perform(_ act: HostAction, _ facts: HostFacts, _ action: Action) async throws(PageError)
        -> Response
    {
        let host = Value.string(facts.host.ref.rawValue)
        let page = "/hosts/" + facts.host.uuid
        switch act {
        case .maintenance:
            try await action.call("host.disable", host)
            try await action.call("host.remove_from_other_config", host, .string(HostNote.maintenance.rawValue))
            try await action.call(
                "host.add_to_other_config",
                host,
                .string(HostNote.maintenance.rawValue),
                .string("true")
            )
            guard !facts.guests.isEmpty, facts.emptying.problems.isEmpty else { return Answer.seeOther(page) }
            try await action.call("Async.host.evacuate", host)
            return Answer.seeOther("/tasks")
        case .service:
            try await action.call("host.remove_from_other_config", host, .string(HostNote.maintenance.rawValue))
            try await action.call("host.enable", host)
        case .evacuate:
            try await action.call("Async.host.evacuate", host)
            return Answer.seeOther("/tasks")
        case .restart: try await action.call("host.reboot", host)
        case .toolstack: try await action.call("host.restart_agent", host)
        case .verify:
            let verdicts = try await action.call("host.verify_packages", host).elements ?? []
            return PageDoor.page(VerifiedPackages(host: facts.host, verdicts: verdicts).page, for: action)
        }
        return Answer.seeOther(page)
    }
}

/// How the packages of a host compare with what its updates promised.
struct VerifiedPackages: Sendable {
    let host: Row
    /// As `host.verify_packages` gives them.
    let verdicts: [Value]

    var page: Page {
        let drifted = verdicts.filter { text($0, "drift") == "true" }
        let body = HTML.group([
            h1 { "Packages of \(host.title)" },
            p(.class(drifted.isEmpty ? "success" : "problem")) {
                verdicts.isEmpty
                    ? "No update that is applied here promised any package."
                    : drifted.isEmpty
                        ? "All \(Words.count(verdicts.count, "package is", "packages are")) as promised, as far as that is known."
                        : "\(Words.count(drifted.count, "package is", "packages are")) not as promised."
            },
            verdicts.isEmpty ? .empty : table,
            p { Links.link("/hosts/" + host.uuid, "To host \(host.title)") },
        ])
        return Page(title: "Packages of \(host.title)", section: .hosts, body: body)
    }

    private var table: HTML {
        Words.table(
            "Packages, and what their updates promised",
            ["Package", "State", "Promised", "Installed", "By update", "Found"]
        ) {
            for verdict in verdicts {
                tr {
                    th(.scope("row")) { text(verdict, "package") }
                    td {
                        Words.state(
                            text(verdict, "state").replacing("_", with: " "),
                            text(verdict, "drift") == "true"
                                ? "bad" : text(verdict, "state") == "unknown" ? "idle" : "good"
                        )
                    }
                    td { text(verdict, "promised") }
                    td { text(verdict, "installed") }
                    td { text(verdict, "patch_label") }
                    td { for line in text(verdict, "findings").split(separator: "\n") { div { String(line) } } }
                }
            }
        }
    }

    private func text(_ verdict: Value, _ name: String) -> String { verdict[name]?.text ?? "" }
}
