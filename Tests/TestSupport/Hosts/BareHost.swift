public import Hosts

/// A host that has nothing and does nothing, but for what a test says of it.
public protocol BareHost: Hosts.Host {}

extension BareHost {
    public func facts() async throws(HostError) -> HostFacts { .bare() }

    public func installedPackages() async throws(HostError) -> [InstalledPackage] { [] }

    public func run(program: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        ProgramResult(ending: .exited(0), output: "")
    }

    public func stamps() async throws(HostError) -> [Stamp] { [] }

    public func writeStamp(uuid: String, contents: String) async throws(HostError) {}

    public func reboot() async throws(HostError) {}

    public func restartAgent() async throws(HostError) {}
}

extension HostFacts {
    /// Of a host of which only the boot matters, which is told as a time, too.
    public static func bare(boot: String = "a", since time: Int64 = 0) -> HostFacts {
        HostFacts(
            bootID: boot,
            bootTime: time,
            agentStartTime: time,
            softwareVersion: ["product_version": "6.0.2"],
            freeBytes: 1 << 30
        )
    }
}
