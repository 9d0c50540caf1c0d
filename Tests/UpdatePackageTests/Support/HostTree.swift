import FoundationEssentials

@testable import UpdatePackage

/// Tools that only tests use, and without which they are skipped.
enum ToolBox {
    static func has(_ name: String) async -> Bool {
        (try? await Tool(name: name).run(["--version"]))?.exitStatus == 0
    }
}

/// A host's tree with an RPM database of its own, in which package programs run as they would on a host.
struct HostTree {
    let path: String

    /// Whether this machine lets an unprivileged process have namespaces of its own.
    static func isAvailable() async -> Bool {
        let tool = Tool(name: "unshare")
        let outcome = try? await tool.run(["--user", "--map-root-user", "--mount", "--pid", "--fork", "true"])
        return outcome?.exitStatus == 0
    }

    /// Makes a tree at `path` with the given inventory.
    init(at path: String, inventory: [String: String] = ["PRODUCT_VERSION": "6.0.2", "BUILD_NUMBER": "53456p"]) throws {
        self.path = path
        for folder in ["etc/rpm", "var/lib/rpm", "var/patch/applied", "var/tmp", "tmp", "usr", "dev", "proc", "opt"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        for link in ["bin", "sbin", "lib", "lib64"] {
            try FileManager.default.createSymbolicLink(atPath: "\(path)/\(link)", withDestinationPath: "usr/\(link)")
        }
        let lines = inventory.map { "\($0.key)='\($0.value)'\n" }.sorted().joined()
        try writeFile(path + "/etc/xensource-inventory", Array(lines.utf8))
        try writeFile(path + "/etc/rpm/macros", Array("%_dbpath /var/lib/rpm\n".utf8))
    }

    /// What a program said and how it ended.
    struct Result {
        var status: Int32
        var output: String
    }

    private static let enter = """
        root=$1; shift
        mount --rbind /usr "$root/usr" && mount --rbind /dev "$root/dev" && mount -t proc proc "$root/proc" || exit 99
        cp /proc/mounts "$root/etc/mtab" 2>/dev/null
        exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@" 2>&1
        """

    /// Runs a program of the host with the tree as its world.
    func run(_ arguments: [String]) async throws -> Result {
        let outcome = try await Tool(name: "unshare").run(
            [
                "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", Self.enter, "sh",
                path,
            ]
                + arguments
        )
        return Result(status: outcome.exitStatus ?? -1, output: outcome.text)
    }

    /// Runs a payload with one argument.
    func run(payload: String, _ argument: String) async throws -> Result {
        let bytes = try readFile(payload, limit: 1 << 30) ?? []
        try writeFile(path + "/var/patch/program.run", bytes, mode: 0o755)
        defer { try? removeFile(path + "/var/patch/program.run") }
        return try await run(["/var/patch/program.run", argument])
    }

    /// Installs RPMs as the distribution would have.
    func install(_ rpms: [String]) async throws {
        for rpm in rpms { try writeFile(path + "/tmp/" + lastComponent(rpm), try readFile(rpm, limit: 1 << 30) ?? []) }
        let names = rpms.map { "/tmp/" + lastComponent($0) }
        let result = try await run(["rpm", "-U", "--force-debian", "--ignorearch", "--nosignature"] + names)
        for name in names { try removeFile(path + name) }
        if result.status != 0 { throw ToolError.failed(tool: "rpm", reason: result.output) }
    }

    /// The installed packages, sorted.
    func packages() async throws -> [String] {
        try await run(["rpm", "-qa"]).output.split(separator: "\n").map(String.init).sorted()
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + name) }

    func text(_ name: String) -> String {
        ((try? readFile(path + name, limit: 1 << 20)) ?? nil).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Names and contents of all files of a folder, to compare before and after.
    func snapshot(_ folder: String) throws -> [String: String] {
        var result: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path + folder) {
            result[name] = text(folder + "/" + name)
        }
        return result
    }
}
