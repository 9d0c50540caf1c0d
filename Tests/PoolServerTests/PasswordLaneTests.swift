import Foundation
import Synchronization
import Testing

@testable import PoolServer

@Suite("Passwords wait for their turn")
struct PasswordLaneTests {
    /// What the passwords at work have noted.
    private final class Notes: Sendable {
        let order = Mutex<[String]>([])
        let isWanted = Mutex(true)
    }

    /// Keeps the lane busy until it is let go.
    private func hold(_ lane: PasswordLane) async -> DispatchSemaphore {
        let (begun, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Task {
            try await lane.run(.init(address: "held", user: nil)) {
                begun.signal()
                gate.wait()
            }
        }
        await withCheckedContinuation { continuation in
            let thread = Thread {
                begun.wait()
                continuation.resume()
            }
            thread.start()
        }
        return gate
    }

    @Test("A flood from one turn delays another by one password, not by all of them")
    func fairness() async throws {
        let lane = PasswordLane()
        let gate = await hold(lane)
        let notes = Notes()
        let flood = PasswordLane.Turn(address: "10.0.0.9", user: nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<PasswordLane.mostWaiting {
                group.addTask { _ = try await lane.run(flood) { notes.order.withLock { $0.append("flood") } } }
            }
            while lane.waiting < PasswordLane.mostWaiting { await Task.yield() }
            group.addTask {
                let admin = PasswordLane.Turn(address: "10.0.0.9", user: "root")
                _ = try await lane.run(admin) { notes.order.withLock { $0.append("admin") } }
            }
            while lane.waiting < PasswordLane.mostWaiting + 1 { await Task.yield() }
            gate.signal()
            try await group.waitForAll()
        }
        #expect(notes.order.withLock { $0.firstIndex(of: "admin") ?? .max } <= 1)
        #expect(notes.order.withLock { $0.count } == PasswordLane.mostWaiting + 1)
    }

    @Test("One more than may wait for a turn is turned away at once, and whoever hung up is passed over")
    func bounds() async throws {
        let lane = PasswordLane()
        let gate = await hold(lane)
        let turn = PasswordLane.Turn(address: "10.0.0.9", user: "root")
        let notes = Notes()
        let results = await withTaskGroup(of: Bool?.self) { group in
            for _ in 0..<PasswordLane.mostWaiting {
                group.addTask {
                    let result = try? await lane.run(turn, isWanted: { notes.isWanted.withLock { $0 } }) {
                        notes.order.withLock { $0.append("worked out") }
                        return true
                    }
                    return result ?? nil
                }
            }
            while lane.waiting < PasswordLane.mostWaiting { await Task.yield() }
            await #expect(throws: PasswordLane.Busy.self) { try await lane.run(turn) { true } }
            notes.isWanted.withLock { $0 = false }
            // Those who hung up make room, without having been worked out.
            group.addTask {
                let result = try? await lane.run(turn) { true }
                return result ?? nil
            }
            gate.signal()
            return await group.reduce(into: [Bool?]()) { $0.append($1) }
        }
        #expect(results.count { $0 == true } == 1)
        #expect(notes.order.withLock { $0.isEmpty })
    }
}
