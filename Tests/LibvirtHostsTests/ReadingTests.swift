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
        let facts = try RemoteFacts(text, sent: 1_000, received: 1_001)
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
        let facts = try RemoteFacts("clock=\(clock)\nboot_id=a\nuptime=1\n", sent: 1_000, received: 1_001)
        #expect(facts.clockOffset == offset)
    }

    @Test("what a host lacks for an update is read off its facts")
    func obstacles() throws {
        let text = "user=1000\nmissing=flock\nmissing=tar\nclock=1\nboot_id=a\nuptime=1\nflags=fpu avx2\n"
        let facts = try RemoteFacts(text, sent: 1, received: 1)
        #expect(facts.cpuFeatures == ["fpu", "avx2"])
        #expect(
            facts.facts.obstacles == [
                "commands do not run as root there: log in as root, or set ssh.sudo and let the account use sudo without a "
                    + "password",
                "it has neither rpm nor dpkg", "it lacks flock, tar",
            ]
        )
        let complete = "user=0\npackages=rpm\nclock=1\nboot_id=a\nuptime=1\n"
        #expect(try RemoteFacts(complete, sent: 1, received: 1).facts.obstacles == [])
    }

    @Test("a libvirt before 1.2.0 is too old")
    func oldLibvirt() {
        #expect(
            LibvirtHost.complaint(aboutLibvirt: 1_001_004) == "its libvirt 1.1.4 is too old: 1.2.0 or later is needed"
        )
        #expect(LibvirtHost.complaint(aboutLibvirt: 1_002_000) == nil)
        #expect(LibvirtHost.complaint(aboutLibvirt: 9_000_000) == nil)
    }

    @Test("an answer without a boot id is none", arguments: ["clock=1\nboot_id=\nuptime=1\n", "bash: not found\n", ""])
    func noFacts(text: String) {
        #expect(throws: HostNonsense.self) { try RemoteFacts(text, sent: 0, received: 1) }
    }

    @Test(
        "facts that can not be make that host of no use, and nothing else",
        arguments: [
            "boot_id=b\0x", "boot_id=\u{1b}[2J", "boot_id=" + String(repeating: "a", count: 65), "memory_kib=-5",
            "memory_kib=9223372036854775807", "memory_kib=-9223372036854775808", "cpus=9223372036854775807", "cpus=0",
            "cpus=-9223372036854775808", "free_kib=-1", "free_kib=9223372036854775807", "clock=9.2e18", "clock=-1e17",
            "clock=253402300800", "uptime=-1e18",
        ]
    )
    func impossibleFacts(line: String) {
        let text = "clock=1000\nboot_id=a\nuptime=1\n\(line)\n"
        #expect(throws: HostNonsense.self) { try RemoteFacts(text, sent: 0, received: 1) }
    }

    @Test("texts of facts drive no terminal, and are bounded")
    func textsOfFacts() throws {
        let long = String(repeating: "A", count: 100_000)
        let text =
            "clock=1\nboot_id=a\nuptime=1\nhostname=\u{1b}]0;owned\u{7}\ncpu=\(long)\nflags=\(long)\nbridge=\u{202e}b\n"
        let facts = try RemoteFacts(text, sent: 0, received: 1)
        #expect(facts.facts.softwareVersion["hostname"] == "\u{fffd}]0;owned\u{fffd}")
        #expect(facts.cpuModel.utf8.count == HostAnswer.textBytes)
        #expect(facts.cpuFeatures.map(\.utf8.count) == [64])
        #expect(facts.bridges == ["\u{fffd}b"])
        let flood = "clock=1\nboot_id=a\nuptime=1\n" + String(repeating: "cpu=x\n", count: 200_000)
        #expect(throws: HostNonsense.self) { try RemoteFacts(flood, sent: 0, received: 1) }
    }

    @Test(
        "a clock that shows no time is no answer, and stops nobody",
        arguments: [("nan", "1"), ("inf", "1"), ("1e300", "1"), ("1", "-1e300"), ("1", "nan")]
    )
    func noTime(clock: String, uptime: String) {
        let text = "clock=\(clock)\nboot_id=a\nuptime=\(uptime)\n"
        #expect(throws: HostNonsense.self) { try RemoteFacts(text, sent: 0, received: 1) }
    }

    @Test("a program that can not be read to its end names no operation")
    func unreadable() throws {
        // A folder can be opened; reading it fails.
        #expect(throws: (any Error).self) { try ProgramRun.digest("/") }
        #expect(throws: (any Error).self) { try ProgramRun.digest("/nonexistent") }
        #expect(try ProgramRun.digest("/dev/null") == ("e3b0c44298fc1c149afbf4c8996fb924", 0))
    }

    private static func stamps(_ text: String) throws(HostNonsense) -> [Stamp] {
        try StampLines.parse(Array(text.utf8))
    }

    @Test("a stamp that is no text leaves the others readable")
    func noText() throws {
        let stamps = try StampLines.parse(Array("a 1 2\n".utf8) + [0xff, 0xfe] + Array("\nb 2 1\nx\n".utf8))
        #expect(stamps.map(\.name) == ["a", "b"] && stamps.last?.contents == "x")
    }

    @Test("stamps are read whatever is in them")
    func stamps() throws {
        let stamps = try Self.stamps("one 12 7\na\nb 1 2\nzwei -13 3\nÄ!\n")
        #expect(stamps.map(\.name) == ["one", "zwei"])
        #expect(stamps.map(\.contents) == ["a\nb 1 2", "Ä!"])
        #expect(stamps.map(\.modified) == [12, -13])
        #expect(try Self.stamps("") == [])
    }

    @Test(
        "of stamps that are cut short or can not be, none counts: nobody can tell which are not there",
        arguments: [
            "x 0 -1\n", "x 0 -9223372036854775808\n", "x 0 9223372036854775807\nabc\n", "cut 14 99\nx", "one 12 3\nabc",
            "x -9223372036854775808 3\nabc\n", "x 9223372036854775807 3\nabc\n", "x 253402300800 3\nabc\n", "x 1\n",
            "x",
            "\n", "x 1 70000\n" + String(repeating: "a", count: 70_000) + "\n",
        ]
    )
    func impossibleStamps(text: String) {
        #expect(throws: HostNonsense.self) { try Self.stamps(text) }
    }

    @Test("thousands of large stamps are no stamps of patches")
    func tooManyStamps() throws {
        let large = String(repeating: "a", count: StampCollection.stampBytes)
        let flood = (0..<100).map { "s\($0) 1 \(large.utf8.count)\n\(large)\n" }.joined()
        #expect(throws: HostNonsense.self) { try Self.stamps(flood) }
        let many = (0..<5_000).map { "s\($0) 1 1\na\n" }.joined()
        #expect(throws: HostNonsense.self) { try Self.stamps(many) }
        #expect(try Self.stamps((0..<1_000).map { "s\($0) 1 1\na\n" }.joined()).count == 1_000)
    }

    @Test("packages of rpm and of dpkg are read; removed ones are not")
    func packages() throws {
        let rpm = try PackageLines.parse("warning: x\nb\t1-2\ti386\na\t3-4\tnoarch\n")
        #expect(rpm.map(\.nevra) == ["a-3-4.noarch", "b-1-2.i386"])
        let both = "b\t1-2\ti386\nii \topenssl\t1:3.0\tamd64\nrc \told\t1\tall\nhi \tkept\t1\tall\niU \thalf\t1\tall\n"
        let packages = try PackageLines.parse(both)
        #expect(packages.map(\.identity) == ["b", "kept:all", "openssl:amd64"])
        #expect(packages.map(\.format) == [.rpm, .deb, .deb])
        #expect(packages.last?.version == "1:3.0")
        #expect(try PackageLines.parse("evil\t1\u{1b}[2J\ti386\nnul\0\t1\ti386\n") == [])
        let flood = String(repeating: "a\tb\tc\n", count: HostAnswer.mostPackages + 1)
        #expect(throws: HostNonsense.self) { try PackageLines.parse(flood) }
    }

    @Test("only plain words become arguments", arguments: ["a b", "", "x;y", "$(x)", "a'b", "~x", "a\nb", "a*"])
    func noWords(text: String) {
        #expect(RemoteWord(text) == nil)
        let plain = "openssl-0.9.8e+1~rc^2"
        #expect(RemoteWord(plain)?.description == plain)
    }

    @Test("a migration whose host says that 2^64 bytes are left is not far")
    func endlessMigration() {
        #expect(LibvirtConnection.Job(sent: .max, left: .max).part == 0.5)
        #expect(LibvirtConnection.Job(sent: 0, left: 0).part == 0)
    }

    @Test("of what a tool complains the reason is told, not only what failed")
    func reasons() {
        let virsh =
            "error: failed to connect to the hypervisor\nerror: Cannot recv data: Host key verification failed.\n"
        #expect(virsh.reason == "failed to connect to the hypervisor: Cannot recv data: Host key verification failed.")
        #expect("".reason == "it said nothing")
        #expect("\u{1b}[31mevil\r\nline2".firstLine == "\u{fffd}[31mevil")
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

    @Test("what a domain says of itself has bounds, and its uuid is one")
    func impossibleDomains() throws {
        let uuid = "c7a5fdbd-edaf-9455-926a-d65c16db1809"
        let xml = """
            <domain><name>a\u{202e}b</name><uuid>\(uuid)</uuid><memory unit='TiB'>9223372036854775807</memory>
            <vcpu>-9223372036854775808</vcpu></domain>
            """
        let domain = try #require(Domain(xml: xml, state: .running))
        #expect(domain.name == "a\u{fffd}b")
        #expect(domain.maxMemory == HostAnswer.mostBytes && domain.vcpus == 1)
        #expect(Domain(xml: xml.replacing(uuid, with: "../../etc"), state: .running) == nil)
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
