import Hummingbird
import XenAPI

/// Signing in. The form can only be sent from this very site; what it opens is a new session under a new secret.
struct SignInDoor: Sendable {
    let console: Console

    func show(_ request: Request) async -> Response {
        let to = ReturnPath.safe(PageDoor.query(request)["to"] ?? "/")
        if let secret = Cookie.read(request), await console.sessions.find(secret) != nil { return Answer.seeOther(to) }
        return page(to: to, wasSignedIn: Cookie.read(request) != nil)
    }

    func signIn(_ request: Request) async -> Response {
        do throws(PageError) {
            guard SameOrigin.check(request) else { throw .crossSite }
            let form = try await Form(request)
            let to = ReturnPath.safe(form["to"])
            guard form["password"].utf8.count <= 1024, form["user"].utf8.count <= 256 else { throw .tooLarge }
            do throws(APIError) {
                let secret = try await console.sessions.signIn(form["user"], password: form["password"])
                return Answer.seeOther(to, cookie: Cookie.set(secret))
            } catch {
                let isWrong = error.code == "SESSION_AUTHENTICATION_FAILED"
                let other = PageError(error)
                return page(
                    to: to,
                    user: form["user"],
                    problem: isWrong
                        ? "The user name or the password is not right." : "\(other.title). \(other.text)",
                    status: isWrong ? 401 : other.status
                )
            }
        } catch {
            return page(to: "/", problem: "\(error.title). \(error.text)", status: error.status)
        }
    }

    private func page(
        to: String,
        user: String = "",
        wasSignedIn: Bool = false,
        problem: String? = nil,
        status: Int = 200
    ) -> Response {
        let content = main(.id("main"), .class("sign-in")) {
            h1 { "Pitstop" }
            p { "Sign in with a user of the pool: the same name and password as for xe." }
            if wasSignedIn, problem == nil {
                p(.class("note"), .role("status")) { "Your session has ended. Sign in to go on where you were." }
            }
            // Nobody is signed in yet: there is no token, and nothing that was shown.
            signInForm {
                input(.type("hidden"), .name("to"), .value(to))
                label(.for("user")) { "User name" }
                field("user", "text", "username", user, problem != nil)
                label(.for("password")) { "Password" }
                field("password", "password", "current-password", "", problem != nil)
                if let problem { p(.id("problem"), .class("error"), .role("alert")) { problem } }
                button(.class("primary")) { "Sign in" }
            }
        }
        return bare("Sign in", content, status)
    }

    /// For those who have not signed in: that there is nothing at an address, and where to begin.
    func missing() -> Response {
        let content = main(.id("main"), .class("sign-in")) {
            h1 { PageError.notFound.title }
            p { PageError.notFound.text }
            p { a(.href("/sign-in")) { "Sign in" } }
        }
        return bare(PageError.notFound.title, content, PageError.notFound.status)
    }

    /// A page without what only those see who have signed in.
    private func bare(_ title: String, _ content: HTML, _ status: Int) -> Response {
        var writer = HTMLWriter()
        writer.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        writer.write(.text("\(title) — Pitstop"))
        writer.raw("</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        writer.raw("<link rel=\"icon\" href=\"/assets/pitstop.svg\" type=\"image/svg+xml\">")
        writer.raw("<link rel=\"stylesheet\" href=\"/assets/console.css\"></head><body>")
        writer.write(content)
        writer.raw("</body></html>")
        return Answer.page(writer.page.bytes, status: status)
    }

    private func signInForm(@HTMLBuilder content: () -> HTML) -> HTML {
        .element("form", [.method("post"), .action("/do/sign-in")], content())
    }

    private func field(_ name: String, _ type: String, _ autocomplete: String, _ value: String, _ bad: Bool) -> HTML {
        let base: [Attribute] = [
            .id(name), .name(name), .type(type), .autocomplete(autocomplete), .value(value), .required,
        ]
        let problem: [Attribute] = bad ? [.aria("aria-invalid", "true"), .aria("aria-describedby", "problem")] : []
        return .element(Tag("input", isVoid: true), base + problem, .empty)
    }
}
