/// The right of one process to act for a name, as "coordinator of this pool", until it is given back or lost.
public protocol Lease: Sendable {
    /// Larger than that of every holder before: what an effect carries, so that one of a former holder can be refused.
    var epoch: UInt64 { get }
    /// Makes the right last longer.
    ///
    /// - Returns: false where it was lost; whoever held it must do nothing more.
    func renew() async -> Bool
    /// Gives the right back. Nothing happens where it was lost.
    func release() async
}

/// The leases of a storage.
public protocol LeaseStore: Sendable {
    /// Takes a lease; nil while another process has it.
    ///
    /// - Parameter holder: who asks, for people to read: a machine's name and a process.
    func acquire(_ name: StorageName, holder: String) async throws(StorageError) -> (any Lease)?
    /// Who has a lease, or had it last; nil where nobody ever had.
    func holder(of name: StorageName) async throws(StorageError) -> (holder: String, epoch: UInt64)?
}
