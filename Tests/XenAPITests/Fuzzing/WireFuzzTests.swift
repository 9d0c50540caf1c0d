import FoundationEssentials
import Testing

/// The fuzzer's parsers of what strangers send, with the seeds that it starts from, and with damage to these that is the
/// same every time. A parser that breaks a promise ends the process, as it would end a server.
@Suite("Parsers of the wire, given what they were not made for")
struct WireFuzzTests {
    private static let seeds = URL(filePath: #filePath).deletingLastPathComponent().path + "/Seeds/"

    @Test("each survives its seeds, whole, cut off and damaged", arguments: wireParsers.keys.sorted())
    func replay(name: String) throws {
        let parser = try #require(wireParsers[name])
        var random = SplitMix(seed: 1)
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.seeds + name)
        try #require(!files.isEmpty, "every parser needs a seed that it understands, for a fuzzer to begin with")
        for file in files {
            let seed = try #require(FileManager.default.contents(atPath: "\(Self.seeds)\(name)/\(file)"))
            parser(Array(seed))
            for _ in 0..<300 { parser(Array(seed).mutated(using: &random)) }
        }
    }

    @Test("no seed is of a parser that is gone")
    func strays() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.seeds)
        #expect(folders.sorted() == wireParsers.keys.sorted())
    }
}
