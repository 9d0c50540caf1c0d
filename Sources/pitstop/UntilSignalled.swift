import UnixSignals

/// Does something until it is done, or SIGINT or SIGTERM asks to end: then it is cancelled, and cleans up before this ends.
func untilSignalled<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            for await _ in signals { return nil }
            // Cancelled, because the other one is done.
            try await Task.sleep(for: .seconds(60))
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            group.cancelAll()
            while let _ = try? await group.next() {}
            throw OperatorError("Interrupted: nothing was published.")
        }
        return result
    }
}
