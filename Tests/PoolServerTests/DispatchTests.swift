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
        "Queries select by columns; bad ones are refused",
        arguments: ["", "field", "true = true", "field \"nope\" = \"1\"", "(true"]
    )
    func queries(bad: String) async throws {
        let bench = try await Bench()
        let running = try await bench.call(
            "VM.get_all_records_where",
            .string("field \"is_control_domain\" = \"false\" and field \"power_state\" = \"Running\"")
        )
        #expect(running.members?.count == 8)
        #expect(await bench.error("VM.get_all_records_where", .string(bad))?.code == "INTERNAL_ERROR")
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
