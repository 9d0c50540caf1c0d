import Foundation
import Testing

@testable import Basics

@Suite("What somebody else wrote")
struct EscapingTests {
    @Test(
        "does not drive a terminal, begin a line or turn the direction of what follows",
        arguments: [
            ("web\u{1B}[2J", "web\\u001b[2J"), ("a\u{7}b\u{7F}", "a\\u0007b\\u007f"), ("c\u{9B}2J", "c\\u009b2J"),
            ("live \u{202E}lived", "live \\u202elived"), ("\u{2066}x\u{2069}\u{61C}", "\\u2066x\\u2069\\u061c"),
            ("one\r\ntwo\u{2028}three\u{85}", "one\\r\\ntwo\\u2028three\\u0085"),
            ("\u{FEFF}\u{200B}", "\\ufeff\\u200b"),
            ("tag \u{E0041}", "tag \\udb40\\udc41"),
        ]
    )
    func hidden(_ text: String, _ shown: String) { #expect(text.escaped(for: .line) == shown) }

    @Test(
        "stays as it is where all of it is seen",
        arguments: ["", "xs1", "C:\\new\\table", "Zürich", "שלום", "می‌خواهم", "👩‍🚀 ⚠ 一"]
    )
    func seen(_ text: String) {
        #expect(text.escaped(for: .line) == text)
        #expect(text.escaped(for: .text) == text)
    }

    @Test("keeps its lines and columns where it may have several")
    func text() { #expect("a\tb\n  c\u{1B}\r\n".escaped(for: .text) == "a\tb\n  c\\u001b\\r\n") }

    @Test("is one line of text in markup, and no markup")
    func markup() {
        #expect("a<b>\"&\"\n\u{1B}\u{202E}".escaped(for: .markup) == "a&lt;b&gt;&quot;&amp;&quot;\\n\\u001b\\u202e")
    }

    @Test("is the same JSON when it was JSON")
    func json() throws {
        let names = ["a\u{1B}b\u{202E}c\u{E0041}", "plain"]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .prettyPrinted
        let text = String(decoding: try encoder.encode(names), as: UTF8.self).escaped(for: .text)
        #expect(!text.unicodeScalars.contains("\u{202E}"))
        #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == names)
    }
}

@Suite("Lines of text files")
struct TextLinesTests {
    @Test(
        "end as every system ends them, and a byte order mark is none of the text",
        arguments: [
            ("root\nsecret\n", ["root", "secret"]), ("root\r\nsecret\r\n", ["root", "secret"]),
            ("root\rsecret\r", ["root", "secret"]), ("\u{FEFF}root\r\nsecret", ["root", "secret"]),
            ("a\n\r\n\rb", ["a", "", "", "b"]), ("", []), ("\n", [""]), (" a \t\n", [" a \t"]), ("\u{FEFF}", []),
        ]
    )
    func ends(_ text: String, _ lines: [String]) { #expect(TextLines(text).lines == lines) }

    @Test("hold what is no UTF-8, too")
    func bytes() { #expect(TextLines([0x61, 0xFF, 0x0A, 0x62]).lines == ["a\u{FFFD}", "b"]) }
}

@Suite("Standard streams")
struct StandardStreamTests {
    @Test("A pipe that nobody reads and a disk that is full are told apart, and end nothing")
    func failures() throws {
        StandardStream.prepare()
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        #expect(throws: StandardStream.Failure.closed) {
            try StandardStream(descriptor: pipe.fileHandleForWriting.fileDescriptor).write("x".utf8)
        }
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        #expect(throws: StandardStream.Failure.refused("No space left on device")) {
            try StandardStream(descriptor: full.fileDescriptor).write("x".utf8)
        }
    }

    @Test("Everything arrives, whatever the size of the pipe")
    func whole() async throws {
        let pipe = Pipe()
        let sent = Array(repeating: UInt8(7), count: 300_000)
        // Both ends block, so each has a thread of its own, and the pool's are left to other tests.
        Thread.detachNewThread {
            try? StandardStream(descriptor: pipe.fileHandleForWriting.fileDescriptor).write(sent)
            try? pipe.fileHandleForWriting.close()
        }
        let received = await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: try? pipe.fileHandleForReading.readToEnd()) }
        }
        #expect(received.map(Array.init) == sent)
    }
}
