import ScriptedServer
import Synchronization
import Testing
import XenAPI
import XenAPIClient

@Suite struct TaskTests {
    private static func record(_ status: String, _ progress: Double, result: String = "", _ error: [String] = [])
        -> Value
    {
        .map([
            .init("status", .string(status)), .init("progress", .float(progress)), .init("result", .string(result)),
            .init("error_info", .strings(error)),
        ])
    }

    private static func event(_ record: Value?, _ operation: String = "mod") -> Value {
        var members: [Value.Member] = [
            .init("class", .string("task")), .init("ref", .string("OpaqueRef:t")),
            .init("operation", .string(operation)),
        ]
        if let record { members.append(.init("snapshot", record)) }
        return .map(members)
    }

    private static func answer(_ events: [Value], _ token: String) -> ScriptedServer.Reply {
        .value(
            .map([.init("events", .set(events)), .init("token", .string(token)), .init("valid_ref_counts", .map([]))])
        )
    }

    /// A pool whose task goes through some records, one at each look; the last one stays.
    private static func pool(_ records: [Value], events: Bool = true, _ more: [String: ScriptedPool.Rule] = [:])
        -> ScriptedPool
    {
        let look = Counter()
        @Sendable func next() -> Value { records[min(look.next(), records.count - 1)] }
        var rules: [String: ScriptedPool.Rule] = [
            "Async.VM.pool_migrate": { _ in .value(.string("OpaqueRef:t")) },
            "task.get_record": { _ in .value(next()) }, "task.destroy": { _ in .value(.void) },
            "task.cancel": { _ in .value(.void) },
        ]
        if events {
            rules["event.from"] = { parameters in
                guard parameters[0] == .strings(["task/OpaqueRef:t"]) else { return answer([], "x") }
                return answer([event(next())], "token")
            }
        }
        rules.merge(more) { $1 }
        return ScriptedPool(rules)
    }

    @Test(arguments: [true, false])
    func `an Async message is waited for by events, or by its record where there are none`(events: Bool) async throws {
        let pool = Self.pool(
            [
                Self.record("pending", 0.1), Self.record("pending", 0.5),
                Self.record("success", 1, result: "<value>OpaqueRef:x</value>"),
            ],
            events: events
        )
        let told = Mutex<[Double]>([])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let result = try await client.run("VM.pool_migrate", [.string("OpaqueRef:vm")]) { progress in
                told.withLock { $0.append(progress) }
            }
            #expect(result == .string("OpaqueRef:x"))
        }
        #expect(told.withLock { $0 } == [0.1, 0.5, 1])
        #expect(pool.count("task.destroy") == 1)
        #expect(pool.count("task.get_record") == (events ? 0 : 3))
    }

    @Test func `a server that tells of no single objects is asked for the record`() async throws {
        let pool = Self.pool(
            [Self.record("success", 1)],
            ["event.from": { _ in Self.answer([], "1,2") }]
        )
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            try await client.run("VM.pool_migrate")
            try await client.run("VM.pool_migrate")
        }
        #expect(pool.count("event.from") == 1)
    }

    @Test func `a task's failure is the call's refusal`() async throws {
        let pool = Self.pool([Self.record("failure", 1, ["VM_LACKS_FEATURE", "OpaqueRef:vm"])])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let error = await #expect(throws: XenAPIError.self) { try await client.run("VM.pool_migrate") }
            #expect(error == .refused(APIError("VM_LACKS_FEATURE", ["OpaqueRef:vm"])))
        }
        #expect(pool.count("task.destroy") == 1)
    }

    @Test func `a task that a restarted server has forgotten is told as that`() async throws {
        let pool = Self.pool(
            [],
            [
                "event.from": { _ in .refusal("HANDLE_INVALID", ["task", "OpaqueRef:t"]) },
                "task.get_record": { _ in .refusal("HANDLE_INVALID", ["task", "OpaqueRef:t"]) },
            ]
        )
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let error = await #expect(throws: XenAPIError.self) { try await client.run("VM.pool_migrate") }
            guard case .transport(let failure) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(failure.mayHaveArrived)
            #expect(failure.description.contains("VM.pool_migrate"))
        }
    }

    @Test func `whoever is cancelled cancels the task`() async throws {
        let began = Counter()
        let pool = Self.pool(
            [Self.record("pending", 0)],
            [
                "event.from": { _ in
                    _ = began.next()
                    return Self.answer([Self.event(Self.record("pending", 0))], "t")
                }
            ]
        )
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let running = Task { () -> XenAPIError? in
                do throws(XenAPIError) {
                    try await client.run("VM.pool_migrate")
                    return nil
                } catch { return error }
            }
            while began.value == 0 { await Task.yield() }
            running.cancel()
            #expect(await running.value == .cancelled)
        }
        #expect(pool.count("task.cancel") == 1)
    }

    @Test func `a server that is away for a while does not end the waiting`() async throws {
        let looks = Counter()
        let pool = Self.pool([Self.record("success", 1)])
        try await withScriptedServer { request in
            if request.call?.name == "event.from", looks.next() < 3 { return .cut([]) }
            return await pool.answer(request)
        } _: { server in
            try await XenAPIClient.of(server).run("VM.pool_migrate")
        }
        #expect(looks.value > 3)
    }
}

