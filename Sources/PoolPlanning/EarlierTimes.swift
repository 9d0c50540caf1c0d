/// What earlier runs on the pool took, by the uuids of hosts and VMs; empty where nobody measured.
public struct EarlierTimes: Sendable {
    /// Seconds from the start of the package's program to its end, by host.
    public var apply: [String: [Int]] = [:]
    /// Seconds from the order to reboot until the host was enabled again, by host.
    public var reboot: [String: [Int]] = [:]
    /// Bytes that a live migration sent in percent of the VM's memory, by VM.
    public var dirtyPercent: [String: [Int]] = [:]

    /// No earlier runs.
    public init() {}
}
