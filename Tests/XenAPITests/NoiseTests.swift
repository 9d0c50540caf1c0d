import Testing
import XenAPI

/// Input that nobody meant: a reader may refuse it, but it must neither trap nor hang, and what it takes must be whole.
@Suite("Readers bear any input")
struct NoiseTests {
    private static let rounds = 300

    private func afflict(_ seed: UInt64, _ samples: [String], _ read: ([UInt8]) throws -> Void) {
        var random = SplitMix(seed: seed)
        var taken = 0
        var refused = 0
        for _ in 0..<Self.rounds {
            let sample = Array((samples.randomElement(using: &random) ?? "").utf8)
            do {
                try read(sample.mutated(using: &random))
                taken += 1
            } catch {
                refused += 1
            }
        }
        #expect(taken + refused == Self.rounds)
        #expect(refused > 0)
    }

    @Test("XML-RPC", arguments: 0..<10)
    func xmlrpc(seed: UInt64) {
        let value =
            "<value><struct><member><name>a</name><value><array><data><value>&lt;</value></data></array></value></member></struct></value>"
        afflict(seed, ["<methodCall><methodName>x</methodName><params><param>\(value)</param></params></methodCall>"]) {
            let call = try XMLRPC.readCall($0)
            _ = XMLRPC.encode(call)
        }
        afflict(seed, ["<methodResponse><params><param>\(value)</param></params></methodResponse>"]) {
            _ = try XMLRPC.readResponse($0)
        }
    }

    @Test("JSON and JSON-RPC", arguments: 0..<10)
    func json(seed: UInt64) {
        afflict(seed, [#"{"jsonrpc":"2.0","method":"x","params":["\ud83d\ude00",1.5e3,{"a":[true,null]}],"id":-12}"#]) {
            let request = try JSONRPC.readRequest($0)
            _ = JSONRPC.encode(.success(.set(request.call.parameters)), to: request)
        }
    }

    @Test("Column text", arguments: 0..<10)
    func columns(seed: UInt64) {
        afflict(seed, [#"(('a' 'b\'') ("c" d) ('e' ('f')))"#, "('a' 'b')"]) {
            let text = String(decoding: $0, as: UTF8.self)
            _ = try ColumnText.decode(text, as: .map(.set(.string)))
        }
    }

    @Test("Queries", arguments: 0..<10)
    func queries(seed: UInt64) {
        afflict(seed, [#"not (field "a" = "b" and "c" = "d") or true and false"#]) {
            let query = try Query(String(decoding: $0, as: UTF8.self))
            _ = query.matches { $0 }
        }
    }

    @Test("Dumps", arguments: 0..<10)
    func dumps(seed: UInt64) {
        afflict(
            seed,
            [
                "<database><manifest><pair key='a' value='b'/></manifest><table name='c'><row ref='d' e='%n'/></table></database>"
            ]
        ) {
            let dump = try DatabaseDump($0)
            #expect(try DatabaseDump(dump.encoded) == dump)
        }
    }

    @Test("Command lines", arguments: 0..<10)
    func commandLines(seed: UInt64) {
        afflict(seed, ["session_id=x\nvm-list\n-u\nroot\nuuid=1\n--minimal", "-s\nh\nx"]) {
            let request = try CLIRequest(body: $0)
            #expect(!request.command.isEmpty)
        }
    }
}
