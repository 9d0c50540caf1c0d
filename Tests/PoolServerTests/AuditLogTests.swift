import Datamodel
import Foundation
import PoolDatabase
import Testing
import TestSupport
import XenAPI

@testable import PoolServer

@Suite("The audit log")
struct AuditLogTests {
    @Test("has a line for each call that changes something, with who and about what, and none for those that look")
    func calls() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1")
        try await bench.call("VM.get_name_label", .string(vm.ref.rawValue))
        try await bench.call("host.get_all_records")
        #expect(bench.audit.newest.isEmpty)
        try await bench.call("VM.set_name_description", .string(vm.ref.rawValue), .string("a secret"))
        let entry = try #require(bench.audit.newest.first)
        #expect(bench.audit.newest.count == 1)
        #expect(entry.user == "root" && entry.role == "pool-admin" && entry.message == "VM.set_name_description")
        #expect(entry.object == "VM web-1 (\(vm.uuid))" && entry.outcome == "success")
        #expect(entry.at == bench.clock.now.seconds)
    }

    @Test("keeps no argument, whatever it holds")
    func secrets() async throws {
        let bench = try await Bench()
        try bench.api.users.set("ann", password: "old secret", role: .poolOperator)
        let ann = try await bench.api.login("ann", password: "old secret")
        _ = try? await bench.api.call(
            "session.change_password",
            [.string("old secret"), .string("new secret")],
            in: ann
        )
        _ = try? await bench.api.login("my secret", password: "x")
        let entries = bench.audit.newest
        #expect(entries.count == 3)
        #expect(entries.allSatisfy { !"\($0)".contains("secret") }, "\(entries)")
        #expect(entries.first?.user == "(unknown)" && entries.first?.outcome == "SESSION_AUTHENTICATION_FAILED")
    }

    @Test(
        "has what was refused and what failed, with the error's code, and calls that run as tasks once they have ended"
    )
    func outcomes() async throws {
        let bench = try await Bench()
        try bench.api.users.set("eve", password: "pw", role: .readOnly)
        let eve = try await bench.api.login("eve", password: "pw")
        let host = bench.hosts[0].rawValue
        _ = try? await bench.api.call("host.disable", [.string(host)], in: eve)
        #expect(bench.audit.newest.first?.user == "eve")
        #expect(bench.audit.newest.first?.outcome == "RBAC_PERMISSION_DENIED")
        let error = try #require(await bench.error("host.reboot", .string(host)))
        #expect(bench.audit.newest.first?.message == "host.reboot" && bench.audit.newest.first?.outcome == error.code)
        let before = bench.audit.newest.count
        let task = try await bench.call("Async.host.disable", .string(host))
        while try await bench.call("task.get_status", task) == .string("pending") { await Task.yield() }
        #expect(bench.audit.newest.count == before + 1)
        #expect(bench.audit.newest.first?.message == "host.disable" && bench.audit.newest.first?.outcome == "success")
    }

    @Test("is there after a restart, also behind a line that a power cut has torn, and no larger than it may be")
    func durability() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.file("audit")
        AuditLog(directory: folder).add(entry(1))
        let file = folder + "/calls.jsonl"
        try (FileManager.default.contents(atPath: file)! + Data("{\"at\":2".utf8)).write(to: URL(filePath: file))
        let again = AuditLog(directory: folder)
        again.add(entry(3))
        #expect(again.problem == nil)
        #expect(AuditLog(directory: folder).newest.map(\.at) == [3, 1])
        let rights = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
        #expect(rights == 0o700)

        var limits = AuditLog.Limits()
        (limits.file, limits.files, limits.shown) = (1000, 3, 10)
        let small = AuditLog(directory: folder, limits: limits)
        for number in 10..<200 { small.add(entry(number)) }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files.sorted() == ["calls.1.jsonl", "calls.2.jsonl", "calls.jsonl"])
        for name in files {
            let size = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.size] as? Int
            #expect((size ?? .max) <= 1000)
        }
        #expect(small.newest.first?.at == 199 && small.newest.count <= 20)
    }

    @Test("whose disk is gone keeps entries in memory and says so")
    func fullDisk() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("audit")
        try Data().write(to: URL(filePath: path))
        let log = AuditLog(directory: path)
        log.add(.init(at: 1, user: "u", role: "", address: "", message: "m", object: "", outcome: "success"))
        #expect(log.newest.count == 1 && log.problem?.contains("kept in memory only") == true)
    }

    private func entry(_ number: Int) -> AuditLog.Entry {
        .init(at: Int64(number), user: "u", role: "r", address: "", message: "m", object: "", outcome: "success")
    }

    @Test("has what other processes add, also where one of them begins a new file")
    func severalWriters() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.file("audit")
        let server = AuditLog(directory: folder)
        server.add(entry(1))
        let command = AuditLog(directory: folder, limits: .writing)
        command.add(.command("trust.pin", about: "abc", error: nil, at: 2))
        server.add(entry(3))
        #expect(server.newest.map(\.at) == [3, 2, 1])
        #expect(server.newest[1].message == "trust.pin" && server.newest[1].address == "command")
        #expect(command.newest.isEmpty)

        var small = AuditLog.Limits.writing
        small.file = 300
        let turning = AuditLog(directory: folder, limits: small)
        for number in 4..<10 { turning.add(entry(number)) }
        server.add(entry(10))
        #expect(server.newest.first?.at == 10)
        #expect(AuditLog(directory: folder).newest.first?.at == 10, "it went where the others do now")
    }

    @Test("writes what a full disk kept out as soon as there is room, behind a mark of the gap")
    func gap() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.file("audit")
        // A file where the folder should be stands for a disk that takes nothing.
        try Data().write(to: URL(filePath: folder))
        var limits = AuditLog.Limits()
        limits.waiting = 3
        let log = AuditLog(directory: folder, limits: limits)
        for number in 1...5 { log.add(entry(number)) }
        #expect(log.problem != nil && log.newest.count == 5)
        try FileManager.default.removeItem(atPath: folder)
        log.add(entry(6))
        #expect(log.problem == nil)
        let kept = AuditLog(directory: folder).newest
        #expect(kept.map(\.at) == [6, 3, 2, 1, 3] && kept.last?.message == "audit.gap", "\(kept)")
        #expect(kept.last?.object.contains("3 calls") == true && kept.last?.object.contains("2 more are lost") == true)
    }
}
