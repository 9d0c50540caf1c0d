import Foundation
import Hosts

/// What ``RemoteScripts/facts`` printed.
struct RemoteFacts: Sendable {
    var facts: HostFacts
    /// Physical memory, in bytes.
    var memory: Int64
    var cpuCount: Int
    var cpuModel: String
    var bridges: [String]
    /// Seconds by which the host's clock is ahead of ours.
    var clockOffset: Double

    /// Reads the script's output; nil where something that no host lacks is missing.
    ///
    /// - Parameters:
    ///   - sent: when the question went out, in seconds since the epoch.
    ///   - received: when the answer was there.
    init?(_ text: String, sent: Double, received: Double) {
        var values: [String: String] = [:]
        var bridges: [String] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            if parts[0] == "bridge" { bridges.append(parts[1]) } else { values[parts[0]] = parts[1] }
        }
        guard let bootID = values["boot_id"], !bootID.isEmpty, let clock = values["clock"].flatMap(Double.init),
            let uptime = values["uptime"].flatMap(Double.init)
        else { return nil }
        let agent = values["agent"].flatMap(Int64.init) ?? 0
        facts = HostFacts(
            bootID: bootID,
            bootTime: Int64(clock - uptime),
            agentStartTime: agent,
            softwareVersion: Self.versions(values),
            freeBytes: (values["free_kib"].flatMap(Int64.init) ?? 0) << 10
        )
        memory = (values["memory_kib"].flatMap(Int64.init) ?? 0) << 10
        cpuCount = values["cpus"].flatMap(Int.init) ?? 1
        cpuModel = values["cpu"] ?? ""
        self.bridges = bridges
        // The host looked at its clock somewhere between the two: no offset is seen within that time.
        clockOffset = clock < sent ? clock - sent : max(0, clock - received)
    }

    /// In the words of XenAPI's `host.software_version`.
    private static func versions(_ values: [String: String]) -> [String: String] {
        var versions: [String: String] = [:]
        for (key, name) in [
            ("product_version", "version"), ("product_brand", "brand"), ("build_number", "build"), ("linux", "kernel"),
            ("hostname", "hostname"), ("xen", "xen"),
        ] {
            if let value = values[name], !value.isEmpty { versions[key] = value }
        }
        versions["product_version_text"] = versions["product_version"]
        return versions
    }
}
