import Foundation
import TestSupport
import Testing
import UpdatePackage

@testable import LibvirtHosts

@Suite("pool.yaml")
struct PoolFileTests {
    private func read(_ text: String) throws(ManifestError) -> PoolFile {
        try PoolFile(yaml: text, file: "pool.yaml", folder: "/")
    }

    private func complaint(about text: String) -> String? {
        do throws(ManifestError) {
            _ = try read(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("names and addresses are enough")
    func leastFile() throws {
        let pool = try read(
            """
            name: Small pool
            hosts:
              - name: h1
                address: 192.0.2.1
              - name: h2
                address: 192.0.2.2
                master: true
            """
        )
        #expect(pool.hosts.map(\.name) == ["h2", "h1"], "the master comes first")
        #expect(pool.hosts[1].ssh == "root@192.0.2.1")
        #expect(pool.hosts[1].libvirt == "qemu:///system")
        #expect(pool.hosts[1].peer == "qemu+ssh://root@192.0.2.1/system")
        #expect(pool.limits.bandwidth == nil)
    }

    @Test("a host's uuid is the same each time, unless the file gives one")
    func uuids() throws {
        let text = "name: P\nhosts:\n  - {name: a}\n  - {name: b, uuid: 01234567-89ab-CDEF-0123-456789abcdef}\n"
        let (first, second) = (try read(text), try read(text))
        #expect(first.hosts.map(\.uuid) == second.hosts.map(\.uuid))
        #expect(first.hosts[0].uuid != first.hosts[1].uuid)
        #expect(first.hosts[1].uuid == "01234567-89ab-cdef-0123-456789abcdef")
    }

    @Test("storage and networks reach every host, unless hosts are named")
    func reach() throws {
        let pool = try read(
            """
            name: P
            hosts: [{name: a}, {name: b}]
            storage:
              - {name: Images, path: /srv/images/}
              - {name: Scratch, path: /scratch, hosts: [a]}
            networks:
              - {bridge: br0}
            """
        )
        #expect(pool.storage.map(\.path) == ["/srv/images", "/scratch"])
        #expect(pool.storage.map(\.hosts) == [["a", "b"], ["a"]])
        #expect(pool.networks[0].name == "br0")
    }

    @Test(
        "a mistake is told with its line",
        arguments: [
            ("name: P\nhosts:\n  - {name: a, adress: x}\n", "pool.yaml:3: the key adress is not known"),
            ("name: P\nhosts:\n  - {name: a, master: yes}\n  - {name: b, master: yes}\n", "pool.yaml:4: a and b"),
            ("name: P\nhosts:\n  - {name: a}\n  - {name: a}\n", "pool.yaml:4: two hosts are called a"),
            ("name: P\nhosts: []\n", "pool.yaml:2: a pool needs at least one host"),
            (
                "name: P\nhosts: [{name: a}]\nstorage:\n  - {name: s, path: /s, hosts: [c]}\n",
                "pool.yaml:4: c is no host"
            ),
            ("name: P\nhosts:\n  - {name: a}\nlimits: {bandwidth: fast}\n", "pool.yaml:4: bandwidth must be a number"),
            ("name: P\nhosts:\n  - {name: a, ssh: 'root@a;reboot'}\n", "pool.yaml:3: ssh holds a character"),
            ("name: P\nhosts:\n  - {name: a, ssh: '-oProxyCommand=x'}\n", "pool.yaml:3: ssh holds a character"),
            ("name: P\nhosts:\n  - {name: 'a b'}\n", "pool.yaml:3: name is made of letters"),
            ("name: P\nhosts:\n  - {name: a, uuid: 12}\n", "pool.yaml:3: 12 is no uuid"),
            ("name: P\nssh: {identity: nowhere/key}\nhosts:\n  - {name: a}\n", "pool.yaml:2: there is no file"),
            ("name: P\nhosts:\n  - {name: a}\ngroups:\n  - {name: g, vms: [x]}\n", "pool.yaml:5: a group needs"),
            (
                "name: P\nhosts:\n  - {name: a}\ngroups:\n  - {name: g, vms: [x, y], available: 2}\n",
                "pool.yaml:5: of 2 VMs at most 1"
            ),
            ("name: [\n", "pool.yaml:"),
            ("", "pool.yaml: the file is empty"),
        ]
    )
    func mistakes(text: String, complaint: String) {
        let said = self.complaint(about: text)
        #expect(said?.hasPrefix(complaint) == true, "\(said ?? "no complaint")")
    }

    @Test("the manual page and the guide tell of every key", arguments: ["docs/man/pool.yaml.5", "docs/pool-yaml.md"])
    func documented(path: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let source = root.appending(path: "Sources/LibvirtHosts/PoolFile/PoolFile+YAML.swift")
        let code = try String(contentsOf: source, encoding: .utf8)
        let lists = code.matches(of: /allow\(\[([^\]]*)\]\)/).map { String($0.1) }
        let keys = Set(lists.flatMap { $0.matches(of: /"([^"]+)"/).map { String($0.1) } })
        #expect(keys.count > 20)
        let page = try String(contentsOf: root.appending(path: path), encoding: .utf8).replacing("\\-", with: "-")
        for key in keys.sorted() { #expect(page.contains(key), "\(path) does not tell of \(key)") }
    }
}
