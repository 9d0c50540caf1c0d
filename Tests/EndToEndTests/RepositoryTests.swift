import EmbeddedHosts
import Foundation
import Hosts
import TestSupport
import Testing
import UpdatePackage

/// From a distribution's repository to hosts that run what it offers: snapshot, collect, upload, rollout, proof.
@Suite(.enabled(if: TestRepository.isPossible, Comment(rawValue: TestRepository.reason)))
struct RepositoryTests {
    @Test(
        "A snapshot becomes a hotfix and is rolled out, though the repository is gone: every host runs the same bytes"
    )
    func wholeWay() async throws {
        let directory = try TemporaryDirectory()
        let repository = try await TestRepository()
        try await ReplicaPackages.build(.updated, into: directory.file("rpms"))
        try await repository.addFiles(of: directory.file("rpms"))
        try await repository.publish()
        let state = directory.file("state")
        await (try ServerProcess(state: state, hosts: 3)).terminate()
        for host in ["xs1", "xs2", "xs3"] { try repository.offer(toTree: "\(state)/hosts/\(host)") }
        try await importKeys(state)

        let snapshot = directory.file("snapshot")
        let taken = try await pitstop("updates", "snapshot", "--pool", "embedded", "--state", state, snapshot)
        #expect(taken.code == 0, "\(taken.error)")
        #expect(taken.output.contains("XenServer 6.0.2 x86_64: xs1, xs2, xs3\n"), "\(taken.output)")
        #expect(taken.output.contains("  from updates: signed metadata, 0 days old\n"), "\(taken.output)")
        #expect(taken.output.contains("  openssl-0.9.8e-27.el5_10.3.i386  "), "\(taken.output)")
        #expect(taken.output.contains("Hosts restart, because of "), "\(taken.output)")
        for host in ["xs1", "xs2", "xs3"] {
            try FileManager.default.removeItem(atPath: "\(state)/hosts/\(host)/srv/updates")
        }
        let shown = try await pitstop("updates", "show", snapshot)
        #expect(shown.code == 0 && shown.output == taken.output, "\(shown.error)")

        try await refusesChangedPackage(snapshot)

        let key = try await SigningKey()
        let hotfix = directory.file("hotfix/NOVEMBER.xsupdate")
        let words = ["updates", "collect", snapshot, "--key", "Test <test@pitstop.invalid>", hotfix]
        let home = try #require(key.signer.home)
        let collected = try await Tools.run(Products.pitstop, words, environment: ["GNUPGHOME": home])
        #expect(collected.code == 0, "\(collected.error)")
        let article = try String(contentsOfFile: directory.file("hotfix/NOVEMBER.txt"), encoding: .utf8)
        #expect(article.contains("from updates, as offered on"), "\(article)")

        let server = try await ServerProcess(state: state, hosts: 3)
        _ = try await TrustedKeys.add(key.publicKey, to: server)
        let vms = try await server.startTimes()
        #expect(try await server.xe("patch-upload", "file-name=\(hotfix)").code == 0)
        let run = try await server.rollout(["start", "--update", "NOVEMBER", "--wait"])
        #expect(run.code == 0, "\(run.output)\n\(run.error)")
        for host in ["xs1", "xs2", "xs3"] {
            #expect(try await package("openssl", in: "\(state)/hosts/\(host)") == "openssl-0.9.8e-27.el5_10.3.i386")
        }
        #expect(try await server.startTimes() == vms)
        let verified = try await Tools.run(Products.pitstop, ["verify-host"] + server.reach)
        #expect(verified.code == 0 && verified.output.contains("xs3: as promised"), "\(verified.output)")
        #expect(await server.terminate() == 0)
        await repository.stop()
        await key.stop()
    }

    /// A package in the folder that was changed since is told when it is shown, and is not signed.
    private func refusesChangedPackage(_ snapshot: String) async throws {
        let folder = URL(filePath: snapshot + "/packages")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let file = folder.appending(path: name)
        let bytes = try Data(contentsOf: file)
        try (bytes + [0]).write(to: file)
        let shown = try await pitstop("updates", "show", snapshot)
        #expect(shown.code == 1 && shown.error.contains("Not as they were fetched, or missing"), "\(shown.error)")
        let collected = try await pitstop("updates", "collect", snapshot, snapshot + "/CHANGED.xsupdate")
        #expect(collected.code == 1 && collected.error.contains("is not as it was fetched"), "\(collected.error)")
        #expect(!FileManager.default.fileExists(atPath: snapshot + "/CHANGED.xsupdate"))
        try bytes.write(to: file)
    }

    @Test("What makes no sense is said before anything is asked")
    func refused() async throws {
        let directory = try TemporaryDirectory()
        let nothing = try await pitstop("updates", "show", directory.path)
        #expect(nothing.code == 1 && nothing.error.contains("holds no snapshot that can be used"), "\(nothing.error)")
        let noState = try await pitstop("updates", "snapshot", "--pool", "embedded", directory.path)
        #expect(noState.code == 2 && noState.error.contains("--state"), "\(noState.error)")
        let remote = try await pitstop("updates", "snapshot", "--pool", "xenapi:pool.yaml", directory.path)
        #expect(remote.code == 2 && remote.error.contains("pitstop updates sync"), "\(remote.error)")
        let name = try await pitstop(
            "updates",
            "snapshot",
            "--pool",
            "libvirt:pool.yaml",
            directory.path,
            "--only",
            "a b"
        )
        #expect(name.code == 2 && name.error.contains("is no name of a package"), "\(name.error)")
    }

    private func pitstop(_ words: String...) async throws -> Tools.Result {
        try await Tools.run(Products.pitstop, words)
    }

    /// Has each host's rpm know the repository's key, as an operator does once.
    private func importKeys(_ state: String) async throws {
        for host in ["xs1", "xs2", "xs3"] {
            let tree = "\(state)/hosts/\(host)"
            let place = geteuid() == 0 ? ["--root", tree] : ["--dbpath", tree + "/var/lib/rpm"]
            let result = try await Tools.run("rpm", place + ["--import", "\(tree)/srv/updates/KEY"])
            #expect(result.code == 0, "\(result.error)")
        }
    }

    private func package(_ name: String, in tree: String) async throws -> String {
        let place = geteuid() == 0 ? ["--root", tree] : ["--dbpath", tree + "/var/lib/rpm"]
        return try await Tools.run("rpm", place + ["-q", name]).output.trimmingCharacters(in: .newlines)
    }
}
