import Foundation
import Hosts

/// What ``RemoteScripts/facts`` printed.
struct RemoteFacts: Sendable {
    var facts: HostFacts
    /// Physical memory, in bytes.
    var memory: Int64
    var cpuCount: Int
    var cpuModel: String
    var cpuFeatures: [String]
    var bridges: [String]
    /// Seconds by which the host's clock is ahead of ours.
    var clockOffset: Double

    /// Reads the script's output; nil where something that no host lacks is missing, or its clock shows no time.
    ///
    /// - Parameters:
    ///   - sent: when the question went out, in seconds since the epoch.
    ///   - received: when the answer was there.
    init?(_ text: String, sent: Double, received: Double) {
        var values: [String: String] = [:]
        var bridges: [String] = []
        var missing: [String] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "bridge": bridges.append(parts[1])
            case "missing": missing.append(parts[1])
            default: values[parts[0]] = parts[1]
            }
        }
        guard let bootID = values["boot_id"], !bootID.isEmpty, let clock = values["clock"].flatMap(Double.init),
            let uptime = values["uptime"].flatMap(Double.init), HostTime.seconds(clock) != nil,
            let bootTime = HostTime.seconds(clock - uptime)
        else { return nil }
        facts = HostFacts(
            bootID: bootID,
            bootTime: bootTime,
            agentStartTime: values["agent"].flatMap { HostTime.seconds($0) } ?? 0,
            softwareVersion: Self.versions(values),
            freeBytes: (values["free_kib"].flatMap(Int64.init) ?? 0) << 10,
            obstacles: Self.obstacles(values, missing)
        )
        memory = (values["memory_kib"].flatMap(Int64.init) ?? 0) << 10
        cpuCount = values["cpus"].flatMap(Int.init) ?? 1
        cpuModel = values["cpu"] ?? ""
        cpuFeatures = (values["flags"] ?? "").split(separator: " ").map(String.init)
        self.bridges = bridges
        // The host looked at its clock somewhere between the two: no offset is seen within that time.
        clockOffset = clock < sent ? clock - sent : max(0, clock - received)
    }

    private static func obstacles(_ values: [String: String], _ missing: [String]) -> [String] {
        var obstacles: [String] = []
        if values["user"] != "0" {
            obstacles.append(
                "commands do not run as root there: log in as root, or set ssh.sudo and let the account use sudo without a password"
            )
        }
        if values["packages"] == nil { obstacles.append("it has neither rpm nor dpkg") }
        if !missing.isEmpty { obstacles.append("it lacks \(missing.joined(separator: ", "))") }
        return obstacles
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
