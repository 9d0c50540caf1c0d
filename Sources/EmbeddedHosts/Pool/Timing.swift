import FoundationEssentials
import Hosts

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

    /// What a guest takes to boot or to shut itself down, in modelled time.
    static let guestStop = Duration.seconds(30)
    /// What storage takes of a suspended VM's memory in a second of modelled time, in bytes.
    static let suspendBandwidth = 200.0 * 1024 * 1024

    /// What a change of a VM's power takes, in modelled time.
    static func duration(of change: PowerChange, memory: Int64) -> Duration {
        switch change {
        case .start, .cleanShutdown: guestStop
        case .cleanReboot: guestStop * 2
        case .hardReboot: guestStop
        case .suspend, .resume: migrationOverhead + .seconds(Double(max(0, memory)) / suspendBandwidth)
        case .hardShutdown, .pause, .unpause: .zero
        }
    }

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
