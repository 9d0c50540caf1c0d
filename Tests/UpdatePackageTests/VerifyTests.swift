import FoundationEssentials
import Testing

@testable import UpdatePackage

@Suite("Verification, before anything of a package runs")
struct VerifyTests {
    @Test(
        "A package signed by a key of the keyring is unwrapped, in both historic forms",
        arguments: [
            (["--compress-algo", "zip", "--sign"], PackageFile.Kind.signedBinary),
            (["--compress-algo", "uncompressed", "--sign"], .signedBinary), (["--clearsign"], .signedCleartext),
        ]
    )
    func bothForms(options: [String], kind: PackageFile.Kind) async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a.xsupdate", options: options)
            let package = try await verify(file: file, policy: space.policy, payloadTo: space.file("out"))
            #expect(try space.bytes("out") == sampleProgram)
            #expect(package.kind == kind)
            #expect(package.payloadSize == Int64(sampleProgram.count))
            #expect(package.digests == (try await Digests.of(file: file)))
            #expect(package.signatures.map(\.userID) == ["Test Publisher <test@example.invalid>"])
            #expect(package.trust == .signed(by: package.signatures.map(\.primaryFingerprint)))
            let mode = try FileManager.default.attributesOfItem(atPath: space.file("out"))[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("A changed byte condemns the package", arguments: [["--sign"], ["--clearsign"]])
    func tampered(options: [String]) async throws {
        try await Workspace.use { space in
            _ = try await space.sign(largeProgram, to: "a", options: ["--compress-algo", "uncompressed"] + options)
            var bytes = try space.bytes("a")
            bytes[4_000] ^= 1
            let file = try space.write(bytes, to: "b")
            let problem = await space.problem(file)
            guard case .tampered = problem else {
                Issue.record("\(String(describing: problem))")
                return
            }
            #expect(!space.exists("out"))
        }
    }

    @Test(
        "A package that ends too early is truncated, wherever it ends",
        arguments: [["--sign"], ["--compress-algo", "uncompressed", "--sign"], ["--clearsign"]],
        [0.3, 0.9, 1.0]
    )
    func truncated(options: [String], part: Double) async throws {
        try await Workspace.use { space in
            _ = try await space.sign(largeProgram, to: "a", options: options)
            let bytes = try space.bytes("a")
            let length = min(Int(Double(bytes.count) * part), bytes.count - 10)
            let file = try space.write(Array(bytes[..<length]), to: "b")
            let problem = await space.problem(file)
            // Where the last bytes of compressed data are missing, the signature itself is read wrongly.
            let wrongSignature = if case .tampered = problem { true } else { false }
            #expect(problem == .truncated || (part == 1.0 && wrongSignature), "\(String(describing: problem))")
            #expect(!space.exists("out"))
        }
    }

    @Test(
        "Bytes after the message are refused",
        arguments: [
            ["--compress-algo", "uncompressed", "--sign"], ["--clearsign"], ["--compress-algo", "zip", "--sign"],
            ["--compress-algo", "zlib", "--sign"], ["--compress-algo", "bzip2", "--sign"],
        ]
    )
    func trailing(options: [String]) async throws {
        try await Workspace.use { space in
            _ = try await space.sign(largeProgram, to: "a", options: options)
            #expect(await space.problem(space.file("a")) == nil)
            // Text, one byte, and a packet of a private kind, which OpenPGP tools pass over.
            for more in [Array("rm -rf /\n".utf8), [0], [0xfc, 4, 1, 2, 3, 4]] {
                if options == ["--clearsign"], more[0] == 0 { continue }
                let file = try space.write(try space.bytes("a") + more, to: "b")
                #expect(await space.problem(file) == .surroundingData, "\(more)")
                let pinned = TrustPolicy(pinned: [try await Digests.of(file: file).sha256])
                #expect(await space.problem(file, policy: pinned) == .surroundingData, "no pin excuses it: \(more)")
            }
        }
    }

    @Test("A packet that only claims to be compressed is refused: what follows its text can not be told from it")
    func uncompressedInside() async throws {
        try await Workspace.use { space in
            _ = try await space.sign(sampleProgram, to: "a", options: ["--compress-algo", "uncompressed", "--sign"])
            // A compressed packet (tag 8) up to the end of the file, of algorithm 0.
            let file = try space.write([0xa3, 0] + (try space.bytes("a")) + [0xfc, 4, 1, 2, 3, 4], to: "b")
            guard case .malformed = await space.problem(file) else {
                Issue.record("nobody writes algorithm 0")
                return
            }
        }
    }

    @Test("Bytes before the message are refused")
    func leading() async throws {
        try await Workspace.use { space in
            _ = try await space.sign(sampleProgram, to: "a", options: ["--clearsign"])
            let file = try space.write(Array("hello\n".utf8) + (try space.bytes("a")), to: "b")
            #expect(await space.problem(file) == .notAPackage)
        }
    }

    @Test("Two messages in one file are refused")
    func twoMessages() async throws {
        try await Workspace.use { space in
            _ = try await space.sign(largeProgram, to: "a", options: ["--clearsign"])
            _ = try await space.sign(largeProgram, to: "b", options: ["--compress-algo", "uncompressed", "--sign"])
            let clear = try space.write(try space.bytes("a") + space.bytes("a"), to: "c")
            let binary = try space.write(try space.bytes("b") + space.bytes("b"), to: "d")
            #expect(await space.problem(clear) == .severalMessages)
            #expect(await space.problem(binary) == .severalMessages)
        }
    }

    @Test("An OpenPGP message without signature is unsigned")
    func unsignedMessage() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(
                sampleProgram,
                to: "a",
                options: ["--compress-algo", "uncompressed", "--store"]
            )
            #expect(await space.problem(file) == .unsigned)
        }
    }

    @Test("Files that are no signed message are told apart")
    func otherFiles() async throws {
        try await Workspace.use { space in
            let script = try space.write(sampleProgram, to: "script")
            let empty = try space.write([], to: "empty")
            let text = try space.write(Array("hello".utf8), to: "text")
            try writeArchive(
                space.file("z.zip"),
                .zip,
                [ArchiveMember(path: "XS1.xsupdate", content: .bytes([1]))],
                modified: nil
            )
            #expect(await space.problem(script) == .unsignedScript)
            #expect(await space.problem(empty) == .empty)
            #expect(await space.problem(text) == .notAPackage)
            #expect(await space.problem(space.file("z.zip")) == .deliveryZip(packages: ["XS1.xsupdate"]))
            guard case .unreadable = await space.problem(space.file("missing")) else {
                Issue.record("a missing file must be unreadable")
                return
            }
        }
    }

    @Test("A stranger's signature is refused, and so is one by a key that is not trusted for updates")
    func strangers() async throws {
        try await Workspace.use { space in
            try await space.makeKey("Stranger <stranger@example.invalid>")
            let file = try await space.sign(sampleProgram, to: "a", keys: ["stranger@example.invalid"])
            guard case .unknownKey = await space.problem(file) else {
                Issue.record("the key is not in the keyring")
                return
            }
            let own = try await space.sign(sampleProgram, to: "b", keys: ["test@example.invalid"])
            let elsewhere = TrustPolicy(
                keyring: space.keyring,
                trustedFingerprints: [String(repeating: "A", count: 40)]
            )
            guard case .untrustedKey = await space.problem(own, policy: elsewhere) else {
                Issue.record("the key is not among the trusted fingerprints")
                return
            }
        }
    }

    @Test("A pinned SHA-256 makes an unknown key's package trusted, and only that very file")
    func pinned() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a")
            let digests = try await Digests.of(file: file)
            let policy = TrustPolicy(pinned: [digests.sha256.uppercased()])
            let package = try await verify(file: file, policy: policy, payloadTo: space.file("out"))
            #expect(package.trust == .pinned)
            #expect(try space.bytes("out") == sampleProgram)
            let other = try await space.sign(largeProgram, to: "b")
            #expect(await space.problem(other, policy: policy) != nil)
        }
    }

    @Test("SHA-1 is refused unless the operator allows it for that file")
    func weakDigest() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a", options: ["--digest-algo", "SHA1", "--sign"])
            let sha256 = try await Digests.of(file: file).sha256
            #expect(await space.problem(file) == .weakDigest(algorithm: "SHA-1", sha256: sha256))
            let lenient = TrustPolicy(keyring: space.keyring, weakDigestsAllowed: [sha256])
            #expect(await space.problem(file, policy: lenient) == nil)
        }
    }

    @Test("A payload that grows beyond the limit is stopped while it is written")
    func bomb() async throws {
        try await Workspace.use { space in
            let zeros = [UInt8](repeating: 0, count: 8 << 20)
            let file = try await space.sign(zeros, to: "a", options: ["--compress-algo", "zip", "--sign"])
            let limits = VerificationLimits(ratio: 10, freeBytes: 1 << 20)
            #expect(await space.problem(file, limits: limits) == .payloadTooLarge(limit: 1 << 20))
            #expect(!space.exists("out"))
        }
    }

    @Test("k of n signers: enough trusted keys are needed, a stranger's signature does not count")
    func threshold() async throws {
        try await Workspace.use { space in
            try await space.makeKey("Second <second@example.invalid>")
            try await space.makeKey("Stranger <stranger@example.invalid>")
            let both = Signer(keys: ["test@example.invalid", "second@example.invalid"], home: space.path + "/gpg")
            try await both.exportKeys(to: space.file("two.gpg"))
            let policy = TrustPolicy(keyring: Keyring(path: space.file("two.gpg")), requiredSigners: 2)
            let signed = try await space.sign(sampleProgram, to: "a", keys: both.keys)
            #expect(await space.problem(signed, policy: policy) == nil)
            #expect(await space.problem(signed) == .severalSignatures(count: 2))
            let half = try await space.sign(
                sampleProgram,
                to: "b",
                keys: ["test@example.invalid", "stranger@example.invalid"]
            )
            #expect(await space.problem(half, policy: policy) == .tooFewSigners(found: 1, required: 2))
            let twice = try await space.sign(sampleProgram, to: "c", keys: ["test@example.invalid"])
            #expect(await space.problem(twice, policy: policy) == .tooFewSigners(found: 1, required: 2))
        }
    }

    @Test("An armored keyring works too")
    func armoredKeyring() async throws {
        try await Workspace.use { space in
            _ = try await Tool(name: "gpg", environment: ["GNUPGHOME": space.path + "/gpg"])
                .require(["--batch", "--armor", "--output", space.file("keys.asc"), "--export"])
            let file = try await space.sign(sampleProgram, to: "a")
            let policy = TrustPolicy(keyring: Keyring(path: space.file("keys.asc")))
            #expect(await space.problem(file, policy: policy) == nil)
        }
    }
}
