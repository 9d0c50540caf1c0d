import Datamodel
import Foundation
import PoolOperations
import TestSupport
import Testing
import XenAPI

@testable import PoolServer

@Suite("Tokens")
struct TokenTests {
    private let directory: TemporaryDirectory
    private let clock = TestClock()
    private var path: String { directory.file("users.json") }

    init() throws { directory = try TemporaryDirectory() }

    private func users() throws -> Users { try Users(path: path) { [clock] in clock.now.seconds } }

    private func code(_ body: () async throws(APIError) -> Void) async -> String? {
        do throws(APIError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("A token signs in under its name, with its role, and with nothing but the whole secret")
    func signIn() async throws {
        let users = try users()
        let (_, secret) = try users.makeToken("deploy.v2", role: .poolOperator, by: "ann", days: nil)
        #expect(try await users.authenticate("deploy.v2", password: secret.text)?.role == .poolOperator)
        #expect(try await users.authenticate("root", password: secret.text) == nil, "another name")
        let last = secret.text.hasSuffix("A") ? "B" : "A"
        for wrong in [
            String(secret.text.dropLast()), secret.text + "A", secret.text.dropLast() + last, "deploy.v2", "",
        ] {
            #expect(try await users.authenticate("deploy.v2", password: wrong) == nil)
        }
    }

    @Test("The files hold no secret, and only their owner can read them")
    func files() async throws {
        let users = try users()
        let (_, secret) = try users.makeToken("deploy", role: .readOnly, by: "ann", days: nil)
        _ = try await users.authenticate("deploy", password: secret.text)
        let random = try #require(secret.text.split(separator: ".").last)
        for name in ["tokens.json", "tokens.used.json"] {
            let text = try String(contentsOfFile: directory.file(name), encoding: .utf8)
            #expect(!text.contains(random))
            let mode = try FileManager.default.attributesOfItem(atPath: directory.file(name))[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        #expect(!FileManager.default.fileExists(atPath: path), "the users are as they were")
    }

    @Test("A token's text tells its name, and another text is none", arguments: ["a", "a.b-c_d@e", "pitstop"])
    func text(name: String) throws {
        let (_, secret) = try users().makeToken(name, role: .readOnly, by: "ann", days: nil)
        #expect(Token.Secret(secret.text)?.name == name)
        for text in ["", "pitstop.", "pitstop..", "pitstop.\(name)", "pitstop." + String(repeating: "A", count: 43)] {
            #expect(Token.Secret(text) == nil)
        }
    }

    @Test("One that is over counts no more, its sessions are at an end that moment, and its owner is told why")
    func expiry() async throws {
        let bench = try await Bench()
        let (_, secret) = try bench.api.users.makeToken("deploy", role: .poolOperator, by: "ann", days: 1)
        let session = try await bench.api.login("deploy", password: secret.text)
        #expect(try await bench.api.call("pool.get_all", in: session).elements?.count == 1)
        bench.clock.advance(by: 86_399)
        _ = try bench.api.sessions.use(session.ref)
        let before = bench.api.users.revision
        bench.clock.advance(by: 1)
        #expect(await code { () throws(APIError) in _ = try bench.api.sessions.use(session.ref) } == "SESSION_INVALID")
        try bench.api.users.refresh()
        #expect(bench.api.users.revision != before, "whoever follows the users learns of it")
        let error = await #expect(throws: APIError.self) { try await bench.api.login("deploy", password: secret.text) }
        #expect(error == APIError("SESSION_AUTHENTICATION_FAILED", ["deploy", "The token's time is over."]))
        let stranger = await #expect(throws: APIError.self) { try await bench.api.login("deploy", password: "guess") }
        #expect(stranger?.parameters.last == "Authentication failure", "only who has the secret is told")
    }

    @Test(
        "One that is revoked by another process ends its sessions at once, before anybody looks, and comes back as another"
    )
    func revocation() async throws {
        let bench = try await Bench()
        let (_, secret) = try bench.api.users.makeToken("deploy", role: .vmAdmin, by: "ann", days: nil)
        let session = try await bench.api.login("deploy", password: secret.text)
        let over = Task { await PoolFace(api: bench.api).untilOver(session.ref) }
        try bench.api.users.revokeToken("deploy")
        #expect(await code { () throws(APIError) in _ = try bench.api.sessions.use(session.ref) } == "SESSION_INVALID")
        try await bench.api.showAccounts()
        await over.value
        #expect(throws: Users.Failure.unknownToken("deploy")) { try bench.api.users.revokeToken("deploy") }
        let (_, other) = try bench.api.users.makeToken("deploy", role: .vmAdmin, by: "ann", days: nil)
        #expect(try await bench.api.users.authenticate("deploy", password: secret.text) == nil)
        #expect(try await bench.api.users.authenticate("deploy", password: other.text) != nil)
        #expect(throws: APIError.self) { try bench.api.sessions.use(session.ref) }
    }

    @Test("Users and tokens share no name, whichever comes first")
    func names() throws {
        let users = try users()
        try users.set("anna", password: "word", role: .readOnly)
        _ = try users.makeToken("deploy", role: .readOnly, by: "ann", days: nil)
        #expect(throws: Users.Failure.nameTaken("anna", isToken: false)) {
            try users.makeToken("anna", role: .readOnly, by: "ann", days: nil)
        }
        #expect(throws: Users.Failure.nameTaken("deploy", isToken: true)) {
            try users.makeToken("deploy", role: .readOnly, by: "ann", days: nil)
        }
        #expect(throws: Users.Failure.nameTaken("deploy", isToken: true)) {
            try users.set("deploy", password: "x", role: .readOnly)
        }
        #expect(throws: Users.Failure.rootIsNoToken) { try users.makeToken("root", role: .poolAdmin, by: "", days: 1) }
        #expect(throws: Users.Failure.badName("a b")) { try users.makeToken("a b", role: .readOnly, by: "", days: 1) }
        for days in [0, -1, Users.longestToken + 1, Int.max] {
            #expect(throws: Users.Failure.badLifetime) { try users.makeToken("x", role: .readOnly, by: "", days: days) }
        }
    }

    @Test("It belongs to nobody: users come and go, and it counts as before")
    func ownership() async throws {
        let users = try users()
        try users.set("ann", password: "word", role: .poolAdmin)
        let (_, secret) = try users.makeToken("deploy", role: .readOnly, by: "ann", days: nil)
        try users.remove("ann")
        #expect(try await users.authenticate("deploy", password: secret.text)?.role == .readOnly)
        #expect(users.tokens.map(\.createdBy) == ["ann"])
    }

    @Test("Its last use is told to the hour, and that of an older token of the same name is not its own")
    func lastUse() async throws {
        let users = try users()
        let (token, secret) = try users.makeToken("deploy", role: .readOnly, by: "ann", days: nil)
        #expect(users.lastUse(of: token) == nil)
        let first = clock.now.seconds
        for _ in 0..<2 {
            _ = try await users.authenticate("deploy", password: secret.text)
            clock.advance(by: TokenUses.interval - 1)
        }
        #expect(users.lastUse(of: token) == first)
        clock.advance(by: 1)
        _ = try await users.authenticate("deploy", password: secret.text)
        #expect(try self.users().lastUse(of: token) == clock.now.seconds)
        try users.revokeToken("deploy")
        #expect(users.lastUse(of: try users.makeToken("deploy", role: .readOnly, by: "ann", days: nil).0) == nil)
    }

    @Test("What it does is in the audit log under its name; it shows as a subject, and changes no password")
    func account() async throws {
        let bench = try await Bench()
        let (_, secret) = try bench.api.users.makeToken("deploy", role: .poolOperator, by: "ann", days: nil)
        try await bench.api.showAccounts()
        let session = try await bench.api.login("deploy", password: secret.text)
        #expect(bench.audit.newest.first?.user == "deploy" && bench.audit.newest.first?.outcome == "success")
        #expect(try await bench.call("session.get_auth_user_name", .ref(session.ref)) == .string("deploy"))
        let subject = try await bench.call("session.get_subject", .ref(session.ref))
        #expect(try await bench.call("subject.get_subject_identifier", subject) == .string("deploy"))
        let change: [Value] = [.string(secret.text), .string("new")]
        let refused = await code { () async throws(APIError) in
            _ = try await bench.api.call("session.change_password", change, in: session)
        }
        #expect(refused == "CHANGE_PASSWORD_REJECTED")
        #expect(!bench.audit.newest.contains { "\($0)".contains(secret.text) })
    }
}
