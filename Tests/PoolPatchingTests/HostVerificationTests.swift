import EmbeddedHosts
import Foundation
import Hosts
import PoolDatabase
import PoolOperations
import PoolPatching
import TestSupport
import Testing
import UpdatePackage
import XenAPI

/// Hosts are compared with what the patches applied to them promised.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct HostVerificationTests {
    /// Builds and uploads the replica of XS602ECC031, as a hotfix of its own.
    private func replica(_ lab: PatchLab) async throws -> (patch: Ref, rpms: [RPMFile]) {
        let folder = lab.updates + "/../replica"
        try await ReplicaPackages.build(.updated, into: folder + "/rpms")
        var manifest = Manifest(
            label: "REPLICA",
            uuid: PatchLab.uuid(),
            version: "1.0",
            description: "A replica",
            productVersion: "6.0.2",
            date: 1_461_110_400,
            guidance: []
        )
        manifest.includes = [Manifest.Hotfix(uuid: PatchLab.uuid(), label: "INCLUDED")]
        let built = try await PackageBuilder.build(
            manifest: manifest,
            rpmFolder: folder + "/rpms",
            output: folder,
            signer: lab.key.signer
        )
        return (try await lab.upload(try Data(contentsOf: URL(filePath: built.package.path))), built.rpms)
    }

    /// The verdicts on the packages of one patch, by name.
    private func verdicts(_ lab: PatchLab, _ patch: Ref) async throws -> [String: PackageVerdict] {
        let verification = try await lab.service.verifyPackages(on: lab.hosts[1])
        let uuid = lab.pool.database.snapshot.row("pool_patch", patch)?.uuid
        return Dictionary(
            uniqueKeysWithValues: verification.packages.filter { $0.patch == uuid }.map { ($0.package, $0) }
        )
    }

    /// Runs a script on the host, as somebody who logs in would.
    private func tamper(_ lab: PatchLab, _ script: String) async throws {
        let file = lab.updates + "/../tamper"
        try Data("#!/bin/sh\nset -e\n\(script)\n".utf8).write(to: URL(filePath: file))
        let driver = try lab.pool.driver(lab.hosts[1])
        let limits = ProgramLimits(time: .seconds(60), outputBytes: 1 << 20)
        let result = try await driver.run(program: file, argument: "", limits: limits)
        try #require(result.ending == .exited(0), "\(result.output)")
    }

    @Test("What was applied is as promised, until files are changed or removed, or packages replaced")
    func drift() async throws {
        let lab = try await PatchLab()
        let (patch, rpms) = try await replica(lab)
        _ = try await lab.service.apply(patch, to: lab.hosts[1])

        let clean = try await verdicts(lab, patch)
        #expect(clean.count == rpms.count)
        #expect(Set(clean.keys) == Set(rpms.map(\.name)))
        #expect(clean.values.allSatisfy { $0.state == .asPromised && $0.findings.isEmpty })
        let all = try await lab.service.verifyPackages(on: lab.hosts[1])
        #expect(!all.packages.contains { $0.patchLabel == "INCLUDED" }, "what is included needs no promise of its own")

        // The promise outlives the package's file.
        try await lab.service.clean(patch)
        try await tamper(
            lab,
            """
            echo x >>"$(rpm -ql openssl | grep '/bin/openssl$')"
            echo '# a comment' >>/etc/pki/tls/openssl.cnf
            rm "$(rpm -ql make | head -n 1)"
            rpm -e --nodeps --noscripts stunnel
            """
        )
        let drifted = try await verdicts(lab, patch)
        #expect(drifted["openssl"]?.state == .drifted)
        let findings = drifted["openssl"]?.findings ?? []
        #expect(findings.filter(\.isDrift).count == 1)
        #expect(findings.contains { $0.description.hasPrefix("/etc/pki/tls/openssl.cnf (configuration) differs in") })
        #expect(drifted["make"]?.state == .drifted)
        #expect(drifted["stunnel"]?.state == .missing && drifted["stunnel"]?.installed == [])
        #expect(drifted.values.filter(\.isDrift).count == 3)

        // A second run of the same build puts the packages back that are missing or other versions.
        #expect(drifted["stunnel"]?.facts.first { $0.key == "state" }?.value == "missing")
    }

    @Test("Only a host that answers can be verified")
    func unreachable() async throws {
        let lab = try await PatchLab()
        await #expect(throws: APIError.self) { try await lab.service.verifyPackages(on: Ref("OpaqueRef:none")) }
    }
}
