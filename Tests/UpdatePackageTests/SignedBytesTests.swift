import Testing

@testable import UpdatePackage

@Suite("The bytes that run are the bytes that were signed")
struct SignedBytesTests {
    private let binary = ["--compress-algo", "uncompressed", "--sign"]

    private func changed(_ file: String, _ space: Workspace, _ change: (inout [UInt8]) -> Void) throws -> String {
        var bytes = try #require(try readFile(file, limit: 1 << 24))
        change(&bytes)
        return try space.write(bytes, to: "changed")
    }

    /// Believed once its own bytes are pinned, and then only.
    private func isForPinsOnly(_ file: String, _ space: Workspace, _ expected: PackageError.Problem) async throws {
        #expect(await space.problem(file) == expected)
        #expect(!space.exists("out"))
        let pinned = TrustPolicy(pinned: [try await Digests.of(file: file).sha256])
        #expect(await space.problem(file, policy: pinned) == nil)
    }

    @Test(
        "A carriage return or a blank at the end of a cleartext line is refused by its line",
        arguments: ["\r", " ", "\t"]
    )
    func lineEnds(added: String) async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a", options: ["--clearsign"])
            let other = try changed(file, space) { bytes in
                bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("hello\n", with: "hello\(added)\n").utf8)
            }
            try await isForPinsOnly(other, space, .unsignedLineEnds(line: 5))
        }
    }

    @Test("Nothing may stand between two last lines of a cleartext message, or in it under another header")
    func cleartextAround() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a", options: ["--clearsign"])
            let twice = try changed(file, space) { $0 += Array("rm -rf /\n-----END PGP SIGNATURE-----\n".utf8) }
            #expect(await space.problem(twice) == .surroundingData)
            for header in ["Evil: rm\n", "NotDashEscaped: You need GnuPG\n", "Hash: SHA256\u{1b}]0;x\n"] {
                let other = try changed(file, space) { bytes in
                    let text = String(decoding: bytes, as: UTF8.self)
                    bytes = Array(text.replacing("MESSAGE-----\n", with: "MESSAGE-----\n\(header)").utf8)
                }
                guard case .malformed = await space.problem(other) else {
                    Issue.record("\(header.debugDescription) was let pass")
                    continue
                }
            }
            let dashed = try changed(file, space) { bytes in
                bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("\necho", with: "\n- echo").utf8)
            }
            #expect(await space.problem(dashed) != nil)
        }
    }

    @Test("A signature over text is no signature over a program")
    func textMode() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a", options: ["--textmode"] + binary)
            guard case .textSignature = await space.problem(file) else {
                Issue.record("line ends of it are not signed")
                return
            }
            let pinned = TrustPolicy(pinned: [try await Digests.of(file: file).sha256])
            #expect(await space.problem(file, policy: pinned) == nil)
        }
    }

    @Test("A changed byte of what announces the signer, or of the text's mode, is refused, compressed or not")
    func frame() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a", options: binary)
            let whole = try space.bytes("a")
            #expect(whole[0] == 0x90 && whole[15] & 0xfc == 0xac, "as gpg writes it")
            for place in 2..<15 {
                let other = try changed(file, space) { $0[place] ^= 1 }
                #expect(await space.problem(other) != nil, "byte \(place)")
            }
            let mode = 16 + (whole[15] & 3 == 0 ? 1 : 2)
            #expect(whole[mode] == UInt8(ascii: "b"))
            let text = try changed(file, space) { $0[mode] = UInt8(ascii: "u") }
            #expect(await space.problem(text) == .unsignedFrame(part: MessageFrame.Part.mode.rawValue))
            let packed = try await deflated(try changed(file, space) { $0[6] ^= 1 }, space)
            #expect(await space.problem(packed) == .unsignedFrame(part: MessageFrame.Part.announcement.rawValue))
        }
    }

    @Test("What is added to the part of a signature that it does not cover is refused")
    func addedToSignature() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a", options: binary)
            let whole = try space.bytes("a")
            let walk = PacketWalk(size: Int64(whole.count)) { Array(whole[Int($0)...].prefix($1)) }
            let body = try #require(walk.packets.last?.body.first)
            let start = Int(body.lowerBound)
            #expect(whole[start - 2] == 0x88, "as gpg writes it")
            let other = try changed(file, space) { bytes in
                let open = start + 6 + Int(bytes[start + 4]) << 8 + Int(bytes[start + 5])
                bytes[open + 1] += 3
                bytes.insert(contentsOf: [2, 101, 7], at: open + 2)
                bytes[start - 1] += 3
            }
            try await isForPinsOnly(other, space, .unsignedFrame(part: MessageFrame.Part.signature.rawValue))
        }
    }

    @Test("A packet behind the message inside of compressed data is refused, of pinned files too")
    func hiddenInside() async throws {
        try await Workspace.use { space in
            let file = try await space.sign(sampleProgram, to: "a", options: binary)
            #expect(await space.problem(try await deflated(file, space)) == nil)
            for packet: [UInt8] in [[0xfc, 2, 1, 2], [0xca, 3, 0x50, 0x47, 0x50]] {
                let hidden = try await deflated(try changed(file, space) { $0 += packet }, space)
                #expect(await space.problem(hidden) == .surroundingData)
                let pinned = TrustPolicy(pinned: [try await Digests.of(file: hidden).sha256])
                #expect(await space.problem(hidden, policy: pinned) == .surroundingData)
            }
            let twice = try await deflated(try await deflated(file, space), space)
            #expect(await space.problem(twice) != nil)
        }
    }

    /// The file in a compressed packet (RFC 4880 §5.6): gzip's stream is deflate between its own head and tail.
    private func deflated(_ file: String, _ space: Workspace) async throws -> String {
        let zipped = try await Tool(name: "gzip").require(["-n", "-c", file]).output
        return try space.write([0xa3, 1] + zipped.dropFirst(10).dropLast(8), to: "deflated")
    }

    @Test("A refusal tells its kind, its key and the digest to pin, each so that somebody can act on it")
    func refusals() async throws {
        try await Workspace.use { space in
            try await space.makeKey("Stranger <stranger@example.invalid>")
            func refusal(_ bytes: [UInt8]) async throws -> PackageError {
                let file = try space.write(bytes, to: "r.xsupdate")
                return try #require(
                    await #expect(throws: PackageError.self) {
                        try await verify(file: file, policy: space.policy, payloadTo: space.file("out"))
                    }
                )
            }
            _ = try await space.sign(largeProgram, to: "s", options: binary, keys: ["stranger@example.invalid"])
            _ = try await space.sign(largeProgram, to: "a", options: binary)
            let (stranger, own) = (try space.bytes("s"), try space.bytes("a"))
            let unknown = try await refusal(stranger)
            #expect(unknown.reason == .untrustedKey && unknown.key?.count == 16)
            #expect(unknown.sha256 == digest(stranger))
            #expect(unknown.explanation.contains("pitstop trust pin \(digest(stranger))"))
            let cut = try await refusal(Array(own.dropLast(100_000)))
            #expect(cut.reason == .cut && !cut.mayBePinned && cut.sha256 != nil)
            var bytes = own
            bytes[4_000] ^= 1
            let damaged = try await refusal(bytes)
            #expect(damaged.reason == .damaged && damaged.key != nil && !damaged.mayBePinned)
            #expect(try await refusal(Array("hello".utf8)).reason == .notAPackage)
            let armored = try await refusal(Array("-----BEGIN PGP MESSAGE-----\n\nabcd\n".utf8))
            #expect(armored.problem == .armored)
            for text in [armored.explanation, try await refusal(Array("hello".utf8)).explanation] {
                #expect(!text.contains("ends in .xsupdate"))
            }
        }
    }
}
