import Testing

@testable import UpdatePackage

@Suite("Digests")
struct DigestTests {
    @Test("Known answers, for a stream of any cut")
    func knownAnswers() async {
        var empty = DigestStream()
        let nothing = await empty.finish()
        #expect(nothing.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(nothing.md5 == "d41d8cd98f00b204e9800998ecf8427e")
        var stream = DigestStream()
        await stream.update(Array("a".utf8))
        stream.append(Array("bc".utf8)[...])
        let abc = await stream.finish()
        #expect(abc.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(abc.md5 == "900150983cd24fb0d6963f7d28e17f72")
        #expect(abc.size == 3)
    }

    @Test("Batches make no difference: stream and file agree with the tools")
    func agreesWithTools() async throws {
        try await Workspace.use { space in
            let bytes = (0..<(3 * DigestStream.batchSize + 17)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let file = try space.write(bytes, to: "data")
            var stream = DigestStream()
            var rest = bytes[...]
            while !rest.isEmpty {
                await stream.update(Array(rest.prefix(700_001)))
                rest = rest.dropFirst(700_001)
            }
            let digests = await stream.finish()
            #expect(digests == (try await Digests.of(file: file)))
            #expect(try await Tool(name: "sha256sum").require([file]).text.hasPrefix(digests.sha256))
            #expect(try await Tool(name: "md5sum").require([file]).text.hasPrefix(digests.md5))
        }
    }
}
