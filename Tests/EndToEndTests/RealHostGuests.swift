import Foundation
import TestSupport
import Testing

extension RealHosts {
    @Suite("keep their guests' rules")
    struct Guests {
        @Test("two guests that pool.yaml keeps apart are never on one host, however the hosts are emptied")
        func apart() async throws {
            let rollout = try await RealRollout(groups: "{name: web, vms: [guest1, guest2]}")
            let real = rollout.real
            var places: [String: String] = [:]
            for guest in RealRollout.guests { places[guest] = try await real.residence(of: guest) }
            // Tests before this one may have left them together.
            if places["guest1"] == places["guest2"] {
                let other = try #require(RealRollout.hosts.first { $0 != places["guest2"] })
                let host = try await real.host(other)
                _ = try await real.xe("vm-migrate", "uuid=\(try await real.vm("guest1"))", "host-uuid=\(host)")
                places["guest1"] = other
            }
            var moves = 0
            for line in try await rollout.wholeRun().split(separator: "\n") {
                guard let move = line.firstMatch(of: /(guest[0-9]) moved from (h[0-9]) to (h[0-9])/) else { continue }
                #expect(places[String(move.1)] == String(move.2), "\(line)")
                places[String(move.1)] = String(move.3)
                moves += 1
                #expect(places["guest1"] != places["guest2"], "\(line)")
            }
            #expect(moves >= 4, "every guest had to leave its host")
            for guest in RealRollout.guests { #expect(try await real.residence(of: guest) == places[guest]) }
            try await rollout.proveRightEnd()
        }

        /// Nothing can be handed through on the bed. So libvirt's own test hypervisor plays the guest's, behind the SSH of a
        /// host of the bed.
        @Test("a guest with a passed-through device is named in the check and the prechecks, and stays as it is")
        func device() async throws {
            let bed = try await TestBed.shared()
            try await bed.run("fresh")
            let guest = """
                <domain type='test'><name>gpu</name><uuid>7f6b4f0e-3a53-4c1d-9a3e-5d1c2b3a4f50</uuid><memory>65536</memory>
                <vcpu>1</vcpu><os><type>hvm</type></os><devices>
                <hostdev mode='subsystem' type='pci' managed='yes'>
                <source><address domain='0x0000' bus='0x03' slot='0x00' function='0x0'/></source></hostdev>
                </devices></domain>
                """
            for (name, text) in [("h2", guest), ("h3", "")] {
                try Data("<node>\(text)</node>\n".utf8).write(to: URL(filePath: "\(bed.bed)/device-\(name).xml"))
            }
            let hosts = ["h2", "h3"].map {
                "{name: \($0), address: 198.51.100.\($0.dropFirst()), ssh: root@\($0), "
                    + "libvirt: 'test://\(bed.bed)/device-\($0).xml'}"
            }
            let yaml = """
                name: Devices
                ssh: {config: ssh_config, known-hosts: known_hosts, identity: key}
                hosts: [\(hosts.joined(separator: ", "))]
                """
            let file = "\(bed.bed)/devices.yaml"
            try Data(yaml.utf8).write(to: URL(filePath: file))
            let check = try await Tools.run(Products.pitstop, ["pool", "check", file])
            #expect(check.output.contains("! h2  VM gpu: holds a device of the host, pci ("), "\(check.output)")

            let directory = try TemporaryDirectory()
            let real = try await RealServer(file, state: directory.file("state"))
            let hotfix = try await RealRollout.hotfix.value
            try await hotfix.trust(in: real.server)
            let patch = try await real.xe("patch-upload", "file-name=\(hotfix.package)")
            let prechecks = try await real.rollout("prechecks", "--update", patch)
            #expect(prechecks.code == 3)
            #expect(prechecks.output.contains("gpu") && prechecks.output.contains("device"), "\(prechecks.output)")
            let host = try await real.host("h2")
            _ = try await real.xe("host-disable", "uuid=\(host)")
            let refused = try await real.server.xe("host-evacuate", "uuid=\(host)")
            #expect(refused.code == 1)
            let vm = try await real.vm("gpu")
            #expect(refused.error.contains(vm) || refused.error.contains("gpu"), "\(refused.error)")
            #expect(try await real.residence(of: "gpu") == "h2")
            #expect(try await real.xe("vm-param-get", "uuid=\(vm)", "param-name=power-state") == "running")
            _ = try await real.xe("host-enable", "uuid=\(host)")
            #expect(await real.server.terminate() == 0)
        }
    }
}
