import FoundationEssentials

/// How long the modelled parts of a pool take, and by which clock.
///
/// Programs and RPM transactions are real and take the time that they take. Restarts and migrations are modelled.
public struct Timing: Sendable {
    /// A host's way down, in modelled time.
    static let shutdown = Duration.seconds(10)
    /// A host's way up, in modelled time.
    static let boot = Duration.seconds(110)
    /// What a migration costs beside the memory that it sends, in modelled time.
    static let migrationOverhead = Duration.seconds(5)
    /// What a migration sends in a second of modelled time, in bytes.
    static let migrationBandwidth = 125.0 * 1024 * 1024

    /// Seconds of modelled time that pass in one of the clock's.
    public var speed: Double
    /// By which waiting is done.
    public var clock: any Clock<Duration>
    /// The time of day, in seconds since the epoch.
    public var now: @Sendable () -> Double

    /// Creates a timing.
    public init(
        speed: Double = 1,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
    ) {
        self.speed = speed
        self.clock = clock
        self.now = now
    }

    /// Waits until that much modelled time has passed.
    func sleep(_ modelled: Duration) async throws {
        try await clock.sleep(for: modelled / speed)
    }
}
