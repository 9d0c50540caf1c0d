import Datamodel
import Foundation
import TestSupport
import Testing
import UpdatePackage

/// Whom the server believes, decided in a browser, and who decided it.
extension PageTests {
    @Test("A key counts only after its fingerprint was shown and confirmed; the audit says who added it")
    func trustedKey() async throws {
        let site = try await Site()
        try site.add(user: "auditor", .readOnly)
        let publisher = try await SigningKey()
        let fingerprint = try await #require(TrustStore.keys(in: bytes(of: publisher.publicKey)).first?.fingerprint)
        try await Browser.open(site.url) { browser in
            try await browser.go("/trust")
            try await browser.signIn()
            try await browser.type("no key at all", into: "#key")
            try await browser.type("nobody", into: "#key-note")
            try await browser.press("Look at the Key…")
            try await browser.wait(for: "no OpenPGP public key", in: "#problem-key")

            // From its file, binary or not, it comes into the field.
            try await browser.type(publisher.publicKey, into: "#key-file")
            try await browser.wait("the key in the field") {
                try await browser.run("return document.querySelector('#key').value").text?
                    .contains("BEGIN PGP PUBLIC KEY BLOCK") == true
            }
            try await browser.type("the publisher, by telephone", into: "#key-note")
            try await browser.press("Look at the Key…")
            try await browser.wait(for: "Trust this key?", in: "h1")
            #expect(try await browser.text("main").replacing(" ", with: "").contains(fingerprint))
            #expect(try await trusted(site).contains(fingerprint) == false)
            try await browser.picture("15-trust-key")
            try await browser.click("#compared")
            try await browser.press("Trust This Key")
            try await browser.wait(for: fingerprint, in: "main")
            #expect(try await browser.path == "/trust")
            #expect(try await browser.text("main").contains("the publisher, by telephone (root)"))
            #expect(try await trusted(site).contains(fingerprint))

            try await browser.type(String(repeating: "ab", count: 32), into: "#sha256")
            try await browser.type("vouched for", into: "#note")
            try await browser.press("Pin")
            try await browser.wait(for: "vouched for (root)", in: "main")
            let remove = "button[aria-label='Withdraw: \(fingerprint)']"
            try await browser.run(
                "document.querySelector(arguments[0]).closest('details').open = true",
                .string(remove)
            )
            try await browser.click(remove)
            try await browser.wait("the key to be withdrawn") { try await trusted(site).contains(fingerprint) == false }

            // Without the confirmation, or the role, nothing is added.
            let form = "token=TOKEN&key=x&note=x&fingerprint=\(fingerprint)"
            #expect(try await status(of: "/do/trust/add-key", form, browser) == 409)
            try await browser.press("Sign out")
            try await browser.wait(for: "#password")
            try await browser.go("/audit")
            try await browser.signIn("auditor")
            #expect(try await status(of: "/do/trust/add-key", form, browser) == 403)
            try await browser.go("/audit?text=trust")
            let calls = try await browser.run(
                "return [...document.querySelectorAll('#calls tbody tr')].map(r => [1, 2, 3, 5].map(i => r.cells[i].innerText).join(' '))"
            )
            #expect(
                calls
                    == .array(
                        [
                            "auditor (read-only) 127.0.0.1 console/trust/add-key RBAC_PERMISSION_DENIED",
                            "root (pool-admin) 127.0.0.1 trust.remove Done",
                            "root (pool-admin) 127.0.0.1 trust.pin Done",
                            "root (pool-admin) 127.0.0.1 trust.add_key Done",
                        ].map(JSON.string)
                    )
            )
            try await browser.click("#refused")
            try await browser.press("Show")
            try await browser.wait(for: "1 call of", in: "#calls")
            #expect(try await browser.text("#calls tbody").contains("auditor"))
        }
        await publisher.stop()
        await site.server.terminate()
    }

    private func bytes(of file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: file))) }

    private func trusted(_ site: Site) async throws -> [String] {
        try await TrustStore(folder: site.server.state + "/trust").keys().map(\.fingerprint)
    }
}
