import PoolDatabase
import PoolOperations
import Datamodel
import Foundation
import Testing

@testable import PoolServer

@Suite("Users")
struct UsersTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/pitstop-users-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test("The file holds no password, and only its owner can read it")
    func file() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let users = try Users(path: folder + "/users.json")
        try users.set("anna", password: "a very secret word", role: .readOnly)
        let text = try String(contentsOfFile: folder + "/users.json", encoding: .utf8)
        #expect(!text.contains("secret word"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder + "/users.json")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("What another process writes counts at once, a withdrawn password included")
    func otherProcess() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try Users(path: folder + "/users.json")
        let command = try Users(path: folder + "/users.json")
        try command.set("anna", password: "one", role: .vmAdmin)
        #expect(try await server.authenticate("anna", password: "one")?.role == .vmAdmin)
        try command.set("anna", password: "two", role: .vmAdmin)
        #expect(try await server.authenticate("anna", password: "one") == nil)
        try command.remove("anna")
        #expect(try await server.authenticate("anna", password: "two") == nil)
    }

    @Test(
        "Bad names, empty passwords and roles that are not root's are refused",
        arguments: ["", "a b", "a/b", "ä", "a\nb"]
    )
    func refusals(name: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let users = try Users(path: folder + "/users.json")
        #expect(throws: Users.Failure.badName(name)) { try users.set(name, password: "x", role: .readOnly) }
        #expect(throws: Users.Failure.emptyPassword) { try users.set("b", password: "", role: .readOnly) }
        #expect(throws: Users.Failure.rootIsNeeded) { try users.set("root", password: "x", role: .readOnly) }
        #expect(throws: Users.Failure.rootIsNeeded) { try users.remove("root") }
    }

    @Test("A broken file is said to be broken")
    func broken() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("{".utf8).write(to: URL(filePath: folder + "/users.json"))
        #expect(throws: Users.Failure.self) { try Users(path: folder + "/users.json") }
    }
}
