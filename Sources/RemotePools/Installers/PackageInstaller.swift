import Foundation
public import PoolControl
import Synchronization
public import XenAPI
import XenAPIClient

/// Packages on XCP-ng, by its plug-in `updater.py`. What all hosts are offered is pinned by name, version and release before
/// the first one takes any of it.
public struct PackageInstaller: RemoteInstaller {
    let pool: RemoteControl
    private let taken = Taken()
    private let offers = KeptOffers()

    init(pool: RemoteControl) { self.pool = pool }

    /// What hosts took here last, and the boot in which they did.
    private final class Taken: Sendable {
        private let last = Mutex<[Ref: (guidance: Set<UpdateGuidance>, boot: String)]>([:])

        /// What one boot took in several goes comes together.
        func add(_ guidance: Set<UpdateGuidance>, to host: Ref, booted boot: String) {
            last.withLock { last in
                let before = last[host].flatMap { $0.boot == boot ? $0.guidance : nil } ?? []
                last[host] = (before.union(guidance), boot)
            }
        }

        func by(_ host: Ref) -> (guidance: Set<UpdateGuidance>, boot: String)? { last.withLock { $0[host] } }
    }

    public var kind: InstallerKind { .xcpng }

    public func find(_ id: String) async throws(ControlError) -> PreparedUpdate { try pool.offered(id) }

    public func outlook() async throws(ControlError) -> String {
        let hosts = try await pool.hosts
        var waiting = 0
        for host in hosts {
            if try await !offered(to: host.ref).isEmpty { waiting += 1 }
        }
        return "\(waiting) of \(hosts.count) hosts are offered packages"
    }

    public func prepare(_ source: UpdateSource, progress: @escaping @Sendable (Int64) -> Void)
        async throws(ControlError) -> PreparedUpdate
    {
        guard case .repositories = source else {
            throw .impossible("XCP-ng takes updates from its repositories, and no files.")
        }
        guard let offer = try await offer() else {
            throw .impossible("Every host has what its repositories offer: there is nothing to do.")
        }
        return offer
    }

    public var isShownInRows: Bool { false }

    public func offer() async throws(ControlError) -> PreparedUpdate? {
        var union: [String: Package] = [:]
        var first: [String: String] = [:]
        for host in try await pool.hosts {
            for package in try await offered(to: host.ref) {
                if let other = union[package.name], other != package {
                    throw .impossible(
                        "Host \(first[package.name] ?? "") is offered \(other.text), and host \(host.name) \(package.text): "
                            + "their repositories differ. Give all hosts the same (/etc/yum.repos.d), and try again."
                    )
                }
                union[package.name] = package
                first[package.name] = first[package.name] ?? host.name
            }
        }
        guard !union.isEmpty else { return nil }
        let packages = union.values.map(\.text).sorted()
        let digest = RemoteControl.digest(of: packages.joined(separator: "\n"))
        return PreparedUpdate(
            id: digest,
            label: "\(packages.count) packages (\(digest.prefix(12)))",
            guidance: Self.guidance(packages).map(\.rawValue).sorted(),
            packages: packages,
            notes: Self.notes(on: union.values)
        )
    }

    /// What changelogs say, and which packages a host restarts for.
    private static func notes(on packages: some Collection<Package>) -> UpdateNotes {
        let restarting = packages.filter { isRestarting($0.text) }.map(\.name).sorted()
        let reason =
            restarting.isEmpty
            ? "No host restarts for them" : "Hosts restart for \(restarting.joined(separator: ", "))"
        return UpdateNotes(
            summary: "Packages that the hosts' repositories offer. \(reason).",
            vulnerabilities: UpdateNotes.vulnerabilities(in: packages.compactMap { $0.changelog?.description }),
            restarting: restarting
        )
    }

    public func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer {
        PrecheckAnswer(output: try await confirmed(update, on: host).map(\.text).sorted().joined(separator: "\n"))
    }

    /// What the host is offered now is part of what was pinned, or nothing is done.
    private func confirmed(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Set<Package> {
        let pinned = Set(update.packages)
        let offered = try await offered(to: host)
        let foreign = offered.map(\.text).filter { !pinned.contains($0) }.sorted()
        guard foreign.isEmpty else {
            pool.noticeNewOffers()
            throw .impossible(
                "Host \(pool.name(host)) is now offered what was not so when the run began: \(foreign.joined(separator: ", ")). "
                    + "The repositories have changed meanwhile; begin a new run, which takes that for all hosts."
            )
        }
        return offered
    }

    public func confirm(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) {
        _ = try await confirmed(update, on: host)
    }

    public func apply(_ update: PreparedUpdate, to host: Ref, isPrechecked: Bool) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        let offered = try await confirmed(update, on: host)
        if !offered.isEmpty {
            let boot = try await boot(of: host)
            offers.forget(host)
            _ = try await call("update", on: host)
            guard try await isInstalled(update, on: host) else {
                throw .impossible(
                    "Host \(pool.name(host)) was updated, and lacks some of what was pinned: look at /var/log/yum.log there."
                )
            }
            taken.add(Self.guidance(offered.map(\.text)), to: host, booted: boot)
        }
        return Self.guidance(offered.map(\.text))
    }

