import Basics
import Crypto
import Foundation
public import UpdatePackage

extension PoolFile {
    /// A file larger than this describes no pool.
    private static let largest = 1 << 20

    /// Reads a pool's description from a YAML file. Paths in it are relative to the file.
    ///
    /// - Throws: ``ManifestError`` with the file and the line.
    public static func read(file: String) throws(ManifestError) -> PoolFile {
        let path = URL(filePath: file).standardizedFileURL
        guard let bytes = try? GivenFile.bytes(path.path, limit: largest),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw .init(
                file: file,
                line: 0,
                reason: "it can not be read as a text of at most 1 MiB; `pitstop pool init` writes one"
            )
        }
        return try PoolFile(yaml: text, file: file, folder: path.deletingLastPathComponent().path)
    }

    /// Reads a pool's description from YAML.
    ///
    /// - Parameters:
    ///   - file: the name to use in errors.
    ///   - folder: what paths are relative to.
    public init(yaml text: String, file: String, folder: String) throws(ManifestError) {
        try self.init(YAMLMapping(yaml: text, file: file, what: "file"), folder: folder)
    }

    private init(_ yaml: YAMLMapping, folder: String) throws(ManifestError) {
        try yaml.allow(["name", "ssh", "hosts", "storage", "networks", "limits", "groups"])
        name = try yaml.string("name")
        ssh =
            try yaml.optionalMapping("ssh").map { fields throws(ManifestError) in try Login(fields, folder) } ?? Login()
        limits =
            try yaml.optionalMapping("limits").map { fields throws(ManifestError) in try Limits(fields) } ?? Limits()
        hosts = try Self.machines(yaml, pool: name)
        let names = hosts.map(\.name)
        storage = []
        for entry in try yaml.mappings("storage") {
            try entry.allow(["name", "path", "hosts"])
            storage.append(
                Storage(
                    name: try entry.string("name"),
                    path: try entry.path("path"),
                    hosts: try entry.hosts(among: names)
                )
            )
        }
        networks = []
        for entry in try yaml.mappings("networks") {
            try entry.allow(["name", "bridge", "hosts"])
            let bridge = try entry.string("bridge")
            networks.append(
                Network(
                    name: try entry.optionalString("name") ?? bridge,
                    bridge: bridge,
                    hosts: try entry.hosts(among: names)
                )
            )
        }
        groups = []
        for entry in try yaml.mappings("groups") {
            groups.append(try Self.group(entry))
        }
    }

    private static func group(_ yaml: YAMLMapping) throws(ManifestError) -> Group {
        try yaml.allow(["name", "vms", "available"])
        let group = Group(
            name: try yaml.word("name", most: 63),
            vms: try yaml.strings("vms"),
            available: try yaml.number("available", 1...100_000)
        )
        guard group.vms.count > 1 else { throw yaml.error("vms", "a group needs at least two VMs") }
        if let least = group.available, least >= group.vms.count {
            throw yaml.error(
                "available",
                "of \(group.vms.count) VMs at most \(group.vms.count - 1) can stay while one moves"
            )
        }
        return group
    }

    /// The hosts, master first: the one that says so, else the first.
    private static func machines(_ yaml: YAMLMapping, pool: String) throws(ManifestError) -> [Machine] {
        var machines: [Machine] = []
        var master: String?
        for entry in try yaml.mappings("hosts") {
            let machine = try Machine(entry, pool: pool)
            guard !machines.contains(where: { $0.name.lowercased() == machine.name.lowercased() }) else {
                throw entry.error("name", "two hosts are called \(machine.name)")
            }
            guard !machines.contains(where: { $0.uuid == machine.uuid }) else {
                throw entry.error("uuid", "two hosts have the uuid \(machine.uuid)")
            }
            if try entry.bool("master") ?? false {
                if let master {
                    throw entry.error("master", "\(master) and \(machine.name) can not both be the master; name one")
                }
                master = machine.name
            }
            machines.append(machine)
        }
        guard !machines.isEmpty else { throw yaml.error("hosts", "a pool needs at least one host under hosts") }
        return machines.filter { $0.name == master } + machines.filter { $0.name != master }
    }
}

extension PoolFile.Login {
    fileprivate init(_ yaml: YAMLMapping, _ folder: String) throws(ManifestError) {
        try yaml.allow(["config", "known-hosts", "identity", "sudo"])
        self.init()
        func path(_ key: String) throws(ManifestError) -> String? {
            guard let text = try yaml.optionalString(key) else { return nil }
            let path = URL(filePath: text, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).path
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw yaml.error(key, "there is no file \(path) that can be read")
            }
            return path
        }
        config = try path("config")
        knownHosts = try path("known-hosts")
        identity = try path("identity")
        sudo = try yaml.bool("sudo") ?? false
    }
}

