import Foundation
import PoolControl
import PoolDatabase
import Rollout
import XenAPI

@testable import Console
@testable import PoolRollout

/// A form of a page that is posted, as a browser reads it.
struct PostedForm {
    let action: String
    /// The fields that nobody sees.
    let fields: [String: String]
    /// Whether it has a button with such a name and value.
    let buttons: Set<[String]>

    /// The names of what the form shows.
    var shown: [String] {
        (fields["shown"] ?? "").split(separator: " ").compactMap { $0.split(separator: ":").first.map(String.init) }
    }

    /// The same form of an older page, on which one thing was otherwise.
    func older(_ name: String) -> PostedForm {
        let facts = (fields["shown"] ?? "").split(separator: " ").map { fact in
            fact.hasPrefix(name + ":") ? name + ":older" : String(fact)
        }
        return PostedForm(
            action: action,
            fields: fields.merging(["shown": facts.joined(separator: " ")]) { $1 },
            buttons: buttons
        )
    }

    static func all(in page: String) -> [PostedForm] {
        page.matches(of: /<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/.dotMatchesNewlines()).map { form in
            let inputs = form.2.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)">/)
            let buttons = form.2.matches(of: /<button[^>]* name="([^"]*)" value="([^"]*)"/)
            return PostedForm(
                action: text(form.1),
                fields: Dictionary(inputs.map { (text($0.1), text($0.2)) }) { $1 },
                buttons: Set(buttons.map { [text($0.1), text($0.2)] })
            )
        }
    }

    private static func text(_ html: Substring) -> String {
        String(html).replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}

extension Desk {
    /// A wizard that has come so far.
    func wizard(at step: Wizard.Step) async throws -> Wizard {
        let wizard = try await console.wizards.begin(by: "ann")
        return try await console.wizards.change(wizard.id) { $0.reached = step }
    }

    /// What the form of a step shows besides what is looked up for single buttons.
    func shown(_ wizard: Wizard, on step: Wizard.Step) async -> String {
        WizardFacts(wizard: await console.wizards[wizard.id] ?? wizard, snapshot: database.snapshot).shown(on: step)
            .text
    }

    func shown(run: String, for word: String) async throws -> String {
        RunFacts(try await rollouts.details(run), database.snapshot).shown(for: word).text
    }

    /// Has the pool know an update whose package nobody needs to look into.
    func addUpdate(_ name: String, digest: String) async throws -> String {
        let uuid = UUID().uuidString.lowercased()
        try await database.transaction { transaction throws(APIError) in
            transaction.create(
                "pool_patch",
                Ref("OpaqueRef:" + uuid),
                [
                    "uuid": .string(uuid), "name_label": .string(name), "size": .int(1),
                    "after_apply_guidance": .strings(["restartHost"]), "sha256": .string(digest),
                ]
            )
        }
        await rollouts.know(UpdateFacts(uuid: uuid, label: name, sha256: digest, guidance: [.restartHost]))
        return uuid
    }

    func set(_ table: String, _ row: Row, _ field: String, _ value: Value) async throws {
        try await database.transaction { transaction throws(APIError) in
            try transaction.set(table, row.ref, field, value)
        }
    }
}

extension RolloutService {
    /// Takes the facts of an update for those of its package.
    fileprivate func know(_ facts: UpdateFacts) {
        knownContents[facts.uuid] = UpdateContents(
            sha256: facts.sha256,
            packages: facts.packages,
            installationSize: facts.installationSize
        )
    }
}
