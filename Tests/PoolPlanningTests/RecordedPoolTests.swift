import Foundation
import Planner
import PoolDatabase
import PoolOperations
import PoolPlanning
import Testing
import XenAPI

/// Recorded pool databases, where they lie beside the package.
private let pools: [URL] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appending(path: "shared/fixtures/pools")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".xml") }.sorted().map { folder.appending(path: $0) }
}()

@Suite("Recorded pools become instances", .enabled(if: !pools.isEmpty, "the recorded pools are not here"))
struct RecordedPoolInstanceTests {
    @Test("each is valid, or says why hosts are left out", arguments: pools)
    func all(file: URL) async throws {
        let database = try PoolDatabase(path: nil)
        try await database.load(dump: Array(try Data(contentsOf: file)))
        let (instance, assumptions) = try PoolDescription(database.snapshot).instance(named: file.lastPathComponent)
        if instance.hosts.count < database.snapshot.rows("host").count {
            #expect(assumptions.contains { $0.contains("is left out") })
        }
        if !instance.hosts.isEmpty {
            #expect(throws: Never.self) { try instance.validate() }
        }
    }
    /// What xapi itself had worked out when the pool was recorded; before 6.0 it went by another rule.
    @Test("whether a guest may move or be suspended is what XenServer 6.0 said of it", arguments: pools)
    func allowedOperations(file: URL) async throws {
        let bytes = Array(try Data(contentsOf: file))
        let database = try PoolDatabase(path: nil)
        try await database.load(dump: bytes)
        let judged = ["pool_migrate", "suspend", "hard_shutdown", "hard_reboot"]
        let versions = database.snapshot.rows("host").compactMap { $0.map("software_version", "product_version") }
        guard versions.allSatisfy({ $0.hasPrefix("6.") }) else { return }
        for recorded in try DatabaseDump(bytes)[table: "VM"]?.rows ?? [] {
            guard let vm = database.snapshot.row("VM", recorded.ref), vm.string("power_state") == "Running",
                !vm.bool("is_control_domain"), !vm.bool("is_a_template"), let text = recorded["allowed_operations"],
                case let said = try ColumnText.decode(text, as: .set(.string)).elements?.compactMap(\.text) ?? [],
                !said.isEmpty
            else { continue }
            let worked = AllowedOperations.fill(vm, in: database.snapshot).texts("allowed_operations")
            #expect(Set(worked).intersection(judged) == Set(said).intersection(judged), "\(vm.nameLabel)")
        }
    }
}
