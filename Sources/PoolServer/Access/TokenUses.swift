import Basics
import Foundation
import Storage

/// When each token was used last, to the hour: a file of its own, so that a sign-in never touches the one that says who may.
actor TokenUses {
    /// Uses of one token within this many seconds are written down once.
    static let interval: Int64 = 3600
    private static let largest = 1 << 20

    private let path: String
    private let executor = BlockingExecutor(label: "token uses")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    /// By digest, so that a token that was made anew under an old name has not been used yet.
    private var known: [String: Int64] = [:]

    init(path: String) { self.path = path }

    /// Takes note of a use. One that can not be written down is not: whoever signs in is not kept out by a full disk.
    func note(_ token: Token, at seconds: Int64, among tokens: [Token]) {
        if let before = known[token.digest], seconds - before < Self.interval, seconds >= before { return }
        known = Self.read(path)
        known[token.digest] = seconds
        let digests = Set(tokens.map(\.digest))
        known = known.filter { digests.contains($0.key) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let bytes = try? encoder.encode(known) else { return }
        try? AtomicFile.replace(path, with: Array(bytes))
    }

    /// The last use of each token by its digest, in seconds since the epoch.
    static func read(_ path: String) -> [String: Int64] {
        guard let bytes = try? AtomicFile.read(path, limit: largest) else { return [:] }
        return (try? JSONDecoder().decode([String: Int64].self, from: Data(bytes))) ?? [:]
    }
}
