import ArgumentParser
import UpdatePackage

/// What `pitstop package build` was asked to build, and how.
struct PackageBuild: Sendable {
    var manifest: String
    var output: String
    var keys: [String]
    var rpms: String?
    var debs: String?
    var sources: String?
    var skipTrial: Bool

    func run(_ plan: Manifest) async throws -> BuiltPackage {
        let sourceFolder = sources ?? plan.sources.map(besideManifest)
        let signer = Signer(keys: keys)
        if let debFolder = debs ?? (rpms == nil ? plan.debs.map(besideManifest) : nil) {
            if !skipTrial { StandardError.write("The package is not tried: embedded hosts have no dpkg.") }
            return try await PackageBuilder.build(
                manifest: plan,
                debFolder: debFolder,
                sourceFolder: sourceFolder,
                output: output,
                signer: signer
            )
        }
        guard let rpmFolder = rpms ?? plan.rpms.map(besideManifest) else {
            throw ValidationError(
                "Name the folder of the packages: rpms or debs in the manifest, or --rpms or --debs."
            )
        }
        return try await PackageBuilder.build(
            manifest: plan,
            rpmFolder: rpmFolder,
            sourceFolder: sourceFolder,
            output: output,
            signer: signer,
            trial: skipTrial ? nil : .sandbox
        )
    }

    private func besideManifest(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = manifest.lastIndex(of: "/") else { return path }
        return manifest[...slash] + path
    }
}
