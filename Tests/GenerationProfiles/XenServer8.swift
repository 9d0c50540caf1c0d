import Crypto
import Foundation
import Synchronization
public import XenAPI

/// XenServer 8.4: repositories that are synchronised once.
///
/// Real are the packages, what each host has of them, whether it is empty, and what an update does there. Faked are the
/// repository, which is a folder with a number for what was synchronised last, the page of updates, and guidance: it is
/// there from an update to the host's next real boot.
public final class XenServer8: GenerationProfile {
    private struct State {
        var patch = ""
        var offered: [Package] = []
        /// Which synchronisation this is.
        var revision = 1
        var changesWithHost = false
        /// What hosts took, and in which boot.
        var applied: [String: (hash: String, boot: String)] = [:]
        var masterBoot: [String: String] = [:]
    }

    private let package: String
    private let folder: String
    private let state = Mutex(State())
    private static let repository = "OpaqueRef:repository"

    /// - Parameters:
    ///   - package: a signed package for the embedded pool that installs them.
    ///   - folder: the packages that the repository holds.
    public init(installing package: String, repository folder: String) {
        (self.package, self.folder) = (package, folder)
    }

    public let softwareVersion: KeyValuePairs = [
        "product_brand": "XenServer", "product_version": "8.4.0", "platform_name": "XCP", "platform_version": "3.4.0",
    ]
    public let classes: Set<String> = ["Repository"]
    public let hidden: Set<String> = ["pool_patch", "host_patch"]

    /// Has somebody synchronise again as soon as the first host has taken what there is.
    public func synchroniseAfterFirstHost() { state.withLock { $0.changesWithHost = true } }

    public func furnish(_ front: GenerationFront) async throws {
        let (patch, packages) = (try await front.bring(package), try await Package.files(in: folder))
        state.withLock { ($0.patch, $0.offered) = (patch, packages) }
        front.rows.put(
            "Repository",
            Self.repository,
            [
                "uuid": .string("5c7f38ba-8a20-4b4d-9d1a-4a3b8c7c5d11"), "name_label": .string("normal"),
                "name_description": .string(""), "binary_url": .string("https://repo.invalid/normal"),
                "source_url": .string(""), "update": .bool(true), "hash": .string(hash), "origin": .string("remote"),
            ]
        )
    }

