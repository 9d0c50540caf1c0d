import Testing
import XenAPI

@Suite("Thin CLI frames")
struct ThinCLITests {
    static let everyMessage: [CLIMessage] = [
        .print("hi"), .print(""), .load(filename: "a b"), .prompt, .exit(1), .exit(-1),
        .httpGet(filename: "f", url: "/u"),
        .httpPut(filename: "päth", url: "/pool_patch_upload?session_id=OpaqueRef:1"),
        .error(code: "CLIENT_ERROR", parameters: []), .error(code: "X", parameters: ["a", ""]),
        .debug("d"), .printStderr("e\n"), .httpConnect(url: "/console"), .ok, .failed, .wait, .chunk(length: 0), .end,
    ]

    @Test("`Exit 1` and `Print \"hi\"` have the bytes that xe expects")
    func goldenBytes() {
        #expect(hex(CLIMessage.exit(1).encoded) == "0c000000090000000400000001000000")
        #expect(hex(CLIMessage.print("hi").encoded) == "0e0000000900000000000000020000006869")
        #expect(hex(CLIGreeting.encode(.v0_1).suffix(8)) == "0000000001000000")
        #expect(CLIGreeting.encode(.v0_2).count == 35)
    }

    @Test("Every message survives the wire, cut into pieces of any size", arguments: [1, 2, 3, 7, 4096])
    func roundTrip(pieceSize: Int) throws {
        let stream = Self.everyMessage.flatMap(\.encoded)
        var decoder = CLIFrameDecoder()
        var decoded: [CLIMessage] = []
        for start in stride(from: 0, to: stream.count, by: pieceSize) {
            decoder.append(stream[start..<min(start + pieceSize, stream.count)])
            while let message = try decoder.next() { decoded.append(message) }
        }
        #expect(decoded == Self.everyMessage)
    }

    @Test("A chunk's raw bytes come out between two frames")
    func blob() throws {
        var decoder = CLIFrameDecoder()
        decoder.append(CLIMessage.chunk(length: 5).encoded)
        #expect(try decoder.next() == .chunk(length: 5))
        #expect(try decoder.next() == nil)
        decoder.append("abc".utf8)
        #expect(Array(decoder.takeBlob()) == Array("abc".utf8))
        #expect(decoder.blobBytesLeft == 2)
        decoder.append(Array("de".utf8) + CLIMessage.end.encoded)
        #expect(Array(decoder.takeBlob()) == Array("de".utf8))
        #expect(try decoder.next() == .end)
    }

    @Test("The greeting tells a thin CLI peer from a web server")
    func greeting() throws {
        var decoder = CLIFrameDecoder()
        decoder.append(CLIGreeting.encode(.v0_2).prefix(30))
        #expect(try decoder.greeting() == nil)
        decoder.append(CLIGreeting.encode(.v0_2).dropFirst(30) + CLIMessage.ok.encoded)
        #expect(try decoder.greeting() == .hello(.v0_2))
        #expect(try decoder.next() == .ok)

        var http = CLIFrameDecoder()
        http.append("HTTP/1.1 500".utf8)
        #expect(try http.greeting() == .http)

        var stranger = CLIFrameDecoder()
        stranger.append("SSH-2.0".utf8)
        #expect(throws: CodecError.self) { try stranger.greeting() }
    }

    @Test(
        "Frames that lie about their length, their tags or their strings are refused",
        arguments: [
            "ffffffff", "01000001", "040000000900000000", "0800000009000000ff000000", "0800000063000000ff000000",
            "0c000000090000000000000001000000", "0c0000000b00000007000000ffffffff", "0c0000000a0000000500000000000000",
            "100000000900000000000000ffffff7f00000000", "10000000090000000e00000000000000ffffff0f",
        ]
    )
    func malformed(frame: String) {
        var decoder = CLIFrameDecoder()
        decoder.append(unhex(frame))
        #expect(throws: CodecError.self) { try decoder.next() }
    }

    @Test("Random bytes never trap the decoder", arguments: 0..<20)
    func noise(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<500 {
            var decoder = CLIFrameDecoder()
            var bytes = Self.everyMessage.randomElement(using: &random)?.encoded ?? []
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...40, using: &random)
            }
            decoder.append(bytes)
            let result = Result { () throws(CodecError) in try decoder.next() }
            #expect((try? result.get()) == nil || decoder.blobBytesLeft >= 0)
        }
    }
}

@Suite("Command lines from xe")
struct CLIRequestTests {
    @Test("Words become parameters, split at the first equals sign")
    func words() throws {
        let request = try CLIRequest(
            body: Array("patch-list\nparams=a=b\r\n--minimal\nbare\nusername=root\npassword=".utf8)
        )
        #expect(request.command == "patch-list")
        #expect(
            request.parameters == [
                .init("params", "a=b"), .init("minimal", "true"), .init("bare", ""), .init("username", "root"),
                .init("password", ""),
            ]
        )
        #expect(request.session == nil)
    }

    @Test("The first of two values counts")
    func firstMatchWins() throws {
        let request = try CLIRequest(words: ["x", "uuid=1", "uuid=2"])
        #expect(request["uuid"] == "1")
        #expect(request["host"] == nil)
    }

    @Test("Short switches take the next word, before the command or after it")
    func switches() throws {
        let request = try CLIRequest(words: ["-u", "root", "vm-list", "-pw", "a b", "-h", "host", "-p", "443"])
        #expect(request.command == "vm-list")
        #expect(request["username"] == "root")
        #expect(request["password"] == "a b")
        #expect(request["server"] == "host")
        #expect(request["port"] == "443")
    }

    @Test("A master takes the session that a slave passes on")
    func forwardedSession() throws {
        let request = try CLIRequest(body: Array("session_id=OpaqueRef:1\nhost-list".utf8))
        #expect(request.session == Ref("OpaqueRef:1"))
        #expect(request.command == "host-list")
    }

    @Test(
        "Command lines that make no sense are refused in words",
        arguments: [
            (["vm-list", "-x", "1"], "Unknown switch: -x"), (["uuid=1"], "command name is missing"),
            ([], "command name is missing"), (["vm-list", "-u"], "Switch -u requires a parameter"),
        ]
    )
    func refused(words: [String], message: String) {
        #expect(throws: CLISyntaxError(message)) { try CLIRequest(words: words) }
    }

    @Test("Flags are true, t, 1, false, f or 0, in any case")
    func flags() throws {
        let request = try CLIRequest(words: ["x", "a=T", "b=0", "c=yes", "--force"])
        #expect(try request.flag("a") == true)
        #expect(try request.flag("b") == false)
        #expect(try request.flag("force") == true)
        #expect(try request.flag("absent") == nil)
        #expect(throws: CLISyntaxError.self) { try request.flag("c") }
    }
}
