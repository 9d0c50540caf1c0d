import Testing
import XenAPIClient

@Suite struct EndpointTests {
    @Test(arguments: [
        ("https://xen1.example/", "xen1.example", 443, "https://xen1.example/"),
        ("https://10.0.0.1:8443", "10.0.0.1", 8443, "https://10.0.0.1:8443/"),
        ("http://xen1/", "xen1", 80, "http://xen1/"), ("xen1", "xen1", 443, "https://xen1/"),
        ("https://[fd00::1]:8443/", "fd00::1", 8443, "https://[fd00::1]:8443/"),
        ("[fd00::1]", "fd00::1", 443, "https://[fd00::1]/"), ("fd00::1", "fd00::1", 443, "https://[fd00::1]/"),
    ])
    func `an address is read in every form that people write`(text: String, host: String, port: Int, shown: String)
        throws
    {
        let endpoint = try Endpoint(text)
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
        #expect(endpoint.description == shown)
    }

    @Test(arguments: [
        "", "https://", "ftp://xen1/", "https://xen1:0/", "https://xen1:65536/", "https://xen1:99999999999999999999/",
        "https://root:secret@xen1/", "https://xen1/a/b", "https://xen 1/", "https://[fd00::1/", "https://[xen1]/",
        "https://xen1:-1/", "https://xén/", "https://xen1\r\nHost: x/",
    ])
    func `what is no address is refused with the way to write one`(text: String) {
        let error = #expect(throws: EndpointError.self) { try Endpoint(text) }
        #expect(error?.description.contains("https://HOST:PORT/") == true)
    }

    @Test func `another host of the pool is reached by the same door`() throws {
        let endpoint = try Endpoint("https://xen1:8443/")
        #expect(endpoint.moved(to: "10.0.0.2")?.description == "https://10.0.0.2:8443/")
        #expect(endpoint.moved(to: "fd00::2")?.description == "https://[fd00::2]:8443/")
        #expect(endpoint.moved(to: "10.0.0.2:99") == nil)
        #expect(endpoint.moved(to: "evil/../../x") == nil)
    }

    @Test(arguments: [
        "AB:CD:" + Array(repeating: "00", count: 30).joined(separator: ":"),
        "abcd" + String(repeating: "0", count: 60),
        "SHA256:ABCD" + String(repeating: "0", count: 60),
        "sha256 Fingerprint=AB:CD:" + Array(repeating: "00", count: 30).joined(separator: ":"),
    ])
    func `a digest is read as openssl, browsers and people write it`(text: String) {
        #expect(CertificateDigest(text)?.description.hasPrefix("AB:CD:00:00:") == true)
    }

    @Test(arguments: ["", "AB:CD", String(repeating: "0", count: 63), String(repeating: "g", count: 64)])
    func `what is no digest is none`(text: String) { #expect(CertificateDigest(text) == nil) }

    @Test func `a password shows up in no text made of credentials`() {
        let credentials = Credentials(user: "root", password: "secret")
        #expect(!"\(credentials) \(String(reflecting: credentials))".contains("secret"))
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!dumped.contains("secret"))
    }
}
