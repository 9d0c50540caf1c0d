import FoundationEssentials
import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a package program can not reach, whatever it tries.
@Suite("A program on a host", .needsNamespaces) struct IsolationTests {
    @Test("does not see the machine's files")
    func machineFiles() async throws {
        let test = try await TestPool.open(hosts: 2)
        let secret = test.folder.path.appending("secret")
        try FileSystem.replace(secret, with: Array("do not tell".utf8))
        let result = try await test.run(
            """
            cat /etc/shadow '\(secret.string)' '\(test.tree(1).string)/etc/hostname' '\(test.state)/embedded/hosts/host1/boot.json'
            cat /proc/1/root/etc/shadow /../../../etc/shadow /proc/self/cwd/../etc/shadow
            ls /home /root /var /work /embedded
            """
        )
        #expect(!result.output.contains("do not tell"))
        #expect(!result.output.contains("root:*") && !result.output.contains("root:!"))
        #expect(!result.output.contains("host2\n"))
        #expect(!result.output.contains("bootID"))
        #expect(result.output.split(separator: "\n").count { $0.hasSuffix("No such file or directory") } == 9)
    }

    @Test("writes nothing but its own tree")
    func writes() async throws {
        let test = try await TestPool.open()
        let outside = test.folder.path.appending("outside")
        let name = "pitstop-\(UUID().uuidString)"
        _ = try await test.run(
            """
            echo x >'\(outside.string)'
            mkdir -p '\(test.folder.path.string)' && echo x >'\(outside.string)'
            echo x >/usr/bin/\(name); echo x >/usr/lib/\(name); echo x >/tmp/\(name); echo x >/etc/\(name)
            rm -rf /usr/bin/true /usr/share/doc/*
            """
        )
        #expect(!FileSystem.exists(outside))
        for folder in ["/usr/bin", "/usr/lib", "/tmp", "/etc"] {
            #expect(!FileSystem.exists(FilePath(folder).appending(name)))
        }
        #expect(FileSystem.exists("/usr/bin/true"))
        #expect(FileSystem.exists(test.tree().appending("usr/bin").appending(name)))
        #expect(FileSystem.exists(test.tree().appending("etc").appending(name)))
    }

    @Test("sees no process but its own, and can signal none")
    func processes() async throws {
        let test = try await TestPool.open()
        let result = try await test.run(
            """
            kill -0 \(getpid()) && echo reached the tests
            for p in /proc/[0-9]*; do cat $p/comm; done
            """
        )
        #expect(!result.output.contains("reached the tests"))
        let names = Set(result.output.split(separator: "\n").map(String.init))
        #expect(names.isSubset(of: ["bwrap", "update", "sh", "cat"]) || result.output.contains("No such process"))
        #expect(!result.output.contains("xctest") && !result.output.contains("swift"))
    }

    @Test("has no network, not even the machine's loopback")
    func network() async throws {
        let test = try await TestPool.open()
        let listener = try Listener()
        let result = try await test.run(
            """
            cat /proc/net/dev | tail -n +3 | cut -d: -f1
            bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(listener.port)' && echo connected
            true
            """
        )
        #expect(!result.output.contains("connected"))
        #expect(result.output.contains("lo") && !result.output.contains("eth"))
    }

    @Test("can not mount, make namespaces, load modules, change switches or make devices")
    func privileges() async throws {
        let test = try await TestPool.open()
        let result = try await test.run(
            """
            mount -t tmpfs x /mnt && echo BAD mount
            umount /usr && echo BAD umount
            mount -o remount,rw /proc/sys && echo BAD remount
            unshare --user --map-root-user true && echo BAD userns
            unshare --mount true && echo BAD mountns
            mknod /root/disk b 254 0 && echo BAD mknod
            cat /proc/sys/kernel/core_pattern >/tmp/old
            cat /tmp/old >/proc/sys/kernel/core_pattern && echo BAD core_pattern
            echo h >/proc/sysrq-trigger && echo BAD sysrq
            chroot / true && echo BAD chroot
            hostname other && echo BAD hostname
            head -c 1 /proc/kcore && echo BAD kcore
            date -s 2001-01-01 && echo BAD date
            true
            """
        )
        #expect(!result.output.contains("BAD"), "\(result.output)")
        #expect(result.ending == .exited(0))
    }

