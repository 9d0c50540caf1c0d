import Foundation
import Hosts
import LibvirtHosts
import TestSupport
import Testing

extension RealHosts {
    @Suite("pitstop pool check")
    struct Checks {
        private func check(_ pool: String) async throws -> Tools.Result {
            try await Tools.run(Products.pitstop, ["pool", "check", pool])
        }

        @Test("all is well on the bed")
        func allIsWell() async throws {
            let result = try await check(try await TestBed.shared().pool)
            #expect(result.code == 0, "\(result.output)")
            #expect(!result.output.contains("✗"))
            #expect(result.output.contains("✓ h1  way to h3"))
        }

        @Test("a host with another key is refused, with both fingerprints")
        func changedKey() async throws {
            let bed = try await TestBed.shared()
            let keys = try String(contentsOfFile: "\(bed.bed)/known_hosts", encoding: .utf8).split(separator: "\n")
            let other = try #require(keys.last).split(separator: " ").dropFirst().joined(separator: " ")
            try Data("h1,198.51.100.1 \(other)\n".utf8).write(to: URL(filePath: "\(bed.bed)/other_keys"))
            let yaml = """
                name: Other keys
                ssh: {config: ssh_config, known-hosts: other_keys, identity: key}
                hosts: [{name: h1, address: 198.51.100.1, ssh: root@h1}]
                """
            try Data(yaml.utf8).write(to: URL(filePath: "\(bed.bed)/other.yaml"))
            let result = try await check("\(bed.bed)/other.yaml")
            #expect(result.code == 3)
            for (host, words) in [("h3", "was expected"), ("h1", "was shown")] {
                let line = try await Tools.run("ssh-keygen", ["-l", "-f", "\(bed.bed)/host-key-\(host).pub"]).output
                let fingerprint = try #require(line.split(separator: " ").first { $0.hasPrefix("SHA256:") })
                #expect(result.output.contains("\(fingerprint) \(words)"), "\(result.output)")
            }
        }

