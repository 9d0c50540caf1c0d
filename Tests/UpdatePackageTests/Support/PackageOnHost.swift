@testable import UpdatePackage

extension Workspace {
    /// Builds a hotfix, takes its program out as a server does, and lends it to `body` with a host's tree.
    ///
    /// - Parameters:
    ///   - edit: changes the sample manifest.
    ///   - build: builds the hotfix of a manifest into the folder that it is given.
    ///   - prepare: gives the host what it had before.
    static func withPackage(
        inventory: [String: String],
        edit: (inout Manifest) -> Void,
        build: (Workspace, Manifest, String) async throws -> BuiltPackage,
        prepare: (Workspace, HostTree) async throws -> Void,
        body: (HostTree, String) async throws -> Void
    ) async throws {
        try await use { space in
            var manifest = Manifest.sample
            edit(&manifest)
            let built = try await build(space, manifest, space.file("built"))
            let package = try await verify(
                file: built.package.path,
                policy: space.policy,
                payloadTo: space.file("payload")
            )
            let host = try HostTree(at: space.file("host"), inventory: inventory)
            try await prepare(space, host)
            try await body(host, package.payload)
        }
    }
}
