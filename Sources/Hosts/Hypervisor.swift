/// What a pool's hypervisors can do with virtual machines.
public protocol Hypervisor: Sendable {
    /// Moves a running VM to another host without stopping it, and returns when it runs there.
    ///
    /// - Parameters:
    ///   - vm: what has to be moved.
    ///   - source: uuid of the host where it runs.
    ///   - destination: uuid of the host where it is to run.
    ///   - progress: called with the part that is done, from 0 to 1, rising.
    /// - Throws: ``HostError/migrationFailed(vm:reason:)``; the VM then still runs on `source`. Cancelling the task has
    ///   the same effect.
    func migrate(
        _ vm: RunningVM,
        from source: String,
        to destination: String,
        progress: @Sendable (Double) -> Void
    ) async throws(HostError)

    /// Starts or stops a VM, and returns when it is done. Whether it may be stopped was settled on the floors above.
    ///
    /// - Parameters:
    ///   - vm: which VM.
    ///   - change: what is to be done with it.
    ///   - host: uuid of the host where it runs, or is to run.
    /// - Throws: ``HostError``; the VM is then as it was, as far as the hypervisor can tell.
    func change(_ vm: RunningVM, _ change: PowerChange, on host: String) async throws(HostError)

    /// Puts a medium into a VM's drive, or takes out what is in it.
    ///
    /// - Parameters:
    ///   - source: the medium's place on the host; nil to leave the drive empty.
    ///   - drive: the guest's name for the drive, such as `sda`.
    ///   - vm: which VM, running or not.
    ///   - host: uuid of the host where it runs, or is known.
    func insert(_ source: String?, into drive: String, of vm: RunningVM, on host: String) async throws(HostError)

    /// Sets whether a VM starts with its host.
    func setStartsWithHost(_ starts: Bool, _ vm: RunningVM, on host: String) async throws(HostError)
}

/// Where VMs are modelled, the pool's database is all that there is of their drives and settings.
extension Hypervisor {
    public func insert(_ source: String?, into drive: String, of vm: RunningVM, on host: String) async throws(HostError)
    {}

    public func setStartsWithHost(_ starts: Bool, _ vm: RunningVM, on host: String) async throws(HostError) {}
}

/// A VM, as far as hypervisors need to know it.
public struct RunningVM: Hashable, Sendable {
    /// The VM's uuid in the pool.
    public var uuid: String
    /// Its name, for messages.
    public var name: String
    /// Memory to be sent, in bytes.
    public var memory: Int64

    /// Creates a description of a VM.
    public init(uuid: String, name: String, memory: Int64) {
        self.uuid = uuid
        self.name = name
        self.memory = memory
    }
}
