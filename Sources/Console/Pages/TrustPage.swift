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
                if keys.isEmpty { p { "No key is trusted. Add one with: pitstop trust add-key FILE" } }
                Words.table("Keys whose signatures count", ["Fingerprint", "Name", ""]) {
                    for key in keys {
                        tr {
                            th(.scope("row")) { code { key.fingerprint } }
                            td { key.userID }
                            td { if may { remove(key.fingerprint) } }
                        }
                    }
                }
                p { "Signatures needed: \(decisions.requiredSigners)" }
            },
            pins(decisions, may, visit.query["problem"] == "sha256"),
        ])
        return Page(title: "Trust", section: .trust, body: body)
    }

    private static func pins(_ decisions: TrustStore.Decisions, _ may: Bool, _ isBad: Bool) -> HTML {
        section(.class("sheet")) {
            h2 { "Pinned files" }
            Words.table("Files that are trusted as they are", ["SHA-256", "Why", "Since", ""]) {
                for pin in decisions.pinned {
                    tr {
                        th(.scope("row")) { code { pin.sha256 } }
                        td { pin.note }
                        td { pin.added }
                        td { if may { remove(pin.sha256) } }
                    }
                }
            }
            if may { form(isBad) }
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

extension ActionDoor {
    func addTrustActions(to router: Router<BasicRequestContext>) {
        post("trust/pin", .poolAdmin, router) { action throws(PageError) in
            let note = "\(action.form["note"].prefix(500)) (\(action.signedIn.user))"
            do throws(TrustStoreError) {
                try action.console.services.trust.pin(action.form["sha256"], note: note, now: action.console.now())
            } catch {
                return Answer.seeOther("/trust?problem=sha256")
            }
            return Answer.seeOther("/trust")
        }
        post("trust/remove", .poolAdmin, router) { action throws(PageError) in
            do throws(TrustStoreError) {
                try action.console.services.trust.remove(action.form["name"])
            } catch {
                throw PageError(409, "Nothing was withdrawn", error.description)
            }
            return Answer.seeOther("/trust")
        }
    }
}
