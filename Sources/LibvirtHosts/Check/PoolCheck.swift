import Hosts

/// Tries everything that Pitstop needs from the hosts of a pool, and says what is missing.
public struct PoolCheck: Sendable {
    /// What one thing came to.
    public struct Finding: Hashable, Sendable {
        /// The host's name.
        public var host: String
        /// What was tried, in a word or two.
        public var subject: String
        /// Whether it is as it should be; nil for something to think about.
        public var isRight: Bool?
        /// What was found, and where it is not right, what to do.
        public var text: String

        /// Creates a finding.
        public init(host: String, subject: String, isRight: Bool?, text: String) {
            (self.host, self.subject, self.isRight, self.text) = (host, subject, isRight, text)
        }
    }

    private let pool: LibvirtPool
    /// Clocks further apart than this make logs and certificates lie.
    private static let clockTolerance = 60.0
    private static let neededBytes: Int64 = 500 << 20

    /// Checks a pool.
    public init(_ pool: LibvirtPool) { self.pool = pool }

    /// Everything about every host, in the order of the file.
    public func findings() async -> [Finding] {
        let byHost = await withTaskGroup(of: (Int, [Finding]).self) { group in
            for (index, host) in pool.machines.enumerated() {
                group.addTask { (index, await findings(host)) }
            }
            var found: [Int: [Finding]] = [:]
            for await (index, findings) in group { found[index] = findings }
            return found
        }
        return byHost.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    private func findings(_ host: LibvirtHost) async -> [Finding] {
        var report = Report(host: host.name)
        do throws(HostError) {
            try await host.connection.open()
            report.add("SSH", true, "logged in as \(host.machine.ssh)")
        } catch {
            report.add("SSH", false, error.description)
            return report.findings
        }
        do throws(HostError) {
            try await checkRights(host, &report)
            try await checkFacts(host, &report)
            try await checkLibvirt(host, &report)
            try await checkPackages(host, &report)
            try await checkPeers(host, &report)
        } catch {
            report.add("connection", false, error.description)
        }
        return report.findings
    }

    private struct Report {
        let host: String
        var findings: [Finding] = []

        mutating func add(_ subject: String, _ isRight: Bool?, _ text: String) {
            findings.append(Finding(host: host, subject: subject, isRight: isRight, text: text))
        }
    }

    private func checkRights(_ host: LibvirtHost, _ report: inout Report) async throws(HostError) {
        let reply = try await host.connection.run(CheckScripts.rights)
        let missing = reply.output.split(separator: "\n").filter { $0.hasPrefix("missing ") }.map { $0.dropFirst(8) }
        if reply.output.contains("not root") || reply.status != 0 {
            report.add(
                "rights",
                false,
                "commands do not run as root: log in as root, or set ssh.sudo and let the account use sudo without a password"
            )
        } else {
            report.add("rights", true, "commands run as root")
        }
        if !missing.isEmpty { report.add("programs", false, "install \(missing.joined(separator: ", "))") }
    }

    private func checkFacts(_ host: LibvirtHost, _ report: inout Report) async throws(HostError) {
        let facts = try await host.remoteFacts()
        let offset = facts.clockOffset
        if abs(offset) > Self.clockTolerance {
            let direction = offset > 0 ? "ahead of" : "behind"
            report.add(
                "clock",
                false,
                "it is \(Int(abs(offset).rounded())) seconds \(direction) this machine's: set up chrony or another NTP client"
            )
        } else {
            report.add("clock", true, "agrees with this machine's")
        }
        let free = facts.facts.freeBytes
        report.add(
            "disk",
            free < Self.neededBytes ? nil : true,
            "\(free >> 20) MiB free below /var/patch" + (free < Self.neededBytes ? "; hotfixes may not fit" : "")
        )
    }

    private func checkLibvirt(_ host: LibvirtHost, _ report: inout Report) async throws(HostError) {
        do throws(HostError) {
            let version = try await host.ask { connection throws(LibvirtError) in try await connection.version() }
            let complaint = LibvirtHost.complaint(aboutLibvirt: version)
            let text = "version \(version / 1_000_000).\(version / 1_000 % 1_000).\(version % 1_000)"
            report.add("libvirt", complaint == nil, complaint ?? text)
            let abilities = try await host.ask { connection throws(LibvirtError) in try await connection.abilities() }
            if let bandwidth = pool.file.limits.bandwidth, !abilities.canBeBounded {
                report.add(
                    "migration",
                    nil,
                    "Xen sends as fast as it can: the limit of \(bandwidth) MiB per second counts for nothing here"
                )
            }
            let inventory = try await host.inventory()
            let running = inventory.vms.filter { $0.power == .running }.count
            report.add("VMs", true, "\(inventory.vms.count) known, \(running) running")
            let shared = inventory.storages.filter(\.isShared).map { "\($0.name) (\($0.path))" }
            report.add(
                "shared storage",
                shared.isEmpty ? nil : true,
                shared.isEmpty
                    ? "none is named in pool.yaml or found by libvirt: VMs with disks can not leave the host"
                    : shared.joined(separator: ", ")
            )
            for vm in inventory.vms { check(vm, inventory, &report) }
        } catch {
            if case .unreachable = error { throw error }
            let advice = "Check that libvirtd (or virtqemud) runs and listens at \(host.machine.socket)."
            report.add("libvirt", false, "\(error) \(advice)")
        }
    }

    /// What keeps a VM on its host.
    private func check(_ vm: HostInventory.VM, _ inventory: HostInventory, _ report: inout Report) {
        if let device = vm.devices.first {
            report.add("VM \(vm.name)", nil, "holds a device of the host, \(device): it can not be moved")
        }
        for disk in vm.disks {
            guard let storage = inventory.storages.first(where: { $0.name == disk.storage }), !storage.isShared else {
                continue
            }
            report.add(
                "VM \(vm.name)",
                nil,
                "its disk \(disk.source) lies in no shared storage: it can not be moved, unless storage in pool.yaml says so"
            )
        }
    }

    private func checkPackages(_ host: LibvirtHost, _ report: inout Report) async throws(HostError) {
        do throws(HostError) {
            report.add("packages", true, "\(try await host.installedPackages().count) installed")
        } catch {
            if case .unreachable = error { throw error }
            report.add("packages", false, error.description)
        }
    }

    /// Whether the host reaches the others' libvirt, to hand VMs over.
    private func checkPeers(_ host: LibvirtHost, _ report: inout Report) async throws(HostError) {
        for peer in pool.machines where peer.name != host.name {
            guard let uri = RemoteWord(peer.machine.peer) else {
                report.add("way to \(peer.name)", nil, "\(peer.machine.peer) can not be tried")
                continue
            }
            let limit = max(30, pool.file.limits.answerTime)
            let reply = try await host.connection.run(
                CheckScripts.peer,
                [uri, RemoteWord(limit)],
                within: .seconds(limit + 10)
            )
            switch reply.status {
            case 0: report.add("way to \(peer.name)", true, peer.machine.peer)
            case 4:
                report.add("way to \(peer.name)", false, "\(peer.machine.peer) did not answer within \(limit) seconds")
            case 3: report.add("way to \(peer.name)", nil, "not tried: \(host.name) has no virsh to try it with")
            default:
                report.add(
                    "way to \(peer.name)",
                    false,
                    "\(peer.machine.peer) does not let VMs over: \(reply.error.reason)"
                )
            }
        }
    }
}

/// What ``PoolCheck`` has hosts do.
enum CheckScripts {
    static let rights = #"""
        [ "$(id -u)" = 0 ] || echo 'not root'
        for program in flock setsid timeout awk sed df stat tar; do
            command -v "$program" >/dev/null 2>&1 || echo "missing $program"
        done
        exit 0
        """#

    /// `$1` URI, `$2` seconds. 3: there is no virsh; 4: no answer.
    static let peer = #"""
        command -v virsh >/dev/null 2>&1 || exit 3
        timeout "$2" virsh -q -c "$1" version >/dev/null && exit 0
        [ $? = 124 ] && exit 4
        exit 1
        """#
}
