import Hosts
import Testing

@testable import LibvirtHosts

@Suite("Xen hosts")
struct XenTests {
    private static let mebibyte: Int64 = 1 << 20

    private func machine() throws -> (PoolFile, PoolFile.Machine) {
        let file = try PoolFile(
            yaml: "name: P\nhosts: [{name: x, libvirt: 'xen:///system'}]\n",
            file: "pool.yaml",
            folder: "/"
        )
        return (file, try #require(file.hosts.first))
    }

    private func domain(_ name: String, _ uuid: String, _ memory: Int, _ state: Domain.State) throws -> Domain {
        let xml = """
            <domain type='xen'><name>\(name)</name><uuid>\(uuid)</uuid><memory unit='MiB'>\(memory)</memory>
            <os><type arch='x86_64'>linux</type></os></domain>
            """
        return try #require(Domain(xml: xml, state: state))
    }

    private func facts() throws -> RemoteFacts {
        let text = "clock=1\nboot_id=a\nuptime=1\nmemory_kib=\(480 << 10)\ncpus=1\n"
        return try RemoteFacts(text, sent: 0, received: 2)
    }

    @Test("a migration is asked for no more than the hypervisor's can do")
    func abilities() {
        let order = LibvirtConnection.Migration(peer: "xen+ssh://b/system", bandwidth: 50, converges: true)
        let (xen, qemu) = (MigrationAbilities(hypervisor: "Xen"), MigrationAbilities(hypervisor: "QEMU"))
        // libvirt's numbers: live 1, peer to peer 2, persistent at the destination 8, undefined at the source 16,
        // auto-converge 8192.
        #expect(xen.flags(for: order, isPersistent: false) == 1 | 2)
        #expect(xen.flags(for: order, isPersistent: true) == 1 | 2 | 8 | 16)
        #expect(qemu.flags(for: order, isPersistent: true) == 1 | 2 | 8 | 16 | 8_192)
        #expect(xen.bandwidth(for: order) == nil && qemu.bandwidth(for: order) == 50)
        #expect(!xen.canBeBrokenOff && qemu.canBeBrokenOff)
    }

    @Test("memory and processors are the machine's, not dom0's, and dom0 is no VM")
    func inventory() throws {
        let (file, machine) = try machine()
        let domains = [
            try domain("Domain-0", "00000000-0000-0000-0000-000000000000", 512, .running),
            try domain("a", "00000000-1111-4222-8333-444444444444", 96, .running),
            try domain("b", "00000000-1111-4222-8333-555555555555", 96, .off),
        ]
        let node = LibvirtConnection.Node(memory: 1_535 * Self.mebibyte, free: 908 * Self.mebibyte, cpuCount: 4)
        let inventory = Inventory(file: file, machine: machine).describe(try facts(), domains, node)
        #expect(inventory.vms.map(\.name) == ["a", "b"])
        #expect(inventory.memory == 1_535 * Self.mebibyte)
        #expect(inventory.reserved == 531 * Self.mebibyte, "dom0's 512 MiB and what Xen itself takes")
        #expect(inventory.cpuCount == 4)
        #expect(inventory.vms.allSatisfy { !$0.isHVM && $0.listens })
    }

    @Test(
        "what is reserved is never less than dom0 has, nor more than there is",
        arguments: [nil, 2_000, 0] as [Int64?]
    )
    func reserved(free: Int64?) throws {
        let (file, machine) = try machine()
        let dom0 = try domain("Domain-0", "00000000-0000-0000-0000-000000000000", 512, .running)
        let node = LibvirtConnection.Node(
            memory: 1_024 * Self.mebibyte,
            free: free.map { $0 * Self.mebibyte },
            cpuCount: 1
        )
        let reserved = Inventory(file: file, machine: machine).describe(try facts(), [dom0], node).reserved
        #expect(reserved == (free == 0 ? 1_024 : 512) * Self.mebibyte)
    }

    @Test("a host without dom0 is as it says itself")
    func ordinary() throws {
        let (file, machine) = try machine()
        let inventory = Inventory(file: file, machine: machine).describe(try facts(), [])
        #expect(inventory.memory == 480 * Self.mebibyte && inventory.reserved == 30 * Self.mebibyte)
    }
}
