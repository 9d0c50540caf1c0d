import Foundation
import Planner
import PoolDatabase
import PoolPlanning
import Testing

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
}
