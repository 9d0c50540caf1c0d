/// What an update asks for once it is applied. Words that nobody here knows are kept, shown, and stand in the way of a claim
/// that a host is done.
public struct UpdateGuidance: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    /// The word as the pool writes it.
    public let rawValue: String

    /// Takes a word as it came.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The host restarts: `restartHost`, `reboot_host`.
    public static let restartHost = UpdateGuidance(rawValue: "restartHost")
    /// The toolstack restarts: `restartXAPI`, `restart_toolstack`.
    public static let restartToolstack = UpdateGuidance(rawValue: "restartXAPI")
    /// Fully virtualised VMs restart.
    public static let restartHVM = UpdateGuidance(rawValue: "restartHVM")
    /// Paravirtual VMs restart.
    public static let restartPV = UpdateGuidance(rawValue: "restartPV")
    /// The host is emptied before the update is applied.
    public static let evacuateHost = UpdateGuidance(rawValue: "evacuate_host")
    /// A VM's device model restarts, which migrating it does, too.
    public static let restartDeviceModel = UpdateGuidance(rawValue: "restart_device_model")
    /// A VM restarts.
    public static let restartVM = UpdateGuidance(rawValue: "restart_vm")

    private static let known: [UpdateGuidance: [String]] = [
        .restartHost: [
            "restartHost", "reboot_host", "RebootHost", "reboot_host_on_livepatch_failure",
            "reboot_host_on_xen_livepatch_failure", "reboot_host_on_kernel_livepatch_failure",
        ],
        .restartToolstack: ["restartXAPI", "restart_toolstack", "RestartToolstack"],
        .restartHVM: ["restartHVM"], .restartPV: ["restartPV"],
        .evacuateHost: ["evacuate_host", "EvacuateHost"],
        .restartDeviceModel: ["restart_device_model", "RestartDeviceModel"],
        .restartVM: ["restart_vm", "RestartVM"],
    ]

    /// What a word of any generation means; a word that none has is kept as it is.
    public init(word: String) {
        self = Self.known.first { $0.value.contains(word) }?.key ?? UpdateGuidance(rawValue: word)
    }

    /// Whether it is understood here.
    public var isKnown: Bool { Self.known[self] != nil }

    /// The word as the pool writes it.
    public var description: String { rawValue }
}
