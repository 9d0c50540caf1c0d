import EmbeddedHosts
import Foundation
import UpdatePackage

/// The hotfix that a demonstration builds: a replica of XS602ECC031, with small RPMs of the real names and versions.
struct DemoHotfix: Sendable {
    let label: String
    let uuid: String
    let package: BuiltFile
    let files: [BuiltFile]
    let rpms: [RPMFile]

    static func build(manifest path: String, in stage: DemoStage) async throws -> DemoHotfix {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw OperatorError(
                "The manifest \(path) can not be read: start from the project's directory, or name it with --manifest."
            )
        }
        let manifest = try Manifest(yaml: text, file: path)
        try await ReplicaPackages.build(.updated, into: stage.rpms)
        let signer = try await signer(stage)
        try writeSources(to: stage.sources)
        let built: BuiltPackage
        do throws(PackageError) {
            built = try await PackageBuilder.build(
                manifest: manifest,
                rpmFolder: stage.rpms,
                sourceFolder: stage.sources,
                output: stage.directory,
                signer: signer
            )
        } catch {
            await signer.stopAgent()
            throw error
        }
        await signer.stopAgent()
        let article = stage.directory + "/\(manifest.label).txt"
        try Article(of: built).text.write(toFile: article, atomically: true, encoding: .utf8)
        return DemoHotfix(
            label: manifest.label,
            uuid: manifest.uuid,
            package: built.package,
            files: [built.package] + (built.sources.map { [$0] } ?? []) + [built.zip],
            rpms: built.rpms
        )
    }

    /// The zip carries what the packages were built from, as licences ask.
    private static func writeSources(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for source in ReplicaPackages.sources(.updated) {
            try source.text.write(toFile: folder + "/" + source.name, atomically: true, encoding: .utf8)
        }
    }

    /// The demonstration's own key: made once, trusted by nobody but the demonstration's pool.
    private static func signer(_ stage: DemoStage) async throws -> Signer {
        let user = "Pitstop demonstration <demo@pitstop.invalid>"
        let signer: Signer
        if FileManager.default.fileExists(atPath: stage.publicKey) {
            signer = Signer(keys: [user], home: stage.gnupg)
        } else {
            try? FileManager.default.removeItem(atPath: stage.gnupg)
            try FileManager.default.createDirectory(
                atPath: stage.gnupg,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            signer = try await Signer.makeUnprotectedKey(home: stage.gnupg, userID: user)
            try await signer.exportKeys(to: stage.publicKey)
        }
        return signer
    }
}
