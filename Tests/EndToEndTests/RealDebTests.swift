import Foundation
import TestSupport
import Testing
import UpdatePackage

extension RealHosts {
    @Suite("Debian packages", .enabled(if: Tools.isInstalled("dpkg-deb"), "needs dpkg-deb"))
    struct DebianPackages {
        @Test("a hotfix of them is applied by a rollout, verified by version, and file by file afterwards")
        func install() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let old = try await deb("1.0-1", into: directory.file("old"))
            _ = try await deb("1.0-1+fix1", into: directory.file("debs"))
            let hosts = ["h1", "h2", "h3"]
            let shared = "\(bed.sharedFolder)/sample.deb"
            try FileManager.default.copyItem(atPath: old, toPath: shared)
            for host in hosts { try await bed.on(host, "dpkg --install /shared/sample.deb") }

            let real = try await RealServer(bed.pool, state: directory.file("state"))
            let package = try await hotfix(of: directory.file("debs"), directory, real)
            let patch = try await real.xe("patch-upload", "file-name=\(package)")
            let run = try await real.rollout("start", "--update", patch, "--fix-all", "--wait")
            #expect(run.code == 0, "\(run.output)\(run.error)")
            #expect(run.output.contains("All 3 hosts run the update."), "\(run.output)")
            for host in hosts {
                let state = "dpkg-query -W -f '${Version} ${db:Status-Status}' pitstop-sample"
                #expect(try await bed.on(host, state) == "1.0-1+fix1 installed")
                #expect(try await bed.on(host, "cat /opt/pitstop-sample/version") == "1.0-1+fix1")
                #expect(try await bed.on(host, "ls /var/patch/applied").contains(patch))
            }

            func verify() async throws -> Tools.Result {
                try await Tools.run(Products.pitstop, ["verify-host"] + real.server.reach)
            }
            let clean = try await verify()
            #expect(clean.code == 0, "\(clean.output)\(clean.error)")
            #expect(clean.output.contains("h2: as promised"))
            try await bed.on("h2", "echo changed >/opt/pitstop-sample/version")
            let drifted = try await verify()
            #expect(drifted.code == 1, "\(drifted.output)")
            #expect(drifted.output.contains("/opt/pitstop-sample/version differs in digest"), "\(drifted.output)")
            #expect(drifted.output.contains("h1: as promised"))

            #expect(await real.server.terminate() == 0)
            for host in hosts {
                try await bed.on(host, "dpkg --purge pitstop-sample; rm -f /var/patch/applied/\(patch)")
            }
            try FileManager.default.removeItem(atPath: shared)
        }

        /// A package with one file that holds its version.
        private func deb(_ version: String, into folder: String) async throws -> String {
            let tree = try TemporaryDirectory()
            let script = """
                set -e
                cd "$1"
                mkdir -p DEBIAN opt/pitstop-sample
                printf '%s\\n' 'Package: pitstop-sample' "Version: $2" 'Architecture: all' \
                    'Maintainer: Test <test@pitstop.invalid>' 'Description: A sample' >DEBIAN/control
                echo "$2" >opt/pitstop-sample/version
                md5sum opt/pitstop-sample/version >DEBIAN/md5sums
                mkdir -p "$3"
                dpkg-deb --root-owner-group --build . "$3/pitstop-sample_$2_all.deb" >/dev/null
                """
            let result = try await Tools.run("sh", ["-c", script, "sh", tree.path, version, folder])
            try #require(result.code == 0, "\(result.error)")
            return "\(folder)/pitstop-sample_\(version)_all.deb"
        }

        /// Builds and signs a hotfix as a publisher does, and has the server trust it.
        private func hotfix(of debs: String, _ directory: TemporaryDirectory, _ real: RealServer) async throws -> String
        {
            let key = try await SigningKey()
            let manifest = Manifest(
                label: "DEB1",
                uuid: UUID().uuidString,
                version: "1.0",
                description: "A fix for the sample",
                productVersion: "6.0.2",
                date: 1_767_225_600,
                guidance: [.restartXAPI]
            )
            let built = try await PackageBuilder.build(
                manifest: manifest,
                debFolder: debs,
                output: directory.file("built"),
                signer: key.signer
            )
            await key.stop()
            _ = try await TrustStore(folder: real.server.state + "/trust").addKeys(from: key.publicKey)
            return built.package.path
        }
    }
}
