import Datamodel
import Foundation
import PoolDatabase
import PoolOperations
import Testing
import XenAPI

@testable import PoolServer

/// Recorded pool databases, where they lie beside the package.
private let recordings: [URL] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appending(path: "shared/fixtures/pools")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".xml") }.sorted().map { folder.appending(path: $0) }
}()

@Suite("Real recorded pools answer", .enabled(if: !recordings.isEmpty, "the recorded pools are not here"))
struct RecordedPoolsTests {
    private func bench(_ file: URL) async throws -> RecordedBench {
        try await RecordedBench(dump: Array(try Data(contentsOf: file)))
    }

    @Test("XenAPI: all records of every class, the same by a query for all, and each by itself", arguments: recordings)
    func records(file: URL) async throws {
        let bench = try await bench(file)
        for model in Datamodel.classesInOrder where bench.api.methods["\(model.name).get_all_records"] != nil {
            let all = try await bench.api.call("\(model.name).get_all_records", in: bench.root)
            let members = try #require(all.members, "\(model.name)")
            #expect(members.count == bench.api.pool.database.snapshot.refs(model.name).count)
            let queried = try await bench.api.call(
                "\(model.name).get_all_records_where",
                [.string("true")],
                in: bench.root
            )
            #expect(queried == all, "\(model.name)")
            guard let first = members.first else { continue }
            let record = try await bench.api.call("\(model.name).get_record", [.string(first.key)], in: bench.root)
            #expect(record == first.value, "\(model.name)")
            #expect(record.members?.map(\.key) == model.fields.filter { !$0.isInternal }.map(\.name))
            // What is answered is what a client reads.
            let wire = XMLRPC.encode(.success(record))
            guard case .success(let read) = try XMLRPC.readResponse(wire) else { throw APIError.internalError("") }
            #expect(read.members?.count == record.members?.count)
        }
        #expect(try await bench.api.call("pool.get_all", in: bench.root).elements?.count == 1)
    }

    @Test("xe: every list with all its params", arguments: recordings)
    func lists(file: URL) async throws {
        let bench = try await bench(file)
        for records in RecordClass.all {
            let told = try await bench.xe("\(records.name)-list", "params=all")
            #expect(told.exitCode == 0, "\(records.name): \(told.errors)")
            let minimal = try await bench.xe("\(records.name)-list", "--minimal")
            #expect(minimal.output.filter { $0 == "\n" }.count == 1, "\(records.name)")
        }
        let hosts = try await bench.xe("host-list", "params=all").output
        #expect(hosts.contains("uuid ( RO)") && hosts.contains("software-version (MRO): "))
    }

    @Test("Free memory, allowed operations and what keeps each host from being emptied", arguments: recordings)
    func reckoning(file: URL) async throws {
        let bench = try await bench(file)
        let snapshot = bench.api.pool.database.snapshot
        for host in snapshot.rows("host") {
            let ref = Value.string(host.ref.rawValue)
            let free = try await bench.api.call("host.compute_free_memory", [ref], in: bench.root)
            guard case .int(let bytes) = free else { throw APIError.internalError("no number") }
            #expect(bytes >= 0)
            let allowed = try await bench.api.call("host.get_allowed_operations", [ref], in: bench.root)
            #expect(allowed.elements?.contains(.string("reboot")) == !host.bool("enabled"))
            let problems = try await bench.api.call("host.get_vms_which_prevent_evacuation", [ref], in: bench.root)
            let guests = Set(EvacuationPlan.guests(of: host.ref, in: snapshot).map(\.ref.rawValue))
            #expect(Set((problems.members ?? []).map(\.key)).isSubset(of: guests))
            let told = try await bench.xe("host-get-vms-which-prevent-evacuation", "uuid=\(host.uuid)")
            #expect(told.exitCode == 0, "\(told.errors)")
        }
        #expect(snapshot.rows("host").isEmpty == false)
    }

    @Test("What was looked at is written back as it was", arguments: recordings)
    func unchanged(file: URL) async throws {
        let bench = try await bench(file)
        let database = bench.api.pool.database
        let again = try PoolDatabase(path: nil)
        try await again.load(dump: database.snapshot.dump())
        let (before, after) = (try DatabaseDump(database.snapshot.dump()), try DatabaseDump(again.snapshot.dump()))
        #expect(before.tables == after.tables)
    }
}
