import FoundationEssentials
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

@Suite("Recorded pools", .enabled(if: !pools.isEmpty, "the recorded pools are not here"))
struct RecordedPoolTests {
    @Test("Each is read and written back without loss", arguments: pools)
    func lossless(file: URL) throws {
        let bytes = Array(try Data(contentsOf: file))
        let dump = try DatabaseDump(bytes)
        #expect(dump.tables.count > 30)
        #expect(dump[table: "host"]?.rows.isEmpty == false)
        #expect(try DatabaseDump(dump.encoded) == dump)
        // Some files have been indented by hand. Without the blanks between tags they are the same to the byte.
        #expect(dump.encoded == withoutIndentation(bytes))
    }

    private static let shapes: [String: ValueShape] = [
        "other_config": .map(.string), "platform": .map(.string), "software_version": .map(.string),
        "device_config": .map(.string), "cpu_info": .map(.string), "sm_config": .map(.string), "tags": .set(.string),
        "capabilities": .set(.string), "allowed_operations": .set(.string), "after_apply_guidance": .set(.string),
        "snapshot_time": .date, "HVM__shadow_multiplier": .float, "memory__static_max": .int, "is_a_template": .bool,
    ]

    @Test("Columns read by their shapes, and are written back as they were", arguments: pools)
    func columns(file: URL) throws {
        let dump = try DatabaseDump(Array(try Data(contentsOf: file)))
        var count = 0
        for column in dump.tables.flatMap(\.rows).flatMap(\.columns) {
            guard let shape = Self.shapes[column.name] else { continue }
            #expect(ColumnText.encode(try ColumnText.decode(column.value, as: shape)) == column.value, "\(column)")
            count += 1
        }
        #expect(count > 500)
    }

    private func withoutIndentation(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInTag = false
        for byte in bytes {
            if byte == UInt8(ascii: "<") { isInTag = true }
            if isInTag { result.append(byte) }
            if byte == UInt8(ascii: ">") { isInTag = false }
        }
        return result
    }
}