        @Test("a host that nobody reaches, a clock that is off and a missing package manager are told")
        func missing() async throws {
            let bed = try await TestBed.shared()
            try await bed.on(
                "h2",
                #"""
                printf '#!/bin/sh\nexec /usr/bin/date -d "+5 minutes" "$@"\n' >/usr/local/bin/date
                printf '#!/bin/sh\nexit 1\n' | tee /usr/local/bin/rpm >/usr/local/bin/dpkg-query
                chmod +x /usr/local/bin/date /usr/local/bin/rpm /usr/local/bin/dpkg-query
                """#
            )
            let yaml = """
                name: Lacking
                ssh: {config: ssh_config, known-hosts: known_hosts, identity: key}
                hosts:
                  - {name: h2, address: 198.51.100.2, ssh: root@h2}
                  - {name: h9, address: 198.51.100.9, ssh: root@h9}
                """
            try Data(yaml.utf8).write(to: URL(filePath: "\(bed.bed)/lacking.yaml"))
            let result = try await check("\(bed.bed)/lacking.yaml")
            try await bed.on("h2", "rm /usr/local/bin/date /usr/local/bin/rpm /usr/local/bin/dpkg-query")
            #expect(result.code == 3)
            #expect(result.output.contains("✗ h2  clock: it is 300 seconds ahead of"), "\(result.output)")
            #expect(result.output.contains("✗ h2  packages:"))
            #expect(result.output.contains("✗ h9  SSH: Host h9 does not answer"))
        }

        @Test("an account without root's rights, and a libvirt that does not answer, are told and keep runs away")
        func rights() async throws {
            let bed = try await TestBed.shared()
            try await bed.on(
                "h2",
                """
                grep -q ^plain: /etc/passwd || echo 'plain:*:1500:1500::/home/plain:/bin/sh' >>/etc/passwd
                mkdir -p /home/plain/.ssh && cp /root/.ssh/authorized_keys /home/plain/.ssh/
                chown -R 1500:1500 /home/plain && chmod 700 /home/plain /home/plain/.ssh
                """
            )
            let yaml = """
                name: Rights
                ssh: {config: ssh_config, known-hosts: known_hosts, identity: key}
                hosts:
                  - {name: h2, address: 198.51.100.2, ssh: plain@h2}
                  - {name: h3, address: 198.51.100.3, ssh: root@h3, socket: /run/libvirt/none, master: true}
                """
            let file = "\(bed.bed)/rights.yaml"
            try Data(yaml.utf8).write(to: URL(filePath: file))
            let result = try await check(file)
            #expect(result.code == 3)
            #expect(result.output.contains("✗ h2  rights: commands do not run as root"), "\(result.output)")
            #expect(result.output.contains("✗ h3  libvirt:"), "\(result.output)")

            let directory = try TemporaryDirectory()
            let real = try await RealServer(file, state: directory.file("state"))
            let hotfix = try await RealRollout.hotfix.value
            try await hotfix.trust(in: real.server)
            let patch = try await real.xe("patch-upload", "file-name=\(hotfix.package)")
            let refused = try await real.rollout("prechecks", "--update", patch)
            #expect(refused.code == 3)
            #expect(refused.output.contains("h2 can not be updated: commands do not run as root"), "\(refused.output)")
            #expect(refused.output.contains("h3 can not be updated: its libvirt can not be asked"), "\(refused.output)")
            // Guests that nobody sees run there all the same.
            let host = try await real.host("h3")
            _ = try await real.xe("host-disable", "uuid=\(host)")
            let kept = try await real.server.xe("host-reboot", "uuid=\(host)")
            #expect(kept.code == 1)
            #expect(kept.error.contains("libvirt"), "\(kept.error)")
            #expect(await real.server.terminate() == 0)
        }

        @Test("what pool init writes is what pool check accepts")
        func initialised() async throws {
            let bed = try await TestBed.shared()
            let file = "\(bed.bed)/written.yaml"
            let answers = "Bed\nh1\nh1\nh2\nh2\n\n\n\n/shared\n"
            let written = try await Tools.run(
                "sh",
                ["-c", #"printf '%s' "$1" | "$2" pool init "$3""#, "sh", answers, Products.pitstop, file]
            )
            #expect(written.code == 0, "\(written.error)")
            // The user's own SSH settings do not know the bed: they are all that is added.
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let keys = "ssh: {config: ssh_config, known-hosts: known_hosts, identity: key}\n"
            try Data((keys + text).utf8).write(to: URL(filePath: file))
            let result = try await check(file)
            #expect(result.code == 0, "\(result.output)")
            #expect(result.output.contains("✓ h1  shared storage: Shared images (/shared)"), "\(result.output)")
            #expect(result.output.contains("✓ h2  way to h1"))
        }

        @Test("every host says what it is made of")
        func facts() async throws {
            let bed = try await TestBed.shared()
            let result = try await Tools.run(Products.pitstop, ["pool", "facts", bed.pool, "--json"])
            #expect(result.code == 0, "\(result.error)")
            struct Line: Decodable {
                let host, bootID, cpu: String
                let memory: Int
                let obstacles, features: [String]
            }
            let lines = try JSONDecoder().decode([Line].self, from: Data(result.output.utf8))
            #expect(lines.map(\.host) == ["h1", "h2", "h3"])
            for line in lines {
                #expect(try await bed.on(line.host, "cat /proc/sys/kernel/random/boot_id") == line.bootID)
                #expect(line.memory > 1 << 30 && !line.features.isEmpty && line.obstacles == [])
            }
        }

        @Test("a guest with a local disk is named, and its host is not emptied")
        func localDisk() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            try await bed.run("guest", "tied", "h2", "4", "local")
            let result = try await check(bed.pool)
            #expect(result.output.contains("! h2  VM tied: its disk"), "\(result.output)")
            let real = try await RealServer(bed.pool, state: directory.file("state"))
            let host = try await real.host("h2")
            _ = try await real.xe("host-disable", "uuid=\(host)")
            let refused = try await real.server.xe("host-evacuate", "uuid=\(host)")
            #expect(refused.code == 1)
            #expect(refused.error.contains("tied") || refused.output.contains("tied"), "\(refused)")
            #expect(try await bed.on("h2", "virsh -q -c qemu:///system domstate tied") == "running")
            _ = try await real.xe("host-enable", "uuid=\(host)")
            #expect(await real.server.terminate() == 0)
            try await bed.on("h2", "virsh -q -c qemu:///system destroy tied; virsh -q -c qemu:///system undefine tied")
        }
    }
}
