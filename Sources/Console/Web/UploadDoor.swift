import HTTPTypes
import Hummingbird
import NIOCore
import PoolDatabase
import UpdatePackage
import XenAPI

/// The door for packages from disk: PUT, as the upload script sends them. Bytes stream to disk as they come.
struct UploadDoor: Sendable {
    let console: Console

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.put("do/upload/check") { request, _ in await check(request) }
        router.put("do/upload") { request, _ in await upload(request) }
    }

    /// Says from its beginning whether a file can be a package, before all of it is sent.
    private func check(_ request: Request) async -> Response {
        do throws(PageError) {
            _ = try await operatorOf(request)
            let head: ByteBuffer
            do { head = try await request.body.collect(upTo: 64 << 10) } catch { throw .tooLarge }
            if let problem = Self.problem(of: Array(head.readableBytesView)) {
                return Answer.text(problem, status: 415)
            }
            return Answer.text("")
        } catch {
            return Self.answer(error)
        }
    }

    private func upload(_ request: Request) async -> Response {
        do throws(PageError) {
            let signedIn = try await operatorOf(request)
            let length = request.headers[.contentLength].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
            let patch: Ref
            do throws(APIError) {
                patch = try await console.access.upload(request.body, length: length, in: signedIn.session)
            } catch {
                if let refusal = Self.otherBuild(error) { throw refusal }
                // The same package once more is no mistake: it is the one that was meant.
                guard error.code == "PATCH_ALREADY_EXISTS", let uuid = error.parameters.first else {
                    throw PageError(error)
                }
                try await choose(uuid, request)
                return Answer.text("")
            }
            guard let row = console.access.snapshot.row("pool_patch", patch) else { throw .notFound }
            try await choose(row.uuid, request)
            return Answer.text("")
        } catch {
            return Self.answer(error)
        }
    }

    /// For the upload script, which shows the text and a link to the page that helps.
    private static func answer(_ error: PageError) -> Response {
        var answer = Answer.text("\(error.title). \(error.text)", status: error.status)
        if let next = error.next, let name = HTTPField.Name("X-Pitstop-Next") { answer.headers[name] = next.path }
        return answer
    }

    /// The wizard goes on with what was uploaded from it.
    private func choose(_ uuid: String, _ request: Request) async throws(PageError) {
        guard let id = PageDoor.query(request)["wizard"], let wizard = await console.wizards[id], wizard.run == nil
        else {
            return
        }
        try await console.wizards.change(id) { $0.choose(update: uuid) }
    }

    private func operatorOf(_ request: Request) async throws(PageError) -> SignedIn {
        guard let secret = Cookie.read(request), let signedIn = await console.sessions.find(secret) else {
            throw PageError(401, "Your session has ended", "Reload the page to sign in; you come back to this step.")
        }
        let token = HTTPField.Name("X-Pitstop-Token").flatMap { request.headers[$0] } ?? ""
        guard SameOrigin.check(request), Secret.equal(token, Secret.derive("form", from: secret)) else {
            throw .crossSite
        }
        guard signedIn.mayOperate else { throw .mayNot(signedIn, needs: "pool-operator or more") }
        return signedIn
    }

    /// Nothing of the wizard's choice changes: the operator has to say which of the two is meant.
    static func otherBuild(_ error: APIError) -> PageError? {
        guard error.code == "PATCH_IS_ANOTHER_BUILD", error.parameters.count == 3 else { return nil }
        return PageError(
            409,
            "The pool has another build of this update",
            "Under its uuid \(error.parameters[0]) there is a package with the SHA-256 \(error.parameters[1]); the file that "
                + "was sent has \(error.parameters[2]), and was not taken. To install it, remove the first with xe "
                + "patch-destroy uuid=\(error.parameters[0]); where hosts have the first, build the new one under a uuid of "
                + "its own."
        )
    }

    /// What is wrong with a file that begins so, and what to do; nil where it may be a package.
    static func problem(of head: [UInt8]) -> String? {
        switch PackageFile.sniff(head) {
        case .signedBinary, .signedCleartext: nil
        case .zip: "This is a zip: extract it first, and upload the .xsupdate file from it."
        case .iso: "This is an ISO image. This pool takes .xsupdate files; ISO images are for later versions."
        case .script: "This is a script without a signature. Only signed packages are taken."
        case .empty: "This file is empty."
        case .other:
            "This is no update package: its beginning is not that of a signed file. Choose the .xsupdate file itself."
        }
    }
}
