import Testing
import XenAPI

@testable import Console

@Suite("Forms and addresses")
struct FormTests {
    @Test("Another build of an uploaded update is named with both digests, and with what to do")
    func otherBuild() throws {
        let refusal = try #require(UploadDoor.otherBuild(APIError("PATCH_IS_ANOTHER_BUILD", ["u-1", "aa11", "bb22"])))
        for word in ["u-1", "aa11", "bb22", "xe patch-destroy uuid=u-1"] { #expect(refusal.text.contains(word)) }
        #expect(UploadDoor.otherBuild(APIError("PATCH_ALREADY_EXISTS", ["u-1"])) == nil)
    }

    @Test("Fields are decoded, and may come more than once")
    func fields() {
        let form = Form("name=a+b%26c&host=1&host=2&empty=&bare")
        #expect(form["name"] == "a b&c")
        #expect(form.all("host") == ["1", "2"])
        #expect(form["empty"] == "" && form.has("empty"))
        #expect(form.has("bare") && !form.has("missing"))
        #expect(Form("bad=%zz")["bad"] == "%zz")
    }

    @Test(
        "After signing in one only ever comes to a page of this console",
        arguments: [
            ("/hosts?by=server", "/hosts?by=server"), ("https://evil.example/", "/"), ("//evil.example", "/"),
            ("/\\evil.example", "/"), ("", "/"), ("/a\r\nSet-Cookie: x", "/"), ("javascript:alert(1)", "/"),
        ]
    )
    func returning(_ path: String, _ safe: String) {
        #expect(ReturnPath.safe(path) == safe)
    }

    @Test("A page is found by its path, with the open parts")
    func routes() {
        let nothing: Routes.Maker = { _ throws(PageError) in throw .notFound }
        let routes = Routes(all: ["/", "/runs", "/runs/:run"].map { .init(pattern: $0, make: nothing) })
        #expect(routes.find("/")?.parameters == [:])
        #expect(routes.find("/runs/a%20b")?.parameters == ["run": "a b"])
        #expect(routes.find("/runs/a/b") == nil)
        #expect(routes.find("/nowhere") == nil)
    }

    @Test("Secrets are long, safe in cookies, and compared whole")
    func secrets() {
        let secret = Secret.make()
        #expect(secret.utf8.count == RenderedPage.tokenLength)
        #expect(secret.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        #expect(Secret.make() != secret)
        #expect(Secret.derive("form", from: secret) != Secret.derive("other", from: secret))
        #expect(Secret.equal(secret, secret))
        #expect(!Secret.equal(secret, String(secret.dropLast())))
        #expect(!Secret.equal(secret, secret.dropLast() + "."))
    }

    @Test("A file that can be no package is named by its first bytes")
    func files() {
        #expect(UploadDoor.problem(of: [0x50, 0x4b, 3, 4])?.contains("extract") == true)
        #expect(UploadDoor.problem(of: Array("#!/bin/sh\n".utf8))?.contains("signature") == true)
        #expect(UploadDoor.problem(of: [])?.contains("empty") == true)
        #expect(UploadDoor.problem(of: Array("hello".utf8)) != nil)
        #expect(UploadDoor.problem(of: Array("-----BEGIN PGP SIGNED MESSAGE-----\n".utf8)) == nil)
    }

    @Test("Dates of forms are UTC, to the minute")
    func dates() {
        #expect(LocalTime.seconds("2016-04-20T06:00") == 1_461_132_000)
        #expect(LocalTime.text(1_461_132_000) == "2016-04-20T06:00")
        #expect(LocalTime.seconds("tomorrow") == nil)
    }
}
