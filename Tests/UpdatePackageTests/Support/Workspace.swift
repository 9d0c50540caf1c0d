import FoundationEssentials
import Testing

@testable import UpdatePackage

/// A temporary folder with a signing key and helpers, removed when the test ends.
struct Workspace {
    let path: String
    let signer: Signer
    let keyring: Keyring

    /// Runs a test in a folder of its own. `/tmp` keeps the path short enough for gpg-agent's socket.
    static func use(_ body: (Workspace) async throws -> Void) async throws {
        let path = "/tmp/pitstop-test-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(
            atPath: path + "/gpg",
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let signer = try await Signer.makeUnprotectedKey(
            home: path + "/gpg",
            userID: "Test Publisher <test@example.invalid>"
        )
        do {
            try await signer.exportKeys(to: path + "/keys.gpg")
            try await body(Workspace(path: path, signer: signer, keyring: Keyring(path: path + "/keys.gpg")))
            await signer.stopAgent()
            removeTree(path)
        } catch {
            await signer.stopAgent()
            removeTree(path)
            throw error
        }
    }

    var policy: TrustPolicy { TrustPolicy(keyring: keyring) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try writeFile(file(name), bytes)
        return file(name)
    }

    func bytes(_ name: String) throws -> [UInt8] { try #require(try readFile(file(name), limit: 1 << 30)) }

    /// Signs bytes in one of the historic forms, or as `options` say.
    func sign(_ bytes: [UInt8], to name: String, options: [String] = ["--sign"], keys: [String] = []) async throws
        -> String
    {
        let plain = try write(bytes, to: name + ".plain")
        var arguments = ["--batch", "--no-tty", "--quiet", "--yes", "--output", file(name)]
        for key in keys { arguments += ["--local-user", key] }
        _ = try await Tool(name: "gpg", environment: ["GNUPGHOME": path + "/gpg"])
            .require(arguments + options + [plain])
        return file(name)
    }

    /// Makes another key in the same home; it is not in ``keyring``.
    func makeKey(_ userID: String) async throws {
        _ = try await Signer.makeUnprotectedKey(home: path + "/gpg", userID: userID)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// Verifies and gives the problem, or nil where the file is believed.
    func problem(_ file: String, policy: TrustPolicy? = nil, limits: VerificationLimits = VerificationLimits()) async
        -> PackageError.Problem?
    {
        do throws(PackageError) {
            _ = try await verify(file: file, policy: policy ?? self.policy, payloadTo: self.file("out"), limits: limits)
            return nil
        } catch {
            return error.problem
        }
    }
}

/// A package program, in short.
let sampleProgram = Array("#!/bin/sh\necho hello\n- a line with a dash\n".utf8)
/// The same, followed by bytes that do not compress.
let largeProgram =
    sampleProgram + (0..<60_000).flatMap { Array("\($0 &* 2_654_435_761)\n".utf8) }
