import Datamodel
import Testing
import XenAPI

@testable import PoolServer

@Suite("Messages on what the catalogue says")
struct UpdateMessageTests {
    @Test("Without a catalogue: none to show, and a sentence that says how to install one")
    func none() async throws {
        let bench = try await Bench(trusting: .nobody)
        let pool = try #require(try await bench.call("pool.get_all").elements?.first)
        #expect(try await bench.call("pool.get_catalogue", pool) == .map([]))
        for message in ["pool.get_update_status", "pool.get_update_order"] {
            let error = await bench.error(message, pool)
            #expect(error?.code == "CATALOGUE_UNUSABLE")
            #expect(error?.parameters.first?.contains("pitstop catalogue install") ?? false)
        }
        #expect(await bench.error("host.get_update_status", .ref(bench.hosts[0]))?.code == "CATALOGUE_UNUSABLE")
        #expect(await bench.error("host.get_update_status", .string("OpaqueRef:none"))?.code == "HANDLE_INVALID")
    }

    @Test("Readers may ask what is missing; only operators may have hosts verified")
    func roles() throws {
        for name in ["get_catalogue", "get_update_status", "get_update_order"] {
            let message = try #require(Datamodel.classes["pool"]?.messages.first { $0.name == name })
            #expect(message.role == .readOnly && message.since == Datamodel.ownRelease)
        }
        let verify = try #require(Datamodel.classes["host"]?.messages.first { $0.name == "verify_packages" })
        #expect(verify.role == .poolOperator && verify.isAsync)
    }
}
