import FoundationEssentials
import Testing

@testable import UpdatePackage

/// The fuzzer's parsers with the seeds that it starts from, and with damage to these that is the same every time. A parser
/// that breaks a promise ends the process, as it would end a server.
@Suite("Parsers, given what they were not made for")
struct FuzzTests {
    private static let seeds = URL(filePath: #filePath).deletingLastPathComponent().path + "/Seeds/"

    @Test("each survives its seeds, whole, cut off and damaged", arguments: parsers.keys.sorted())
    func replay(name: String) throws {
        let parser = try #require(parsers[name])
        var random = Damage(state: 0x9e37_79b9)
        let files = try listDirectory(Self.seeds + name)
        try #require(!files.isEmpty, "every parser needs a seed that it understands, for a fuzzer to begin with")
        for file in files {
            let seed = try #require(try readFile("\(Self.seeds)\(name)/\(file)", limit: 1 << 20))
            parser(seed)
            for _ in 0..<300 { parser(random.damaged(seed)) }
        }
    }

    @Test("no seed is of a parser that is gone")
    func strays() throws {
        #expect(try listDirectory(Self.seeds) == parsers.keys.sorted())
    }
}

/// A generator of damage: the same seed, the same damage on every machine.
private struct Damage: RandomNumberGenerator {
    var state: UInt64

    /// Xorshift.
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0...3, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &self)
            let end = Int.random(in: place...bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes.removeSubrange(end...)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: bytes[place] = UInt8.random(in: 0...255, using: &self)
            default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            }
        }
        return bytes
    }
}
