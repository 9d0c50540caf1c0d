import Foundation
import TestSupport
import Testing
import UpdatePackage

@testable import RepositoryUpdates

/// Snapshots taken from hosts with real databases, by their own dnf, of a repository that createrepo_c made.
@Suite(.enabled(if: TestRepository.isPossible, Comment(rawValue: TestRepository.reason)))
struct TakingTests {
    @Test(
        "Two hosts that are alike and one that differs: one set with its advisory, fetched once, and the difference told"
    )
    func taken() async throws {
        let lab = try await RepositoryHosts()
        try await lab.repository.add(.init("tool", "2"), .init("other", "2"), .init("strange", "1"))
        try await lab.repository.publish(
            updateinfo: updateinfo("EX-2026:1", cve: "CVE-2026-0001", package: "tool", version: "2")
        )
        try await lab.offer()
        try await lab.install([.init("other", "7")], on: "h3")

        let snapshot = try await lab.snapshot()
        #expect(snapshot.classes.count == 1)
        let found = snapshot.classes[0]
        #expect(found.hosts == ["h1", "h2", "h3"] && found.release == "6.0.2")
        #expect(found.packages.map(\.nevra) == ["other-2-1.noarch", "tool-2-1.noarch"])
        #expect(found.repositories.map(\.id) == ["updates"] && found.repositories[0].checksMetadata)
        #expect(
            found.advisories.map(\.line) == [
                "EX-2026:1 (security, Important): tool security update; CVE-2026-0001"
            ]
        )
        #expect(
            found.differences == [
                .init(host: "h3", text: "has other 7-1 of its own, newer than the snapshot's 2-1")
            ]
        )
        for package in found.packages {
            let published = try await Digests.sha256(of: "\(lab.repository.path)/\(package.fileName)")
            #expect(package.sha256 == published)
            #expect(await lab.folder.holds(package))
        }
        for name in RepositoryHosts.names {
            let left = lab.tree(name) + "/var/cache/pitstop/updates/packages"
            #expect(!FileManager.default.fileExists(atPath: left), "nothing of it stays on the hosts")
            #expect(try await lab.run("rpm -q tool", on: name) == "tool-1-1.noarch\n", "nothing is installed")
        }

        let security = try await lab.snapshot(UpdateRequest(isSecurityOnly: true))
        #expect(security.classes[0].packages.map(\.name) == ["tool"])
        let only = try await lab.snapshot(UpdateRequest(only: ["other", "absent"], exclude: ["tool"]))
        #expect(only.classes[0].packages.map(\.name) == ["other"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: lab.folder.path + "/packages").count == 1,
            "what is not meant any more is not kept"
        )
        await lab.stop()
    }

    @Test("A host that holds a package back is told of; an excluded package stays out of its own set")
    func held() async throws {
        let lab = try await RepositoryHosts()
        try await lab.repository.add(.init("tool", "2"))
        try await lab.repository.publish()
        try await lab.offer()
        try await lab.offer(to: ["h2"], settings: ["excludepkgs": "tool"])
        let found = try await lab.snapshot().classes[0]
        #expect(found.packages.map(\.nevra) == ["tool-2-1.noarch"])
        #expect(found.differences == [.init(host: "h2", text: "holds tool back at 1-1, 2-1 being on offer (tool)")])
        await lab.stop()
    }

    @Test("Packages whose signatures are not looked at, are not there, or are somebody else's: no snapshot")
    func signatures() async throws {
        let lab = try await RepositoryHosts()
        try await lab.repository.add(.init("tool", "2"))
        try await lab.repository.publish()
        try await lab.offer(settings: ["gpgcheck": "0"])
        #expect(try await lab.refusal().contains("Host h1: its repository updates is used with gpgcheck=0"))

        try await lab.offer()
        for name in RepositoryHosts.names { try await lab.run("rpm -e --allmatches gpg-pubkey", on: name) }
        let unknown = try await lab.refusal()
        #expect(unknown.contains("its rpm does not know the key that signed tool-2-1.noarch"), "\(unknown)")

        try await lab.repository.add(.init("tool", "2"), isSigned: false)
        try await lab.repository.publish()
        try await lab.offer()
        let unsigned = try await lab.refusal()
        #expect(unsigned.contains("the signature of tool-2-1.noarch is not right"), "\(unsigned)")
        #expect(!lab.folder.exists, "nothing is kept of what was refused")
        await lab.stop()
    }

    @Test("Metadata without signature, or with another one, where the host wants one: no snapshot")
    func metadata() async throws {
        let lab = try await RepositoryHosts()
        try await lab.repository.add(.init("tool", "2"))
        try await lab.repository.publish(isSigned: false)
        try await lab.offer()
        let unsigned = try await lab.refusal()
        #expect(
            unsigned.contains("No snapshot was taken. Host h1: its dnf says:") && unsigned.contains("GPG"),
            "\(unsigned)"
        )
        try await lab.repository.publish()
        try await lab.offer()
        for name in RepositoryHosts.names {
            let file = try #require(FileHandle(forWritingAtPath: lab.tree(name) + "/srv/updates/repodata/repomd.xml"))
            try file.seekToEnd()
            try file.write(contentsOf: Data("<!-- -->".utf8))
            try file.close()
        }
        let changed = try await lab.refusal()
        #expect(changed.contains("Bad GPG signature"), "\(changed)")
        await lab.stop()
    }

    @Test("A mirror in the midst of a change, where metadata and files disagree: no snapshot, and none later by halves")
    func mirror() async throws {
        let lab = try await RepositoryHosts()
        try await lab.repository.add(.init("tool", "2"))
        try await lab.repository.publish()
        try await lab.offer()
        for name in RepositoryHosts.names {
            // Signed by the right key, and yet not what the metadata describe.
            let file = lab.tree(name) + "/srv/updates/tool-2-1.noarch.rpm"
            try FileManager.default.removeItem(atPath: file)
        }
        #expect(try await lab.refusal().contains("its dnf says:"))
        try await lab.offer()
        let other = try await TestRepository()
        try await other.add(.init("tool", "2"))
        for name in RepositoryHosts.names {
            let file = lab.tree(name) + "/srv/updates/tool-2-1.noarch.rpm"
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.copyItem(atPath: other.path + "/tool-2-1.noarch.rpm", toPath: file)
        }
        #expect(try await lab.refusal().contains("incorrect checksum"))
        #expect(!lab.folder.exists)

        try await lab.offer()
        #expect(try await lab.snapshot().classes[0].packages.count == 1)
        await lab.stop()
        await other.stop()
    }

    @Test("A mirror that shows an older state than before, or one that is too old: no snapshot")
    func rollback() async throws {
        let lab = try await RepositoryHosts()
        try await lab.repository.add(.init("tool", "2"))
        let now = Int(Date().timeIntervalSince1970)
        try await lab.repository.publish(time: now - 86_400)
        try await lab.offer()
        let first = try await lab.snapshot()
        try await lab.repository.publish(time: now - 86_400 * 5)
        try await lab.offer()
        let back = try await lab.refusal()
        #expect(back.contains("The repository updates is 4 days older than in the snapshot that is there"), "\(back)")
        let frozen = try await lab.refusal(policy: .init(mostDays: 3))
        #expect(frozen.contains("are 5 days old, and 3 days are allowed"), "\(frozen)")
        #expect(try lab.folder.read() == first)
        await lab.stop()
    }

    @Test("Hosts that can not be asked are named, each with its reason, and nothing is taken")
    func unable() async throws {
        let lab = try await RepositoryHosts()
        try await lab.repository.publish()
        try await lab.offer()
        try FileManager.default.createSymbolicLink(
            atPath: lab.tree("h2") + "/usr/bin/dnf-3",
            withDestinationPath: "true"
        )
        let refusal = try await lab.refusal()
        #expect(
            refusal
                == "No snapshot was taken. Host h2: its dnf is not of version 4, by which alone repositories are asked."
        )
        await lab.stop()
    }
}
