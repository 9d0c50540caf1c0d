import Hosts
import Testing

@testable import LibvirtHosts

@Suite("What hosts say")
struct ReadingTests {
    @Test("facts are read, and a clock within the question's time counts as right")
    func facts() throws {
        let text = """
            clock=1000.5
            boot_id=abc
            uptime=100.25
            agent=950
            kernel=6.1.0
            free_kib=2048
            memory_kib=4096
            cpu=Some CPU @ 2 GHz = fast
            cpus=4
            version=6.0.2
            bridge=br0
            bridge=br1
            """
        let facts = try #require(RemoteFacts(text, sent: 1_000, received: 1_001))
        #expect(facts.facts.bootID == "abc")
        #expect(facts.facts.bootTime == 900)
        #expect(facts.facts.freeBytes == 2 << 20)
        #expect(facts.facts.softwareVersion["product_version"] == "6.0.2")
        #expect(facts.memory == 4 << 20)
        #expect(facts.cpuModel == "Some CPU @ 2 GHz = fast")
        #expect(facts.bridges == ["br0", "br1"])
        #expect(facts.clockOffset == 0)
    }

    @Test("a clock that is off is seen to be", arguments: [(1_240.0, 239.0), (800.0, -200.0)])
    func clocks(clock: Double, offset: Double) throws {
        let facts = try #require(RemoteFacts("clock=\(clock)\nboot_id=a\nuptime=1\n", sent: 1_000, received: 1_001))
        #expect(facts.clockOffset == offset)
    }

    @Test("what a host lacks for an update is read off its facts")
    func obstacles() throws {
        let text = "user=1000\nmissing=flock\nmissing=tar\nclock=1\nboot_id=a\nuptime=1\nflags=fpu avx2\n"
        let facts = try #require(RemoteFacts(text, sent: 1, received: 1))
        #expect(facts.cpuFeatures == ["fpu", "avx2"])
        #expect(
            facts.facts.obstacles == [
                "commands do not run as root there: log in as root, or set ssh.sudo and let the account use sudo without a "
                    + "password",
                "it has neither rpm nor dpkg", "it lacks flock, tar",
            ]
        )
        let complete = "user=0\npackages=rpm\nclock=1\nboot_id=a\nuptime=1\n"
        #expect(try #require(RemoteFacts(complete, sent: 1, received: 1)).facts.obstacles == [])
    }

    @Test("a libvirt before 1.2.0 is too old")
    func oldLibvirt() {
        #expect(
            LibvirtHost.complaint(aboutLibvirt: 1_001_004) == "its libvirt 1.1.4 is too old: 1.2.0 or later is needed"
        )
        #expect(LibvirtHost.complaint(aboutLibvirt: 1_002_000) == nil)
        #expect(LibvirtHost.complaint(aboutLibvirt: 9_000_000) == nil)
    }

    @Test("an answer without a boot id is none")
    func noFacts() {
        #expect(RemoteFacts("clock=1\nboot_id=\nuptime=1\n", sent: 0, received: 1) == nil)
        #expect(RemoteFacts("bash: command not found\n", sent: 0, received: 1) == nil)
    }

    @Test(
        "a clock that shows no time is no answer, and stops nobody",
        arguments: [("nan", "1"), ("inf", "1"), ("1e300", "1"), ("1", "-1e300"), ("1", "nan")]
    )
    func noTime(clock: String, uptime: String) {
        #expect(RemoteFacts("clock=\(clock)\nboot_id=a\nuptime=\(uptime)\n", sent: 0, received: 1) == nil)
    }

    @Test("a program that can not be read to its end names no operation")
    func unreadable() throws {
        // A folder can be opened; reading it fails.
        #expect(throws: (any Error).self) { try ProgramRun.digest("/") }
        #expect(throws: (any Error).self) { try ProgramRun.digest("/nonexistent") }
        #expect(try ProgramRun.digest("/dev/null") == ("e3b0c44298fc1c149afbf4c8996fb924", 0))
    }

    @Test("stamps are read whatever is in them")
    func stamps() {
        let stamps = StampLines.parse("one 12 7\na\nb 1 2\nzwei 13 3\nÄ!\ncut 14 99\nx")
        #expect(stamps.map(\.name) == ["one", "zwei"])
        #expect(stamps.map(\.contents) == ["a\nb 1 2", "Ä!"])
        #expect(stamps.map(\.modified) == [12, 13])
    }

    @Test("packages of rpm and of dpkg are read; removed ones are not")
    func packages() {
        let rpm = PackageLines.parse("warning: x\nb\t1-2\ti386\na\t3-4\tnoarch\n")
        #expect(rpm.map(\.nevra) == ["a-3-4.noarch", "b-1-2.i386"])
        let both = "b\t1-2\ti386\nii \topenssl\t1:3.0\tamd64\nrc \told\t1\tall\nhi \tkept\t1\tall\niU \thalf\t1\tall\n"
        let packages = PackageLines.parse(both)
        #expect(packages.map(\.identity) == ["b", "kept:all", "openssl:amd64"])
        #expect(packages.map(\.format) == [.rpm, .deb, .deb])
        #expect(packages.last?.version == "1:3.0")
    }

    @Test("only plain words become arguments", arguments: ["a b", "", "x;y", "$(x)", "a'b", "~x", "a\nb", "a*"])
    func noWords(text: String) {
        #expect(RemoteWord(text) == nil)
        let plain = "openssl-0.9.8e+1~rc^2"
        #expect(RemoteWord(plain)?.description == plain)
    }

    @Test("what ssh complains of is told in words that say what to do")
    func sshProblems() {
        #expect(SSHProblem("ssh: connect to host x port 22: Connection refused") == .refused)
        #expect(SSHProblem("ssh: connect to host x port 22: Connection refused").mayPass)
        #expect(SSHProblem("kex_exchange_identification: Connection closed by remote host").mayPass)
        #expect(!SSHProblem("root@x: Permission denied (publickey).").mayPass)
        #expect(SSHProblem("root@x: Permission denied (publickey).") == .login)
        let changed = "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed."
        #expect(SSHProblem(changed) == .changedKey)
        #expect(!SSHProblem(changed).mayPass)
        #expect(SSHProblem.fingerprint(in: "the remote host is\nSHA256:abc/+d.\nPlease") == "SHA256:abc/+d")
    }
}

