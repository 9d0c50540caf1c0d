import Datamodel
import Hummingbird
import UpdatePackage
import XenAPI

/// What may be decided on the page Trust, by the rules of `pitstop trust`. Each decision is written down with its author.
extension ActionDoor {
    func addTrustActions(to router: Router<BasicRequestContext>) {
        // Keys and digests that are added stand in the form itself.
        post("trust/key", .poolAdmin, router, shows: Self.showsNothing) { action throws(PageError) in
            try await Self.showKeys(action)
        }
        post("trust/add-key", .poolAdmin, router, shows: Self.showsNothing) { action throws(PageError) in
            try await Self.addKeys(action)
        }
        post("trust/pin", .poolAdmin, router, shows: Self.showsNothing) { action throws(PageError) in
            let digest = action.form["sha256"].filter { !$0.isWhitespace }.lowercased()
            let problem = try await Self.decide("trust.pin", about: digest, action) { trust throws(TrustStoreError) in
                try trust.pin(digest, note: Self.note(action), now: action.console.now())
            }
            return Answer.seeOther(problem == nil ? "/trust" : "/trust?problem=sha256#problem-sha256")
        }
        let entry: Showing = { action throws(PageError) in
            let facts = try await TrustPage.facts(action.console.services.trust)
            return ("/trust", Shown(facts.filter { $0.name == TrustPage.name(of: action.form["name"]) }))
        }
        post("trust/remove", .poolAdmin, router, shows: entry) { action throws(PageError) in
            let name = action.form["name"]
            let problem = try await Self.decide("trust.remove", about: name, action) { trust throws(TrustStoreError) in
                try trust.remove(name)
            }
            if let problem { throw PageError(409, "Nothing was withdrawn", problem.description) }
            return Answer.seeOther("/trust")
        }
    }

    /// Whoever reads the list later sees why, and whose word it was.
    private static func note(_ action: Action) -> String {
        "\(action.form["note"].prefix(500)) (\(action.signedIn.user))"
    }

    /// Carries out a decision. It is in the audit log, refused or not.
    private static func decide(
        _ deed: String,
        about object: String,
        _ action: Action,
        _ body: (TrustStore) async throws(TrustStoreError) -> Void
    ) async throws(PageError) -> TrustStoreError? {
        var problem: TrustStoreError?
        _ = try? await action.audited(deed, about: String(object.prefix(200))) { () async throws(APIError) in
            do throws(TrustStoreError) { try await body(action.console.services.trust) } catch {
                problem = error
                throw APIError("VALUE_NOT_SUPPORTED")
            }
        }
        // Trust is no object of the pool: whoever looks at it is told.
        action.console.live.bell.ring()
        return problem
    }

    /// The keys in what was pasted, to be compared before they count. Nothing is trusted yet.
    private static func showKeys(_ action: Action) async throws(PageError) -> Response {
        let text = action.form["key"]
        let keys: [TrustStore.Key]
        let trusted: [TrustStore.Key]
        do throws(TrustStoreError) {
            keys = try await TrustStore.keys(in: Array(text.utf8))
            trusted = try await action.console.services.trust.keys()
        } catch {
            return Answer.seeOther("/trust?problem=key#problem-key")
        }
        guard !keys.isEmpty else { return Answer.seeOther("/trust?problem=key#problem-key") }
        let body = TrustKeyConfirmation(
            keys: keys,
            trusted: Set(trusted.map(\.fingerprint)),
            text: text,
            note: action.form["note"]
        ).html
        return PageDoor.page(Page(title: "Trust a key", section: .trust, body: body), for: action)
    }

    private static func addKeys(_ action: Action) async throws(PageError) -> Response {
        let fingerprints = Set(action.form.all("fingerprint"))
        guard action.form.has("compared"), !fingerprints.isEmpty else {
            throw PageError(
                409,
                "No key was added",
                "Compare the fingerprint with one that you have from the publisher by another way, and say that you have. Go back to do so."
            )
        }
        let text = Array(action.form["key"].utf8)
        let about = fingerprints.sorted().joined(separator: ", ")
        let problem = try await decide("trust.add_key", about: about, action) { trust async throws(TrustStoreError) in
            _ = try await trust.addKeys(in: text, only: fingerprints, note: note(action), now: action.console.now())
        }
        if let problem { throw PageError(409, "No key was added", problem.description) }
        return Answer.seeOther("/trust")
    }
}
