import UpdatePackage

/// What has to restart after packages were installed, and because of which.
public struct RestartAdvice: Hashable, Sendable {
    /// The guidance, in XenAPI's word; nil where nothing has to restart.
    public var guidance: Guidance?
    /// The names of the packages that ask for it, in order.
    public var because: [String]

    /// Creates advice.
    init(guidance: Guidance?, because: [String]) { (self.guidance, self.because) = (guidance, because) }

    /// One sentence.
    public var sentence: String {
        let names = because.joined(separator: ", ")
        switch guidance {
        case .restartHost: return "Hosts restart, because of \(names)."
        case .restartXAPI: return "The toolstack restarts, because of \(names)."
        default: return "Nothing restarts: what runs goes on with what it has loaded until it is restarted itself."
        }
    }

    /// What runs from boot to boot: a host runs on with the old one until it restarts.
    private static let host: [(name: String, isWhole: Bool)] = [
        ("kernel", false), ("glibc", false), ("systemd", false), ("xen", false), ("microcode_ctl", true),
        ("linux-firmware", true), ("dbus", false), ("qemu-firmware", true), ("intel-microcode", true),
        ("amd-ucode-firmware", true), ("linux-image", false), ("libc6", true), ("amd64-microcode", true),
    ]
    /// What the toolstack is made of: VMs run on while it restarts.
    private static let toolstack: [(name: String, isWhole: Bool)] = [
        ("libvirt", false), ("libvirt0", true), ("qemu", false),
    ]

    /// Works it out from the packages' names.
    public static func after(_ packages: [OfferedPackage]) -> RestartAdvice {
        let names = Set(packages.map(\.name)).sorted()
        let host = names.filter { name in Self.host.contains { matches(name, $0) } }
        if !host.isEmpty { return RestartAdvice(guidance: .restartHost, because: host) }
        let toolstack = names.filter { name in Self.toolstack.contains { matches(name, $0) } }
        return RestartAdvice(guidance: toolstack.isEmpty ? nil : .restartXAPI, because: toolstack)
    }

    /// Whether a package is that one, or one of its parts: `kernel-core` of `kernel`, but not `kernelshark`. What only
    /// developers and readers have is never loaded.
    private static func matches(_ name: String, _ rule: (name: String, isWhole: Bool)) -> Bool {
        if name == rule.name { return true }
        let unused = ["-devel", "-headers", "-doc", "-docs", "-tools-doc", "-debuginfo", "-dbg", "-help"]
        return !rule.isWhole && name.hasPrefix(rule.name + "-") && !unused.contains { name.hasSuffix($0) }
    }
}
