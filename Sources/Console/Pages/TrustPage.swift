import Datamodel
import Hummingbird
import UpdatePackage

/// Whom this server believes: the keys, and the files that somebody has vouched for.
enum TrustPage {
    static func make(_ visit: Visit) async throws(PageError) -> Page {
        let store = visit.console.services.trust
        let keys: [TrustStore.Key]
        let decisions: TrustStore.Decisions
        do throws(TrustStoreError) {
            keys = try await store.keys()
            decisions = try store.decisions()
        } catch {
            throw PageError(500, "Trust can not be read", error.description)
        }
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
                            td { if may { remove(key.fingerprint) } }
                        }
                    }
                }
                p { "Signatures needed: \(decisions.requiredSigners)" }
                if may { TrustKeyForm(problem: visit.query["problem"]).html }
            },
            pins(decisions, may, visit.query["problem"] == "sha256"),
        ])
        return Page(title: "Trust", section: .trust, body: body)
    }

    private static func pins(_ decisions: TrustStore.Decisions, _ may: Bool, _ isBad: Bool) -> HTML {
        section(.class("sheet")) {
            h2 { "Pinned files" }
            Words.table("Files that are trusted as they are", ["SHA-256", "Why", "Since", "Withdraw"]) {
                for pin in decisions.pinned {
                    tr {
                        th(.scope("row")) { code { pin.sha256 } }
                        td { pin.note }
                        td { pin.added }
                        td { if may { remove(pin.sha256) } }
                    }
                }
            }
            if !decisions.weakDigestsAllowed.isEmpty { weak(decisions.weakDigestsAllowed, may) }
            if may { form(isBad) }
        }
    }

    private static func weak(_ exceptions: [TrustStore.Pin], _ may: Bool) -> HTML {
        Words.table(
            "Files whose good signature may rest on MD5, SHA-1 or RIPEMD-160",
            ["SHA-256", "Why", "Since", "Withdraw"]
        ) {
            for exception in exceptions {
                tr {
                    th(.scope("row")) { code { exception.sha256 } }
                    td { exception.note }
                    td { exception.added }
                    td { if may { remove(exception.sha256) } }
                }
            }
        }
    }

    private static func form(_ isBad: Bool) -> HTML {
        var attributes: [Attribute] = [.id("sha256"), .name("sha256"), .required, .autocomplete("off")]
        if isBad { attributes += [.aria("aria-invalid", "true"), .aria("aria-describedby", "problem-sha256")] }
        return .element(
            "form",
            [.method("post"), .action("/do/trust/pin")],
            .group([
                HTML.token,
                h3 { "Pin a file" },
                div(.class("field")) {
                    label(.for("sha256")) { "SHA-256" }
                    HTML.element(Tag("input", isVoid: true), attributes, .empty)
                    if isBad {
                        p(.id("problem-sha256"), .class("error"), .role("alert")) {
                            "A SHA-256 has 64 hexadecimal digits."
                        }
                    }
                },
                div(.class("field")) {
                    label(.for("note")) { "Why" }
                    input(.id("note"), .name("note"), .required)
                },
                button { "Pin" },
            ])
        )
    }

    private static func remove(_ name: String) -> HTML {
        details(.class("sure")) {
            summary { "Withdraw…" }
            p { "Packages that rest on it alone are no longer run." }
            Words.button("Withdraw", to: "/do/trust/remove", [("name", name)], look: "danger", about: name)
        }
    }
}
