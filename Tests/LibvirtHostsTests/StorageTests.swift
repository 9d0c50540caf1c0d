import Hosts
import TestSupport
import Testing

@testable import LibvirtHosts

@Suite("Storage that libvirt finds")
struct StorageTests {
    private let netfs = """
        <pool type='netfs'><name>images</name><source><host name='nas'/><dir path='/export'/></source>
        <target><path>/mnt/images</path></target></pool>
        """

    private func inventory(_ pools: [StoragePool], _ source: String, file more: String = "") throws -> HostInventory {
        let file = try PoolFile(yaml: "name: P\nhosts: [{name: a}, {name: b}]\n\(more)", file: "pool.yaml", folder: "/")
        let facts = try RemoteFacts("user=0\nclock=1\nboot_id=a\nuptime=1\n", sent: 1, received: 1)
        let xml = """
            <domain><name>vm</name><uuid>01234567-89ab-cdef-0123-456789abcdef</uuid><devices>
            <disk type='file' device='disk'><source \(source)/><target dev='vda'/></disk></devices></domain>
            """
        let domain = try #require(Domain(xml: xml, state: .running))
        return Inventory(file: file, machine: file.hosts[0]).describe(facts, [domain], pools: pools)
    }

    @Test("pools on the network are shared, those of the host are not")
    func kinds() throws {
        let images = try #require(StoragePool(xml: netfs, isActive: true))
        #expect(images.isShared)
        #expect(images.prefixes == ["pool:images/", "/mnt/images/"])
        let local = "<pool type='dir'><name>default</name><target><path>/var/lib/libvirt/images</path></target></pool>"
        #expect(try #require(StoragePool(xml: local, isActive: true)).isShared == false)
        let ceph = "<pool type='rbd'><name>ceph</name><source><name>vms</name></source></pool>"
        #expect(try #require(StoragePool(xml: ceph, isActive: true)).prefixes == ["pool:ceph/", "rbd:vms/"])
    }

    @Test(
        "a disk lies in the storage whose folder, volume or image names it, else in the host's own",
        arguments: [
            ("file='/mnt/images/a.qcow2'", "images"), ("pool='images' volume='a'", "images"),
            ("file='/mnt/images2/a.qcow2'", "Local storage on a"), ("file='/srv/a'", "Local storage on a"),
        ]
    )
    func places(source: String, storage: String) throws {
        let pool = try #require(StoragePool(xml: netfs, isActive: true))
        let inventory = try inventory([pool], source)
        #expect(inventory.storages.map(\.name) == ["images", "Local storage on a"])
        #expect(inventory.vms[0].disks[0].storage == storage)
    }

    @Test("what pool.yaml names counts before what libvirt finds")
    func fileFirst() throws {
        let pool = try #require(StoragePool(xml: netfs, isActive: true))
        let file = "storage: [{name: images, path: /srv/images, hosts: [a]}]"
        let inventory = try inventory([pool], "file='/srv/images/a'", file: file)
        #expect(inventory.storages.map(\.isShared) == [false, false], "the file says that one host reaches it")
        #expect(inventory.vms[0].disks[0].storage == "images")
    }

    @Test("groups of pool.yaml become what the planner reads")
    func groups() throws {
        let apart = try inventory([], "file='/a'", file: "groups: [{name: web, vms: [vm, other]}]")
        #expect(apart.vms[0].notes == ["pitstop-apart": "web"])
        let up = try inventory([], "file='/a'", file: "groups: [{name: db, vms: [vm, two, three], available: 2}]")
        #expect(up.vms[0].notes == ["pitstop-available": "db/2"])
    }

    @Test("libvirt's own test hypervisor tells of its pool")
    func testDriver() async throws {
        let connection = LibvirtConnection(uri: "test:///default")
        let pools = try await connection.storagePools()
        #expect(pools.map(\.name) == ["default-pool"])
        #expect(pools.map(\.isShared) == [false])
    }

    @Test("a change of a domain is told at once")
    func events() async throws {
        // The default one is shared by all tests: this has a domain of its own.
        let directory = try TemporaryDirectory()
        let node =
            "<node><domain type='test'><name>own</name><memory>1024</memory><os><type>hvm</type></os></domain></node>"
        let connection = LibvirtConnection(uri: "test://\(try directory.write(node, to: "node.xml"))")
        let (told, notice) = AsyncStream.makeStream(of: Void.self)
        try await connection.listen { notice.yield() }
        let uuid = try #require(try await connection.domains().first?.uuid)
        #expect(try await connection.change(uuid, .pause))
        for await _ in told { break }
        #expect(try await connection.state(of: uuid) == .paused)
    }
}

@Suite("Drives")
struct DriveTests {
    private let xml = """
        <domain><devices><disk type='file' device='disk'><source file='/a'/><target dev='vda' bus='virtio'/></disk>
        <disk type='file' device='cdrom'><source file='/b'/><target dev='sda' bus='sata'/><readonly/></disk>
        </devices></domain>
        """

    @Test("a drive is emptied and filled as libvirt wants it said, whatever the medium's name")
    func drive() throws {
        let drive = try #require(Drive(device: "sda", inDomain: xml))
        #expect(
            drive.xml(holding: nil)
                == "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>"
        )
        #expect(drive.xml(holding: "/iso/it's <a&b>.iso").contains("<source file='/iso/it&apos;s &lt;a&amp;b>.iso'/>"))
        #expect(drive.xml(holding: "/dev/sr0").hasPrefix("<disk type='block' device='cdrom'><source dev='/dev/sr0'/>"))
    }

    @Test("a disk is no drive")
    func noDrive() {
        #expect(Drive(device: "vda", inDomain: xml) == nil)
        #expect(Drive(device: "sdz", inDomain: xml) == nil)
    }
}
