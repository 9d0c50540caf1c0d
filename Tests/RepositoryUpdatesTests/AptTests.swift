import Foundation
import Hosts
import TestSupport
import Testing
import UpdatePackage

@testable import RepositoryUpdates

/// Snapshots of hosts with apt, by their own apt.
@Suite(.enabled(if: TestDebRepository.isPossible, Comment(rawValue: TestDebRepository.reason)))
struct AptTests {
    private struct Lab {
        let lab: RepositoryHosts
        let repository: TestDebRepository

        init() async throws {
            lab = try await RepositoryHosts(installed: [])
            repository = try await TestDebRepository()
            for name in RepositoryHosts.names { try has([("tool", "1:1.0"), ("other", "1.0")], on: name) }
        }

        /// Has dpkg's database of a host tell of these packages.
        func has(_ packages: [(name: String, version: String)], held: String = "", on name: String) throws {
            let text = packages.map {
                """
                Package: \($0.name)
                Status: \($0.name == held ? "hold" : "install") ok installed
                Architecture: all
                Maintainer: Test <test@pitstop.invalid>
                Version: \($0.version)
                Description: A sample

                """
            }
            try write(text.joined(separator: "\n") + "\n", to: "var/lib/dpkg/status", on: name)
        }

        /// Has hosts look at the repository as it is now.
        func offer(to names: [String] = RepositoryHosts.names, options: String = "signed-by=/srv/debian/KEY.asc") throws
        {
            for name in names {
                let place = lab.tree(name) + "/srv/debian"
                try? FileManager.default.removeItem(atPath: place)
                try FileManager.default.copyItem(atPath: repository.path, toPath: place)
                try write("deb [\(options)] file:/srv/debian ./\n", to: "etc/apt/sources.list", on: name)
            }
        }

        /// Does something to the mirror that every host sees.
        func change(_ file: String, _ body: (URL) throws -> Void) throws {
            for name in RepositoryHosts.names { try body(URL(filePath: "\(lab.tree(name))/srv/debian/\(file)")) }
        }

        private func write(_ text: String, to path: String, on name: String) throws {
            let file = URL(filePath: lab.tree(name)).appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }

        func stop() async {
            await lab.stop()
            await repository.stop()
        }
    }

