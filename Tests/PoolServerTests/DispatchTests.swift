import PoolOperations
import Datamodel
import PoolDatabase
import Testing
import XenAPI

@testable import PoolServer

@Suite("Messages of every class")
struct DispatchTests {
    @Test("Every message of the datamodel answers: with a value, or with a typed error that names what is wrong")
    func everyMessageAnswers() async throws {
        let bench = try await Bench()
        // Messages that end the session, or wait by nature.
        let others: Set<String> = ["session.logout", "session.local_logout", "event.next", "event.from"]
        for name in bench.api.methods.names where !others.contains(name) {
            let method = try #require(bench.api.methods[name])
            guard method.message.needsSession else { continue }
            let arguments = method.message.parameters.map { $0.type.emptyValue }
            do throws(APIError) {
                _ = try await bench.api.call(name, arguments, in: bench.root)
            } catch {
                let known = Datamodel.errors[error.code] != nil || error.code == "MEMORY_CONSTRAINT_VIOLATION"
                #expect(known, "\(name): \(error)")
                if error.code == "NOT_IMPLEMENTED" { #expect(error.parameters == [name]) }
            }
        }
        #expect(bench.api.methods.names.count > 1_000)
    }

    @Test("Unknown messages, wrong counts and wrong types have their errors")
    func badCalls() async throws {
        let bench = try await Bench()
        let host = Value.ref(bench.hosts[0])
        #expect(await bench.error("host.fly", host) == APIError("MESSAGE_METHOD_UNKNOWN", ["host.fly"]))
        #expect(await bench.error("Async.event.next")?.code == "MESSAGE_METHOD_UNKNOWN")
        #expect(
            await bench.error("host.get_enabled")
                == APIError("MESSAGE_PARAMETER_COUNT_MISMATCH", ["host.get_enabled", "1", "0"])
        )
        #expect(
            await bench.error("host.get_enabled", host, host)
                == APIError("MESSAGE_PARAMETER_COUNT_MISMATCH", ["host.get_enabled", "1", "2"])
        )
        #expect(await bench.error("host.get_enabled", .int(1)) == APIError("FIELD_TYPE_ERROR", ["self"]))
        #expect(
            await bench.error("VM.set_user_version", host, .string("1x")) == APIError("FIELD_TYPE_ERROR", ["value"])
        )
        #expect(
            await bench.error("VM.get_record", host) == APIError("HANDLE_INVALID", ["VM", bench.hosts[0].rawValue])
        )
        #expect(await bench.error("VM.get_by_uuid", .string("x")) == APIError("UUID_INVALID", ["VM", "x"]))
    }

    @Test(
        "Queries select by columns; bad ones are refused, with what is wrong with them",
        arguments: ["", "field", "true = true", "field \"nope\" = \"1\"", "(true"]
    )
    func queries(bad: String) async throws {
        let bench = try await Bench()
        let running = try await bench.call(
            "VM.get_all_records_where",
            .string("field \"is_control_domain\" = \"false\" and field \"power_state\" = \"Running\"")
        )
        #expect(running.members?.count == 8)
        #expect(await bench.error("VM.get_all_records_where", .string(bad))?.code == "VALUE_NOT_SUPPORTED")
    }

    @Test("A query that would compare without end is refused, and one that nobody waits for ends early")
    func costlyQueries() async throws {
        let bench = try await Bench()
        let term = "field \"name__label\" = \"x\""
        let many = Array(repeating: term, count: 790).joined(separator: " or ")
        _ = try await bench.call("VM.get_all_records_where", .string(many))
        let snapshot = bench.api.pool.database.snapshot
        let rows = RecordQuery.mostComparisons / 790 + 1
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            for number in 0..<rows {
                transaction.create("task", Ref("OpaqueRef:\(number)"), ["uuid": .string("\(number)")])
            }
        }
        #expect(snapshot.generation < bench.api.pool.database.snapshot.generation)
        #expect(await bench.error("task.get_all_records_where", .string(many))?.code == "VALUE_NOT_SUPPORTED")
        let caller = Caller(address: "10.0.0.1")
        caller.leave()
        await Caller.$current.withValue(caller) {
            let long = Array(repeating: "field \"status\" = \"x\"", count: 400).joined(separator: " or ")
            #expect(await bench.error("task.get_all_records_where", .string(long))?.code == "TASK_CANCELLED")
        }
    }

    @Test("What takes long is answered beside the rest: queries, and the first answer of event.from")
    func backLane() {
        let session = Value.string("OpaqueRef:1")
        let first: [Value] = [session, .strings(["*"]), .string(""), .float(0)]
        let later: [Value] = [session, .strings(["*"]), .string("1,2"), .float(0)]
        #expect(BackLane.isFor(MethodCall("event.from", first)) && BackLane.isFor(MethodCall("event_from", first)))
        #expect(BackLane.isFor(MethodCall("VM.get_all_records_where", [session, .string("true")])))
        #expect(
            !BackLane.isFor(MethodCall("event.from", later))
                && !BackLane.isFor(MethodCall("VM.get_all_records", [session]))
        )
    }

    @Test("Every handler carries out a message of the datamodel")
    func handlers() async throws {
        let methods = MethodTable()
        #expect(Messages.all.keys.filter { methods[$0] == nil } == [])
    }

    @Test("Maps and sets take and lose members")
    func members() async throws {
        let bench = try await Bench()
        let host = Value.ref(bench.hosts[0])
        try await bench.call("host.add_to_other_config", host, .string("k"), .string("v"))
        #expect(
            await bench.error("host.add_to_other_config", host, .string("k"), .string("w"))?.code == "MAP_DUPLICATE_KEY"
        )
        try await bench.call("host.remove_from_other_config", host, .string("k"))
        try await bench.call("host.add_tags", host, .string("a"))
        try await bench.call("host.add_tags", host, .string("a"))
        #expect(try await bench.call("host.get_tags", host) == .strings(["a"]))
        try await bench.call("host.remove_tags", host, .string("a"))
        #expect(try await bench.call("host.get_tags", host) == .strings([]))
        #expect(await bench.error("pool.set_master", .string(""), host)?.code == "MESSAGE_METHOD_UNKNOWN")
    }
}