@Suite struct EventTests {
    private static func event(_ ref: String, _ operation: String) -> Value {
        var members: [Value.Member] = [
            .init("class", .string("vm")), .init("ref", .string(ref)), .init("operation", .string(operation)),
        ]
        if operation != "del" { members.append(.init("snapshot", .map([.init("uuid", .string(ref))]))) }
        return .map(members)
    }

    private static func answer(_ events: [Value], _ token: String) -> ScriptedServer.Reply {
        let counts = Value.map([.init("vm", .int(2))])
        return .value(
            .map([.init("events", .set(events)), .init("valid_ref_counts", counts), .init("token", .string(token))])
        )
    }

    @Test func `the first batch is everything, and each after it goes on from the last token`() async throws {
        let tokens = Mutex<[String]>([])
        let pool = ScriptedPool([
            "event.from": { parameters in
                let token = parameters[1].text ?? ""
                tokens.withLock { $0.append(token) }
                return switch token {
                case "": Self.answer([Self.event("a", "add"), Self.event("b", "add")], "1")
                case "1": Self.answer([Self.event("a", "mod"), Self.event("b", "del")], "2")
                default: Self.answer([], "2")
                }
            }
        ])
        try await withScriptedServer(answer: pool.answer) { server in
            var batches = try XenAPIClient.of(server).events(of: ["VM"]).makeAsyncIterator()
            let first = try #require(await batches.next())
            #expect(first.isWhole)
            #expect(first.events.map(\.ref) == ["a", "b"].map { Ref($0) })
            #expect(first.counts == ["vm": 2])
            let second = try #require(await batches.next())
            #expect(!second.isWhole)
            #expect(second.events.map(\.operation) == [.modify, .delete])
            #expect(second.events[1].snapshot == nil)
            let third = try #require(await batches.next())
            #expect(third.events.isEmpty)
        }
        #expect(tokens.withLock { $0 } == ["", "1", "2"])
    }

    @Test(arguments: ["EVENTS_LOST", "EVENT_FROM_TOKEN_PARSE_FAILURE"])
    func `lost events are followed by everything`(code: String) async throws {
        let pool = ScriptedPool([
            "event.from": { parameters in
                parameters[1].text == "" ? Self.answer([Self.event("a", "add")], "1") : .refusal(code, ["1"])
            }
        ])
        try await withScriptedServer(answer: pool.answer) { server in
            var batches = try XenAPIClient.of(server).events(of: ["VM"]).makeAsyncIterator()
            _ = try await batches.next()
            #expect(try await batches.next()?.isWhole == true)
        }
    }

    @Test func `a new session means everything again, for its server may not be the same`() async throws {
        let pool = ScriptedPool(["event.from": { _ in Self.answer([Self.event("a", "mod")], "9") }])
        try await withScriptedServer(answer: pool.answer) { server in
            var batches = try XenAPIClient.of(server).events(of: ["VM"]).makeAsyncIterator()
            _ = try await batches.next()
            #expect(try await batches.next()?.isWhole == false)
            pool.forgetSessions()
            #expect(try await batches.next()?.isWhole == true)
        }
    }

    @Test func `an error does not end the events`() async throws {
        let looks = Counter()
        let pool = ScriptedPool(["event.from": { _ in Self.answer([], "9") }])
        try await withScriptedServer { request in
            if request.call?.name == "event.from", looks.next() == 1 {
                return .bytes(Array("HTTP/1.1 503 X\r\n\r\n".utf8))
            }
            return await pool.answer(request)
        } _: { server in
            var batches = try XenAPIClient.of(server).events(of: ["VM"]).makeAsyncIterator()
            _ = try await batches.next()
            await #expect(throws: XenAPIError.self) { try await batches.next() }
            #expect(try await batches.next()?.isWhole == false)
        }
    }

    @Test func `a server without event.from is registered with, and read once`() async throws {
        let pool = ScriptedPool([
            "event.register": { _ in .value(.void) },
            "VM.get_all_records": { _ in .value(.map([.init("a", .map([.init("uuid", .string("a"))]))])) },
            "event.next": { _ in .value(.set([Self.event("a", "mod")])) },
        ])
        try await withScriptedServer(answer: pool.answer) { server in
            var batches = try XenAPIClient.of(server).events(of: ["VM", "pool_update"]).makeAsyncIterator()
            let first = try #require(await batches.next())
            #expect(first.isWhole)
            #expect(first.events.map(\.table) == ["vm"])
            let second = try #require(await batches.next())
            #expect(!second.isWhole)
            #expect(second.events.map(\.operation) == [.modify])
        }
        #expect(pool.count("event.register") == 1)
    }
}
