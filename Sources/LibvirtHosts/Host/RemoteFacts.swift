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

    /// Bytes that no host's answer has more of.
    private static let mostBytes = 1 << 20
    /// Bridges that no host has more of.
    private static let mostBridges = 4_096

    /// Reads the script's output.
    ///
    /// - Parameters:
    ///   - sent: when the question went out, in seconds since the epoch.
    ///   - received: when the answer was there.
    /// - Throws: ``HostNonsense`` where something that no host lacks is missing, or something can not be.
    init(_ text: String, sent: Double, received: Double) throws(HostNonsense) {
        guard text.utf8.count <= Self.mostBytes else {
            throw HostNonsense("it says more of itself than any host has to say")
        }
        var values: [String: String] = [:]
        var bridges: Set<String> = []
        var missing: [String] = []
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let (name, value) = (line[..<equals], line[line.index(after: equals)...])
            switch name {
            case "bridge": bridges.insert(HostAnswer.text(value))
            case "missing": missing.append(HostAnswer.text(value, bytes: 64))
            default: values[String(name)] = String(value)
            }
        }
        guard bridges.count <= Self.mostBridges, missing.count <= 64 else {
            throw HostNonsense("it names more bridges or programs than any host has")
        }
        guard let bootID = values["boot_id"], let clock = values["clock"].flatMap(Double.init),
            let uptime = values["uptime"].flatMap(Double.init), HostTime.seconds(clock) != nil,
            let bootTime = HostTime.seconds(clock - uptime)
        else {
            throw HostNonsense("what it says of itself makes no sense: it gives no boot id, or its clock shows no time")
        }
        let storage = (0 as Int64)...(HostAnswer.mostBytes >> 10)
        facts = HostFacts(
            bootID: try HostAnswer.word(bootID, "boot id"),
            bootTime: bootTime,
            agentStartTime: values["agent"].flatMap { HostTime.seconds($0) } ?? 0,
            softwareVersion: Self.versions(values),
            freeBytes: try HostAnswer.number(values["free_kib"], "free KiB below /var/patch", in: storage) << 10,
            obstacles: Self.obstacles(values, missing)
        )
        memory = try HostAnswer.number(values["memory_kib"], "memory in KiB", in: storage) << 10
        let processors = (1 as Int64)...Int64(HostAnswer.mostProcessors)
        cpuCount = Int(try HostAnswer.number(values["cpus"], "number of processors", in: processors, missing: 1))
        cpuModel = HostAnswer.text(values["cpu"] ?? "")
        let flags = (values["flags"] ?? "").split(separator: " ").prefix(1_024)
        cpuFeatures = flags.map { HostAnswer.text($0, bytes: 64) }
        self.bridges = bridges.sorted()
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
            if let value = values[name], !value.isEmpty { versions[key] = HostAnswer.text(value) }
        }
        versions["product_version_text"] = versions["product_version"]
        return versions
    }
}
