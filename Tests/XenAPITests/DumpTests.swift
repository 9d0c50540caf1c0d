import Testing
import XenAPI

@Suite("Database dumps")
struct DumpTests {
    private let text = """
        <database><manifest><pair key="schema_major_vsn" value="5"/></manifest><table name="Bond"/>\
        <table name="host"><row ref="OpaqueRef:1" __ctime="1" name__label="a%_b &lt;&quot;c&quot;&gt;" odd="%%"/>\
        <row ref="OpaqueRef:2"/></table></database>
        """

    @Test("Manifest, tables and rows come out, with the values unescaped")
    func reading() throws {
        let dump = try DatabaseDump(Array(text.utf8))
        #expect(dump.manifestEntry("schema_major_vsn") == "5")
        #expect(dump.tables.map(\.name) == ["Bond", "host"])
        #expect(dump[table: "host"]?.rows.map(\.ref) == [Ref("OpaqueRef:1"), Ref("OpaqueRef:2")])
        #expect(dump[table: "host"]?.rows[0]["name__label"] == "a  b <\"c\">")
        #expect(dump[table: "host"]?.rows[0]["odd"] == "%")
        #expect(dump[table: "host"]?.rows[1]["odd"] == nil)
    }

    @Test("A dump is written back byte for byte")
    func roundTrip() throws {
        #expect(String(decoding: try DatabaseDump(Array(text.utf8)).encoded, as: UTF8.self) == text)
    }

    @Test("A dump without a manifest stays without one")
    func noManifest() throws {
        let bytes = Array("<database><table name=\"x\"/></database>".utf8)
        let dump = try DatabaseDump(bytes)
        #expect(dump.manifest == nil)
        #expect(dump.encoded == bytes)
    }

    @Test("Every cut of a file is refused")
    func truncated() {
        let bytes = Array(text.utf8)
        for length in bytes.indices {
            #expect(throws: DumpError.self) { try DatabaseDump(Array(bytes[..<length])) }
        }
    }

    @Test(
        "Faults are told with line and column",
        arguments: [
            ("<database>\n  <tabel name=\"x\"/></database>", 2, 9), ("<database>\r\n\r\n</databse>", 3, 1),
            ("<database>\r<table>\r</table></database>", 2, 8), ("<database>&</database>", 1, 11), ("", 1, 1),
            ("<database><table name=\"x\"><row a=\"1\"/></table></database>", 1, 39),
            ("<database><table name=\"x\"><row ref=\"1\"><row/></row></table></database>", 1, 44),
        ]
    )
    func place(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: DumpError.self) { try DatabaseDump(Array(text.utf8)) }
        #expect(error.line == line)
        #expect(error.column == column)
    }

    @Test("Whatever a row holds is written and read back", arguments: 0..<20)
    func anyText(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let columns = (0..<30).map { DatabaseDump.Entry("c\($0)", String.random(using: &random)) }
        let dump = DatabaseDump(manifest: [], tables: [.init("t", rows: [.init(ref: .null, columns: columns)])])
        #expect(try DatabaseDump(dump.encoded) == dump)
    }
}
