public import PoolDatabase
public import XenAPI

/// What other rows than its own say of a host.
extension Snapshot {
    /// Whether the host's heartbeat arrives.
    public func isLive(_ host: Row) -> Bool { row("host_metrics", host.ref("metrics"))?.bool("live") ?? false }

    /// Names of storage that is attached to a host by a PBD and not plugged there.
    public func unpluggedStorage(of host: Ref) -> [String] {
        pointing(at: host, "host", "PBDs").compactMap { reference in
            guard let pbd = stored("PBD", reference), !pbd.bool("currently_attached") else { return nil }
            return stored("SR", pbd.ref("SR"))?.nameLabel ?? pbd.uuid
        }
    }
}
