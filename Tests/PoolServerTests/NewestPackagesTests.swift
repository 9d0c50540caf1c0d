import Rollout
import Testing

@testable import PoolRollout

@Suite("What several updates promise together")
struct NewestPackagesTests {
    private func update(_ packages: [String: String]) -> UpdateFacts {
        UpdateFacts(uuid: "u", label: "XS602E1", sha256: "00", guidance: [.restartHost], packages: packages)
    }

    @Test("Of a package that several bring, only the newest version is promised, in whatever order they are installed")
    func newest() {
        let old = update(["openssl": "0.9.8e-27.el5", "kernel": "2.6.32-1", "libc6:amd64": "2.36-9"])
        let new = update(["openssl": "0.9.8e-40.el5", "libc6:amd64": "2.36-9+deb12u10"])
        for updates in [[old, new], [new, old]] {
            let together = updates.withNewestPackages
            #expect(together.compactMap { $0.packages["openssl"] } == ["0.9.8e-40.el5"])
            #expect(together.compactMap { $0.packages["libc6:amd64"] } == ["2.36-9+deb12u10"])
            #expect(together.compactMap { $0.packages["kernel"] } == ["2.6.32-1"])
        }
    }

    @Test("The same version from two updates is promised by both")
    func same() {
        let updates = [update(["kernel": "2.6.32-1"]), update(["kernel": "2.6.32-1"])]
        #expect(updates.withNewestPackages == updates)
    }
}
