import Testing
import XenAPI

@Suite("XML-RPC")
struct XMLRPCTests {
    private func read(_ value: String) throws -> Value { try XMLRPC.readValue(Array(value.utf8)) }

    @Test(
        "Values are read in every form that clients write",
        arguments: [
            ("<value>text</value>", .string("text")), ("<value/>", .string("")), ("<value></value>", .string("")),
            ("<value> </value>", .string(" ")), ("<value><string>a</string></value>", .string("a")),
            ("<value><string/></value>", .string("")), ("<value>\n<i4> 7 </i4>\n</value>", .int(7)),
            ("<value><int>-7</int></value>", .int(-7)), ("<value><i8>9000000000</i8></value>", .int(9_000_000_000)),
            ("<value><boolean>1</boolean></value>", .bool(true)), ("<value><double>0.5</double></value>", .float(0.5)),
            (
                "<value><dateTime.iso8601>19700101T00:01:00Z</dateTime.iso8601></value>",
                .date(Timestamp(seconds: 60))
            ),
            ("<value><nil/></value>", .void), ("<value>a&lt;&#65;&#x42;&amp;</value>", .string("a<AB&")),
            ("<value>a<!-- no -->b<![CDATA[<c>]]></value>", .string("ab<c>")),
            (
                "<value><array><data><value>1</value> <value/></data></array></value>", .strings(["1", ""])
            ),
            (
                "<value><struct> <member><name>k</name> <value>v</value></member></struct></value>", .pairs(["k": "v"])
            ),
            ("<?xml version=\"1.0\"?> <value a='1'>x</value> ", .string("x")),
        ] as [(String, Value)]
    )
    func values(xml: String, value: Value) throws {
        #expect(try read(xml) == value)
    }

    @Test(
        "Documents that XML or XenAPI does not allow are refused",
        arguments: [
            "", "<value>", "<value>a</valu>", "<value>a</value", "<value>&nope;</value>", "<value>&#0;&#xD800;</value>",
            "<value>a & b</value>", "<value><base64>AAAA</base64></value>", "<value><i4>x</i4></value>",
            "<value><boolean>2</boolean></value>", "<value>a<int>1</int></value>", "<value/><value/>", "x<value/>",
            "<value><struct><name>k</name></struct></value>", "<value><array><value/></array></value>",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><value>&a;</value>", "<value><int>1</int><int>2</int></value>",
            "<value><i4>99999999999999999999</i4></value>", "<other/>", "<value a=1/>", "<value a='<'/>",
            "<value><dateTime.iso8601>yesterday</dateTime.iso8601></value>",
        ]
    )
    func refused(xml: String) {
        #expect(throws: CodecError.self) { try read(xml) }
    }

    @Test("Text that is not UTF-8 is refused")
    func invalidEncoding() {
        #expect(throws: CodecError.self) {
            try XMLRPC.readValue(Array("<value>".utf8) + [0xFF] + Array("</value>".utf8))
        }
    }

    @Test("Nesting is limited, so that a small document cannot exhaust the stack")
    func deep() {
        let open = String(repeating: "<value><array><data>", count: 100_000)
        #expect(throws: CodecError.self) { try read(open) }
    }

    @Test("A call has a name and parameters")
    func call() throws {
        let xml = """
            <?xml version='1.0'?>
            <methodCall>
              <methodName>VM.pool_migrate</methodName>
              <params>
                <param><value><string>OpaqueRef:1</string></value></param>
                <param><value><struct><member><name>live</name><value>true</value></member></struct></value></param>
              </params>
            </methodCall>
            """
        let call = MethodCall("VM.pool_migrate", [.string("OpaqueRef:1"), .pairs(["live": "true"])])
        #expect(try XMLRPC.readCall(Array(xml.utf8)) == call)
        #expect(try XMLRPC.readCall(XMLRPC.encode(call)) == call)
        let bare = Array("<methodCall><methodName> system.listMethods </methodName></methodCall>".utf8)
        #expect(try XMLRPC.readCall(bare) == MethodCall("system.listMethods"))
    }

    @Test("Values are written as xapi writes them")
    func written() {
        #expect(XMLRPC.text(.string("")) == "<value/>")
        #expect(XMLRPC.text(.string("a<b>&\"\u{1}\t")) == "<value>a&lt;b&gt;&amp;&quot;\t</value>")
        #expect(XMLRPC.text(.int(5)) == "<value>5</value>")
        #expect(XMLRPC.text(.float(.nan)) == "<value><double>NaN</double></value>")
        #expect(XMLRPC.text(.bool(false)) == "<value><boolean>0</boolean></value>")
        #expect(XMLRPC.text(.set([])) == "<value><array><data></data></array></value>")
        #expect(XMLRPC.text(.date(.never)) == "<value><dateTime.iso8601>19700101T00:00:00Z</dateTime.iso8601></value>")
    }

    @Test("Responses have XenAPI's envelope, and read back")
    func responses() throws {
        let failure = MethodResponse.failure(APIError("HANDLE_INVALID", ["VM", "OpaqueRef:1"]))
        for response in [.success(.string("x")), .success(.void), failure, .bare(.strings(["a"]))] as [MethodResponse] {
            #expect(try XMLRPC.readResponse(XMLRPC.encode(response)) == response)
        }
        let fault = String(decoding: XMLRPC.encode(.fault(code: 1, text: "bad")), as: UTF8.self)
        #expect(fault.contains("<name>faultCode</name><value><i4>1</i4></value>"))
        #expect(try XMLRPC.readResponse(Array(fault.utf8)) == .fault(code: 1, text: "bad"))
    }

    @Test("Only valid_ref_counts has real integers")
    func realIntegers() {
        let result = Value.map([
            .init("valid_ref_counts", .map([.init("vm", .int(2))])), .init("token", .string("1")), .init("id", .int(3)),
        ])
        let text = String(decoding: XMLRPC.encode(.success(result), i4Members: ["valid_ref_counts"]), as: UTF8.self)
        #expect(text.contains("<name>vm</name><value><i4>2</i4></value>"))
        #expect(text.contains("<name>id</name><value>3</value>"))
    }

    @Test("Whatever is written reads back, integers as their digits", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<20 {
            let value = Value.random(.random(using: &random, depth: 3), using: &random)
            // Integers are strings on the wire.
            #expect(try read(XMLRPC.text(value)) == value.onTheWire)
        }
    }
}

extension Value {
    /// What a reader of XML-RPC sees of this value.
    fileprivate var onTheWire: Value {
        switch self {
        case .int(let number): .string(String(number))
        case .set(let elements): .set(elements.map(\.onTheWire))
        case .map(let members): .map(members.map { Member($0.key, $0.value.onTheWire) })
        case .string, .float, .bool, .date: self
        }
    }
}
