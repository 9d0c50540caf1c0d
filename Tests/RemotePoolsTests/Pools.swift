import Foundation
import PoolControl
import ScriptedServer
import Synchronization
import XenAPI
import XenAPIClient

@testable import RemotePools

/// A remote pool with everything that is needed to ask it.
struct Remote: Sendable {
    let client: XenAPIClient
    let mirror: PoolMirror
    let control: RemoteControl
}

/// Serves a scripted pool, reads it once, and lends what asks it.
func withRemote<Result: Sendable>(
    _ pool: GenerationPool,
    _ body: @Sendable (Remote) async throws -> Result
) async throws -> Result {
    try await withScriptedServer(isSecure: false, answer: pool.answer) { server in
        var limits = ClientLimits()
        limits.pauses = .milliseconds(5)...(.milliseconds(20))
        limits.eventWait = .milliseconds(100)
        limits.taskWait = .milliseconds(100)
        limits.lastWords = .milliseconds(200)
        let client = XenAPIClient(
            try Endpoint(server.url),
            as: Credentials(user: "root", password: "secret"),
            wire: .xml,
            limits: limits
        )
        let mirror = try PoolMirror(of: client, now: { Timestamp(seconds: 1000) })
        try await mirror.read()
        return try await body(Remote(client: client, mirror: mirror, control: RemoteControl(client, mirror: mirror)))
    }
}

extension GenerationPool {
    /// Two hosts of a version with shared storage and a VM on each; the first is master.
    ///
    /// - Parameter version: `software_version` of both hosts.
    func furnish(_ version: KeyValuePairs<String, String>, hostFields: Fields = [:]) {
        put(
            "pool",
            "P",
            [
                "name_label": .string("Pool"), "master": .string("H1"), "default_SR": .string("S"),
                "ha_enabled": .bool(false),
                "other_config": .map([]), "ha_configuration": .map([]), "ha_statefiles": .set([]),
                "ha_host_failures_to_tolerate": .string("0"), "wlb_enabled": .bool(false),
                "current_operations": .map([]),
            ]
        )
        put(
            "SR",
            "S",
            [
                "name_label": .string("NFS"), "shared": .bool(true), "content_type": .string("user"),
                "physical_size": .string("20000000000"), "physical_utilisation": .string("0"),
            ]
        )
        for (host, vm, number) in [("H1", "V1", 1), ("H2", "V2", 2)] {
            var fields: Fields = [
                "name_label": .string("xs\(number)"), "address": .string("127.0.0.\(number)"), "enabled": .bool(true),
                "metrics": .string("M\(number)"), "software_version": .pairs(version), "current_operations": .map([]),
                "PBDs": .strings(["B\(number)"]), "resident_VMs": .strings([vm]), "patches": .set([]),
                "other_config": .pairs(["boot_time": "1000.", "agent_start_time": "1100."]),
            ]
            fields.merge(hostFields) { $1 }
            put("host", host, fields)
            put("host_metrics", "M\(number)", ["live": .bool(true)])
            put(
                "PBD",
                "B\(number)",
                ["host": .string(host), "SR": .string("S"), "currently_attached": .bool(true)]
            )
            put(
                "VM",
                vm,
                [
                    "name_label": .string("web\(number)"), "resident_on": .string(host),
                    "power_state": .string("Running"),
                    "is_control_domain": .bool(false), "is_a_template": .bool(false), "VBDs": .set([]),
                    "other_config": .map([]), "current_operations": .map([]), "ha_restart_priority": .string(""),
                    "order": .string("0"), "start_delay": .string("0"), "pending_guidances": .set([]),
                ]
            )
        }
        put("host_patch", "none", [:])
        remove("host_patch", "none", silently: true)
    }

    /// The texts of a set in a row.
    func words(_ table: String, _ ref: String, _ field: String) -> [String] {
        (self[table, ref]?[field]?.elements ?? []).compactMap(\.text)
    }

    /// Adds a text to a set in a row.
    func append(_ table: String, _ ref: String, _ field: String, _ text: String) {
        put(table, ref, [field: .strings(words(table, ref, field) + [text])])
    }

    // MARK: What messages do, as every generation does it

    /// `host.disable` and `host.enable`.
    static func enabling(_ isEnabled: Bool) -> Rule {
        { pool, parameters in
            pool.put("host", parameters[0].text ?? "", ["enabled": .bool(isEnabled)])
            return .void
        }
    }

    /// `pool_patch.apply`: from then on the host has the update.
    func applyPatch(_ parameters: [Value]) throws {
        let (patch, host) = (parameters[0].text ?? "", parameters[1].text ?? "")
        let record = "\(patch)-\(host)"
        guard self["host_patch", record] == nil else { throw APIError("PATCH_ALREADY_APPLIED", [patch]) }
        put(
            "host_patch",
            record,
            [
                "pool_patch": .string(patch), "host": .string(host), "applied": .bool(true),
                "timestamp_applied": .date(Timestamp(seconds: 2000)),
            ]
        )
        append("host", host, "patches", record)
    }
}

extension KeyValuePairs<String, String> {
    static var xenserver6: Self { ["product_brand": "XenServer", "product_version": "6.0.2"] }
    static var xenserver7: Self { ["product_brand": "XenServer", "product_version": "7.1.2"] }
    static var xenserver8: Self { ["product_brand": "XenServer", "product_version": "8.4.0"] }
    static var xcpng: Self { ["product_brand": "XCP-ng", "product_version": "8.3.0"] }
}
