import Datamodel
import Hummingbird
import UpdatePackage

/// Whom this server believes: the keys, and the files that somebody has vouched for.
enum TrustPage {
    static func make(_ visit: Visit) async throws(PageError) -> Page {
        let (keys, decisions) = try await read(visit.console.services.trust)
        let facts = facts(keys, decisions)
        let may = visit.signedIn.mayAdminister
        let body = HTML.group([
            h1 { "Trust" },
            p {
                "A package runs only if one of these keys has signed it, or if its SHA-256 is pinned. This is checked again before every run."
            },
            section(.class("sheet")) {
                h2 { "Keys" }
                if keys.isEmpty { p { "No key is trusted, so no package runs but those that are pinned." } }
                Words.table("Keys whose signatures count", ["Fingerprint", "Name", "Why", "Since", "Withdraw"]) {
                    for key in keys {
                        tr {
                            th(.scope("row")) { code { key.fingerprint } }
                            td { key.userID }
                            td { key.added?.note ?? "" }
                            td { key.added?.added ?? "" }
                            td { if may { remove(key.fingerprint, facts) } }
                        }
                    }
                }
                p { "Signatures needed: \(decisions.requiredSigners)" }
                if may { TrustKeyForm(problem: visit.query["problem"]).html }
            },
            pins(decisions, may, visit.query["problem"] == "sha256", facts),
        ])
        return Page(title: "Trust", section: .trust, body: body, facts: facts)
    }

    private static func read(_ store: TrustStore)
        async throws(PageError) -> (keys: [TrustStore.Key], decisions: TrustStore.Decisions)
    {
        do throws(TrustStoreError) { return (try await store.keys(), try store.decisions()) } catch {
            throw PageError(500, "Trust can not be read", error.description)
        }
    }

    /// What the buttons that withdraw trust show.
    static func facts(_ store: TrustStore) async throws(PageError) -> [Shown.Fact] {
        let (keys, decisions) = try await read(store)
        return facts(keys, decisions)
    }

    private static func facts(_ keys: [TrustStore.Key], _ decisions: TrustStore.Decisions) -> [Shown.Fact] {
        let entries =
            keys.map { ($0.fingerprint, "\($0.userID) \($0.added?.note ?? "") \($0.added?.added ?? "")") }
            + (decisions.pinned + decisions.weakDigestsAllowed).map { ($0.sha256, "\($0.note) \($0.added)") }
        let texts = Dictionary(entries) { $0 + "; " + $1 }
        return texts.sorted { $0.key < $1.key }.map { .init(name(of: $0), "Trust in \($0.prefix(16))…", now: $1) }
    }

    /// The name of the fact of a key or file.
    static func name(of entry: String) -> String {
        "trust-" + entry.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    private static func pins(_ decisions: TrustStore.Decisions, _ may: Bool, _ isBad: Bool, _ facts: [Shown.Fact])
        -> HTML
    {
        section(.class("sheet")) {
            h2 { "Pinned files" }
            Words.table("Files that are trusted as they are", ["SHA-256", "Why", "Since", "Withdraw"]) {
                for pin in decisions.pinned {
                    tr {
                        th(.scope("row")) { code { pin.sha256 } }
                        td { pin.note }
                        td { pin.added }
                        td { if may { remove(pin.sha256, facts) } }
                    }
                }
            }
            if !decisions.weakDigestsAllowed.isEmpty { weak(decisions.weakDigestsAllowed, may, facts) }
            if may { pinForm(isBad) }
        }
    }

    private static func weak(_ exceptions: [TrustStore.Pin], _ may: Bool, _ facts: [Shown.Fact]) -> HTML {
        Words.table(
            "Files whose good signature may rest on MD5, SHA-1 or RIPEMD-160",
            ["SHA-256", "Why", "Since", "Withdraw"]
        ) {
            for exception in exceptions {
                tr {
                    th(.scope("row")) { code { exception.sha256 } }
                    td { exception.note }
                    td { exception.added }
                    td { if may { remove(exception.sha256, facts) } }
                }
            }
        }
    }

    private static func pinForm(_ isBad: Bool) -> HTML {
        var attributes: [Attribute] = [.id("sha256"), .name("sha256"), .required, .autocomplete("off")]
        if isBad { attributes += [.aria("aria-invalid", "true"), .aria("aria-describedby", "problem-sha256")] }
        return post(to: "/do/trust/pin", .nothing) {
            h3 { "Pin a file" }
            div(.class("field")) {
                label(.for("sha256")) { "SHA-256" }
                HTML.element(Tag("input", isVoid: true), attributes, .empty)
                if isBad {
                    p(.id("problem-sha256"), .class("error"), .role("alert")) {
                        "A SHA-256 has 64 hexadecimal digits."
                    }
                }
            }
            div(.class("field")) {
                label(.for("note")) { "Why" }
                input(.id("note"), .name("note"), .required)
            }
            button { "Pin" }
        }
    }

    private static func remove(_ entry: String, _ facts: [Shown.Fact]) -> HTML {
        let shown = Shown(facts.filter { $0.name == name(of: entry) })
        return details(.class("sure")) {
            summary { "Withdraw…" }
            p { "Packages that rest on it alone are no longer run." }
            Words.button(
                "Withdraw",
                to: "/do/trust/remove",
                [("name", entry)],
                shown: shown,
                look: "danger",
                about: entry
            )
        }
    }
}
