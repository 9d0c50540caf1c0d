import Hummingbird

/// Shows pages to those who have signed in; sends the others to sign in and then back.
struct PageDoor: Sendable {
    let console: Console

    func show(_ request: Request) async -> Response {
        await answer(request) { signedIn, token throws(PageError) in
            let address = PageAddress(request.uri.string)
            guard let (make, parameters) = console.routes.find(address.path) else { throw .notFound }
            let visit = Visit(
                console: console,
                signedIn: signedIn,
                path: address.path,
                parameters: parameters,
                query: address.query
            )
            let page = try await make(visit)
            let attention = await Attention.read(console)
            let body = BodyVersion(page.body(for: visit, attention))
            return Answer.page(Frame(visit: visit, page: page, body: body, attention: attention).bytes(token: token))
        }
    }

    /// The answer to an address at which nothing is.
    func missing(_ request: Request) async -> Response {
        if let secret = Cookie.read(request), let signedIn = await console.sessions.find(secret) {
            return Self.failure(.notFound, console, signedIn, Secret.derive("form", from: secret))
        }
        return SignInDoor(console: console).missing()
    }

    /// Answers those who have signed in.
    func answer(
        _ request: Request,
        _ body: (SignedIn, _ token: String) async throws(PageError) -> Response
    ) async -> Response {
        guard let secret = Cookie.read(request), let signedIn = await console.sessions.find(secret) else {
            return Answer.seeOther("/sign-in?to=" + ReturnPath.encode(request.uri.string))
        }
        let token = Secret.derive("form", from: secret)
        do throws(PageError) {
            return try await body(signedIn, token)
        } catch {
            return Self.failure(error, console, signedIn, token)
        }
    }

    static func failure(_ error: PageError, _ console: Console, _ signedIn: SignedIn, _ token: String) -> Response {
        let body = HTML.group([
            h1 { error.title },
            p { error.text },
            p {
                if let next = error.next {
                    a(.href(next.path)) { next.words }
                    " · "
                }
                a(.href("/")) { "To the pool's page" }
            },
        ])
        let page = Page(title: error.title, section: .pool, body: body)
        return still(page, error.status, console, signedIn, token)
    }

    /// The answer to a posted form as a page of its own, which has no address.
    static func page(_ page: Page, for action: Action) -> Response {
        still(page, 200, action.console, action.signedIn, Secret.derive("form", from: action.secret))
    }

    private static func still(_ page: Page, _ status: Int, _ console: Console, _ signedIn: SignedIn, _ token: String)
        -> Response
    {
        let visit = Visit(console: console, signedIn: signedIn, path: "/", parameters: [:], query: [:])
        let frame = Frame(visit: visit, page: page, body: BodyVersion(page.body), isLive: false)
        return Answer.page(frame.bytes(token: token), status: status)
    }

    static func query(_ request: Request) -> [String: String] { PageAddress(request.uri.string).query }
}
