/// Something took longer than it may.
struct DeadlineExceeded: Error {}

/// Does something, and gives it up where it takes longer than it may.
///
/// - Throws: what `body` throws; ``DeadlineExceeded``.
func within<Result: Sendable>(
    _ limit: Duration,
    by clock: any Clock<Duration>,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await body() }
        group.addTask {
            try await clock.sleep(for: limit)
            return nil
        }
        guard let first = try await group.next(), let result = first else { throw DeadlineExceeded() }
        return result
    }
}

extension Duration {
    /// Whole nanoseconds; those of three centuries at most.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? 0 : .max / 2 }
        return min(whole, .max / 2) + attoseconds / 1_000_000_000
    }

    /// As XenAPI wants a time to wait.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
