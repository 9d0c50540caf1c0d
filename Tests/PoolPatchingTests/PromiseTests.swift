import Foundation
import Testing

@testable import PoolPatching
@testable import UpdatePackage

@Suite("What packages promise")
struct PromiseTests {
    private func deb(_ version: String) throws -> PackagePromise.Package {
        let version = try #require(DebVersion(version))
        let file = DebFile(
            fileName: "a.deb",
            name: "a",
            version: version,
            architecture: "amd64",
            installedSize: 0,
            fileCount: 0,
            sourcePackage: "a",
            headers: ["md5sums:sha256:1"]
        )
        let promise = PackagePromise(PayloadContents(rpms: [], debs: [file], includes: []))
        return try #require(promise.packages.first)
    }

    @Test("a Debian package is asked for and compared as dpkg does")
    func debs() throws {
        let package = try deb("1:2.0~rc1-3")
        #expect(package.query == "a:amd64")
        #expect(package.installedVersion == "1:2.0~rc1-3" && package.fullVersion == "1:2.0~rc1-3")
        #expect(package.isOlder(than: "1:2.0-1") && !package.isOlder(than: "9.0-1"))
        #expect(!package.isOlder(than: "1:2.0~rc1-3"))
        #expect(package.isOlder(than: try deb("1:2.0~rc1-4")))
        #expect(try deb("7").installedVersion == "7")
    }

    @Test("a promise that was kept before there were Debian packages is one of RPMs")
    func earlier() throws {
        let text = """
            {"packages": [{"name": "a", "epoch": 0, "version": "1", "release": "2", "architecture": "i386",
            "headers": ["sha1:x"]}], "includes": []}
            """
        let promise = try JSONDecoder().decode(PackagePromise.self, from: Data(text.utf8))
        let package = try #require(promise.packages.first)
        #expect(package.query == "a-1-2.i386" && package.installedVersion == "1-2")
        #expect(package.isOlder(than: "1-3") && !package.isOlder(than: "1-1"))
    }

    @Test("a promise of both kinds is read as it was written")
    func roundTrip() throws {
        var promise = PackagePromise(PayloadContents(rpms: [], debs: [], includes: ["U"]))
        promise.packages = [try deb("1-1")]
        let read = try JSONDecoder().decode(PackagePromise.self, from: JSONEncoder().encode(promise))
        #expect(read == promise)
    }
}
