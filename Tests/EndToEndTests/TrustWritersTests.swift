import Foundation
import TestSupport
import Testing
import UpdatePackage

@Suite("Processes that change trust at the same time")
struct TrustWritersTests {
    @Test("each is done when it says so: nothing that was added is lost, nothing that was removed comes back")
    func pairs() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        func digest(_ number: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 64 - text.count) + text
        }
        let store = TrustStore(folder: state + "/trust")
        for number in 100..<106 { try store.pin(digest(number), note: "", now: 0) }
        try await withThrowingTaskGroup { group in
            for number in 0..<6 {
                group.addTask {
                    let pinned = try await Tools.run(
                        Products.pitstop,
                        ["trust", "pin", digest(number), "--state", state]
                    )
                    #expect(pinned.code == 0, "\(pinned.error)")
                }
                group.addTask {
                    let removed = try await Tools.run(
                        Products.pitstop,
                        ["trust", "remove", digest(100 + number), "--state", state]
                    )
                    #expect(removed.code == 0, "\(removed.error)")
                }
            }
            try await group.waitForAll()
        }
        #expect(Set(try store.decisions().pinned.map(\.sha256)) == Set((0..<6).map(digest)))
        withExtendedLifetime(directory) {}
    }
}
