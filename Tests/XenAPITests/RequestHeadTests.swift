import Testing
import XenAPI

@Suite("Requests of HTTP/1.0")
struct RequestHeadTests {
    private func read(_ text: [UInt8], pieces: Int = .max) -> RequestHeadReader.Progress {
        var reader = RequestHeadReader()
        var rest = text[...]
        while true {
            let progress = reader.take(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            if progress != .incomplete || rest.isEmpty { return progress }
        }
    }

    @Test("A head is read, in however many pieces it comes", arguments: [1, 2, 3, 7, .max])
    func whole(pieces: Int) {
        let text = "PUT /a?b=c HTTP/1.0\r\nHost:  x \r\ncontent-length: 3\r\nCookie: a=b: c\r\n\r\n"
        guard case .whole(let head, let rest) = read(Array(text.utf8), pieces: pieces) else {
            Issue.record("it was not read")
            return
        }
        #expect(head.method == "PUT" && head.target == "/a?b=c" && head.contentLength == 3)
        #expect(head.fields.map(\.name) == ["Host", "content-length", "Cookie"])
        #expect(head.fields.map(\.value) == ["x", "3", "a=b: c"])
        #expect(rest.isEmpty)
    }

    @Test(
        "What no library takes for a header never becomes one",
        arguments: [
            "\u{e9}: x", "X\u{e9}: x", "X : v", " X: v", "X\t: v", "X\0: v", "(): v", "X{}: v", ": v", "X", "X: a\0b",
            "X: \u{1}", "Content-Length: -5", "Content-Length: +5", "Content-Length: 0x10", "Content-Length: 1e3",
            "Content-Length: 99999999999999999999", "Content-Length: 5\r\nContent-Length: 6", "X: a\rb",
        ]
    )
    func refusedFields(line: String) {
        #expect(read(Array("GET / HTTP/1.0\r\n\(line)\r\n\r\n".utf8)) == .refused)
    }

    @Test(
        "Nor what is no request line",
        arguments: [
            "", "GET", "GET /", "GET / HTTP/1.0 x", "GET  / HTTP/1.0", "get / HTTP/1.0", "GET x HTTP/1.0",
            "G\u{c9}T / HTTP/1.0", "GET /\0 HTTP/1.0", "GET / FTP/1.0",
        ]
    )
    func refusedLines(line: String) {
        #expect(read(Array("\(line)\r\nHost: x\r\n\r\n".utf8)) == .refused)
    }

    @Test("The largest number is a length like others; bytes beyond ASCII may stand in a value")
    func extremes() {
        let text = Array("POST / HTTP/1.0\r\nContent-Length: 9223372036854775807\r\nX: ".utf8) + [0xFF, 13, 10, 13, 10]
        guard case .whole(let head, _) = read(text) else {
            Issue.record("it was not read")
            return
        }
        #expect(head.contentLength == .max && head.fields[1].value == "\u{FFFD}")
    }

    @Test("A head without an end is given up, and takes time in proportion to its length")
    func endless() {
        var reader = RequestHeadReader()
        #expect(reader.take("GET / HTTP/1.0\r\nA: ".utf8) == .incomplete)
        var count = 0
        while reader.take([UInt8(ascii: "x")]) == .incomplete { count += 1 }
        #expect((60_000...65_536).contains(count))
    }

    @Test("A command line is whole once its body is; one that does not say how long it is, or is too long, is refused")
    func commandLines() {
        var reader = CLIRequestReader()
        #expect(reader.take("POST /cli HTTP/1.0\r\ncontent-length: 4\r\n\r\nhe".utf8) == .incomplete)
        #expect(reader.take("lpXY".utf8) == .whole(body: Array("help".utf8), rest: Array("XY".utf8)))
        for field in ["", "content-length: 300000\r\n", "content-length: 9223372036854775807\r\n", "\u{ff}: x\r\n"] {
            var reader = CLIRequestReader()
            #expect(reader.take("POST /cli HTTP/1.0\r\n\(field)\r\n".utf8) == .refused)
        }
    }

    @Test("A word with a line end can not be sent: what follows it would become another word")
    func words() throws {
        #expect(try CLIRequest.body(words: ["a", "b=c d"]) == Array("a\nb=c d".utf8))
        for word in ["x=a\nb", "x=a\r\nb", "x=a\r", "x=\0"] {
            #expect(throws: CLISyntaxError.self) { try CLIRequest.body(words: ["vm-param-set", word]) }
        }
    }
}
