import Foundation
import TestSupport
import Testing
import UpdatePackage

extension RealHosts {
    @Suite("Repositories", .enabled(if: TestRepository.isPossible, Comment(rawValue: TestRepository.reason)))
    struct Repositories {
        private static let hosts = ["h1", "h2", "h3"]
        private static let mirror = "http://198.51.100.1:8081"

        @Test(
            "a snapshot over SSH of what a web server offers the hosts: fetched once, and a newer version of a host's own told"
        )
        func snapshot() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let repository = try await TestRepository()
            try await repository.add(.init("pitstop-tool", "2"))
            try await repository.publish()
            let shared = bed.sharedFolder + "/repository"
            try FileManager.default.copyItem(atPath: repository.path, toPath: shared)
            try await TestRepository.build(
                [.init("pitstop-tool", "1"), .init("pitstop-tool", "3")],
                into: shared + "/local"
            )
            let server = try await bed.on(
                "h1",
                """
                setsid /usr/bin/python3 -m http.server --directory /shared/repository --bind 198.51.100.1 8081 \
                    </dev/null >/dev/null 2>&1 & echo $!
                """
            )
            for host in Self.hosts {
                let settings = """
                    [updates]
                    name=Updates
                    baseurl=\(Self.mirror)
                    gpgcheck=1
                    repo_gpgcheck=1
                    gpgkey=\(Self.mirror)/KEY
                    """
                try await bed.on(
                    host,
                    """
                    mkdir -p /etc/yum.repos.d && printf '%s\\n' '\(settings)' >/etc/yum.repos.d/updates.repo
                    rpm --import /shared/repository/KEY
                    rpm -U --force-debian --nosignature /shared/repository/local/pitstop-tool-\(host == "h3" ? 3 : 1)-1.noarch.rpm
                    """
                )
            }

            let folder = directory.file("snapshot")
            let taken = try await Tools.run(
                Products.pitstop,
                ["updates", "snapshot", "--pool", "libvirt:\(bed.pool)", folder, "--only", "pitstop-*"]
            )
            #expect(taken.code == 0, "\(taken.error)")
            #expect(taken.output.contains("XenServer 6.0.2 x86_64: h1, h2, h3\n"), "\(taken.output)")
            #expect(taken.output.contains("  pitstop-tool-2-1.noarch  "), "\(taken.output)")
            #expect(
                taken.output.contains("  ! h3 has pitstop-tool 3-1 of its own, newer than the snapshot's 2-1.\n"),
                "\(taken.output)"
            )
            #expect(taken.error.contains("the repositories are asked through 2 of them"), "\(taken.error)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/packages").count == 1)

            try await bed.on("h1", "kill \(server)")
            let gone = try await Tools.run(
                Products.pitstop,
                ["updates", "snapshot", "--pool", "libvirt:\(bed.pool)", folder]
            )
            #expect(
                gone.code == 1 && gone.error.contains("No snapshot was taken. Host h1: its dnf says:"),
                "\(gone.error)"
            )
            for host in Self.hosts {
                try await bed.on(
                    host,
                    """
                    rpm -e --force-debian pitstop-tool; rpm -e --force-debian --allmatches gpg-pubkey
                    rm -rf /etc/yum.repos.d/updates.repo /var/cache/pitstop
                    """
                )
            }
            try FileManager.default.removeItem(atPath: shared)
            await repository.stop()
        }

        @Test("Debian packages over SSH: snapshot, hotfix, rollout, and dpkg has the versions on every host")
        func debian() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let repository = try await TestDebRepository()
            try await repository.add("pitstop-sample", "1:2.0-1")
            try await repository.publish()
            let shared = bed.sharedFolder + "/debian"
            try FileManager.default.copyItem(atPath: repository.path, toPath: shared)
            try await TestDebRepository.build("pitstop-sample", "1:1.0-1", into: shared + "/local")
            for host in Self.hosts {
                try await bed.on(
                    host,
                    """
                    dpkg --install /shared/debian/local/*.deb >/dev/null
                    mkdir -p /var/apt-before && mv /etc/apt/sources.list* /var/apt-before/
                    echo 'deb [signed-by=/shared/debian/KEY.asc] file:/shared/debian ./' >/etc/apt/sources.list
                    """
                )
            }
            let folder = directory.file("snapshot")
            let taken = try await Tools.run(
                Products.pitstop,
                ["updates", "snapshot", "--pool", "libvirt:\(bed.pool)", folder]
            )
            #expect(taken.code == 0, "\(taken.error)")
            #expect(taken.output.contains("  pitstop-sample_1:2.0-1_all  "), "\(taken.output)")
            #expect(taken.error.contains("the repositories are asked through 1 of them"), "\(taken.error)")
            try FileManager.default.removeItem(atPath: shared)

            let key = try await SigningKey()
            let hotfix = directory.file("DEBIAN.xsupdate")
            let collected = try await Tools.run(
                Products.pitstop,
                ["updates", "collect", folder, "--key", "Test <test@pitstop.invalid>", hotfix],
                environment: ["GNUPGHOME": try #require(key.signer.home)]
            )
            #expect(collected.code == 0, "\(collected.error)")
            let real = try await RealServer(bed.pool, state: directory.file("state"))
            _ = try await TrustStore(folder: real.server.state + "/trust").addKeys(from: key.publicKey)
            let patch = try await real.xe("patch-upload", "file-name=\(hotfix)")
            let run = try await real.rollout("start", "--update", patch, "--fix-all", "--wait")
            #expect(run.code == 0, "\(run.output)\(run.error)")
            for host in Self.hosts {
                let state = "dpkg-query -W -f '${Version} ${db:Status-Status}' pitstop-sample"
                #expect(try await bed.on(host, state) == "1:2.0-1 installed")
            }
            let verified = try await Tools.run(Products.pitstop, ["verify-host"] + real.server.reach)
            #expect(verified.code == 0 && verified.output.contains("h2: as promised"), "\(verified.output)")
            #expect(await real.server.terminate() == 0)
            for host in Self.hosts {
                try await bed.on(
                    host,
                    """
                    dpkg --purge pitstop-sample >/dev/null; rm -rf /var/patch/applied/\(patch) /var/cache/pitstop
                    rm -rf /etc/apt/sources.list* && mv /var/apt-before/* /etc/apt/ && rmdir /var/apt-before
                    """
                )
            }
            await key.stop()
            await repository.stop()
        }
    }
}
