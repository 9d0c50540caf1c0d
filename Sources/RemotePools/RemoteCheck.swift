public import PoolControl
import PoolDatabase
import XenAPI
public import XenAPIClient

/// Tries every right and call that a run on a remote pool needs, and changes nothing.
public struct RemoteCheck: Sendable {
    /// One thing that was looked at.
    public struct Finding: Hashable, Sendable {
        /// Whom it is about: the pool, or a host.
        public var host: String
        /// What was looked at.
        public var subject: String
        /// Whether it is as it must be; nil for what is merely worth knowing.
        public var isRight: Bool?
        /// What was found, and what to do.
        public var text: String

        /// A finding.
        public init(host: String, subject: String, isRight: Bool?, text: String) {
            (self.host, self.subject, self.isRight, self.text) = (host, subject, isRight, text)
        }
    }

    private let client: XenAPIClient
    private let mirror: PoolMirror
    private let control: RemoteControl
    private let wanted: InstallerKind?

    /// - Parameter installer: the kind that the file names; nil for whatever the version calls for.
    public init(_ client: XenAPIClient, mirror: PoolMirror, installer: InstallerKind?) {
        (self.client, self.mirror, wanted) = (client, mirror, installer)
        control = RemoteControl(client, mirror: mirror)
    }

    /// Looks at everything; a pool that can not be reached is one finding.
    public func findings() async -> [Finding] {
        do throws(XenAPIError) { try await mirror.read() } catch {
            let words = RemoteWords(mirror.database.snapshot).sentence(ControlError(error))
            return [Finding(host: "pool", subject: "connection", isRight: false, text: words)]
        }
        let snapshot = mirror.database.snapshot
        guard let product = RemoteProduct(snapshot), let pool = snapshot.rows("pool").first else {
            return [Finding(host: "pool", subject: "connection", isRight: false, text: "The server tells of no pool.")]
        }
        let name = pool.nameLabel.isEmpty ? "pool" : pool.nameLabel
        var found = [Finding(host: name, subject: "version", isRight: true, text: "\(product)")]
        let kind = wanted ?? product.installer
        found.append(
            Finding(
                host: name,
                subject: "updates",
                isRight: kind == product.installer ? true : nil,
                text: kind == product.installer
                    ? "taken as \(kind.rawValue)"
                    : "taken as \(kind.rawValue), as the file says; \(product) takes them as \(product.installer.rawValue)"
            )
        )
        found += await rights(name)
        found += settings(pool, name, snapshot)
        for row in snapshot.rows("host") { found += host(row, snapshot) + pending(row, isHost: true) }
        for row in snapshot.rows("VM") where row.string("power_state") == "Running" {
            found += pending(row, isHost: false)
        }
        found += await offers(kind, name, snapshot)
        return found
    }

    /// The messages of a run, as role-based access control names them.
    private static let needed = [
        "host.disable", "host.enable", "host.reboot", "host.restart_agent", "VM.pool_migrate", "VM.suspend",
        "VM.clean_shutdown", "VM.start_on", "VM.resume_on", "PBD.plug", "pool.disable_ha", "pool.enable_ha",
        "task.create", "task.cancel",
    ]

    private func rights(_ name: String) async -> [Finding] {
        let subject = "rights"
        do throws(XenAPIError) {
            guard let rights = try await client.rights() else {
                return [Finding(host: name, subject: subject, isRight: true, text: "everything")]
            }
            let missing = Self.needed.filter { needed in
                let needed = needed.lowercased()
                return !rights.contains { $0 == needed || $0.hasPrefix(needed + "/") }
            }
            let text =
                missing.isEmpty
                ? "all that a run needs"
                : "the role lacks \(missing.joined(separator: ", ")): a run needs a user with role pool-operator or higher"
            return [Finding(host: name, subject: subject, isRight: missing.isEmpty, text: text)]
        } catch {
            let text = "the pool does not tell them (\(error.description)): a run finds out"
            return [Finding(host: name, subject: subject, isRight: nil, text: text)]
        }
    }

