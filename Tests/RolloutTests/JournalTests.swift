import Foundation
import Rollout
import RolloutSimulation
import Testing

@Suite("The journal")
struct JournalTests {
    private let written = World(Scenario(hosts: 2)).run().journal

    @Test("What was written is read back")
    func roundTrip() throws {
        let contents = try Journal.read(written, digest: Journal.sha256)
        #expect(contents.torn == 0)
        #expect(contents.length == written.count)
        #expect(contents.records.first?.opened?.version == Journal.version)
        let controller = try Controller(replaying: contents)
        #expect(controller.machine.stage == .ended(.succeeded))
    }

    @Test("What earlier programs wrote is read: without the members that came later, and guidance as plain words")
    func earlier() throws {
        let spec = run([update(1, [.restartHost, Guidance(rawValue: "newWord")])])
        let text = String(decoding: try JSONEncoder().encode(spec), as: UTF8.self)
        #expect(text.contains(#"["restartHost","newWord"]"#))
        #expect(!text.contains("maintained") && !text.contains("allowsOlderMaster"))
        #expect(try JSONDecoder().decode(RunSpec.self, from: Data(text.utf8)) == spec)
        let view = String(decoding: try JSONEncoder().encode(pool()), as: UTF8.self)
        for later in ["softwareVersion", "suspendObstacle", "isTemplate"] { #expect(!view.contains(later)) }
        #expect(try JSONDecoder().decode(PoolView.self, from: Data(view.utf8)) == pool())
    }

    @Test("An empty journal, and one without a whole record, are no intact ones")
    func empty() {
        for bytes in [[], Array(written.prefix(20))] {
            let verified = JournalVerification(bytes)
            #expect(!verified.isIntact)
            #expect(verified.text.contains("holds no record"))
        }
    }

    @Test("Any changed byte is detected")
    func edits() {
        for position in stride(from: 0, to: written.count - 1, by: max(1, written.count / 150)) {
            var edited = written
            edited[position] ^= 1
            #expect(throws: JournalError.self) {
                let contents = try Journal.read(edited, digest: Journal.sha256)
                // A change of the very last line's end looks like a torn write: the head then differs.
                if contents.torn > 0 { throw JournalError.broken(record: contents.records.count) }
            }
        }
    }

    @Test("A record taken out, put twice or swapped is detected")
    func records() {
        let lines = written.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        func joined(_ lines: [[UInt8]]) -> [UInt8] { Array(lines.joined(separator: [0x0A])) }
        var without = lines
        without.remove(at: 3)
        var twice = lines
        twice.insert(lines[3], at: 3)
        var swapped = lines
        swapped.swapAt(3, 4)
        for (edited, record) in [(without, 4), (twice, 5), (swapped, 4)] {
            #expect(throws: JournalError.broken(record: record)) {
                _ = try Journal.read(joined(edited), digest: Journal.sha256)
            }
        }
    }

    @Test("A torn last record is left out, wherever it was torn")
    func torn() throws {
        let whole = try Journal.read(written, digest: Journal.sha256)
        let last = try #require(written.dropLast().lastIndex(of: 0x0A))
        for cut in [last + 2, last + 40, written.count - 1] {
            let contents = try Journal.read(Array(written[..<cut]), digest: Journal.sha256)
            #expect(contents.records.count == whole.records.count - 1)
            #expect(contents.torn == cut - last - 1)
        }
    }

    @Test("Records cut off the end change the head")
    func cutEnd() throws {
        let whole = try Journal.read(written, digest: Journal.sha256)
        let last = try #require(written.dropLast().lastIndex(of: 0x0A))
        let cut = try Journal.read(Array(written[...last]), digest: Journal.sha256)
        #expect(cut.journal.head != whole.journal.head)
    }

    @Test("A journal of another version is refused, and the refusal says what to do")
    func version() {
        let json = Array(#"{"opened":{"version":99,"run":"r","writer":"w"}}"#.utf8)
        let sum = Journal.sha256(json).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let bytes = Array(sum.utf8) + [0x20] + json + [0x0A]
        #expect(throws: JournalError.otherVersion(99)) { _ = try Journal.read(bytes, digest: Journal.sha256) }
        #expect(JournalError.otherVersion(99).description.contains("Finish the run with the program that began it"))
    }

    @Test("On disk: appended, torn, cut and gone on with")
    func onDisk() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "run.journal").path
        var journal = Journal(digest: Journal.sha256)
        let file = try JournalFile.create(path)
        try file.append(try journal.append(.opening(run: "r", by: "test")))
        let tick = Journal.Record.input(.tick(at: Moment(wall: 1, steady: 1)))
        let line = try journal.append(tick)
        try file.append(Array(line.prefix(20)))
        _ = consume file
        let again = try JournalFile.reopen(path)
        #expect(again.contents.torn == 20)
        #expect(again.contents.records.count == 1)
        try again.file.append(line)
        let bytes = try JournalFile.bytes(of: path)
        #expect(try Journal.read(bytes, digest: Journal.sha256).records.last == tick)
    }

    @Test("A second holder of the lock is turned away")
    func lock() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "runs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        do {
            guard let first = RunLock(directory: directory.path) else {
                Issue.record("the first one gets the lock")
                return
            }
            let isWritten = first.set(run: "run-1")
            #expect(isWritten)
            let isTaken = if RunLock(directory: directory.path) == nil { true } else { false }
            #expect(isTaken)
        }
        guard let second = RunLock(directory: directory.path) else {
            Issue.record("the lock is free again")
            return
        }
        let run = second.run
        #expect(run == "run-1")
    }
}
