import PoolOperations
import Datamodel
import PoolDatabase
import Testing
import XenAPI

@testable import PoolServer

@Suite("Events")
struct EventTests {
    /// One line for each event: operation and class.
    private func lines(_ value: Value) -> [String] {
        (value["events"] ?? value).elements?.map { "\($0["operation"]?.text ?? "") \($0["class"]?.text ?? "")" } ?? []
    }

    private func from(_ bench: Bench, _ classes: [String], _ token: Value, timeout: Double = 0) async throws -> Value {
        try await bench.call("event.from", .strings(classes), token, .float(timeout))
    }

    @Test("An empty token begins with every object, and counts them")
    func beginning() async throws {
        let bench = try await Bench()
        let answer = try await from(bench, ["host", "pool"], .string(""))
        #expect(lines(answer) == ["add host", "add host", "add pool"])
        #expect(answer["valid_ref_counts"] == .map([.init("host", .int(2)), .init("pool", .int(1))]))
        #expect(answer["events"]?.elements?.first?["snapshot"]?["hostname"] == .string("xs1"))
        #expect(answer["token"]?.text?.count == 41)
    }

    @Test("A token brings what has changed since, each object once")
    func changes() async throws {
        let bench = try await Bench()
        let token = try #require(try await from(bench, ["*"], .string(""))["token"])
        try await bench.call("host.set_name_label", .ref(bench.hosts[0]), .string("a"))
        try await bench.call("host.set_name_label", .ref(bench.hosts[0]), .string("b"))
        let answer = try await from(bench, ["host", "vm"], token)
        #expect(lines(answer) == ["mod host"])
        #expect(answer["events"]?.elements?.first?["snapshot"]?["name_label"] == .string("b"))
        let again = try await from(bench, ["HOST"], try #require(answer["token"]))
        #expect(lines(again).isEmpty)
    }

    @Test("Made and deleted in between is no event; deleted alone has no snapshot")
    func deletions() async throws {
        let bench = try await Bench()
        let old = try await bench.call("task.create", .string("old"), .string(""))
        let token = try #require(try await from(bench, ["task"], .string(""))["token"])
        let new = try await bench.call("task.create", .string("new"), .string(""))
        try await bench.call("task.destroy", new)
        try await bench.call("task.destroy", old)
        let events = try #require(try await from(bench, ["task"], token)["events"]?.elements)
        #expect(events.map { $0["ref"] } == [old])
        #expect(events.first?["operation"] == .string("del"))
        #expect(events.first?["snapshot"] == nil)
    }

    @Test("A back-reference makes events on both sides")
    func backReferences() async throws {
        let bench = try await Bench()
        let host = bench.hosts[0]
        let patch = Ref("OpaqueRef:patch")
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            transaction.create("pool_patch", patch, ["uuid": .string("p")])
        }
        let token = try #require(try await from(bench, ["*"], .string(""))["token"])
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            transaction.create(
                "host_patch",
                Ref("OpaqueRef:hp"),
                ["uuid": .string("hp"), "host": .string(host.rawValue), "pool_patch": .string(patch.rawValue)]
            )
        }
        let answer = try await from(bench, ["*"], token)
        #expect(lines(answer) == ["add host_patch", "mod host", "mod pool_patch"])
    }

    @Test("One object can be asked for")
    func singleObject() async throws {
        let bench = try await Bench()
        let asked = ["host/\(bench.hosts[1])"]
        let token = try #require(try await from(bench, asked, .string(""))["token"])
        try await bench.call("host.set_name_label", .ref(bench.hosts[0]), .string("other"))
        #expect(lines(try await from(bench, asked, token)).isEmpty)
        try await bench.call("host.set_name_label", .ref(bench.hosts[1]), .string("mine"))
        #expect(lines(try await from(bench, asked, token)) == ["mod host"])
    }

    @Test("A wait ends with the change that it waits for")
    func waiting() async throws {
        let bench = try await Bench()
        let token = try #require(try await from(bench, ["vm"], .string(""))["token"])
        async let answer = from(bench, ["vm"], token, timeout: 60)
        try await bench.call("VM.set_name_label", .ref(try bench.vm("web-1").ref), .string("x"))
        #expect(lines(try await answer) == ["mod vm"])
    }

    @Test("One call too many of a session ends the oldest one that waits")
    func fewAtATime() async throws {
        let bench = try await Bench()
        let token = try #require(try await from(bench, ["vm"], .string(""))["token"])
        async let first = from(bench, ["vm"], token, timeout: 600)
        while bench.api.events.waitingCalls == 0 { await Task.yield() }
        let others = (0..<Waits.limit).map { _ in
            Task { () async -> Void in
                _ = try? await bench.api.call("event.from", [.strings(["vm"]), token, .float(600)], in: bench.root)
            }
        }
        #expect(lines(try await first).isEmpty)
        await bench.api.sessions.end(bench.root.ref)
        for other in others { await other.value }
    }

    @Test("A caller who has gone waits no longer", arguments: [true, false])
    func callerGone(before: Bool) async throws {
        let bench = try await Bench()
        let token = try #require(try await from(bench, ["vm"], .string(""))["token"])
        let caller = Caller()
        if before { caller.leave() }
        async let answer = Caller.$current.withValue(caller) { try await from(bench, ["vm"], token, timeout: 600) }
        if !before {
            while bench.api.events.waitingCalls == 0 { await Task.yield() }
            caller.leave()
        }
        #expect(lines(try await answer).isEmpty)
        #expect(bench.api.events.waitingCalls == 0)
    }

    @Test("A session that ends takes its waiting call with it")
    func endOfSession() async throws {
        let bench = try await Bench()
        let session = await bench.api.sessions.start("root", .poolAdmin, permissions: [])
        async let answer = bench.api.call(
            "event.from",
            [.strings(["pool"]), .string(""), .float(0)],
            in: session
        )
        let token = try #require(try await answer["token"])
        let waiting = Task { () async -> String? in
            do throws(APIError) {
                _ = try await bench.api.call("event.from", [.strings(["pool"]), token, .float(600)], in: session)
                return nil
            } catch {
                return error.code
            }
        }
        while bench.api.events.waitingCalls == 0 { await Task.yield() }
        await bench.api.sessions.end(session.ref)
        #expect(await waiting.value == "SESSION_INVALID")
    }

    @Test(
        "A token that is none, or of another run, is refused",
        arguments: [
            ("nonsense", "EVENT_FROM_TOKEN_PARSE_FAILURE"), ("1,2,3", "EVENT_FROM_TOKEN_PARSE_FAILURE"),
            ("-1,0", "EVENT_FROM_TOKEN_PARSE_FAILURE"), ("1,2", "EVENTS_LOST"),
            ("99999999999999999999,1", "EVENT_FROM_TOKEN_PARSE_FAILURE"),
        ]
    )
    func badTokens(token: String, code: String) async throws {
        let bench = try await Bench()
        let error = await bench.error("event.from", .strings(["vm"]), .string(token), .float(0))
        #expect(error?.code == code)
    }

    @Test("Old clients register, and are told one by one what came after")
    func next() async throws {
        let bench = try await Bench()
        #expect(await bench.error("event.next")?.code == "SESSION_NOT_REGISTERED")
        try await bench.call("event.register", .strings(["Host"]))
        try await bench.call("host.set_name_label", .ref(bench.hosts[0]), .string("a"))
        let events = try #require(try await bench.call("event.next").elements)
        #expect(lines(.set(events)) == ["mod host"])
        #expect(events[0]["timestamp"]?.text?.hasSuffix(".") == true)
        try await bench.call("event.unregister", .strings(["host"]))
        #expect(await bench.error("event.next")?.code == "SESSION_NOT_REGISTERED")
    }

    @Test("An empty list registers nothing")
    func registerNothing() async throws {
        let bench = try await Bench()
        try await bench.call("event.register", .strings([]))
        try await bench.call("event.unregister", .strings([]))
        #expect(await bench.error("event.next")?.code == "SESSION_NOT_REGISTERED")
    }

    @Test("Who has missed more than 500 events is told so, and begins afresh")
    func lost() async throws {
        let bench = try await Bench()
        try await bench.call("event.register", .strings(["task", "host"]))
        for number in 0...500 {
            try await bench.call("host.set_name_label", .ref(bench.hosts[0]), .string("\(number)"))
        }
        #expect(await bench.error("event.next")?.code == "EVENTS_LOST")
        try await bench.call("task.create", .string("last"), .string(""))
        #expect(lines(try await bench.call("event.next")) == ["add task"])
    }

    @Test("An injected event is told once, up to the token that it gave, and changes nothing")
    func injection() async throws {
        let bench = try await Bench(onDisk: true)
        let pool = bench.api.pool.database.snapshot.rows("pool")[0]
        let token = try #require(try await from(bench, ["pool"], .string(""))["token"])
        let injected = try await bench.call("event.inject", .string("pool"), .ref(pool.ref))
        let answer = try await from(bench, ["pool"], token)
        #expect(lines(answer) == ["mod pool"])
        #expect((answer["token"]?.text ?? "") >= (injected.text ?? "x"))
        #expect(bench.api.pool.database.snapshot.rows("pool")[0].values == pool.values)
        #expect(lines(try await from(bench, ["pool"], injected)).isEmpty)
        #expect(await bench.error("event.inject", .string("pool"), .string("nobody"))?.code == "HANDLE_INVALID")
        #expect(
            await bench.error("event.inject", .string("session"), .ref(bench.root.ref))?.code == "VALUE_NOT_SUPPORTED"
        )
    }

    @Test("A session registers for so many single objects and no more")
    func registrations() async throws {
        let bench = try await Bench()
        let names = (0...Events.mostObjects).map { "vm/OpaqueRef:\($0)" }
        #expect(await bench.error("event.register", .strings(names))?.code == "VALUE_NOT_SUPPORTED")
        try await bench.call("event.register", .strings(["vm"]))
    }
}