@Suite("libvirt's domains")
struct DomainTests {
    @Test("memory, disks, interfaces and devices of the host are read")
    func domain() throws {
        let xml = """
            <domain type='kvm' id='3'><name>web &amp; mail</name><uuid>C7A5FDBD-EDAF-9455-926A-D65C16DB1809</uuid>
            <memory unit='MiB'>64</memory><currentMemory unit='KiB'>32768</currentMemory><vcpu>2</vcpu>
            <os><type arch='x86_64'>hvm</type></os><features><acpi/></features><devices>
            <disk type='file' device='disk'><source file='/srv/a.qcow2'/><target dev='vda'/></disk>
            <disk type='network' device='disk'><source protocol='rbd' name='pool/b'/><target dev='vdb'/></disk>
            <disk type='file' device='cdrom'><target dev='sda'/></disk>
            <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/></interface>
            <hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x03'/></source></hostdev>
            </devices></domain>
            """
        let domain = try #require(Domain(xml: xml, state: .running))
        #expect(domain.name == "web & mail")
        #expect(domain.uuid == "c7a5fdbd-edaf-9455-926a-d65c16db1809")
        #expect((domain.maxMemory, domain.memory) == (64 << 20, 32 << 20))
        #expect(domain.isHVM && domain.hasACPI)
        #expect(domain.disks.map(\.source) == ["/srv/a.qcow2", "rbd:pool/b", nil])
        #expect(domain.disks.map(\.isRemovable) == [false, false, true])
        #expect(domain.interfaces.map(\.source) == ["br0"])
        #expect(domain.devices == ["pci (domain 0x0000, bus 0x03)"])
    }

    @Test("libvirt's own test hypervisor is asked through its C interface")
    func testDriver() async throws {
        let connection = LibvirtConnection(uri: "test:///default")
        let domains = try await connection.domains()
        #expect(domains.map(\.name) == ["test"])
        let uuid = try #require(domains.first?.uuid)
        #expect(try await connection.state(of: uuid) == .running)
        #expect(try await connection.state(of: "00000000-1111-2222-3333-444444444444") == nil)
        #expect(try await connection.version() > 1_000_000)
    }

    @Test("libvirt's reason comes along when it can not be reached")
    func noDriver() async throws {
        let connection = LibvirtConnection(uri: "qemu+unix:///system?socket=/nowhere/at/all")
        let error = await #expect(throws: LibvirtError.self) { try await connection.domains() }
        #expect(error?.message.contains("/nowhere/at/all") == true)
    }
}