extension PoolFile.Limits {
    fileprivate init(_ yaml: YAMLMapping) throws(ManifestError) {
        try yaml.allow(["bandwidth", "migration-time", "converge", "answer-time", "shutdown-time"])
        self.init()
        bandwidth = try yaml.number("bandwidth", 1...1_000_000)
        migrationTime = try yaml.number("migration-time", 5...86_400) ?? migrationTime
        converge = try yaml.bool("converge") ?? converge
        answerTime = try yaml.number("answer-time", 5...600) ?? answerTime
        shutdownTime = try yaml.number("shutdown-time", 1...86_400) ?? shutdownTime
    }
}

extension PoolFile.Machine {
    fileprivate init(_ yaml: YAMLMapping, pool: String) throws(ManifestError) {
        try yaml.allow(["name", "uuid", "master", "address", "ssh", "port", "libvirt", "socket", "peer", "labels"])
        name = try yaml.word("name", most: 63)
        address = try yaml.optionalString("address") ?? name
        ssh = try yaml.optionalString("ssh") ?? "root@\(address)"
        libvirt = try yaml.optionalString("libvirt") ?? "qemu:///system"
        port = try yaml.number("port", 1...65_535)
        socket = try yaml.optionalString("socket") ?? "/run/libvirt/libvirt-sock"
        labels = try yaml.strings("labels")
        peer = try Self.peer(yaml, libvirt, ssh, address)
        uuid = try Self.uuid(yaml) ?? Self.uuid(name: name, pool: pool)
        try check(yaml)
    }

    /// What goes into command lines and URIs may hold nothing that means more there.
    private func check(_ yaml: YAMLMapping) throws(ManifestError) {
        for (key, text) in [("address", address), ("ssh", ssh), ("socket", socket)] {
            guard text.utf8.allSatisfy(Self.isPlain), !text.hasPrefix("-"), text.utf8.count <= 255 else {
                throw yaml.error(key, "\(key) holds a character that has no place there: \(text)")
            }
        }
        guard socket.hasPrefix("/") else { throw yaml.error("socket", "socket must be an absolute path") }
        for (key, text) in [("libvirt", libvirt), ("peer", peer)] {
            guard let url = URL(string: text), url.scheme != nil else {
                throw yaml.error(key, "\(key) must be a libvirt URI such as qemu:///system, not \(text)")
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._:@/[]%".utf8.contains(byte)
    }

    private static func uuid(_ yaml: YAMLMapping) throws(ManifestError) -> String? {
        guard let given = try yaml.optionalString("uuid") else { return nil }
        guard let uuid = UUID(uuidString: given) else { throw yaml.error("uuid", "\(given) is no uuid") }
        return uuid.uuidString.lowercased()
    }

    /// Over SSH to the host's address, with the account that Pitstop uses, unless the file says otherwise.
    private static func peer(_ yaml: YAMLMapping, _ libvirt: String, _ ssh: String, _ address: String)
        throws(ManifestError) -> String
    {
        if let given = try yaml.optionalString("peer") { return given }
        let scheme = libvirt.prefix { $0 != ":" && $0 != "+" }
        let user = ssh.contains("@") ? ssh.prefix { $0 != "@" } + "@" : ""
        return "\(scheme)+ssh://\(user)\(address)/system"
    }

    /// A version 5 uuid of the pool's and the host's name: the same each time the file is read.
    static func uuid(name: String, pool: String) -> String {
        let namespace: [UInt8] = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]
        var bytes = Array(Insecure.SHA1.hash(data: Data(namespace + Array("pitstop/\(pool)/\(name)".utf8))).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x50
        bytes[8] = bytes[8] & 0x3f | 0x80
        return [bytes[0..<4], bytes[4..<6], bytes[6..<8], bytes[8..<10], bytes[10..<16]].map(\.hex).joined(
            separator: "-"
        )
    }
}

extension YAMLMapping {
    fileprivate func number(_ key: String, _ range: ClosedRange<Int>) throws(ManifestError) -> Int? {
        guard let text = try optionalString(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw error(key, "\(key) must be a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }

    /// Letters, digits, dots and hyphens.
    fileprivate func word(_ key: String, most: Int) throws(ManifestError) -> String {
        let text = try string(key)
        let isWord = text.utf8.allSatisfy { byte in
            let character = Character(UnicodeScalar(byte))
            return byte < 128 && (character.isLetter || character.isNumber || character == "-" || character == ".")
        }
        guard isWord, text.utf8.count <= most, !text.hasPrefix("-"), !text.hasPrefix(".") else {
            throw error(key, "\(key) is made of letters, digits, dots and hyphens, not \(text)")
        }
        return text
    }

    fileprivate func path(_ key: String) throws(ManifestError) -> String {
        let text = try string(key)
        return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    fileprivate func hosts(among names: [String]) throws(ManifestError) -> [String] {
        let hosts = try strings("hosts")
        if let stranger = hosts.first(where: { !names.contains($0) }) {
            throw error("hosts", "\(stranger) is no host of this pool; choose from \(names.joined(separator: ", "))")
        }
        return hosts.isEmpty ? names : hosts
    }
}
