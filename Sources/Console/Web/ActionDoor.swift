import Datamodel
import HTTPTypes
import Hummingbird
import PoolDatabase
import PoolRollout
import XenAPI

/// What somebody asks for by a form: who, with which fields.
struct Action: Sendable {
    let console: Console
    let signedIn: SignedIn
    let secret: String
    let form: Form
    /// The open parts of the path.
    let parameters: [String: String]

    var snapshot: Snapshot { console.access.snapshot }

    /// Sends a XenAPI message as this user.
    @discardableResult
    func call(_ message: String, _ arguments: Value...) async throws(PageError) -> Value {
        do throws(APIError) {
            return try await console.access.call(message, arguments, in: signedIn.session)
        } catch {
            var refusal = PageError(error)
            if refusal.status != 403 {
                refusal.text = "\(FailureWords(snapshot).sentence(error)) (\(error.code))"
            }
            throw refusal
        }
    }

    /// Does something that is no message of XenAPI, and has it written down who did it.
    func audited<Result>(
        _ deed: String,
        about object: String,
        _ body: () async throws(APIError) -> Result
    ) async throws(APIError) -> Result {
        do throws(APIError) {
            let result = try await body()
            console.access.note(deed, about: object, nil, in: signedIn.session)
            return result
        } catch {
            console.access.note(deed, about: object, error, in: signedIn.session)
            throw error
        }
    }
}

/// The door for everything that changes something: POST below `/do/`. Each needs the cookie, the token of a page that
/// this browser was given, and a role; cross-site posts have neither.
struct ActionDoor: Sendable {
    let console: Console

    typealias Doing = @Sendable (Action) async throws(PageError) -> Response
    /// What the page that a form of this action is on shows now; and where that page is.
    typealias Showing = @Sendable (Action) async throws(PageError) -> (page: String, shown: Shown)

    /// For what acts on nothing but its own words.
    static let showsNothing: Showing = { _ throws(PageError) in ("/", .nothing) }

    func addRoutes(to router: Router<BasicRequestContext>) {
        post("sign-out", .readOnly, router, shows: Self.showsNothing) { action throws(PageError) in
            await action.console.sessions.signOut(action.secret)
            return Answer.seeOther("/sign-in", cookie: Cookie.remove)
        }
        addTaskActions(to: router)
        addHostActions(to: router)
        addVMActions(to: router)
        addWizardActions(to: router)
        addRunActions(to: router)
        addTrustActions(to: router)
    }

    /// Adds something that may be asked for. It is done only for a form that shows what there is now.
    func post(
        _ path: String,
        _ role: Role,
        _ router: Router<BasicRequestContext>,
        shows: @escaping Showing,
        _ doing: @escaping Doing
    ) {
        router.post(RouterPath("do/" + path)) { request, context in
            await answer(request, path, role, context.parameters) { action throws(PageError) in
                let (page, shown) = try await shows(action)
                let changes = shown.changes(since: action.form)
                guard changes.isEmpty else { return Answer.seeOther(Page.path(page, changed: changes)) }
                return try await doing(action)
            }
        }
    }

    private func answer(
        _ request: Request,
        _ path: String,
        _ role: Role,
        _ parameters: Parameters,
        _ doing: Doing
    ) async -> Response {
        guard let secret = Cookie.read(request), let signedIn = await console.sessions.find(secret) else {
            return Answer.seeOther("/sign-in?to=" + ReturnPath.encode(Self.origin(of: request)))
        }
        let token = Secret.derive("form", from: secret)
        do throws(PageError) {
            let form = try await Form(request)
            guard SameOrigin.check(request), Secret.equal(form["token"], token) else { throw .crossSite }
            guard signedIn.role >= role else {
                let denial = APIError("RBAC_PERMISSION_DENIED")
                console.access.note("console/" + path, about: "", denial, in: signedIn.session)
                throw .mayNot(signedIn, needs: "\(role.rawValue) or more")
            }
            let open = Dictionary(parameters.map { (String($0.key), Form.decode($0.value)) }) { $1 }
            let action = Action(console: console, signedIn: signedIn, secret: secret, form: form, parameters: open)
            return try await doing(action)
        } catch {
            return PageDoor.failure(error, console, signedIn, token)
        }
    }

    /// The page that a form was on: where to go back to after signing in.
    private static func origin(of request: Request) -> String {
        guard let referrer = HTTPField.Name("Referer").flatMap({ request.headers[$0] }),
            let slash = referrer.dropFirst("https://".count).firstIndex(of: "/")
        else { return "/" }
        return ReturnPath.safe(String(referrer[slash...]))
    }
}
