public import XenAPI

/// A pool that keeps itself, as a server's doors see it: they answer looks from its rows, and pass everything else on to it.
public protocol MessageRelay: Sendable {
    /// The classes whose objects are in the rows.
    var mirrored: Set<String> { get }
    /// How current the rows are.
    var freshness: Freshness { get }
    /// Sends a message to the pool in the server's own session, and waits for what comes of it. Afterwards the rows show the
    /// objects that it names as they are now.
    ///
    /// - Parameters:
    ///   - message: its full name.
    ///   - parameters: without the session.
    ///   - isLong: whether it may be asked for as a task, which tells how far it is and can be cancelled.
    ///   - progress: told how far it is, from 0 to 1.
    /// - Throws: the pool's own error, as it came; `INTERNAL_ERROR` with a sentence where the pool does not answer.
    func send(
        _ message: String,
        _ parameters: [Value],
        isLong: Bool,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws(APIError) -> Value
}