    private var hash: String {
        let (revision, packages) = state.withLock { ($0.revision, $0.offered) }
        let text = "\(revision)\n" + packages.map(\.text).joined(separator: "\n")
        return SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    public func fields(_ record: Value, _ table: String, _ ref: String) -> [String: Value] {
        switch table {
        case "pool": return ["repositories": .strings([Self.repository])]
        case "VM", "vm":
            // As soon as a host has taken anything, VMs should restart for it, and nobody has done so.
            let words = record["power_state"] == .string("Running") && !state.withLock({ $0.applied.isEmpty })
            return [
                "pending_guidances": .set([]), "pending_guidances_recommended": .strings(words ? ["restart_vm"] : []),
                "pending_guidances_full": .set([]),
            ]
        case "host":
            let applied = state.withLock { $0.applied[ref] }
            let waits = applied?.boot == record.bootTime
            return [
                "patches": .set([]), "last_update_hash": .string(applied?.hash ?? ""),
                "latest_synced_updates_applied": .string(applied?.hash == hash ? "yes" : "no"),
                "pending_guidances": .strings(waits ? ["reboot_host"] : []),
                "pending_guidances_recommended": .set([]), "pending_guidances_full": .set([]),
            ]
        default: return [:]
        }
    }

    public var messages: [String: GenerationFront.Rule] {
        [
            "pool.sync_updates": { [self] _, _ in .string(hash) },
            "pool.check_update_readiness": { front, parameters in
                let pool = try await front.real("pool", record: parameters[0].text ?? "")
                var obstacles: [Value] = pool["ha_enabled"] == .bool(true) ? [.strings(["HA_IS_ENABLED"])] : []
                if parameters[1] == .bool(true) { obstacles += try await Self.obstacles(front) }
                return .set(obstacles)
            },
            "host.apply_updates": { [self] front, parameters in
                try await apply(parameters[1].text ?? "", to: parameters[0].text ?? "", front)
            },
            "host.enable": { [self] front, parameters in
                let host = parameters[0].text ?? ""
                let record = dressed(try await front.real("host", record: host), "host", host)
                guard record["pending_guidances"]?.elements?.isEmpty == true else {
                    throw APIError("HOST_PENDING_MANDATORY_GUIDANCES_NOT_EMPTY", [host])
                }
                return try await front.real("host.enable", .string(host))
            },
        ]
    }

    /// As a genuine server: every host is asked what keeps it from being emptied, whichever is to be updated; and while only
    /// one is in service its VMs have nowhere to go.
    private static func obstacles(_ front: GenerationFront) async throws -> [Value] {
        let hosts = try await front.real("host.get_all_records").members ?? []
        let vms = try await front.real("VM.get_all_records").members ?? []
        return vms.filter { vm in
            vm.value["power_state"]?.text == "Running" && vm.value["is_control_domain"] != .bool(true)
                && !hosts.contains { $0.key != vm.value["resident_on"]?.text && $0.value["enabled"] == .bool(true) }
        }.map { .strings(["NO_HOSTS_AVAILABLE", $0.key]) }
    }

    private func apply(_ wanted: String, to host: String, _ front: GenerationFront) async throws -> Value {
        guard wanted == hash else { throw APIError("UPDATEINFO_HASH_MISMATCH") }
        let pools = try await front.real("pool.get_all_records").members ?? []
        guard pools.allSatisfy({ $0.value["ha_enabled"] != .bool(true) }) else { throw APIError("HA_IS_ENABLED") }
        let record = try await front.real("host", record: host)
        for vm in record["resident_VMs"]?.elements ?? [] {
            // The packages ask for a restart, and so for a host on which nothing runs.
            guard try await front.real("VM.get_is_control_domain", vm) == .bool(true) else {
                throw APIError("HOST_EVACUATION_IS_REQUIRED", [host])
            }
        }
        if record["enabled"] == .bool(true) { _ = try await front.real("host.disable", .string(host)) }
        try await front.applyReal(state.withLock(\.patch), to: host)
        state.withLock { state in
            state.applied[host] = (wanted, record.bootTime)
            if state.changesWithHost { state.revision += 1 }
        }
        front.rows.touch("host", host)
        return .set([])
    }

    /// A bundle: the next synchronisation, whatever is in the file.
    public func took(_ bytes: [UInt8], at path: String, _ query: [String: String], _ front: GenerationFront)
        async throws -> String
    {
        guard path == "/bundle" else { throw APIError("INTERNAL_ERROR", ["no door \(path)"]) }
        guard bytes.starts(with: Array("bundle".utf8)) else { throw APIError("BUNDLE_UNPACK_FAILED", ["no bundle"]) }
        state.withLock { $0.revision += 1 }
        return ""
    }

    public func page(_ path: String, _ front: GenerationFront) async throws -> String? {
        guard path == "/updates" else { return nil }
        var hosts: [Page.Host] = []
        for host in try await front.real("host.get_all").elements ?? [] {
            let missing = try await front.missing(of: state.withLock(\.offered), on: host.text ?? "")
            hosts.append(
                Page.Host(
                    ref: host.text ?? "",
                    guidance: .init(mandatory: missing.isEmpty ? [] : ["RebootHost"]),
                    RPMS: missing.map { $0.text + ".rpm" },
                    updates: missing.isEmpty ? [] : ["update-1"]
                )
            )
        }
        return String(decoding: try JSONEncoder().encode(Page(hosts: hosts, hash: hash)), as: UTF8.self)
    }

    /// The page of updates, in the real one's form.
    private struct Page: Encodable {
        struct Guidance: Encodable {
            var mandatory: [String]
            var recommended: [String] = ["RestartDeviceModel"]
            var full: [String] = ["RestartVM"]
            var livepatch: [String] = []
        }
        struct Host: Encodable {
            let ref: String
            let guidance: Guidance
            let RPMS: [String]
            let updates: [String]
        }
        struct Update: Encodable {
            enum CodingKeys: String, CodingKey {
                case id, summary, description, URL, type, severity, issued, title, guidance
                case special = "special-info"
            }

            var id = "update-1"
            var summary = "Security updates"
            var description = "Fixes CVE-2016-1234 and CVE-2016-2345."
            var special = ""
            var URL = "https://support.invalid/CTX209443"
            var type = "security"
            var severity = "High"
            var issued = "20160420T00:00:00Z"
            var title = "Security updates of April"
            var guidance = Guidance(mandatory: ["RebootHost"])
        }

        let hosts: [Host]
        var updates = [Update()]
        let hash: String
    }
}
