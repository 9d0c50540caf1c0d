import Testing
import XenAPI

@Suite("JSON")
struct JSONTests {
    private func read(_ text: String) throws -> Value { try JSON.read(Array(text.utf8)) }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(
        "Values are read",
        arguments: [
            ("\"a\\n\\u00e9\\ud83d\\ude00\\/\"", .string("a\né😀/")), (" 12 ", .int(12)), ("-0", .int(0)),
            ("1.5e2", .float(150)),
            ("99999999999999999999", .float(1e20)), ("true", .bool(true)), ("null", .void), ("[]", .set([])),
            ("[1, \"2\"]", .set([.int(1), .string("2")])), ("{}", .map([])),
            (
                "{\"a\": {\"b\": \"c\"}}",
                .map([
                    .init("a", .pairs(["b": "c"]))
                ])
            ),
        ] as [(String, Value)]
    )
    func values(json: String, value: Value) throws {
        #expect(try read(json) == value)
    }

    @Test(
        "Text that is not JSON is refused",
        arguments: [
            "", "[1,]", "{\"a\"}", "{a: 1}", "01", "1.", ".5", "+1", "nul", "\"a", "\"\\x\"", "\"\\ud83d\"", "\"a\nb\"",
            "1 2",
            "[1}", "1e999", "{\"a\":1,}", "\"\\u12\"", "tru", "-",
        ]
    )
    func refused(json: String) {
        #expect(throws: CodecError.self) { try read(json) }
    }

    @Test("Nesting is limited")
    func deep() {
        #expect(throws: CodecError.self) { try read(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("Values are written")
    func written() {
        #expect(text(JSON.encode(.string("a\"\\\n\u{1}é"))) == "\"a\\\"\\\\\\n\\u0001é\"")
        #expect(
            text(JSON.encode(.map([.init("a", .int(1)), .init("b", .set([.bool(true), .float(0.5)]))])))
                == "{\"a\":1,\"b\":[true,0.5]}"
        )
        #expect(text(JSON.encode(.float(.nan))) == "null")
        #expect(text(JSON.encode(.date(.never))) == "\"19700101T00:00:00Z\"")
    }

    @Test("Whatever is written reads back, dates as text", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<20 {
            let value = Value.random(.random(using: &random, depth: 3), using: &random)
            #expect(JSON.encode(try JSON.read(JSON.encode(value))) == JSON.encode(value))
        }
    }
}

@Suite("JSON-RPC")
struct JSONRPCTests {
    private func request(_ text: String) throws -> JSONRPC.Request { try JSONRPC.readRequest(Array(text.utf8)) }

    private func answer(_ response: MethodResponse, to request: JSONRPC.Request) -> String {
        String(decoding: JSONRPC.encode(response, to: request), as: UTF8.self)
    }

    @Test("Version 1.0 answers with result, error and id")
    func version1() throws {
        let request = try request(#"{"method":"session.logout","params":["OpaqueRef:1"],"id":"a"}"#)
        #expect(request == .init(.v1, id: .string("a"), call: MethodCall("session.logout", [.string("OpaqueRef:1")])))
        #expect(answer(.success(.void), to: request) == #"{"result":"","error":null,"id":"a"}"#)
        #expect(answer(.failure(APIError("X", ["1"])), to: request) == #"{"result":null,"error":["X","1"],"id":"a"}"#)
    }

    @Test("Version 2.0 answers with result or error")
    func version2() throws {
        let request = try request(#"{"jsonrpc":"2.0","method":"VM.get_all","id":7}"#)
        #expect(request.call == MethodCall("VM.get_all"))
        #expect(answer(.success(.set([])), to: request) == #"{"jsonrpc":"2.0","result":[],"id":7}"#)
        #expect(
            answer(.failure(APIError("X", ["1"])), to: request)
                == #"{"jsonrpc":"2.0","error":{"code":1,"message":"X","data":["1"]},"id":7}"#
        )
    }

    @Test(
        "A body that is no request is refused in JSON-RPC's terms",
        arguments: [
            ("{", -32700), ("[]", -32600), (#"{"method":"x","params":[],"id":null}"#, -32600),
            (#"{"method":"x","params":[]}"#, -32600), (#"{"method":1,"id":1}"#, -32600),
            (#"{"jsonrpc":"3","method":"x","id":1}"#, -32600), (#"{"method":"x","params":{"a":1},"id":1}"#, -32600),
            (#"{"method":"x","id":[]}"#, -32600),
        ] as [(String, Int64)]
    )
    func refused(body: String, code: Int64) throws {
        let refusal = try #require(throws: JSONRPC.Refusal.self) { try request(body) }
        #expect(refusal.code == code)
        #expect(try JSON.read(refusal.answer)["error"]?["code"] == .int(code))
    }
}
