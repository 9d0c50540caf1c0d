import Foundation
import UpdatePackage

/// A real OpenPGP key, made for one test, and what it signs.
public final class SigningKey: Sendable {
    /// What signs with the key.
    public let signer: Signer
    /// The file with the public key.
    public let publicKey: String
    private let home: TemporaryDirectory

    /// Makes a key.
    public init() async throws {
        home = try TemporaryDirectory()
        signer = try await Signer.makeUnprotectedKey(home: home.path, userID: "Test <test@pitstop.invalid>")
        publicKey = home.file("public.gpg")
        try await signer.exportKeys(to: publicKey)
    }

    /// Signs a program as `gpg --sign` does: compressed, binary.
    public func sign(_ program: String, to path: String, options: [String] = []) async throws {
        try await gpg(options + ["--sign", "--output", path], program)
    }

    /// Signs a program as the first patches were signed: as clear text.
    public func clearSign(_ program: String, to path: String) async throws {
        try await gpg(["--clear-sign", "--output", path], program)
    }

    /// Signs a file as ``sign(_:to:)`` does a text.
    public func signFile(_ file: String, to path: String) async throws {
        let result = try await Tools.run(
            "gpg",
            ["--homedir", home.path, "--batch", "--yes", "--quiet", "--sign", "--output", path, file]
        )
        guard result.code == 0 else { throw Failed(reason: result.error) }
    }

    /// Signs a file beside it, as `FILE.asc`, as documents in update images are signed.
    public func signBeside(_ file: String) async throws {
        let result = try await Tools.run(
            "gpg",
            ["--homedir", home.path, "--batch", "--yes", "--quiet", "--armor", "--detach-sign", file]
        )
        guard result.code == 0 else { throw Failed(reason: result.error) }
    }

    /// Stops the agent that gpg has started.
    public func stop() async { await signer.stopAgent() }

    private func gpg(_ arguments: [String], _ program: String) async throws {
        let input = try home.write(program, to: UUID().uuidString)
        let result = try await Tools.run(
            "gpg",
            ["--homedir", home.path, "--batch", "--yes", "--quiet"] + arguments + [input]
        )
        guard result.code == 0 else { throw Failed(reason: result.error) }
    }

    private struct Failed: Error { let reason: String }
}

/// Package programs for tests.
public enum PackageProgram {
    /// A program that describes itself, and does what the other two scripts say.
    public static func script(
        uuid: String,
        label: String = "TEST",
        guidance: String = "restartHost",
        precheck: String = "exit 0",
        apply: String = "exit 0",
        info: String? = nil
    ) -> String {
        let document = """
            <info uuid="\(uuid)" version="1.0" name-label="\(label)" name-description="A patch for a test" \
            after-apply-guidance="\(guidance)"/>
            """
        return """
            #!/bin/sh
            case "$1" in
            info) \(info ?? "echo '\(document)'") ;;
            precheck) \(precheck) ;;
            apply) \(apply) ;;
            esac

            """
    }
}
