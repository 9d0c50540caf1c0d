import Datamodel
import Hummingbird
import PoolRollout
import Rollout
import XenAPI

/// What may be said to a run.
extension ActionDoor {
    func addRunActions(to router: Router<BasicRequestContext>) {
        let words: [(String, @Sendable (Form) -> OperatorWord?)] = [
            ("pause", { _ in .pause }), ("resume", { _ in .resume }), ("stop-after-host", { _ in .stopAfterHost }),
            ("cancel", { _ in .cancel }), ("proceed", { _ in .proceed }), ("fix-all", { _ in .fixAll }),
            ("skip", { .skip(host: $0["host"]) }), ("retry", { .retry(host: $0["host"]) }),
            ("approve", { .approve(host: $0["host"]) }),
            ("pay", { form in Int(form["obligation"]).map { .pay(obligation: $0) } }),
        ]
        add(words.map { name, word in (name, { word($0.form) }) } + [("consent", Self.consent)], to: router)
    }

    /// A VM may be stopped: just this one, in this way, by this run, as whoever is signed in says.
    private static func consent(_ action: Action) -> OperatorWord? {
        guard let run = action.parameters["run"], let way = Consent.Way(rawValue: action.form["way"]) else {
            return nil
        }
        return .consent(Consent(run: run, vm: action.form["vm"], way: way, givenBy: action.signedIn.user))
    }

    private func add(
        _ words: [(String, @Sendable (Action) -> OperatorWord?)],
        to router: Router<BasicRequestContext>
    ) {
        for (name, word) in words {
            let shows: Showing = { action throws(PageError) in try await Self.shows(name, word(action), action) }
            post("runs/:run/" + name, .poolOperator, router, shows: shows) { action throws(PageError) in
                guard let word = word(action), let run = action.parameters["run"] else { throw .notFound }
                try await Self.say(word, name, to: run, action)
                return Answer.seeOther(await Self.page(of: run, action))
            }
        }
    }

    /// Where the run is shown: in its wizard, where it has one.
    private static func page(of run: String, _ action: Action) async -> String {
        await action.console.wizards.wizard(of: run)?.path(.install) ?? "/runs/" + run
    }

    private static func shows(_ name: String, _ word: OperatorWord?, _ action: Action)
        async throws(PageError) -> (page: String, shown: Shown)
    {
        guard word != nil, let run = action.parameters["run"] else { throw .notFound }
        let details = try await RunPage.details(run, action.console)
        let subject = action.form["host"] + action.form["obligation"]
        return (await page(of: run, action), RunFacts(details, action.snapshot).shown(for: name, subject))
    }

    private static func say(_ word: OperatorWord, _ name: String, to run: String, _ action: Action)
        async throws(PageError)
    {
        let message = "rollout." + name.replacing("-", with: "_")
        do throws(APIError) {
            try await action.audited(message, about: "rollout (\(run))") { () async throws(APIError) in
                try await action.console.services.rollouts.say(word, to: run, by: action.signedIn.user)
            }
        } catch {
            if error.code == "UUID_INVALID" { throw .notFound }
            throw PageError(409, "The run did not hear this", error.parameters.first ?? error.code)
        }
    }
}
