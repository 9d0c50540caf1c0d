import Testing
import XenAPI

/// Input that nobody meant: a reader may refuse it, but it must neither trap nor hang, and what it takes must be whole.
@Suite("Readers bear any input")
struct NoiseTests {
    private static let rounds = 300

    /// Lets a reader loose on spoilt samples.
    ///
    /// - Returns: how many it refused. They can not all be fine: none would mean that it looks at nothing.
    private func refusals(_ seed: UInt64, _ samples: [String], _ read: ([UInt8]) throws -> Void) -> Int {
        var random = SplitMix(seed: seed)
        var refused = 0
        for _ in 0..<Self.rounds {
            let sample = Array((samples.randomElement(using: &random) ?? "").utf8)
            do {
                try read(sample.mutated(using: &random))
            } catch {
                refused += 1
            }
        }
        return refused
    }

    @Test("XML-RPC", arguments: 0..<10)
    func xmlrpc(seed: UInt64) {
        let value =
            "<value><struct><member><name>a</name><value><array><data><value>&lt;</value></data></array></value></member></struct></value>"
        let refused = refusals(
            seed,
            ["<methodCall><methodName>x</methodName><params><param>\(value)</param></params></methodCall>"]
        ) {
            let call = try XMLRPC.readCall($0)
            _ = XMLRPC.encode(call)
        }
        #expect(refused > 0)
        let refusedResponses = refusals(
            seed,
            ["<methodResponse><params><param>\(value)</param></params></methodResponse>"]
        ) {
            _ = try XMLRPC.readResponse($0)
        }
        #expect(refusedResponses > 0)
    }

    @Test("JSON and JSON-RPC", arguments: 0..<10)
    func json(seed: UInt64) {
        let refused = refusals(
            seed,
            [#"{"jsonrpc":"2.0","method":"x","params":["\ud83d\ude00",1.5e3,{"a":[true,null]}],"id":-12}"#]
        ) {
            let request = try JSONRPC.readRequest($0)
            _ = JSONRPC.encode(.success(.set(request.call.parameters)), to: request)
        }
        #expect(refused > 0)
    }

    @Test("Column text", arguments: 0..<10)
    func columns(seed: UInt64) {
        let refused = refusals(seed, [#"(('a' 'b\'') ("c" d) ('e' ('f')))"#, "('a' 'b')"]) {
            let text = String(decoding: $0, as: UTF8.self)
            _ = try ColumnText.decode(text, as: .map(.set(.string)))
        }
        #expect(refused > 0)
    }

    @Test("Queries", arguments: 0..<10)
    func queries(seed: UInt64) {
        let refused = refusals(seed, [#"not (field "a" = "b" and "c" = "d") or true and false"#]) {
            let query = try Query(String(decoding: $0, as: UTF8.self))
            _ = query.matches { $0 }
        }
        #expect(refused > 0)
    }

    @Test("Dumps", arguments: 0..<10)
    func dumps(seed: UInt64) {
        let refused = refusals(
            seed,
            [
                "<database><manifest><pair key='a' value='b'/></manifest><table name='c'><row ref='d' e='%n'/></table></database>"
            ]
        ) {
            let dump = try DatabaseDump($0)
            #expect(try DatabaseDump(dump.encoded) == dump)
        }
        #expect(refused > 0)
    }

    @Test("Command lines", arguments: 0..<10)
    func commandLines(seed: UInt64) {
        let refused = refusals(seed, ["session_id=x\nvm-list\n-u\nroot\nuuid=1\n--minimal", "-s\nh\nx"]) {
            let request = try CLIRequest(body: $0)
            #expect(!request.command.isEmpty)
        }
        #expect(refused > 0)
    }
}
