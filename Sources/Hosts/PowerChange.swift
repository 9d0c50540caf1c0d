/// What changes whether a VM runs.
public enum PowerChange: Hashable, Sendable {
    /// Boots it; `paused` leaves its CPUs waiting.
    case start(paused: Bool)
    /// Brings its memory back from disk and lets it go on; `paused` leaves its CPUs waiting.
    case resume(paused: Bool)
    /// Saves its memory to disk and stops it.
    case suspend
    /// Asks it to shut itself down.
    case cleanShutdown
    /// Takes its power.
    case hardShutdown
    /// Asks it to restart.
    case cleanReboot
    case hardReboot
    /// Holds its CPUs, and lets them go on.
    case pause, unpause
}