    @Test(
        "can make none of the system calls that lead around namespaces",
        .enabled("needs perl") { Machine.has("perl") }
    )
    func systemCalls() async throws {
        let test = try await TestPool.open()
        // Each answers what only the filter does: where the call exists, its arguments would be wrong, not forbidden.
        let calls = SyscallFilter.refused.compactMap { call in
            #if arch(x86_64)
            call.x86_64.map { (call.name, $0) }
            #else
            call.arm64.map { (call.name, $0) }
            #endif
        }
        let script = calls.map {
            "print '\($0.0) ', (syscall(\($0.1), -1, -1, -1, -1, -1) == -1 ? $!+0 : 'done'), qq(\\n);"
        }
        let result = try await test.run(
            "grep '^Seccomp:' /proc/self/status\nperl -e '\(script.joined().replacing("'", with: "'\\''"))'"
        )
        #expect(result.output.contains("Seccomp:\t2"))
        let answers = Set(result.output.split(separator: "\n").map(String.init))
        for (name, _) in calls { #expect(answers.contains("\(name) \(EPERM)"), "\(name)") }
    }

    @Test("can not trace the sandbox's own init, and keyrings of the machine are not there")
    func initProcess() async throws {
        let test = try await TestPool.open()
        let result = try await test.run(
            "cat /proc/keys /proc/key-users 2>/dev/null; kill -STOP 1; kill -KILL 1; echo went on"
        )
        #expect(result == ProgramResult(ending: .exited(0), output: "went on\n"))
    }

    @Test("can not change what it runs from: the server's file is lent for reading")
    func lentProgram() async throws {
        let test = try await TestPool.open()
        let text = """
            echo 'echo forged' >/var/patch/update && echo BAD written
            echo 'echo forged' >>"$0" && echo BAD appended
            chmod 4755 "$0" && echo BAD mode
            rm -f "$0" && echo BAD removed
            mv /root "$0" && echo BAD moved
            ln "$0" /var/tmp/kept && echo BAD linked
            true
            """
        let program = try test.folder.script("lent", text)
        let before = try FileSystem.read(FilePath(program), limit: 1 << 20)
        let limits = ProgramLimits(time: .seconds(60), outputBytes: 1 << 20)
        let result = try await test.host.run(program: program, argument: "apply", limits: limits)
        #expect(result.ending == .exited(0))
        #expect(!result.output.contains("BAD"), "\(result.output)")
        #expect(try FileSystem.read(FilePath(program), limit: 1 << 20) == before)
        #expect(FileSystem.mode(FilePath(program)).map { $0 & 0o7777 } == 0o700)
    }

    @Test(
        "leaves no file in its tree that gives rights on the machine, however deep and well hidden",
        .enabled("needs perl") { Machine.has("perl") }
    )
    func privilegedFiles() async throws {
        let test = try await TestPool.open()
        let result = try await test.run(
            """
            cp /bin/bash /var/tmp/root; chmod 6755 /var/tmp/root
            mkdir /var/tmp/hidden; cp /bin/bash /var/tmp/hidden/root; chmod 4755 /var/tmp/hidden/root
            chmod 0011 /var/tmp/hidden
            cd /var/tmp
            perl -e 'for (1..600) { mkdir "deeper-than-a-path"; chdir "deeper-than-a-path" or exit 1 }
                system("cp /bin/true root; chmod 4711 root; ls -l root")'
            touch /usr/bin/su 2>/dev/null
            """
        )
        #expect(result.output.contains("rws"), "\(result.output)")
        let tree = test.tree().string
        #expect(try await tool("find", tree, "-perm", "/6000", "-type", "f") == "")
        #expect(FileSystem.mode(FilePath(tree + "/var/tmp/root")).map { $0 & 0o7777 } == 0o755)
        // Nobody else comes as far as there, whoever made the folders.
        for folder in ["hosts", "embedded"] {
            #expect(FileSystem.mode(FilePath(test.state).appending(folder)).map { $0 & 0o7777 } == 0o700)
        }
        try await tool("rm", "-rf", tree + "/var/tmp")
    }

    @Test("finds only the environment of a host, not this process's")
    func environment() async throws {
        let test = try await TestPool.open()
        let result = try await test.run("env; tr '\\0' '\\n' </proc/1/environ")
        for name in ["PATH=", "HOME=/root"] { #expect(result.output.contains(name)) }
        for name in ["USER=", "SHELL=", "SSH_", "TERM="] { #expect(!result.output.contains(name)) }
    }

    @Test("holds no descriptor of this process")
    func descriptors() async throws {
        let test = try await TestPool.open()
        let file = try FileDescriptor.open("/etc/hostname", .readOnly)
        defer { try? file.close() }
        let result = try await test.run("ls -l /proc/self/fd; readlink /proc/self/fd/0")
        #expect(!result.output.contains("hostname"))
        #expect(result.output.contains("/dev/null"))
        #expect(!result.output.contains("status"))
    }

    @Test("can not make this process follow links out of its tree")
    func links() async throws {
        let test = try await TestPool.open()
        let victim = test.folder.path.appending("victim")
        try FileSystem.makeFolders(victim.appending("applied"))
        let result = try await test.run("mv /var/patch /var/old && ln -s '\(victim.string)' /var/patch")
        #expect(result.ending == .exited(0))
        await #expect(throws: HostError.self) { try await test.host.writeStamp(uuid: "1234", contents: "x") }
        await #expect(throws: HostError.self) { try await test.host.stamps() }
        await #expect(throws: HostError.self) { try await test.run("echo hello") }
        #expect(try FileSystem.names(in: victim.appending("applied")).isEmpty)
    }

    @Test("can not lay a link where the sandbox mounts", arguments: ["/etc", "/etc/alternatives"])
    func mountPoints(path: String) async throws {
        let test = try await TestPool.open()
        let tree = test.tree().string
        // From outside: within the sandbox these are busy, but that must not be all that stands between.
        try await tool("mv", tree + path, tree + "/root/moved")
        try await tool("ln", "-s", "/oldroot/home", tree + path)
        await #expect(throws: HostError.self) { try await test.host.installedPackages() }
    }

    /// A socket of this machine that listens on its loopback.
    final class Listener: Sendable {
        let port: UInt16
        private let descriptor: Int32

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let opened = descriptor
            let isBound = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(opened, pointer, length) == 0 && listen(opened, 1) == 0
                        && getsockname(opened, pointer, &length) == 0
                }
            }
            port = UInt16(bigEndian: address.sin_port)
            try #require(isBound)
        }

        deinit { close(descriptor) }
    }
}
