/// Trying again while a server is away: it restarts, or the master has changed.
public struct Persistence: Sendable {
    private let limit: Duration
    private let pauses: ClosedRange<Duration>
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - limit: for how long.
    ///   - pauses: the first and the longest pause between two tries.
    public init(
        for limit: Duration,
        pauses: ClosedRange<Duration> = ClientLimits().pauses,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        (self.limit, self.pauses, self.clock) = (limit, pauses, clock)
    }

    /// Does something until it does not fail of a server that is away.
    ///
    /// - Parameter onSilence: told of each try that failed so.
    /// - Throws: what `body` throws of other causes at once; the last silence where it lasts too long.
    public func run<Result: Sendable>(
        onSilence: @Sendable (XenAPIError) async -> Void = { _ in },
        _ body: @Sendable () async throws(XenAPIError) -> Result
    ) async throws(XenAPIError) -> Result {
        try await run(clock, onSilence, body)
    }

    private func run<C: Clock<Duration>, Result: Sendable>(
        _ clock: C,
        _ onSilence: @Sendable (XenAPIError) async -> Void,
        _ body: @Sendable () async throws(XenAPIError) -> Result
    ) async throws(XenAPIError) -> Result {
        let end = clock.now.advanced(by: limit)
        var pause = pauses.lowerBound
        while true {
            do throws(XenAPIError) {
                return try await body()
            } catch {
                guard error.isPassing, clock.now < end else { throw error }
                await onSilence(error)
            }
            do { try await clock.sleep(for: pause) } catch { throw .cancelled }
            pause = min(pause * 2, pauses.upperBound)
        }
    }
}
