import CLibvirt

/// What a hypervisor's live migration can be told, beside where to. libvirt refuses a migration that asks for more.
struct MigrationAbilities: Hashable, Sendable {
    /// Whether its speed can be bounded.
    var canBeBounded: Bool
    /// Whether a guest that writes faster than the link carries can be slowed down.
    var canConverge: Bool
    /// Whether it can be broken off.
    var canBeBrokenOff: Bool

    /// - Parameter hypervisor: its name as libvirt gives it (`virConnectGetType`).
    init(hypervisor: String) {
        // libvirt's driver for Xen hands a guest over to libxl, which takes no orders meanwhile: 1.3.0 to 9.0 and later.
        let isXen = hypervisor.lowercased() == "xen"
        (canBeBounded, canConverge, canBeBrokenOff) = (!isXen, !isXen, !isXen)
    }

    /// libvirt's flags for a migration between two hosts, with nobody in between.
    func flags(for migration: LibvirtConnection.Migration, isPersistent: Bool) -> UInt32 {
        var flags = VIR_MIGRATE_LIVE.rawValue | VIR_MIGRATE_PEER2PEER.rawValue
        if isPersistent { flags |= VIR_MIGRATE_PERSIST_DEST.rawValue | VIR_MIGRATE_UNDEFINE_SOURCE.rawValue }
        if migration.converges, canConverge { flags |= VIR_MIGRATE_AUTO_CONVERGE.rawValue }
        return flags
    }

    /// The bound for its speed, in MiB per second, where there is to be one and there can be one.
    func bandwidth(for migration: LibvirtConnection.Migration) -> Int? { canBeBounded ? migration.bandwidth : nil }
}