    @Test(
        "Packages with epochs and checksums, fetched once; a held and a newer package are told; what is wanted is chosen"
    )
    func taken() async throws {
        let apt = try await Lab()
        try await apt.repository.add("tool", "1:2.0-1")
        try await apt.repository.add("other", "2.0")
        try await apt.repository.publish()
        try apt.offer()
        let first = try await apt.lab.snapshot().classes
        #expect(first.count == 1)
        #expect(first[0].packages.map(\.nevra) == ["other_2.0_all", "tool_1:2.0-1_all"])
        #expect(first[0].packages.map(\.fileName) == ["other_2.0_all.deb", "tool_2.0-1_all.deb"])
        #expect(first[0].repositories.map(\.id) == ["file:/srv/debian ./"])
        #expect(first[0].differences.isEmpty)
        for package in first[0].packages {
            #expect(package.sha256 == (try await Digests.sha256(of: "\(apt.repository.path)/\(package.fileName)")))
            #expect(await apt.lab.folder.holds(package))
        }

        try apt.has([("tool", "1:1.0"), ("other", "1.0")], held: "tool", on: "h2")
        try apt.has([("tool", "1:1.0"), ("other", "3.0")], on: "h3")
        let second = try await apt.lab.snapshot(UpdateRequest(only: ["*o*"], exclude: ["nothing"])).classes[0]
        #expect(second.packages.count == 2)
        #expect(
            second.differences == [
                .init(host: "h2", text: "holds tool back at 1:1.0, 1:2.0-1 being on offer (tool)"),
                .init(host: "h3", text: "has other 3.0 of its own, newer than the snapshot's 2.0"),
            ]
        )
        let only = try await apt.lab.snapshot(UpdateRequest(isSecurityOnly: true, only: ["too*"])).classes[0]
        #expect(only.packages.map(\.name) == ["tool"])
        let without = try await apt.lab.snapshot(UpdateRequest(exclude: ["too*"])).classes[0]
        #expect(without.packages.map(\.name) == ["other"])
        try await apt.repository.publish(suite: "stable")
        try apt.offer()
        #expect(try await apt.lab.snapshot(UpdateRequest(isSecurityOnly: true)).classes[0].packages.isEmpty)
        await apt.stop()
    }

    @Test("Without signature, with another key's, or believed without one: no snapshot")
    func signatures() async throws {
        let apt = try await Lab()
        try await apt.repository.add("tool", "1:2.0")
        try await apt.repository.publish()
        try apt.offer(options: "trusted=yes")
        #expect(try await apt.lab.refusal().contains("has apt believe a repository without a signature (trusted=yes)"))
        let other = try await TestDebRepository()
        try apt.offer()
        let key = try Data(contentsOf: URL(filePath: other.path + "/KEY.asc"))
        try apt.change("KEY.asc") { try key.write(to: $0) }
        let unknown = try await apt.lab.refusal()
        #expect(unknown.contains("its apt says:") && unknown.contains("NO_PUBKEY"), "\(unknown)")
        try apt.offer()
        try apt.change("InRelease") { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data(text.replacing("Origin: Test", with: "Origin: Tast").utf8).write(to: file)
        }
        #expect(try await apt.lab.refusal().contains("BADSIG"))
        #expect(!apt.lab.folder.exists)
        await apt.stop()
        await other.stop()
    }

    @Test("A mirror in the midst of a change, one that is frozen, one that went back: no snapshot")
    func mirror() async throws {
        let apt = try await Lab()
        try await apt.repository.add("tool", "1:2.0")
        let now = Int(Date().timeIntervalSince1970)
        try await apt.repository.publish(time: now - 86_400 * 3, validUntil: now - 86_400)
        try apt.offer()
        #expect(try await apt.lab.refusal().contains("is expired"))
        try await apt.repository.publish()
        try apt.offer()
        try apt.change("Packages") { try (Data(contentsOf: $0) + [0x0a]).write(to: $0) }
        #expect(try await apt.lab.refusal().contains("its apt says:"))
        try apt.offer()
        try apt.change("tool_2.0_all.deb") { try (Data(contentsOf: $0) + [0x0a]).write(to: $0) }
        #expect(try await apt.lab.refusal().contains("its apt says:"))
        try apt.offer()
        try apt.change("tool_2.0_all.deb") { try FileManager.default.removeItem(at: $0) }
        #expect(try await apt.lab.refusal().contains("its apt says:"))
        #expect(!apt.lab.folder.exists)

        try await apt.repository.publish(time: now - 86_400)
        try apt.offer()
        let first = try await apt.lab.snapshot()
        #expect(
            first.classes[0].repositories[0].time >= Int64(now),
            "apt goes on with the newer state that it has seen"
        )
        try await apt.repository.publish(time: now - 86_400 * 5)
        try apt.offer()
        for name in RepositoryHosts.names {
            // Whoever has seen none can not tell.
            try? FileManager.default.removeItem(atPath: apt.lab.tree(name) + "/var/cache/pitstop")
        }
        let back = try await apt.lab.refusal()
        #expect(back.contains("is 5 days older than in the snapshot that is there"), "\(back)")
        #expect(try apt.lab.folder.read() == first)
        await apt.stop()
    }
}

/// What hosts with apt may say, and what they may not.
struct AptReplyTests {
    private static let sha = String(repeating: "ab", count: 32)
    private static let index = "mirror.invalid_debian_dists_bookworm_main_binary-amd64_Packages"

    private static func said(
        file: String = "tool_1%3a2.0-1_all.deb",
        site: String = "http://user:secret@mirror.invalid/debian",
        size: String = "10",
        sha256: String = sha,
        time: String = "1796000000",
        last: String = "pitstop-apt end\n"
    ) -> String {
        """
        W: something
        pitstop-apt begin
        package\t\(site)/pool/tool.deb\t\(file)\t\(size)\t\(sha256)
        repository\t\(site)\tbookworm\tmain\t\(index)
        state\tmirror.invalid_debian_dists_bookworm_InRelease\t\(sha)\t\(time)

        """ + last
    }

    @Test("An offer is read, without passwords, each repository in its state")
    func offer() throws {
        let offer = try HostReply.offer(Self.said())
        #expect(offer.packages.map(\.nevra) == ["tool_1:2.0-1_all"])
        #expect(offer.packages[0].repository == "http://mirror.invalid/debian")
        #expect(offer.repositories.map(\.id) == ["http://mirror.invalid/debian bookworm"])
        #expect(offer.repositories[0].sources == ["main"] && offer.repositories[0].time == 1_796_000_000)
    }

    @Test(
        "What can be no package, no checksum and no size is refused",
        arguments: [
            said(file: "../x_1_all.deb"), said(file: "-x_1_all.deb"), said(file: "x_1.deb"), said(file: "x_1_all.rpm"),
            said(file: "x_1;reboot_all.deb"), said(file: "x_%zz_all.deb"), said(file: "x_1%3a2%3a3_all.deb"),
            said(site: "http://mirror.invalid/'''"), said(size: "-1"), said(sha256: "abc"), said(time: "soon"),
            said(last: ""), said() + said(), said().replacing("dists_bookworm_InRelease", with: "dists_sid_InRelease"),
        ]
    )
    func nonsense(output: String) {
        #expect(throws: HostNonsense.self) { try HostReply.offer(output) }
    }
}
