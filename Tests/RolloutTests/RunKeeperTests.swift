import Foundation
import Rollout
import Synchronization
import Testing

/// A pool of a conversation, behind the door that a keeper knocks at.
private final class ObedientPool: EffectPerformer {
    private let conversation: Mutex<Conversation>
    private let count = Mutex(0)
    /// The effect at which the pool falls silent for ever.
    private let silentAt: Int

    init(_ spec: RunSpec, silentAt: Int = .max) {
        conversation = Mutex(Conversation(spec, pool()))
        self.silentAt = silentAt
    }

    init(like other: ObedientPool) {
        conversation = Mutex(other.conversation.withLock { $0 })
        silentAt = .max
    }

    func perform(_ effect: Effect) async -> Outcome {
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard number < silentAt else {
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
            return .lost
        }
        if effect.isQuestion { return .lost }
        return conversation.withLock { $0.answer(effect.action) }
    }
}

@Suite("The keeper of a run")
struct RunKeeperTests {
    private func withRuns(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "runs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory.path)
    }

    @Test("A run is carried out to its end, and its journal tells the same")
    func toTheEnd() async throws {
        try await withRuns { directory in
            let keeper = try await RunKeeper.begin(
                run(),
                directory: directory,
                writer: "test",
                performer: ObedientPool(run()),
                wall: { 1_000_000 }
            )
            for await _ in await keeper.changes() {}
            #expect(await keeper.machine.stage == .ended(.succeeded))
            let bytes = try JournalFile.bytes(of: directory + "/r1.journal")
            let replayed = try Controller(replaying: Journal.read(bytes, digest: Journal.sha256))
            #expect(replayed.machine.hosts == (await keeper.machine.hosts))
            #expect(replayed.journal.head == (await keeper.journalHead))
        }
    }

    @Test("Who lets go of a run says nothing against it, hears no more words, and leaves it to the next keeper at once")
    func letGo() async throws {
        try await withRuns { directory in
            let pool = ObedientPool(run(), silentAt: 9)
            let first = try await RunKeeper.begin(
                run(),
                directory: directory,
                writer: "test",
                performer: pool,
                wall: { 1_000_000 }
            )
            await first.letGo()
            #expect(await first.snapshot.failure == nil)
            await #expect(throws: RunError.letGo) { try await first.say(.pause, by: "root") }
            let second = try #require(
                try await RunKeeper.takeOver(
                    directory: directory,
                    performer: ObedientPool(like: pool),
                    wall: { 1_000_100 }
                )
            )
            for await _ in await second.changes() {}
            await second.letGo()
            let last = await second.snapshot
            #expect(last.machine.stage == .ended(.succeeded))
            #expect(last.failure == nil)
        }
    }

    @Test("A second run is refused while one is active", arguments: [5])
    func oneAtATime(silentAt: Int) async throws {
        try await withRuns { directory in
            let keeper = try await RunKeeper.begin(
                run(),
                directory: directory,
                writer: "test",
                performer: ObedientPool(run(), silentAt: silentAt),
                wall: { 1_000_000 }
            )
            var second = run()
            second.run = "r2"
            await #expect(throws: RunError.self) {
                _ = try await RunKeeper.begin(
                    second,
                    directory: directory,
                    writer: "test",
                    performer: ObedientPool(second),
                    wall: { 1_000_000 }
                )
            }
            await keeper.letGo()
        }
    }

    @Test("A keeper that goes away is followed by another, which ends the run", arguments: [2, 5, 9, 14, 20])
    func takenOver(silentAt: Int) async throws {
        try await withRuns { directory in
            let pool = ObedientPool(run(), silentAt: silentAt)
            do {
                let keeper = try await RunKeeper.begin(
                    run(),
                    directory: directory,
                    writer: "test",
                    performer: pool,
                    wall: { 1_000_000 }
                )
                try await Task.sleep(for: .milliseconds(300))
                await keeper.letGo()
            }
            let next = try await RunKeeper.takeOver(
                directory: directory,
                performer: ObedientPool(like: pool),
                wall: { 1_000_100 }
            )
            let keeper = try #require(next)
            for await _ in await keeper.changes() {}
            #expect(await keeper.machine.stage == .ended(.succeeded))
            #expect(await keeper.machine.obligations.allSatisfy { $0.state == .paid })
        }
    }

    /// A journal that a run left behind can not be used: who takes over refuses it, keeps it, and says what to do.
    @Test(
        "A broken, an edited and another version's journal are refused at the take-over, and kept",
        arguments: Spoiling.allCases
    )
    func refusedJournals(spoiling: Spoiling) async throws {
        try await withRuns { directory in
            let path = directory + "/r1.journal"
            do {
                let keeper = try await RunKeeper.begin(
                    run(),
                    directory: directory,
                    writer: "test",
                    performer: ObedientPool(run(), silentAt: 9),
                    wall: { 1_000_000 }
                )
                while await keeper.machine.stage != .rolling { try await Task.sleep(for: .milliseconds(10)) }
                await keeper.letGo()
            }
            let spoilt = spoiling.spoil(try JournalFile.bytes(of: path))
            try Data(spoilt).write(to: URL(filePath: path))
            var refusal: RunError?
            do throws(RunError) {
                _ = try await RunKeeper.takeOver(
                    directory: directory,
                    performer: ObedientPool(run()),
                    wall: { 1_000_100 }
                )
            } catch {
                refusal = error
            }
            #expect(try #require(refusal).description.contains(spoiling.advice), "\(refusal?.description ?? "")")
            #expect(try JournalFile.bytes(of: path) == spoilt)
            // The run stays the active one, so that no other begins on a pool in an unknown state.
            #expect(try String(contentsOfFile: directory + "/active", encoding: .utf8) == "r1")
        }
    }

    /// What may have become of a journal while no server ran.
    enum Spoiling: CaseIterable {
        case broken, edited, otherVersion, otherProgram

        func spoil(_ bytes: [UInt8]) -> [UInt8] {
            var lines = bytes.split(separator: 0x0A).map { Array($0) }
            switch self {
            case .broken: lines.remove(at: lines.count / 2)
            case .edited: lines[1].replaceSubrange(70..<71, with: [lines[1][70] ^ 1])
            case .otherVersion: lines[0] = Self.line(#"{"opened":{"version":99,"run":"r1","writer":"w"}}"#)
            case .otherProgram: return Self.divergent(bytes)
            }
            return Array(lines.map { $0 + [0x0A] }.joined())
        }

        /// What the refusal has to say.
        var advice: String {
            switch self {
            case .broken, .edited: "It is kept, and not used"
            case .otherVersion, .otherProgram: "Finish the run with the program that began it"
            }
        }

        private static func line(_ json: String) -> [UInt8] {
            let sum = Journal.sha256(Array(json.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            return Array((sum.joined() + " " + json).utf8)
        }

        /// A chain without a fault, whose intents this program would not have had.
        private static func divergent(_ bytes: [UInt8]) -> [UInt8] {
            guard let contents = try? Journal.read(bytes, digest: Journal.sha256) else { return [] }
            var journal = Journal(digest: Journal.sha256)
            var rewritten: [UInt8] = []
            for record in contents.records {
                var record = record
                if var intent = record.intent {
                    intent.effects.append("99 observe")
                    record = .intent(intent)
                }
                rewritten += (try? journal.append(record)) ?? []
            }
            return rewritten
        }
    }
}
