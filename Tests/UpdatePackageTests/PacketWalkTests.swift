import Testing

@testable import UpdatePackage

@Suite("The packets at the outside of a message")
struct PacketWalkTests {
    private func walk(_ bytes: [UInt8]) -> PacketWalk {
        PacketWalk(size: Int64(bytes.count)) { offset, count in Array(bytes[Int(offset)...].prefix(count)) }
    }

    @Test("are found by old and new lengths, in parts, and up to the end of the file")
    func lengths() {
        let body = [UInt8](repeating: 7, count: 3)
        let long = [UInt8](repeating: 7, count: 300)
        let old = walk([0x90, 3] + body + [0xad, 1, 44] + long + [0x8a, 0, 0, 0, 3] + body)
        #expect(old.isComplete && old.packets.map(\.tag) == [4, 11, 2])
        #expect(old.packets[1].body == [8..<308])
        let new = walk([0xc4, 3] + body + [0xcb, 192, 108] + long + [0xc2, 255, 0, 0, 0, 3] + body)
        #expect(new.isComplete && new.packets.map(\.tag) == [4, 11, 2] && new.shape == .plain)
        let parts = walk([0xcb, 0xe1, 1, 2, 0xe0, 3, 2, 4, 5, 0xc2, 1, 9])
        #expect(parts.isComplete && parts.packets[0].body == [2..<4, 5..<6, 7..<9])
        let open = walk([0xa3, 1] + long)
        #expect(open.shape == .compressed([1..<302]))
    }

    @Test(
        "of another kind, in another number, or cut short make no message",
        arguments: [
            [], [0x00], [0x90], [0x90, 9, 1], [0xcb, 255, 0, 0], [0xcb, 0xff, 0xff, 0xff, 0xff, 0xff],
            [0xcb, 1, 7, 0xcb, 1, 7], [0xcb, 1, 7, 0xfc, 0], [0xc8, 1, 7, 0xc8, 1, 7], [0xcb, 0xe0, 1],
            [0xc2, 0] + [UInt8](repeating: 0xc2, count: 400),
        ] as [[UInt8]]
    )
    func foreign(bytes: [UInt8]) {
        #expect(walk(bytes).shape == .foreign)
    }
}
