import Foundation
import TestSupport
import Testing
import UpdatePackage

@testable import RepositoryUpdates

/// Snapshots as values, and what is made of them.
struct SnapshotTests {
    @Test("The digest is that of what is installed where: not of when and from whom it was learnt")
    func digest() throws {
        let (tool, other) = (Values.package("tool", "2"), Values.package("other", "1", digit: "b"))
        let one = try Values.snapshot(Values.hostClass([tool, other]))
        var later = try Values.snapshot(
            Values.hostClass([other, tool], repositories: [Values.repository("updates", metadata: "1", time: 5)]),
            taken: 1_796_999_999
        )
        later.classes[0].hosts = ["z"]
        later.classes[0].differences = [.init(host: "z", text: "is odd")]
        #expect(later.digest == one.digest)
        var changed = one
        changed.classes[0].packages[0].sha256 = String(repeating: "c", count: 64)
        #expect(changed.digest != one.digest)
    }

    @Test("A snapshot is read as it was written; one of another version, or with more in it, is refused")
    func folder() throws {
        let directory = try TemporaryDirectory()
        let folder = SnapshotFolder(path: directory.file("snapshot"))
        #expect(throws: RepositoryError.self) { try folder.read() }
        let snapshot = try Values.snapshot(Values.hostClass([Values.package("tool", "2")]))
        try folder.write(snapshot)
        #expect(try folder.read() == snapshot)
        let text = try String(contentsOfFile: folder.path + "/snapshot.json", encoding: .utf8)
        for other in [
            text.replacing("\"format\" : 1", with: "\"format\" : 2"),
            text.replacing("\"format\" : 1", with: "\"format\" : 1, \"revoked\" : true"), "", "{}",
            String(text.dropLast(9)),
        ] {
            try Data(other.utf8).write(to: URL(filePath: folder.path + "/snapshot.json"))
            #expect(throws: RepositoryError.self) { try folder.read() }
        }
    }

    @Test("A repository that went back, or whose newest metadata are older than allowed, is refused")
    func freshness() throws {
        let now: Int64 = 1_796_000_000
        func state(_ time: Int64) throws -> UpdateSnapshot {
            try Values.snapshot(Values.hostClass([], repositories: [Values.repository("updates", time: time)]))
        }
        let freshness = Freshness(now: now, mostDays: 10)
        try freshness.check(try state(now - 86_400 * 10), after: nil)
        try freshness.check(try state(now - 5), after: try state(now - 10))
        #expect(throws: RepositoryError.tooOld(repository: "updates", days: 11, limit: 10)) {
            try freshness.check(try state(now - 86_400 * 11), after: nil)
        }
        #expect(throws: RepositoryError.tooOld(repository: "updates", days: nil, limit: 10)) {
            try freshness.check(try state(0), after: nil)
        }
        #expect(throws: RepositoryError.wentBack(repository: "updates", days: 2)) {
            try freshness.check(try state(now - 86_400 * 3), after: try state(now - 86_400))
        }
    }

    @Test(
        "What has to restart follows from the packages, and it is said because of which",
        arguments: [
            (["kernel-core", "bash"], Guidance.restartHost, ["kernel-core"]),
            (["glibc-common", "libvirt-daemon"], .restartHost, ["glibc-common"]),
            (["xen-hypervisor", "microcode_ctl"], .restartHost, ["microcode_ctl", "xen-hypervisor"]),
            (["libvirt-daemon", "qemu-kvm", "bash"], .restartXAPI, ["libvirt-daemon", "qemu-kvm"]),
            (["kernel-headers", "glibc-devel", "kernelshark", "bash"], nil, []),
        ]
    )
    func restarts(names: [String], guidance: Guidance?, because: [String]) {
        let advice = RestartAdvice.after(names.map { Values.package($0, "1") })
        #expect(advice.guidance == guidance)
        #expect(advice.because == because)
    }

    @Test("A hotfix of a snapshot has the advisories as its issues, and the same uuid each time")
    func manifest() throws {
        var found = Values.hostClass([Values.package("kernel", "2")])
        found.advisories = [
            Advisory(id: "EX-1", kind: "security", title: "kernel: a hole", cves: ["CVE-2026-1"], packages: ["kernel"])
        ]
        let manifest = try CollectedHotfix.manifest(label: "NOVEMBER", of: found, taken: 1_796_000_000)
        #expect(
            manifest.description
                == "One package from updates, as offered on 2026-11-30. Hosts restart, because of kernel."
        )
        #expect(manifest.guidance == [.restartHost])
        #expect(manifest.productVersion == "9")
        #expect(manifest.article.issues == ["EX-1 (security): kernel: a hole; CVE-2026-1"])
        #expect(try CollectedHotfix.manifest(label: "OTHER", of: found, taken: 1).uuid == manifest.uuid)
        #expect(UUID(uuidString: manifest.uuid) != nil)
        #expect(throws: RepositoryError.nothingNew) {
            try CollectedHotfix.manifest(label: "NOTHING", of: Values.hostClass([]), taken: 1)
        }
    }

    @Test("A hotfix is called as its file is, where that can name one")
    func labels() throws {
        #expect(try CollectedHotfix.label(fromFileName: "NOVEMBER-2026.xsupdate") == "NOVEMBER-2026")
        for name in [
            "x.rpm", ".xsupdate", "-x.xsupdate", "a b.xsupdate", "\(String(repeating: "a", count: 65)).xsupdate",
        ] {
            #expect(throws: RepositoryError.notALabel(name)) { try CollectedHotfix.label(fromFileName: name) }
        }
    }

    @Test("Of a snapshot of several classes one is chosen by a host of it")
    func choice() throws {
        var other = Values.hostClass([])
        other.hosts = ["c"]
        let snapshot = try Values.snapshot(Values.hostClass([Values.package("tool", "2")]), other)
        #expect(try snapshot.hostClass(with: "c").hosts == ["c"])
        #expect(throws: RepositoryError.self) { try snapshot.hostClass(with: nil) }
        #expect(throws: RepositoryError.noClass(host: "d")) { try snapshot.hostClass(with: "d") }
    }
}