    private func settings(_ pool: Row, _ name: String, _ snapshot: Snapshot) -> [Finding] {
        var found: [Finding] = []
        if pool.bool("ha_enabled") {
            let text = "is on: a run switches it off, and on again as it was"
            found.append(Finding(host: name, subject: "high availability", isRight: nil, text: text))
        }
        if pool.bool("wlb_enabled") {
            let text = "is on: a run switches it off, and on again"
            found.append(Finding(host: name, subject: "load balancing", isRight: nil, text: text))
        }
        if pool.isBeingUpgraded {
            let text = "is under way: finish it before any update"
            found.append(Finding(host: name, subject: "upgrade", isRight: false, text: text))
        }
        if let mark = pool.runMark {
            let text = "is on, or was left behind (\(mark)): let the other coordinator finish, or take the mark away"
            found.append(Finding(host: name, subject: "another run", isRight: false, text: text))
        }
        return found
    }

    private func host(_ row: Row, _ snapshot: Snapshot) -> [Finding] {
        var found: [Finding] = []
        let name = row.nameLabel
        let isLive = snapshot.stored("host_metrics", row.ref("metrics"))?.bool("live") ?? false
        found.append(
            Finding(
                host: name,
                subject: "state",
                isRight: isLive && row.bool("enabled"),
                text: !isLive
                    ? "the pool has not heard from it lately"
                    : row.bool("enabled") ? "live and enabled" : "it is disabled"
            )
        )
        let unplugged = snapshot.pointing(at: row.ref, "host", "PBDs").compactMap { snapshot.stored("PBD", $0) }
            .filter { !$0.bool("currently_attached") }
            .map { snapshot.stored("SR", $0.ref("SR"))?.nameLabel ?? $0.ref("SR").rawValue }
        if !unplugged.isEmpty {
            let text = "\(unplugged.sorted().joined(separator: ", ")) is not plugged"
            found.append(Finding(host: name, subject: "storage", isRight: false, text: text))
        }
        if row.map("other_config", "boot_time") == nil {
            let text =
                "it does not tell when it booted (other_config:boot_time): that it has restarted can not be proved"
            found.append(Finding(host: name, subject: "boot", isRight: false, text: text))
        }
        return found
    }

    /// What the pool says must, should or can still be done with a host or VM after earlier updates.
    private func pending(_ row: Row, isHost: Bool) -> [Finding] {
        let kinds: [(field: String, words: String, isRight: Bool?)] = [
            ("pending_guidances", "still to be done before any other update", isHost ? false : nil),
            ("pending_guidances_recommended", "recommended after an update", nil),
            ("pending_guidances_full", "possible after an update", nil),
        ]
        return kinds.compactMap { field, words, isRight in
            let what = row.texts(field)
            guard !what.isEmpty else { return nil }
            let text = "\(words): \(what.joined(separator: ", "))"
            let subject = isHost ? "guidance" : "guidance for a VM"
            return Finding(host: row.nameLabel, subject: subject, isRight: isRight, text: text)
        }
    }

    /// What can be seen of updates without taking any.
    private func offers(_ kind: InstallerKind, _ name: String, _ snapshot: Snapshot) async -> [Finding] {
        do throws(ControlError) {
            let text = try await control.installer(kind).outlook()
            return [Finding(host: name, subject: "installing", isRight: true, text: text)]
        } catch {
            let words = RemoteWords(snapshot).sentence(error)
            // A pool without repositories can still be restarted in turn.
            let isOptional = error.code == "NO_REPOSITORY_ENABLED"
            let text = isOptional ? words + " A rolling restart goes without it." : words
            return [Finding(host: name, subject: "installing", isRight: isOptional ? nil : false, text: text)]
        }
    }
}