    /// A host restarts for what it took itself, not for what others did. What this server has not seen, or has forgotten, counts
    /// as a restart.
    func owed(by host: Ref, for updates: [PreparedUpdate]) async throws(ControlError) -> Set<UpdateGuidance>? {
        guard let last = taken.by(host), !updates.isEmpty else { return nil }
        return try await boot(of: host) == last.boot ? last.guidance : []
    }

    /// What tells one boot of a host from the next.
    private func boot(of host: Ref) async throws(ControlError) -> String {
        try await pool.client.record("host", host).pairs("other_config")["boot_time"] ?? ""
    }

    /// Nothing is told by such a host; what was installed asks for a restart or not, and the restart is proved by its boot.
    public func pendingGuidance(of update: PreparedUpdate, on host: Ref) async throws(ControlError)
        -> Set<UpdateGuidance>
    { [] }

    /// A host has the update where it is offered nothing of it any longer, and has of each pinned package either that version
    /// or none at all.
    public func isInstalled(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Bool {
        let pinned = Set(update.packages)
        guard try await lately(offeredTo: host).allSatisfy({ !pinned.contains($0.text) }) else { return false }
        let names = update.packages.compactMap(Self.name)
        let answer: String
        do throws(ControlError) {
            answer = try await call("query_installed", on: host, ["packages": names.joined(separator: ",")])
        } catch {
            // Older plug-ins lack it; that nothing is offered any longer is all that they tell.
            guard error.code == "UNKNOWN_XENAPI_PLUGIN_FUNCTION" else { throw error }
            return true
        }
        guard let installed = try? JSONDecoder().decode([String: String].self, from: Data(answer.utf8)) else {
            throw .impossible("What host \(pool.name(host)) says of its packages is not understood.")
        }
        return update.packages.allSatisfy { package in
            guard let name = Self.name(package), let version = installed[name], !version.isEmpty else { return true }
            return version == package || version.hasPrefix(package + ".")
        }
    }

    public func cleanUp(after update: PreparedUpdate) async throws(ControlError) {}

    /// Asks a host what it is offered. It looks at its repositories for that, which takes seconds, and keeps others out meanwhile.
    private func offered(to host: Ref) async throws(ControlError) -> Set<Package> {
        try await offered(to: host, booted: try await boot(of: host))
    }

    private func offered(to host: Ref, booted boot: String) async throws(ControlError) -> Set<Package> {
        let time = pool.mirror.now()
        let answer = try await call("check_update", on: host)
        guard let packages = try? JSONDecoder().decode([Package].self, from: Data(answer.utf8)) else {
            throw .impossible("What host \(pool.name(host)) is offered is not understood.")
        }
        offers.keep(Set(packages), host, booted: boot, at: time)
        return Set(packages)
    }

    /// What a host said lately in its present boot, asked where that is too long ago: a run looks at a host more often than its
    /// repositories change.
    private func lately(offeredTo host: Ref) async throws(ControlError) -> Set<Package> {
        let boot = try await boot(of: host)
        if let kept = offers.of(host, booted: boot, at: pool.mirror.now()) { return kept }
        return try await offered(to: host, booted: boot)
    }

    /// Somebody else may have the host's package manager for a while, who only asks what it is offered: it is waited for.
    private func call(_ function: String, on host: Ref, _ arguments: KeyValuePairs<String, String> = [:])
        async throws(ControlError) -> String
    {
        var tries = Self.tries
        while true {
            do throws(ControlError) {
                return try await pool.client.perform(
                    "host.call_plugin",
                    .ref(host),
                    .string("updater.py"),
                    .string(function),
                    .pairs(arguments)
                ).text ?? ""
            } catch {
                tries -= 1
                guard tries > 0, case .refused(let refusal) = error, Self.isBusy(refusal) else { throw error }
                try await pool.pause(for: Self.pause)
            }
        }
    }

    /// A plug-in that is asked again so often, so far apart, has been busy for two minutes.
    private static let tries = 60
    private static let pause = Duration.seconds(2)

    private static func isBusy(_ refusal: APIError) -> Bool {
        ["-1", "XENAPI_PLUGIN_FAILURE"].contains(refusal.code)
            && refusal.parameters.contains { $0.contains("updater plugin is busy") }
    }
}
