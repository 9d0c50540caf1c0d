import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Host {
    /// Waits until the host answers.
    func waitUntilUp() async throws -> HostFacts {
        for _ in 0..<5000 {
            if let facts = try? await facts() { return facts }
            try await Task.sleep(for: .milliseconds(5))
        }
        return try await facts()
    }
}

@Suite("An embedded host", .needsHosts) struct HostTests {
    @Test("says what XenServer 6.0.2 says of itself")
    func facts() async throws {
        let test = try await TestPool.open()
        let facts = try await test.host.facts()
        #expect(facts.softwareVersion["product_version"] == "6.0.2")
        #expect(facts.softwareVersion["build_number"] == "53456p")
        #expect(facts.softwareVersion["xen"] == "4.1.2-6.0.2.361.23450")
        #expect(facts.softwareVersion["linux"] == "2.6.32.12-0.7.1.xs6.0.2.542.170665xen")
        #expect(facts.freeBytes > 0 && facts.bootTime > 1_000_000_000 && facts.agentStartTime >= facts.bootTime)
    }

    @Test("puts a new hypervisor in effect by a restart, under a new boot id, and not before")
    func restart() async throws {
        let test = try await TestPool.open()
        let before = try await test.host.facts()
        try await ReplicaPackages.build(.updated, into: test.tree().appending("var/tmp/packages").string)
        let result = try await test.run("rpm -U /var/tmp/packages/*.rpm")
        #expect(result.ending == .exited(0), "\(result.output)")
        #expect(try await test.host.facts().softwareVersion == before.softwareVersion)

        try await test.host.reboot()
        await #expect(throws: HostError.unreachable(host: "host1", reason: "it is restarting")) {
            try await test.host.facts()
        }
        await #expect(throws: HostError.self) { try await test.host.reboot() }
        let after = try await test.host.waitUntilUp()
        #expect(after.bootID != before.bootID)
        #expect(after.bootTime > before.bootTime && after.agentStartTime > before.agentStartTime)
        #expect(after.softwareVersion["xen"] == "4.1.2-6.0.2.363.23467")
    }

    @Test("kills a program that runs when it is restarted")
    func restartDuringProgram() async throws {
        let test = try await TestPool.open()
        let task = Task { try await test.run("echo >/root/started; sleep 1000") }
        while !FileSystem.exists(test.tree().appending("root/started")) { try await Task.sleep(for: .milliseconds(5)) }
        try await test.host.reboot()
        await #expect(
            throws: HostError.unreachable(host: "host1", reason: "it was restarted while a program ran on it")
        ) {
            try await task.value
        }
        _ = try await test.host.waitUntilUp()
    }

    @Test("that is shut down stays off, in the next process too, until it is powered on")
    func off() async throws {
        let test = try await TestPool.open()
        let before = try await test.host.facts()
        await #expect(throws: HostError.failed(host: "host1", reason: "it is not switched off")) {
            try await test.host.powerOn()
        }
        try await test.host.shutdown()
        await #expect(throws: HostError.self) { try await test.host.facts() }
        await #expect(throws: HostError.self) { try await test.host.backup(limit: 1 << 20) }
        await test.pool.shutdown()
        let again = try await EmbeddedPool.open(
            state: test.state,
            hosts: TestPool.identities(1),
            timing: Timing(speed: 1000)
        )
        let error = await #expect(throws: HostError.self) { try await again.hosts[0].facts() }
        #expect(error?.description.contains("host-power-on") == true)
        try await again.hosts[0].powerOn()
        let after = try await again.hosts[0].waitUntilUp()
        #expect(after.bootID != before.bootID && after.bootTime > before.bootTime)
    }

    @Test("is saved with its configuration, its stamps and the list of its packages, and nothing from outside")
    func backup() async throws {
        let test = try await TestPool.open()
        try await test.host.writeStamp(uuid: "1234", contents: "<info/>")
        _ = try await test.run("ln -s /etc/shadow /etc/outside")
        let archive = test.folder.path.appending("backup.tar")
        try FileSystem.write(archive, try await test.host.backup(limit: 64 << 20))
        let list = await Supervised.run(
            "tar",
            ["--list", "--verbose", "--file=\(archive.string)"],
            in: test.folder.path,
            limits: ProgramLimits(time: .seconds(60), outputBytes: 1 << 20)
        )
        #expect(list.cause == .ended(0))
        for name in ["etc/passwd", "var/patch/applied/1234", "packages"] {
            #expect(list.text.contains(" \(name)\n"), "\(name)")
        }
        #expect(list.text.contains("etc/outside -> /etc/shadow"), "links are saved as links")
        await #expect(throws: HostError.self) { try await test.host.backup(limit: 1024) }
        // A program that puts a link in place of a folder does not lead the backup out of the tree.
        _ = try await test.run("mv /var/patch/applied /var/patch/old; ln -s /etc /var/patch/applied")
        await #expect(throws: HostError.self) { try await test.host.backup(limit: 64 << 20) }
    }

    @Test("keeps its boot when only its agent restarts")
    func agent() async throws {
        let test = try await TestPool.open()
        let before = try await test.host.facts()
        try await test.host.restartAgent()
        let after = try await test.host.facts()
        #expect(after.bootID == before.bootID && after.bootTime == before.bootTime)
        #expect(after.agentStartTime > before.agentStartTime)
    }

    @Test("that is not to come back stays down")
    func staysDown() async throws {
        let uuid = TestPool.identities(1)[0].uuid
        let test = try await TestPool.open(
            timing: Timing(speed: 1_000_000),
            faults: Faults(hostsThatStayDown: [uuid])
        )
        try await test.host.reboot()
        try await Task.sleep(for: .milliseconds(50))
        await #expect(throws: HostError.self) { try await test.host.facts() }
    }

    @Test("keeps stamps, read-only and unparsed")
    func stamps() async throws {
        let test = try await TestPool.open()
        let uuid = "d75705d9-64a8-46a4-afdd-c5351642621c"
        #expect(try await test.host.stamps().isEmpty)
        try await test.host.writeStamp(uuid: uuid, contents: "old")
        try await test.host.writeStamp(uuid: uuid, contents: "<info uuid=\"\(uuid)\"/>")
        let stamps = try await test.host.stamps()
        #expect(stamps.map(\.name) == [uuid])
        #expect(stamps.map(\.contents) == ["<info uuid=\"\(uuid)\"/>"])
        #expect(stamps.allSatisfy { $0.modified > 1_000_000_000 })
        let mode = FileSystem.mode(test.tree().appending("var/patch/applied").appending(uuid))
        #expect(mode.map { $0 & 0o7777 } == 0o440)
    }

    @Test("takes no stamp whose name is a path", arguments: ["", "..", "../../etc/passwd", "a/b", ".hidden", "a\0b"])
    func stampNames(name: String) async throws {
        let test = try await TestPool.open()
        await #expect(throws: HostError.self) { try await test.host.writeStamp(uuid: name, contents: "x") }
        #expect(try await test.host.stamps().isEmpty)
    }

    @Test("whose programs leave more stamps than patches were ever made is of no use, and says so")
    func floodOfStamps() async throws {
        let test = try await TestPool.open()
        let script = "cd /var/patch/applied; head -c 65536 /dev/zero >a; for i in $(seq 70); do cp a s$i; done"
        _ = try await test.run(script)
        let error = await #expect(throws: HostError.self) { try await test.host.stamps() }
        #expect(error?.description.contains("/var/patch/applied") == true)
        _ = try await test.run("rm /var/patch/applied/*")
        #expect(try await test.host.stamps().isEmpty)
    }

    @Test("whose boot can not be written down comes up once it can, and says meanwhile why it does not")
    func bootOnAFullDisk() async throws {
        let test = try await TestPool.open(timing: Timing(speed: 0.001))
        let before = try await test.host.facts()
        try await test.host.reboot()
        await test.pool.shutdown()
        // Where the record is written first, there is no room.
        let blocked = FilePath(test.state).appending("embedded/hosts/host1/boot.json.new")
        try FileSystem.makeFolders(blocked.appending("in the way"))
        let again = try await EmbeddedPool.open(
            state: test.state,
            hosts: TestPool.identities(1),
            timing: Timing(speed: 1e9)
        )
        var reason = ""
        while !reason.contains("can not come up") {
            try await Task.sleep(for: .milliseconds(5))
            if case .unreachable(_, let text)? = await #expect(
                throws: HostError.self,
                performing: {
                    try await again.hosts[0].facts()
                }
            ) {
                reason = text
            }
        }
        #expect(reason.contains("boot.json"))
        try FileSystem.removeTree(blocked)
        #expect(try await again.hosts[0].waitUntilUp().bootID != before.bootID)
        await again.shutdown()
    }

    @Test("that can not write down that it goes down stays up")
    func noRoomToGoDown() async throws {
        let test = try await TestPool.open()
        let before = try await test.host.facts()
        let blocked = FilePath(test.state).appending("embedded/hosts/host1/boot.json.new")
        try FileSystem.makeFolders(blocked.appending("in the way"))
        await #expect(throws: HostError.self) { try await test.host.reboot() }
        await #expect(throws: HostError.self) { try await test.host.shutdown() }
        await #expect(throws: HostError.self) { try await test.host.restartAgent() }
        var after = try await test.host.facts()
        after.freeBytes = before.freeBytes
        #expect(after == before)
    }

    @Test("leaves out what is no file among its stamps")
    func oddStamps() async throws {
        let test = try await TestPool.open()
        _ = try await test.run(
            """
            cd /var/patch/applied; mkfifo fifo; mkdir folder; ln -s /etc/passwd link; echo fine >stamp
            head -c 100000 /dev/zero >large
            """
        )
        let stamps = try await test.host.stamps()
        #expect(stamps.map(\.name) == ["large", "stamp"])
        #expect(stamps.map(\.contents.utf8.count) == [65_536, 5])
    }
}

