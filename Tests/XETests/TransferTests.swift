import Testing

@testable import xe

/// What a server, which may be anybody's, can make the client do.
@Suite struct TransferTests {
    @Test("A URL is a path of the server, or names another one with its port")
    func locations() throws {
        func location(_ url: String) throws -> [String] {
            let location = try Location(url)
            return [location.host ?? "-", location.port.map(String.init) ?? "-", location.path]
        }
        #expect(try location("/pool_patch_upload?task_id=T") == ["-", "-", "/pool_patch_upload?task_id=T"])
        #expect(try location("https://xs1/a/b") == ["xs1", "-", "/a/b"])
        #expect(try location("https://xs1:8443/") == ["xs1", "8443", "/"])
        #expect(try location("https://[::1]:8443/a:b") == ["::1", "8443", "/a:b"])
        #expect(try location("http://[2001:db8::1]") == ["2001:db8::1", "-", "/"])
    }

    @Test(
        "A URL that could be more than one line of a request, or that names no server, is refused",
        arguments: [
            "/a\r\nX: y", "/a b", "https://", "https:///a", "https://h:0/", "https://h:x/", "https://[::1/", "/\u{7F}",
        ]
    )
    func badLocations(_ url: String) { #expect(throws: Failure.self) { try Location(url) } }

    @Test("A file that grows while it is sent is never more than whole")
    func progress() {
        #expect(ProgressBar.percent(0, of: 0) == 100)
        #expect(ProgressBar.percent(1, of: 3) == 33)
        #expect(ProgressBar.percent(9, of: 3) == 100)
        #expect(ProgressBar.percent(.max - 1, of: .max) <= 100)
        #expect(ProgressBar.bar(150).count == 42 && ProgressBar.bar(-3).count == 42)
    }

    @Test("The head of a response is read in whatever pieces it comes, and nothing of the body with it")
    func heads() throws {
        let bytes = Array("HTTP/1.1 302 Found\r\nLocation: https://h/\r\ncontent-length: 3\r\n\r\nabc".utf8)
        let head = try #require(ResponseHead.parse(bytes))
        #expect(head.head.status == 302 && head.head["location"] == "https://h/" && head.head.length == 3)
        #expect(Array(bytes.dropFirst(head.length)) == Array("abc".utf8))
        for count in 0...head.length {
            let part = ResponseHead.parse(bytes.prefix(count), seen: max(0, count - 1))
            #expect((part != nil) == (count >= head.length), "\(count)")
        }
        for odd in ["\r\n\r\n", "\u{0}\r\n\r\n", "HTTP\r\n\r\n", "HTTP/1.1 x\r\n:\r\n\r\n"] {
            #expect(ResponseHead.parse(Array(odd.utf8))?.head.status == 0)
        }
        #expect(ResponseHead.parse(Array("H 200 x\r\nContent-Length: -1\r\n\r\n".utf8))?.head.length == nil)
    }
}
