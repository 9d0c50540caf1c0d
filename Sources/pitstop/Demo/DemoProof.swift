import Foundation
import Subprocess
import SystemPackage
import UpdatePackage

/// What the demonstration claims, looked up where it can be seen from outside: in each host's own RPM database, in its
/// tree, and through `xe`.
struct DemoProof: Sendable {
    let xe: XE
    let state: String
    let hotfix: DemoHotfix

    /// One host as it is now.
    struct HostState: Sendable {
        let uuid: String
        let name: String
        let bootID: String
        /// The hypervisor's version *in effect*.
        let xen: String
        /// What `rpm -q` says of each package of the hotfix.
        let packages: [String: String]
        let hasStamp: Bool
    }

    /// One VM as it is now.
    struct VMState: Sendable, Hashable {
        let uuid: String
        let powerState: String
        /// When it was started: a VM that was stopped and started again has another.
        let startTime: String
    }

    struct PoolState: Sendable {
        let hosts: [HostState]
        let vms: [VMState]
        let patchedHosts: Set<String>
    }

    /// Looks at everything.
    func observe() async throws -> PoolState {
        var hosts: [HostState] = []
        for uuid in try await hostsMasterFirst() {
            let name = try await xe.run("host-param-get", "uuid=\(uuid)", "param-name=hostname")
            hosts.append(
                HostState(
                    uuid: uuid,
                    name: name,
                    bootID: try await xe.run(
                        "host-param-get",
                        "uuid=\(uuid)",
                        "param-name=other-config",
                        "param-key=boot_id"
                    ),
                    xen: try await xe.run(
                        "host-param-get",
                        "uuid=\(uuid)",
                        "param-name=software-version",
                        "param-key=xen"
                    ),
                    packages: try await packages(of: name),
                    hasStamp: FileManager.default.fileExists(
                        atPath: "\(state)/hosts/\(name)/var/patch/applied/\(hotfix.uuid)"
                    )
                )
            )
        }
        var vms: [VMState] = []
        for uuid in try await xe.values("vm-list", "uuid", "is-control-domain=false") {
            vms.append(
                VMState(
                    uuid: uuid,
                    powerState: try await xe.run("vm-param-get", "uuid=\(uuid)", "param-name=power-state"),
                    startTime: try await xe.run("vm-param-get", "uuid=\(uuid)", "param-name=start-time")
                )
            )
        }
        let patched = try await xe.run("patch-list", "name-label=\(hotfix.label)", "params=hosts")
        let uuids = patched.split(whereSeparator: { ":, \n".contains($0) }).map(String.init)
        return PoolState(hosts: hosts, vms: vms, patchedHosts: Set(uuids))
    }

    /// Prints what changed.
    ///
    /// - Returns: whether everything that was claimed is so.
    func report(from before: PoolState, to after: PoolState, say: (String) -> Void) throws -> Bool {
        var proved = true
        func check(_ holds: Bool, _ claim: String) {
            say("   \(holds ? "✓" : "✗") \(claim)")
            proved = proved && holds
        }
        let promised = Dictionary(uniqueKeysWithValues: hotfix.rpms.map { ($0.name, $0.nevra) })
        for (old, new) in zip(before.hosts, after.hosts) {
            say("   \(new.name)")
            for (name, nevra) in promised.sorted(by: { $0.key < $1.key }) {
                check(
                    new.packages[name] == nevra,
                    "\(old.packages[name] ?? "not installed") → \(new.packages[name] ?? "not installed")"
                )
            }
            check(old.bootID != new.bootID, "booted anew: \(old.bootID) → \(new.bootID)")
            check(old.xen != new.xen, "Xen in effect: \(old.xen) → \(new.xen)")
            check(new.hasStamp, "stamp /var/patch/applied/\(hotfix.uuid)")
            check(after.patchedHosts.contains(new.uuid), "patch-list names the host")
        }
        let stopped = before.vms.filter { !after.vms.contains($0) }
        check(
            stopped.isEmpty && !after.vms.isEmpty && after.vms.allSatisfy { $0.powerState == "running" },
            "\(after.vms.count) VMs running, \(stopped.count) stopped on the way"
        )
        return proved
    }

    private func hostsMasterFirst() async throws -> [String] {
        let master = try await xe.values("pool-list", "master")
        let all = try await xe.values("host-list", "uuid")
        return all.filter(master.contains) + all.filter { !master.contains($0) }
    }

    /// Asks the host's own database, with the machine's rpm.
    private func packages(of host: String) async throws -> [String: String] {
        let result = try await Subprocess.run(
            .name("rpm"),
            arguments: [
                "--dbpath", "\(state)/hosts/\(host)/var/lib/rpm", "-qa", "--qf",
                "%{NAME} %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\\n",
            ],
            output: .string(limit: 4 << 20),
            error: .discarded
        )
        var packages: [String: String] = [:]
        for line in result.standardOutput.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 2 { packages[words[0]] = words[1] }
        }
        return packages
    }
}
