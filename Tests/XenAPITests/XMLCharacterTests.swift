import Testing
import XenAPI

@Suite("Characters that XML can carry, and others")
struct XMLCharacterTests {
    private func crossed(_ text: String) throws -> Value {
        try XMLRPC.readValue(Array(XMLRPC.text(.string(text)).utf8))
    }

    @Test(
        "A text that XML can carry crosses it unharmed, CR and what stands beside U+FFFE among it",
        arguments: [
            "a\rb", "a\r\nb", "\r", "\u{FFFD}", "\u{FFFC}\u{EFBF}", "\u{F000}x", "ｆｕｌｌ", "a\tb\nc", "\u{1F600}<&>\"",
        ]
    )
    func carried(text: String) throws {
        #expect(text.unspeakable == nil)
        #expect(try crossed(text).text.map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test(
        "Others are named, and left out where they came from elsewhere",
        arguments: ["\u{0}", "\u{1B}", "\u{8}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"] as [Unicode.Scalar]
    )
    func forbidden(character: Unicode.Scalar) throws {
        let text = "a\(Character(character))b"
        #expect(text.unspeakable == character)
        #expect(Value.map([.init("k", .set([.string("x"), .string(text)]))]).unspeakable == character)
        #expect(Value.map([.init(text, .bool(true))]).unspeakable == character)
        #expect(try crossed(text) == .string("ab"))
    }

    @Test(
        "No document that holds one is read, whether as it is or as a reference",
        arguments: [
            "<value>a\u{FFFF}b</value>", "<value>a&#xFFFE;b</value>", "<value>&#0;</value>", "<value>&#27;</value>",
            "<value><![CDATA[\u{FFFE}]]></value>", "<value x='\u{FFFF}'/>", "<value>\u{1}</value>",
        ]
    )
    func refused(document: String) {
        #expect(throws: CodecError.self) { try XMLRPC.readValue(Array(document.utf8)) }
    }

    @Test("A dump keeps a CR of a column, and its XML holds no bare one")
    func dump() throws {
        let row = DatabaseDump.Row(ref: Ref("r"), columns: [.init("c", "a\rb\u{FFFF}c")])
        let dump = DatabaseDump(manifest: nil, tables: [.init("t", rows: [row])])
        #expect(!dump.encoded.contains(13))
        #expect(try DatabaseDump(dump.encoded)[table: "t"]?.rows.first?["c"] == "a\rbc")
    }
}
