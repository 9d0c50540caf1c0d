import TestSupport
import UpdatePackage

/// What a server believes, set up before it is asked.
enum TrustedKeys {
    static func add(_ file: String, to server: ServerProcess) async throws {
        _ = try await TrustStore(folder: server.state + "/trust").addKeys(from: file)
    }
}
