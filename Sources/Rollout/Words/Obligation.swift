/// Something that was so before the run, and has to be so again after it.
public enum Debt: Codable, Hashable, Sendable {
    /// High availability is on, with so many host failures to tolerate.
    case haEnabled(failures: Int)
    case wlbEnabled
    case hostEnabled(host: String)
    /// A VM runs; `host` is where it ran and is to run again.
    case vmRunning(vm: String, host: String, way: Consent.Way)
    /// An ISO is in the drive of a VM.
    case isoInserted(vm: String, iso: String)
    /// A VM starts with its host.
    case autoPowerOn(vm: String)
    /// A host is disabled, as somebody has left it: for maintenance.
    case hostDisabled(host: String)
    /// A VM runs where it ran before the run moved it.
    case vmHome(vm: String, host: String)
    /// What a program of the operator's paused goes on.
    case resumed(pair: String)
}

extension Debt {
    /// The host whose being in service it is about.
    public var host: String? {
        switch self {
        case .hostEnabled(let host), .hostDisabled(let host): host
        default: nil
        }
    }

    /// The VM that it is about.
    public var vm: String? {
        switch self {
        case .vmRunning(let vm, _, _), .isoInserted(let vm, _), .autoPowerOn(let vm), .vmHome(let vm, _): vm
        case .haEnabled, .wlbEnabled, .hostEnabled, .hostDisabled, .resumed: nil
        }
    }
}

/// A debt of the run: recorded before the change that causes it, paid on every way out or shown as open.
public struct Obligation: Codable, Hashable, Sendable {
    /// What became of it.
    public enum State: Codable, Hashable, Sendable {
        case open
        case paid
        /// What it is about does not exist any more.
        case void
    }

    /// Counts from 1 in each run.
    public var id: Int
    public var debt: Debt
    public var state: State
    /// When it arose, in seconds since the epoch.
    public var since: Int64
    /// Attempts to pay it in a row that failed.
    var attempts = 0
    /// Why it could not be paid, or must not be paid yet.
    public var reason: String?
}
