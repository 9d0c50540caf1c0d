import NIOCore
import Testing

@testable import Console

@Suite("HTML")
struct HTMLTests {
    private func written(_ html: HTML) -> String {
        var writer = HTMLWriter()
        writer.write(html)
        return String(decoding: writer.page.bytes(token: ""), as: UTF8.self)
    }

    @Test("Text and attributes are escaped, whatever people name their VMs")
    func escaping() {
        let name = "<script>alert('x')</script> & \"y\""
        let page = written(p(.title(name)) { name })
        let escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"
        #expect(page == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("Control characters do not reach the page")
    func controls() {
        #expect(written(.text("a\u{0}b\u{1B}c\nd")) == "a\\u0000b\\u001bc\nd")
        #expect(written(p(.title("a\u{1B}b"))) == "<p title=\"a\u{FFFD}b\"></p>")
    }

    @Test("A name turns nothing round: marks of direction are written out, and letters that run the other way stay")
    func directions() {
        #expect(written(bdi { "live \u{202E}lived" }) == "<bdi>live \\u202elived</bdi>")
        #expect(written(bdi { "שלום" }) == "<bdi>שלום</bdi>")
    }

    @Test("Elements without content have no end")
    func voids() {
        #expect(written(input(.type("text"), .required)) == "<input type=\"text\" required>")
        #expect(written(p {}) == "<p></p>")
    }

    @Test("Conditions and loops are part of a page")
    func builder() {
        let html = ul {
            for number in 1...3 { li { String(number) } }
            if Bool(true) { li { "yes" } } else { li { "no" } }
        }
        #expect(written(html) == "<ul><li>1</li><li>2</li><li>3</li><li>yes</li></ul>")
    }

    @Test("Each reader's own token is put into the page that all share")
    func tokens() {
        var writer = HTMLWriter()
        writer.write(div { HTML.live("part", post(to: "/do/x", .nothing) {}) })
        let token = Secret.make()
        let whole = String(decoding: writer.page.bytes(token: token), as: UTF8.self)
        #expect(whole.contains("name=\"token\" value=\"\(token)\""))
        let part = writer.page.live[0]
        #expect(part.id == "part")
        #expect(String(decoding: writer.page.bytes(part.range, token: token), as: UTF8.self).hasPrefix("<form "))
        // Without a token the page shows no place for one that could be taken for it.
        #expect(!written(post(to: "/do/x", .nothing) {}).contains(token))
    }

    @Test("A form carries what its page showed, and nothing where it shows nothing")
    func shown() {
        let shown = Shown([.init("update", "The update", now: "<b>"), .init("hosts", "Hosts", now: "2", value: "a b")])
        let form = written(post(to: "/do/x", shown) { button { "Go" } })
        #expect(form.hasPrefix("<form method=\"post\" action=\"/do/x\"><input type=\"hidden\" name=\"token\""))
        #expect(form.contains("name=\"shown\" value=\"\(shown.text)\"><button>Go</button></form>"))
        #expect(shown.text.wholeMatch(of: /update:[\w-]{10} hosts:[\w-]{10}/) != nil)
        #expect(!written(post(to: "/do/x", .nothing) {}).contains("shown"))
    }

    @Test("Only the parts that differ are sent, and the whole page where its frame differs")
    func differences() {
        func body(_ first: String, _ second: String, frame: String = "frame") -> BodyVersion {
            BodyVersion(
                div {
                    frame
                    HTML.live("a", p(.id("a")) { first })
                    HTML.live("b", p(.id("b")) { second })
                }
            )
        }
        func event(_ from: BodyVersion, _ to: BodyVersion) -> String {
            String(buffer: ServerSentEvent.difference(from: from, to: to))
        }
        let before = body("one", "two")
        let after = body("one", "three\nlines")
        #expect(
            event(before, after) == "event: part\nid: \(after.version)\ndata: <p id=\"b\">three\ndata: lines</p>\n\n"
        )
        #expect(event(before, body("one", "two")).isEmpty)
        #expect(event(before, body("one", "two", frame: "other")).hasPrefix("event: all\n"))
    }
}
