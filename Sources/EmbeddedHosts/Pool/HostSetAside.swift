import Hosts

/// A host that can not be opened: it answers nothing but why, and the others are served.
struct HostSetAside: Host {
    let uuid: String
    let name: String
    /// Why, as a sentence without its end.
    let reason: String

    /// The sentence for the operator.
    var refusal: HostError {
        .unreachable(
            host: HostAnswer.text(name, bytes: 64),
            reason: "\(reason); give it another with host.set_hostname, and start the server again"
        )
    }

    func facts() async throws(HostError) -> HostFacts { throw refusal }

    func installedPackages() async throws(HostError) -> [InstalledPackage] { throw refusal }

    func verifyPackages(_ packages: [String]) async throws(HostError) -> [PackageCheck] { throw refusal }

    func run(program: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        throw refusal
    }

    func stamps() async throws(HostError) -> [Stamp] { throw refusal }

    func writeStamp(uuid: String, contents: String) async throws(HostError) { throw refusal }

    func reboot() async throws(HostError) { throw refusal }

    func restartAgent() async throws(HostError) { throw refusal }

    func shutdown() async throws(HostError) { throw refusal }

    func powerOn() async throws(HostError) { throw refusal }

    func backup(limit: Int) async throws(HostError) -> [UInt8] { throw refusal }
}
