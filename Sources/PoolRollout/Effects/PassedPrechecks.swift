import Synchronization

/// The prechecks that hosts have just passed, so that an update which follows at once does not ask the same again.
///
/// They are only remembered, never written down: whoever takes a run over asks anew.
final class PassedPrechecks: Sendable {
    private struct Question: Hashable {
        let update: String
        let host: String
    }

    /// For so long an answer is taken for true.
    static let shelfLife = Duration.seconds(10)
    private let passed = Mutex<[Question: ContinuousClock.Instant]>([:])

    /// A host has passed the precheck of an update.
    func add(_ update: String, _ host: String, at now: ContinuousClock.Instant = .now) {
        passed.withLock { $0[Question(update: update, host: host)] = now }
    }

    /// Whether a host has passed the precheck of an update just now. Each answer counts once.
    func take(_ update: String, _ host: String, at now: ContinuousClock.Instant = .now) -> Bool {
        let moment = passed.withLock { $0.removeValue(forKey: Question(update: update, host: host)) }
        return moment.map { now - $0 < Self.shelfLife } ?? false
    }
}
