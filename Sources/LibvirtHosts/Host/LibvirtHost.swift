import Foundation
import Hosts

/// A real host: commands by OpenSSH, VMs by libvirt, packages by its own package manager.
actor LibvirtHost: InventoryHost {
    nonisolated let uuid: String
    nonisolated let name: String
    nonisolated let machine: PoolFile.Machine
    nonisolated let connection: SSHConnection
    private let file: PoolFile
    /// By which the VMs are looked at.
    private var watcher: LibvirtConnection?

    init(_ machine: PoolFile.Machine, in file: PoolFile, connection: SSHConnection) {
        (uuid, name) = (machine.uuid, machine.name)
        (self.machine, self.file, self.connection) = (machine, file, connection)
    }

    // MARK: Facts

    func facts() async throws(HostError) -> HostFacts { try await remoteFacts().facts }

    func remoteFacts() async throws(HostError) -> RemoteFacts {
        let sent = Date().timeIntervalSince1970
        let reply = try await script(RemoteScripts.facts, within: .seconds(file.limits.answerTime))
        guard let facts = RemoteFacts(reply.output, sent: sent, received: Date().timeIntervalSince1970) else {
            throw .failed(host: name, reason: "what it says of itself makes no sense: \(reply.error.firstLine)")
        }
        return facts
    }

    func inventory() async throws(HostError) -> HostInventory {
        let facts = try await remoteFacts()
        let (domains, node) = try await ask { connection throws(LibvirtError) in
            let domains = try await connection.domains()
            // Where the host's own system is a domain too, it does not see the machine.
            let node = domains.contains(where: \.isControlDomain) ? try await connection.node() : nil
            return (domains, node)
        }
        return Inventory(file: file, machine: machine).describe(facts, domains, node)
    }

    // MARK: Packages

    func installedPackages() async throws(HostError) -> [InstalledPackage] {
        let reply = try await connection.run(RemoteScripts.packages, within: .seconds(120))
        guard reply.status != 3 else {
            throw .failed(host: name, reason: "it has no package manager that Pitstop knows (rpm or dpkg)")
        }
        guard reply.status == 0 else {
            throw .failed(host: name, reason: "its package database can not be read: \(reply.error.firstLine)")
        }
        return PackageLines.parse(reply.output)
    }

    func verifyPackages(_ packages: [String]) async throws(HostError) -> [PackageCheck] {
        try await verify(packages, RPMVerification.script, RPMVerification.parse)
    }

    func verifyDebs(_ packages: [String]) async throws(HostError) -> [PackageCheck] {
        try await verify(packages, DebVerification.script, DebVerification.parse)
    }

    private func verify(
        _ packages: [String],
        _ question: String,
        _ parse: (String, [String]) -> [PackageCheck]?
    ) async throws(HostError) -> [PackageCheck] {
        let words = packages.filter(RPMVerification.isPackage).compactMap { RemoteWord($0) }
        guard words.count == packages.count else {
            throw .failed(host: name, reason: "one of \(packages.joined(separator: ", ")) is no name of a package")
        }
        if packages.isEmpty { return [] }
        let reply = try await script(question, words, within: .seconds(300))
        guard let checks = parse(reply.output, packages) else {
            throw .failed(host: name, reason: "its packages can not be verified: \(reply.error.firstLine)")
        }
        return checks
    }

    func run(program: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult {
        try await ProgramRun(connection: connection, program: program, argument: argument, limits: limits).result()
    }

    func stamps() async throws(HostError) -> [Stamp] {
        StampLines.parse(try await script(RemoteScripts.stamps).output)
    }

    func writeStamp(uuid: String, contents: String) async throws(HostError) {
        guard let name = RemoteWord(uuid), !uuid.contains("/"), !uuid.hasPrefix("."), !uuid.hasPrefix("-") else {
            throw .failed(host: name, reason: "a stamp needs the uuid of a patch as its name, not \(uuid)")
        }
        let text = FileManager.default.temporaryDirectory.appending(path: "pitstop-stamp-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: text) }
        guard FileManager.default.createFile(atPath: text.path, contents: Data(contents.utf8)) else {
            throw .diskFull(host: "localhost", path: text.path)
        }
        guard let new = RemoteWord("/var/patch/.stamp-\(name)") else { return }
        try await connection.copy(text.path, to: new, within: .seconds(30))
        let place = #"""
            mkdir -p /var/patch/applied && chmod 0440 "$1" && mv -f "$1" "/var/patch/applied/$2" && sync
            """#
        try await script(place, [new, name])
    }

    // MARK: Restarts

    func reboot() async throws(HostError) {
        try await script(RemoteScripts.reboot)
        // What is known of this boot is worth nothing any more.
        await watcher?.close()
        await connection.close()
    }

    func restartAgent() async throws(HostError) {
        try await script(RemoteScripts.restartAgent)
        await watcher?.close()
    }

    /// Ends the connections.
    func shutdown() async {
        await watcher?.close()
        await connection.close()
    }

    // MARK: libvirt

    /// A connection of its own to the host's libvirt, for a call that takes long.
    func openLibvirt() async throws(HostError) -> LibvirtConnection {
        LibvirtConnection(uri: try await uri())
    }

    /// Asks libvirt, anew where the connection was lost.
    func ask<R: Sendable>(
        _ question: @Sendable (LibvirtConnection) async throws(LibvirtError) -> R
    ) async throws(HostError) -> R {
        var failure = LibvirtError(code: 0, message: "")
        for _ in 0..<2 {
            let connection: LibvirtConnection
            if let watcher {
                connection = watcher
            } else {
                connection = try await openLibvirt()
                watcher = connection
            }
            do throws(LibvirtError) {
                return try await question(connection)
            } catch {
                failure = error
                watcher = nil
            }
        }
        throw .failed(host: name, reason: "libvirt can not be asked: \(failure.message)")
    }

    /// The hypervisor's URI as seen from here: libvirt's socket on the host, led through the SSH connection.
    private func uri() async throws(HostError) -> String {
        guard let colon = machine.libvirt.firstIndex(of: ":"), machine.libvirt[colon...].hasPrefix(":///"),
            machine.libvirt[..<colon] != "test"
        else { return machine.libvirt }
        let socket = try await connection.libvirtSocket()
        return "\(machine.libvirt[..<colon])+unix\(machine.libvirt[colon...])?socket=\(socket)"
    }

    @discardableResult
    private func script(_ script: String, _ arguments: [RemoteWord] = [], within limit: Duration = .seconds(60))
        async throws(HostError) -> SSHConnection.Reply
    {
        let reply = try await connection.run(script, arguments, within: limit)
        guard reply.status == 0 else {
            if reply.error.contains("No space left on device") { throw .diskFull(host: name, path: "/var/patch") }
            throw .failed(host: name, reason: "a command failed with status \(reply.status): \(reply.error.firstLine)")
        }
        return reply
    }
}
