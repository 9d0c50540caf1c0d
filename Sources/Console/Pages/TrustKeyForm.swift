import UpdatePackage

/// Where a publisher's key is pasted, or taken from its file.
struct TrustKeyForm: Sendable {
    let problem: String?

    var html: HTML {
        let isBad = problem == "key"
        var attributes: [Attribute] = [.id("key"), .name("key"), .required, .rows("6"), .class("wide")]
        if isBad { attributes += [.aria("aria-invalid", "true"), .aria("aria-describedby", "problem-key")] }
        return post(to: "/do/trust/key", .nothing) {
            h3 { "Add a key" }
            div(.class("field")) {
                label(.for("key")) { "The publisher's public key, with its BEGIN and END lines" }
                HTML.element("textarea", attributes, .empty)
                if isBad {
                    p(.id("problem-key"), .class("error"), .role("alert")) {
                        "There is no OpenPGP public key in this. Paste all of it, or choose the file that the publisher gives."
                    }
                }
            }
            div(.class("field scripts-only")) {
                label(.for("key-file")) { "Or its file" }
                input(
                    .type("file"),
                    .id("key-file"),
                    .data("data-key-file", "key"),
                    .accept(".asc,.gpg,.pgp,.key,.pub")
                )
            }
            div(.class("field")) {
                label(.for("key-note")) { "Whose key, and where from" }
                input(.id("key-note"), .name("note"), .required)
            }
            button { "Look at the Key…" }
        }
    }
}

/// The keys that were pasted, before they count.
struct TrustKeyConfirmation: Sendable {
    let keys: [TrustStore.Key]
    let trusted: Set<String>
    let text: String
    let note: String

    var html: HTML {
        .group([
            h1 { "Trust \(keys.count == 1 ? "this key" : "these keys")?" },
            p(.class("warning")) {
                "Nothing is trusted yet. Once it is, every package that this key has signed may run as root on every host. A name on "
                "a key proves nothing: compare the fingerprint with one that you have from the publisher by another way."
            },
            Words.table("Keys in what you gave", ["Fingerprint", "Name", ""]) {
                for key in keys {
                    tr {
                        th(.scope("row")) { code { Self.groups(key.fingerprint) } }
                        td { key.userID }
                        td { if trusted.contains(key.fingerprint) { "is trusted already" } }
                    }
                }
            },
            post(to: "/do/trust/add-key", .nothing) {
                input(.type("hidden"), .name("key"), .value(text))
                input(.type("hidden"), .name("note"), .value(note))
                for key in keys { input(.type("hidden"), .name("fingerprint"), .value(key.fingerprint)) }
                div(.class("choice")) {
                    input(.type("checkbox"), .id("compared"), .name("compared"), .value("yes"), .required)
                    label(.for("compared")) {
                        "I have compared \(keys.count == 1 ? "the fingerprint" : "all fingerprints")."
                    }
                }
                div(.class("row")) {
                    button(.class("danger")) { "Trust \(keys.count == 1 ? "This Key" : "These Keys")" }
                    a(.class("button"), .href("/trust")) { "Do not" }
                }
            },
        ])
    }

    /// A fingerprint in groups of four, as it is read aloud.
    static func groups(_ fingerprint: String) -> String {
        var parts: [Substring] = []
        var rest = fingerprint[...]
        while !rest.isEmpty {
            parts.append(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        return parts.joined(separator: " ")
    }
}
