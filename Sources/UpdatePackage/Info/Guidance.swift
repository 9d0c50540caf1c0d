/// What must happen after an update was applied, in XenAPI's words (`after_apply_guidance`).
public enum Guidance: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
    /// Restart the running HVM VMs of the host.
    case restartHVM
    /// Restart the running paravirtualised VMs of the host.
    case restartPV
    /// Restart the host.
    case restartHost
    /// Restart the host's agent.
    case restartXAPI

    /// XenAPI's order of the words.
    public static func < (left: Guidance, right: Guidance) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
