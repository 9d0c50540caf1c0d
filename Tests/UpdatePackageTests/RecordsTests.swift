import FoundationEssentials
import Glibc
import Testing

@testable import UpdatePackage

@Suite("What is known of packages")
struct RecordsTests {
    /// A package with one RPM and the stamp of an included hotfix, in the folder of the records.
    private func build(_ space: Workspace) async throws -> (file: String, sha256: String) {
        _ = try await TinyRPM(name: "alpha", version: "2").build(into: space.file("rpms"))
        var manifest = Manifest.sample
        manifest.includes = [Manifest.Hotfix(uuid: "21111111-2222-4333-8444-555555555555", label: "XS0")]
        let built = try await PackageBuilder.build(
            manifest: manifest,
            rpmFolder: space.file("rpms"),
            output: space.file("out"),
            signer: space.signer
        )
        return (built.package.path, built.package.digests.sha256)
    }

    @Test(
        "A package is looked into once: afterwards everything is known without its file",
        .enabled("needs rpmbuild") { await ToolBox.has("rpmbuild") }
    )
    func once() async throws {
        try await Workspace.use { space in
            let (file, sha256) = try await build(space)
            let records = PackageRecords(folder: space.path)
            #expect(records.known(sha256, policy: space.policy) == nil)
            let found = try await withThrowingTaskGroup(of: Inspection.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await records.inspection(of: file, sha256: sha256, policy: space.policy) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(found.count == 1)
            let inspection = try #require(found.first)
            #expect(inspection.rpms.map(\.nevra) == ["alpha-2-1.i386"])
            #expect(inspection.labels == ["21111111-2222-4333-8444-555555555555": "XS0"])
            try removeFile(file)
            #expect(try await records.inspection(of: file, sha256: sha256, policy: space.policy) == inspection)
            #expect(PackageRecords(folder: space.path).known(sha256, policy: space.policy) == inspection)
            records.forget(sha256)
            #expect(records.known(sha256, policy: space.policy) == nil)
        }
    }

    @Test(
        "Trust that was withdrawn, or given, counts for what was looked into before",
        .enabled("needs rpmbuild") { await ToolBox.has("rpmbuild") }
    )
    func trust() async throws {
        try await Workspace.use { space in
            let (file, sha256) = try await build(space)
            let records = PackageRecords(folder: space.path)
            let store = TrustStore(folder: space.file("trust"))
            let keys = try await store.addKeys(from: space.keyring.path)
            let package = try await verify(file: file, policy: try store.policy(), payloadTo: space.file("payload"))
            await records.keep(package)
            #expect(records.known(sha256, policy: try store.policy())?.distrust == nil)
            #expect(records.known(sha256, policy: try store.policy())?.rpms.count == 1)
            try store.remove(keys[0].fingerprint)
            #expect(
                records.known(sha256, policy: try store.policy())?.distrust
                    == .untrustedKey(fingerprint: keys[0].fingerprint)
            )
            try store.pin(sha256, note: "", now: 0)
            #expect(records.known(sha256, policy: try store.policy())?.distrust == nil)

            // Looked into while nobody was trusted; once the key is, its signature is checked.
            records.forget(sha256)
            let unknown = try await records.inspection(of: file, sha256: sha256, policy: TrustPolicy())
            #expect(unknown.signatures.map(\.state) == [.unknownKey] && unknown.distrust != nil)
            try store.remove(sha256)
            _ = try await store.addKeys(from: space.keyring.path)
            let known = try await records.inspection(of: file, sha256: sha256, policy: try store.policy())
            #expect(known.distrust == nil && known.signatures.map(\.state) == [.good])
        }
    }

    @Test("Another file under a digest, and what is no digest, are refused and leave nothing")
    func foreign() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a")
            let records = PackageRecords(folder: space.path)
            let before = try listDirectory(space.path)
            for name in [String(repeating: "ab", count: 32), "../../evil", ""] {
                await #expect(throws: PackageError.self) {
                    try await records.inspection(of: file, sha256: name, policy: space.policy)
                }
                records.forget(name)
            }
            #expect(try listDirectory(space.path) == before)
        }
    }
}

@Suite("Folders for what is thrown away")
struct ScratchFolderTests {
    @Test("One that a killed process left is removed by the next, one in use and one just made are not")
    func abandoned() async throws {
        try await Workspace.use { space in
            let prefix = space.file(".XS1.build")
            let mine = try ScratchFolder(named: prefix)
            defer { mine.remove() }
            for name in ["old", "new"] { try makeDirectories("\(prefix).\(name)/in") }
            let past = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
            for path in ["\(prefix).old", mine.path] { #expect(utimensat(AT_FDCWD, path, past, 0) == 0) }
            let other = try ScratchFolder(named: prefix)
            other.remove()
            let kept = try listDirectory(space.path).filter { $0.hasPrefix(".XS1") }
            #expect(kept.sorted() == [".XS1.build.new", lastComponent(mine.path)].sorted())
        }
    }
}
