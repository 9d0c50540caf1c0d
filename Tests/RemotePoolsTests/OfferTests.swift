import Foundation
import PoolControl
import PoolDatabase
import TestSupport
import Testing
import XenAPI

@testable import RemotePools

@Suite struct OfferTests {
    /// A pool whose repositories offer one update.
    private struct Offering: UpdateIntake {
        let update: PreparedUpdate
        var kind: InstallerKind { .xcpng }

        func find(_ id: String) async throws(ControlError) -> PreparedUpdate { update }
        func contents(of update: PreparedUpdate) async throws(ControlError) -> UpdateContents { UpdateContents() }
        func published(_ update: PreparedUpdate) async -> Int64? { nil }
        func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer {
            PrecheckAnswer()
        }
        func apply(_ update: PreparedUpdate, to host: Ref, isPrechecked: Bool) async throws(ControlError)
            -> Set<UpdateGuidance>
        { [] }
        func outlook() async throws(ControlError) -> String { "" }
        func offer() async throws(ControlError) -> PreparedUpdate? { update }
        func prepare(_ source: UpdateSource, progress: @escaping @Sendable (Int64) -> Void)
            async throws(ControlError) -> PreparedUpdate
        { update }
        func pendingGuidance(of update: PreparedUpdate, on host: Ref) async throws(ControlError)
            -> Set<UpdateGuidance>
        { [] }
        func isInstalled(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Bool { false }
        func cleanUp(after update: PreparedUpdate) async throws(ControlError) {}
    }

    private static func update(_ digit: String) -> PreparedUpdate {
        PreparedUpdate(id: String(repeating: digit, count: 64), label: "offer \(digit)")
    }

    private func withControl(_ body: @Sendable (RemoteControl) async throws -> Void) async throws {
        let pool = GenerationPool()
        pool.furnish(.xcpng)
        try await withRemote(pool) { try await body($0.control) }
    }

    @Test func `offers are kept, and shown again by the next server`() async throws {
        let directory = try TemporaryDirectory()
        let book = OfferBook(path: directory.file("offers.json"))
        try await withControl { control in
            for digit in ["a", "b"] {
                let notice = try await book.look(
                    Offering(update: Self.update(digit)),
                    control,
                    now: Timestamp(seconds: 7)
                )
                #expect(notice == nil)
            }
        }
        try await withControl { control in
            let reopened = try await book.open(in: control)
            #expect(reopened == nil)
            #expect(control.database.snapshot.rows("pool_patch").map(\.nameLabel).sorted() == ["offer a", "offer b"])
        }
    }

    @Test func `an offer that a later one took the place of is gone, but for one of a run or one that all hosts have`()
        async throws
    {
        let directory = try TemporaryDirectory()
        let book = OfferBook(path: directory.file("offers.json"))
        try await withControl { control in
            func look(_ digit: String) async throws -> [String] {
                try await book.look(Offering(update: Self.update(digit)), control, now: Timestamp(seconds: 7))
                return control.database.snapshot.rows("pool_patch").map(\.nameLabel).sorted()
            }
            func mark(_ run: String?) async throws {
                try await control.database.transaction { transaction throws(APIError) in
                    let pool = try transaction.snapshot.pool()
                    try transaction.set("pool", pool.ref, "other_config", key: RemoteControl.markKey, run)
                }
            }
            #expect(try await look("a") == ["offer a"])
            try await mark("r")
            #expect(try await look("b") == ["offer a", "offer b"])
            try await mark(nil)
            #expect(try await look("b") == ["offer b"])
            try await control.database.transaction { transaction throws(APIError) in
                let patch = try transaction.snapshot.require(
                    "pool_patch",
                    uuid: RemoteControl.uuid(ofDigest: Self.update("b").id)
                )
                for host in transaction.snapshot.refs("host") {
                    transaction.create(
                        "host_patch",
                        Ref("b on \(host.rawValue)"),
                        ["host": .string(host.rawValue), "pool_patch": .string(patch.ref.rawValue)]
                    )
                }
            }
            #expect(try await look("c") == ["offer b", "offer c"])
        }
    }

    @Test func `a book that can not be read is set aside and told, and no offer is written over it`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("offers.json")
        let book = OfferBook(path: path)
        try await withControl { control in
            for (number, text) in [(1, "{half"), (2, "[7]")] {
                try Data(text.utf8).write(to: URL(filePath: path))
                let notice = try #require(try await book.open(in: control))
                #expect(notice.contains(path) && notice.contains("offers.json.unreadable-\(number)"))
                #expect(try String(contentsOfFile: "\(path).unreadable-\(number)", encoding: .utf8) == text)
            }
            try Data("{again".utf8).write(to: URL(filePath: path))
            let notice = try await book.look(
                Offering(update: Self.update("c")),
                control,
                now: Timestamp(seconds: 7)
            )
            #expect(notice?.contains("offers.json.unreadable-3") == true)
            let reopened = try await book.open(in: control)
            #expect(reopened == nil)
            #expect(
                control.database.snapshot.row("pool_patch", uuid: RemoteControl.uuid(ofDigest: Self.update("c").id))
                    != nil
            )
        }
    }
}
