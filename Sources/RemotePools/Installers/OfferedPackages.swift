import PoolControl
import Synchronization
import XenAPI

extension PackageInstaller {
    /// A package as a host is offered it.
    struct Package: Decodable, Hashable, Sendable {
        let name: String
        let version: String
        let release: String
        /// What was said of it last, where the plug-in tells; no two packages differ by that alone.
        let changelog: Changelog?

        struct Changelog: Decodable, Sendable { let description: String? }

        static func == (a: Package, b: Package) -> Bool { a.text == b.text }
        func hash(into hasher: inout Hasher) { hasher.combine(text) }

        var text: String { "\(name)-\(version)-\(release)" }
    }

    /// The name of `name-version-release`.
    static func name(_ package: String) -> String? {
        let parts = package.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count > 2 ? parts.dropLast(2).joined(separator: "-") : nil
    }

    /// What runs below VMs, or is loaded with them, is in effect after a restart of the host only.
    private static let restarting = [
        "xen", "kernel", "qemu", "xenopsd", "xapi", "xcp-", "linux-firmware", "microcode", "intel-", "amd-", "glibc",
        "dracut",
        "systemd", "openssl", "sm-", "blktap", "ocaml", "forkexecd", "message-switch", "squeezed", "openvswitch",
    ]

    static func guidance(_ packages: [String]) -> Set<UpdateGuidance> {
        packages.contains(where: isRestarting) ? [.restartHost] : []
    }

    static func isRestarting(_ package: String) -> Bool { restarting.contains { package.hasPrefix($0) } }
}

/// What hosts said of what they are offered, for a while.
final class KeptOffers: Sendable {
    private struct Answer {
        var packages: Set<PackageInstaller.Package>
        var boot: String
        var time: Timestamp
    }

    private let answers = Mutex<[Ref: Answer]>([:])
    /// Seconds for which an answer holds.
    private static let life: Int64 = 60

    func keep(_ packages: Set<PackageInstaller.Package>, _ host: Ref, booted boot: String, at time: Timestamp) {
        answers.withLock { $0[host] = Answer(packages: packages, boot: boot, time: time) }
    }

    /// - Returns: nil where it was said in another boot, or too long ago.
    func of(_ host: Ref, booted boot: String, at time: Timestamp) -> Set<PackageInstaller.Package>? {
        guard let answer = answers.withLock({ $0[host] }), answer.boot == boot else { return nil }
        let age = time.seconds.subtractingReportingOverflow(answer.time.seconds).partialValue
        return (0..<Self.life).contains(age) ? answer.packages : nil
    }

    func forget(_ host: Ref) { answers.withLock { $0[host] = nil } }
}
