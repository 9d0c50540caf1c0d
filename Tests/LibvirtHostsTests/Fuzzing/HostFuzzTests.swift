import Foundation
import Hosts
import Testing

@testable import LibvirtHosts

/// The fuzzer's readers of hosts' answers with the seeds that it starts from, and with damage to these that is the same every
/// time.
@Suite("Readers of what hosts say, given what no host says")
struct HostFuzzTests {
    private static let seeds = URL(filePath: #filePath).deletingLastPathComponent().path + "/Seeds/"

    @Test("each survives its seeds, whole, cut off and damaged", arguments: hostParsers.keys.sorted())
    func replay(name: String) throws {
        let parser = try #require(hostParsers[name])
        var random = Dice(state: 0x9e37_79b9)
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.seeds + name).sorted()
        try #require(!files.isEmpty)
        for file in files {
            let seed = [UInt8](try Data(contentsOf: URL(filePath: "\(Self.seeds)\(name)/\(file)")))
            parser(seed)
            for _ in 0..<2_000 {
                var bytes = seed
                for _ in 0...random.below(3) where !bytes.isEmpty {
                    let place = random.below(bytes.count)
                    switch random.below(4) {
                    case 0: bytes.removeLast(bytes.count - place)
                    case 1: bytes[place] = UInt8(random.below(256))
                    case 2: bytes.insert(contentsOf: Array("-9223372036854775808".utf8), at: place)
                    default: bytes[place] ^= 1 << UInt8(random.below(8))
                    }
                }
                parser(bytes)
            }
        }
    }

    @Test("whatever stamps a host has, they are read as they were written")
    func roundTrip() throws {
        var random = Dice(state: 77)
        for _ in 0..<200 {
            let stamps = (0..<random.below(20)).map { number in
                Stamp(
                    name: "s\(number)",
                    contents: String(
                        decoding: (0..<random.below(300)).map { _ in UInt8(random.below(128)) },
                        as: UTF8.self
                    ),
                    modified: HostTime.range.lowerBound + Int64(random.below(1 << 38))
                )
            }
            let text = stamps.map { "\($0.name) \($0.modified) \($0.contents.utf8.count)\n\($0.contents)\n" }.joined()
            #expect(try StampLines.parse(Array(text.utf8)) == stamps)
        }
    }

    /// Xorshift: the same throws on every machine.
    private struct Dice {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
    }
}
