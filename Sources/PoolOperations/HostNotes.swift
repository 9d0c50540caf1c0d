import Hosts
public import PoolDatabase
public import XenAPI

/// What the pool's master notes of a host in its `other_config`, under XenServer's names as far as it has any.
public enum HostNote: String, Sendable {
    /// When it booted, in seconds since the epoch.
    case bootTime = "boot_time"
    /// When its toolstack started, in seconds since the epoch.
    case agentStart = "agent_start_time"
    /// The random id of its boot.
    case bootID = "boot_id"
    /// Seconds by which its clock is ahead of the master's.
    case clockOffset = "clock_offset"
    /// Whether a person has taken it out of service.
    case maintenance = "MAINTENANCE_MODE"

    /// Those that hosts themselves are the source of: whether a host has restarted is told from them, so that nobody sets them.
    public static let facts: [HostNote] = [.bootTime, .agentStart, .bootID, .clockOffset]
}

extension Row {
    /// Whether somebody has taken a host into maintenance, as XenCenter notes it: it stays disabled until they take it out.
    public var isInMaintenance: Bool { map("other_config", HostNote.maintenance.rawValue)?.lowercased() == "true" }

    /// What names the host's boot: its id, where it has one, else the time of it. Another one means that it has restarted.
    public var bootID: String? {
        map("other_config", HostNote.bootID.rawValue) ?? map("other_config", HostNote.bootTime.rawValue)
    }

    /// Seconds that a host's `other_config` notes; nil where it notes none, or what is no time. The only reader of these:
    /// anybody who may set `other_config`, and any recording, writes there what they like.
    public func noted(_ note: HostNote) -> Int64? {
        map("other_config", note.rawValue).flatMap { HostTime.seconds($0) }
    }
}

/// What has to start anew on a host before an update that it has applied is in effect.
public enum OwedRestart: Hashable, Sendable {
    /// The host, and with it its toolstack.
    case host
    case toolstack
}

extension Row {
    /// What this host still owes an update that it has applied; nil where it owes nothing. Where nobody has noted when it
    /// started, as far as anybody knows it has not since.
    ///
    /// - Parameters:
    ///   - patch: the update's `pool_patch`.
    ///   - time: when it was applied here.
    public func owedRestart(for patch: Row, appliedAt time: Timestamp) -> OwedRestart? {
        let guidance = patch.texts("after_apply_guidance")
        if guidance.contains("restartHost"), isAwaitingBoot(for: patch, appliedAt: time) { return .host }
        if guidance.contains("restartXAPI"), time.seconds > noted(.agentStart) ?? 0 { return .toolstack }
        return nil
    }

    /// XenServer 7.1 to 8.2 says itself for which images a host waits: one that was mended while it runs waits for none
    /// (`updates_requiring_reboot`, which XenCenter goes by, too). Of others their times tell.
    private func isAwaitingBoot(for patch: Row, appliedAt time: Timestamp) -> Bool {
        let isNewer = time.seconds > noted(.bootTime) ?? 0
        guard let image = patch["pool_update"].text, !image.isEmpty, !Ref(image).isNull else { return isNewer }
        return isNewer && (self["updates_requiring_reboot"].elements ?? []).contains { $0.text == image }
    }
}
