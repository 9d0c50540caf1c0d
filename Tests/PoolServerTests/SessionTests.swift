import PoolOperations
import Datamodel
import PoolDatabase
import Testing
import XenAPI

@testable import PoolServer

@Suite("Sessions and roles")
struct SessionTests {
    private func bench(_ role: Role = .readOnly) async throws -> Bench {
        let bench = try await Bench()
        try bench.api.users.set("root", password: "secret", role: .poolAdmin)
        try bench.api.users.set("anna", password: "word", role: role)
        try await bench.api.showAccounts()
        return bench
    }

    private func code(_ body: () async throws(APIError) -> Value) async -> String? {
        do throws(APIError) {
            _ = try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("Signing in takes two, three or four arguments", arguments: [[], ["1.9"], ["2.3", "XenCenter"]])
    func arity(more: [String]) async throws {
        let bench = try await bench()
        let words = ["root", "secret"] + more
        let session = try await bench.api.call("session.login_with_password", words.map { .string($0) })
        #expect(try await bench.api.call("pool.get_all", [session]).elements?.count == 1)
        _ = try await bench.api.call("session.logout", [session])
        #expect(
            await code { () async throws(APIError) in try await bench.api.call("pool.get_all", [session]) }
                == "SESSION_INVALID"
        )
    }

    @Test("One argument is too few")
    func tooFew() async throws {
        let bench = try await bench()
        let error = await code { () async throws(APIError) in
            try await bench.api.call("session.login_with_password", [.string("root")])
        }
        #expect(error == "MESSAGE_PARAMETER_COUNT_MISMATCH")
    }

    @Test(
        "Wrong words are refused alike",
        arguments: [("root", "wrong"), ("nobody", "secret"), ("", ""), ("root", "")]
    )
    func wrongWords(name: String, password: String) async throws {
        let bench = try await bench()
        let error = await code { () async throws(APIError) in
            try await bench.api.call("session.login_with_password", [.string(name), .string(password)])
        }
        #expect(error == "SESSION_AUTHENTICATION_FAILED")
    }

    @Test("The secret of slaves opens nothing")
    func slaves() async throws {
        let bench = try await bench()
        let error = await code { () async throws(APIError) in
            try await bench.api.call("session.slave_local_login", [.string("")])
        }
        #expect(error == "SESSION_AUTHENTICATION_FAILED")
        let session = try await bench.api.call(
            "session.slave_local_login_with_password",
            [.string("root"), .string("secret")]
        )
        #expect(session.text?.hasPrefix("OpaqueRef:") == true)
    }

    @Test("A session that is idle for a day ends; using it keeps it")
    func idle() async throws {
        let bench = try await bench()
        bench.clock.advance(by: Sessions.idleLimit - 1)
        _ = try bench.api.sessions.use(bench.root.ref)
        bench.clock.advance(by: Sessions.idleLimit - 1)
        _ = try bench.api.sessions.use(bench.root.ref)
        bench.clock.advance(by: Sessions.idleLimit)
        #expect(await bench.error("pool.get_all") == APIError("SESSION_INVALID", [bench.root.ref.rawValue]))
    }

    @Test("A user's 401st session ends that user's idlest one, its row goes too, and nobody else's is touched")
    func limit() async throws {
        let bench = try await bench()
        bench.clock.advance(by: 1)
        let idlest = await bench.api.sessions.start("anna", .readOnly, permissions: [])
        bench.clock.advance(by: 1)
        for _ in 0..<Sessions.limit { _ = await bench.api.sessions.start("anna", .readOnly, permissions: []) }
        #expect(bench.api.sessions.all.count == Sessions.limit + 1)
        #expect(bench.api.pool.database.snapshot.rows("session").count == Sessions.limit + 1)
        #expect(throws: APIError.self) { try bench.api.sessions.use(idlest.ref) }
        #expect(try bench.api.sessions.use(bench.root.ref).user == "root", "it was idle longer, and is another's")
    }

    @Test("A session can be read: who, where, and as which subject")
    func record() async throws {
        let bench = try await bench(.poolOperator)
        let session = try await bench.api.login("anna", password: "word")
        let record = try await bench.api.call("session.get_record", [.ref(session.ref)], in: session)
        #expect(record["is_local_superuser"] == .bool(false))
        #expect(record["this_host"] == .ref(bench.hosts[0]))
        #expect(record["rbac_permissions"]?.elements?.contains(.string("host.disable")) == true)
        let subject = try #require(record["subject"])
        #expect(try await bench.call("subject.get_subject_identifier", subject) == .string("anna"))
        let role = try #require(try await bench.call("subject.get_roles", subject).elements?.first)
        #expect(try await bench.call("role.get_name_label", role) == .string("pool-operator"))
        let user = try await bench.api.call("session.get_this_user", [.ref(session.ref)], in: session)
        #expect(try await bench.call("user.get_short_name", user) == .string("anna"))
    }

    @Test(
        "A role may do what it may, and no more",
        arguments: [
            (Role.readOnly, "VM.clean_shutdown"), (.vmOperator, "VM.start_on"), (.vmAdmin, "VM.pool_migrate"),
            (.vmPowerAdmin, "host.disable"), (.poolOperator, "session.logout_subject_identifier"),
        ]
    )
    func roles(role: Role, message: String) async throws {
        let bench = try await bench(role)
        let session = try await bench.api.login("anna", password: "word")
        let method = try #require(bench.api.methods[message])
        let arguments: [Value] = method.message.parameters.map {
            switch $0.type {
            case .bool: .bool(true)
            case .map: .map([])
            default: .string("OpaqueRef:NULL")
            }
        }
        do throws(APIError) {
            _ = try await bench.api.call(message, arguments, in: session)
            #expect(role == .poolOperator)
        } catch {
            #expect(error.code == (role < method.message.role ? "RBAC_PERMISSION_DENIED" : "HANDLE_INVALID"))
            #expect(error.parameters.first == message.lowercased() || role >= method.message.role)
        }
        #expect(try await bench.api.call("VM.get_all", in: session).elements?.isEmpty == false)
    }

    @Test("Some keys of a map need less than the map")
    func keys() async throws {
        let bench = try await bench(.vmOperator)
        let session = try await bench.api.login("anna", password: "word")
        let vm = Value.ref(try bench.vm("web-1").ref)
        _ = try await bench.api.call("VM.add_to_other_config", [vm, .string("folder"), .string("/a")], in: session)
        let error = await code { () async throws(APIError) in
            try await bench.api.call("VM.add_to_other_config", [vm, .string("else"), .string("b")], in: session)
        }
        #expect(error == "RBAC_PERMISSION_DENIED")
    }

    @Test("A caller at the server's own socket is root without a password, and nobody else is")
    func localCaller() async throws {
        let bench = try await bench()
        let local = try await Caller.$current.withValue(Caller(isLocal: true)) {
            try await bench.api.login("", password: "")
        }
        #expect(local.isSuperuser && local.role == .poolAdmin)
        let error = await #expect(throws: APIError.self) {
            try await Caller.$current.withValue(Caller()) { try await bench.api.login("", password: "") }
        }
        #expect(error?.code == "SESSION_AUTHENTICATION_FAILED")
    }