@Suite("A full disk", .needsHosts) struct DiskFullTests {
    @Test("is an error of its own when a call says so", arguments: [Errno.noSpace, .diskQuotaExceeded, .fileTooLarge])
    func mapping(error: Errno) {
        #expect(HostError(error, host: "host1", path: "/var/patch") == .diskFull(host: "host1", path: "/var/patch"))
    }

    @Test(
        "is named when a stamp does not fit, and leaves nothing behind; a program is lent and takes no room",
        .enabled("needs root, for a small tmpfs") { Machine.isRoot }
    )
    func copy() async throws {
        let test = try await TestPool.open()
        let patches = test.tree().appending("var/patch").string
        try await tool("mount", "-t", "tmpfs", "-o", "size=64k", "small", patches)
        let program = test.folder.path.appending("large")
        try FileSystem.replace(program, with: Array(repeating: 0x20, count: 200_000))
        let limits = ProgramLimits(time: .seconds(20), outputBytes: 4096)
        let result = try await test.host.run(program: program.string, argument: "apply", limits: limits)
        #expect(result.ending == .exited(0))
        await #expect(throws: HostError.diskFull(host: "host1", path: "/var/patch/applied/1234")) {
            try await test.host.writeStamp(uuid: "1234", contents: String(repeating: "x", count: 200_000))
        }
        #expect(try FileSystem.names(in: FilePath(patches)) == ["applied"])
        #expect(try FileSystem.names(in: FilePath(patches + "/applied")).isEmpty)
        try await tool("umount", patches)
    }

    @Test("is named by a call of the kernel")
    func devFull() throws {
        #expect(throws: Errno.noSpace) {
            try FileSystem.typed {
                let full = try FileDescriptor.open("/dev/full", .writeOnly)
                _ = try full.closeAfter { try full.writeAll([1, 2, 3]) }
            }
        }
    }
}
