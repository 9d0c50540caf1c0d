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
    nonisolated let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation
    /// What was wrong with the host's libvirt when it was asked last.
    private var libvirtObstacle: String?
    /// libvirt before this has no migration that can be told all that we tell it: 1.2.0.
    private static let oldestLibvirt: UInt = 1_002_000

    init(_ machine: PoolFile.Machine, in file: PoolFile, connection: SSHConnection) {
        (uuid, name) = (machine.uuid, machine.name)
        (self.machine, self.file, self.connection) = (machine, file, connection)
        (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Facts

    func facts() async throws(HostError) -> HostFacts {
        var facts = try await remoteFacts().facts
        if let libvirtObstacle { facts.obstacles.append(libvirtObstacle) }
        return facts
    }

    func remoteFacts() async throws(HostError) -> RemoteFacts {
        let sent = Date().timeIntervalSince1970
        let reply = try await script(RemoteScripts.facts, within: .seconds(file.limits.answerTime))
        let received = Date().timeIntervalSince1970
        return try understood { () throws(HostNonsense) in
            try RemoteFacts(reply.output, sent: sent, received: received)
        }
    }

    func inventory() async throws(HostError) -> HostInventory {
        let facts = try await remoteFacts()
        do throws(HostError) {
            let (version, domains, pools, node) = try await ask { connection throws(LibvirtError) in
                let domains = try await connection.domains()
                // Where the host's own system is a domain too, it does not see the machine.
                let node = domains.contains(where: \.isControlDomain) ? try await connection.node() : nil
                return (try await connection.version(), domains, try await connection.storagePools(), node)
            }
            libvirtObstacle = Self.complaint(aboutLibvirt: version)
            let inventory = Inventory(file: file, machine: machine)
            return inventory.describe(facts, domains, node, pools: pools.filter(\.isActive))
        } catch {
            // Whoever can not see the VMs must not take the host for empty.
            libvirtObstacle = "its libvirt can not be asked for its VMs; pitstop pool check says more"
            throw error
        }
    }

    /// What is wrong with that version of libvirt, a million for each major and a thousand for each minor number; nil for
    /// nothing.
    static func complaint(aboutLibvirt version: UInt) -> String? {
        guard version < oldestLibvirt else { return nil }
        return
            "its libvirt \(version / 1_000_000).\(version / 1_000 % 1_000).\(version % 1_000) is too old: 1.2.0 or later is needed"
    }

    func plugStorage() async throws(HostError) {
        _ = try await ask { connection throws(LibvirtError) in try await connection.startStorage() }
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
        return try understood { () throws(HostNonsense) in try PackageLines.parse(reply.output) }
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

    func read(_ path: String, from offset: Int64, count: Int) async throws(HostError) -> [UInt8] {
        guard let word = RemoteWord(path), path.hasPrefix("/"), offset >= 0, (0...Bounded.outputBytes).contains(count)
        else {
            throw .failed(host: name, reason: "\(path.debugDescription) is no path of a file")
        }
        let words = [word, RemoteWord(offset.addingReportingOverflow(1).partialValue), RemoteWord(count)]
        return try await script(RemoteScripts.piece, words, within: .seconds(300)).bytes
    }

    func stamps() async throws(HostError) -> [Stamp] {
        let reply = try await script(RemoteScripts.stamps)
        return try understood { () throws(HostNonsense) in try StampLines.parse(reply.bytes) }
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
        let reply = try await connection.run(RemoteScripts.stamp, [name], reading: text.path, within: .seconds(60))
        // A stamp that is written is no worse for being written again.
        guard let reply else { throw .unreachable(host: self.name, reason: "the connection broke") }
        try assertDone(reply)
    }

    // MARK: Restarts

    func reboot() async throws(HostError) {
        // The last look before guests would lose their host: at the host itself, whatever others believe.
        let domains = try await ask { connection throws(LibvirtError) in try await connection.domains() }
        if let guest = domains.first(where: { !$0.isControlDomain && $0.state != .off }) {
            throw .failed(host: name, reason: "VM \(guest.name) still runs there, so it is not restarted")
        }
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
                // Without events it is asked now and then all the same.
                try? await connection.listen { [change] in change.yield() }
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
        try assertDone(reply)
        return reply
    }

    /// What a host said, where it can be.
    private func understood<R>(_ reading: () throws(HostNonsense) -> R) throws(HostError) -> R {
        do throws(HostNonsense) { return try reading() } catch { throw error.of(name) }
    }

    private func assertDone(_ reply: SSHConnection.Reply) throws(HostError) {
        guard reply.status != 0 else { return }
        if reply.isOutOfSpace { throw .diskFull(host: name, path: "/var/patch") }
        throw .failed(host: name, reason: reply.complaint)
    }
}