    @Test("A user who is removed or gets another role loses the open sessions")
    func removal() async throws {
        let bench = try await bench(.poolOperator)
        let session = try await bench.api.login("anna", password: "word")
        try bench.api.users.remove("anna")
        try await bench.api.showAccounts()
        let error = await code { () async throws(APIError) in try await bench.api.call("VM.get_all", in: session) }
        #expect(error == "SESSION_INVALID")
        #expect(bench.api.pool.database.snapshot.rows("subject").isEmpty)
    }

    @Test("Everybody changes their own password, knowing the old one")
    func changePassword() async throws {
        let bench = try await bench()
        let session = try await bench.api.login("anna", password: "word")
        let wrong = await code { () async throws(APIError) in
            try await bench.api.call("session.change_password", [.string("x"), .string("new")], in: session)
        }
        #expect(wrong == "CHANGE_PASSWORD_REJECTED")
        _ = try await bench.api.call("session.change_password", [.string("word"), .string("new")], in: session)
        let users = bench.api.users
        #expect(try await users.authenticate("anna", password: "word") == nil)
        #expect(try await users.authenticate("anna", password: "new")?.role == .readOnly)
        #expect(try await users.authenticate("anna", password: "new")?.role == .readOnly)
    }

    @Test("A new password ends every session that the old one opened, at once, but the one in which it was given")
    func otherSessions() async throws {
        let bench = try await bench()
        let (mine, other) = (
            try await bench.api.login("anna", password: "word"), try await bench.api.login("anna", password: "word")
        )
        let root = try await bench.api.login("root", password: "secret")
        let over = Task { await PoolFace(api: bench.api).untilOver(other.ref) }
        let waiting = Task { () -> String? in
            await code { () async throws(APIError) in
                let classes = Value.strings(["pool"])
                let first = try await bench.api.call("event.from", [classes, .string(""), .float(0)], in: other)
                return try await bench.api.call(
                    "event.from",
                    [classes, first["token"] ?? .void, .float(600)],
                    in: other
                )
            }
        }
        while bench.api.events.waitingCalls == 0 { await Task.yield() }
        _ = try await bench.api.call("session.change_password", [.string("word"), .string("new")], in: mine)
        #expect(await waiting.value == "SESSION_INVALID")
        await over.value
        #expect(throws: APIError.self) { try bench.api.sessions.use(other.ref) }
        #expect(try bench.api.sessions.use(mine.ref).user == "anna")
        #expect(try bench.api.sessions.use(root.ref).user == "root")
    }

    @Test("A password that is set with the same role beside the server ends the sessions, even before anybody looks")
    func passwordBeside() async throws {
        let bench = try await bench(.poolOperator)
        let session = try await bench.api.login("anna", password: "word")
        let face = PoolFace(api: bench.api)
        let mark = try face.signedIn(session.ref).mark
        try bench.api.users.set("anna", password: "other", role: .poolOperator)
        #expect(throws: APIError.self) { try face.signedIn(session.ref) }
        await #expect(throws: APIError.self) { try await face.resume("anna", mark: mark) }
    }

    @Test("Accounts are no part of a dump")
    func dump() async throws {
        let bench = try await bench()
        let dump = try DatabaseDump(bench.api.pool.database.snapshot.dump())
        for table in ["role", "user", "subject"] { #expect(dump[table: table]?.rows.isEmpty == true) }
    }
}
