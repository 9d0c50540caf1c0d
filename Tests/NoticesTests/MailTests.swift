import Foundation
import TestSupport
import Testing

@testable import Notices

/// Mail by a program that takes the place of `sendmail`.
struct MailTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func program(_ script: String) throws -> String {
        let path = try directory.write("#!/bin/sh\ncd '\(directory.path)'\n\(script)\n", to: "sendmail")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    private func notice(_ title: String, text: String = "xs1 holds.") -> Notice {
        Notice(
            id: "run-1/hold/3",
            event: .runHeld,
            at: 1_796_126_400,
            pool: "Pool",
            run: "run-1",
            title: title,
            text: text
        )
    }

    @Test("The machine's sendmail gets one whole mail, with the addresses in its head and none on its command line")
    func sent() async throws {
        let mail = Mail(
            to: ["ann@example.org", "bob@example.org"],
            from: "pitstop@example.org",
            program: try program("echo \"$@\" > arguments; cat > mail; env > environment"),
            patience: .seconds(300)
        )
        try await mail.send(notice("XS602", text: "Grüße.\n.\nFrom here on"))
        #expect(try String(contentsOfFile: directory.file("arguments"), encoding: .utf8) == "-t -i\n")
        let text = try String(contentsOfFile: directory.file("mail"), encoding: .utf8)
        let parts = text.split(separator: "\n\n", maxSplits: 1).map(String.init)
        #expect(parts[0].contains("To: ann@example.org, bob@example.org\n"))
        #expect(parts[0].contains("Date: Tue, 1 Dec 2026 12:00:00 +0000\n"))
        #expect(parts[0].contains("X-Pitstop-Notice: run-1/hold/3\n"))
        let body = Data(base64Encoded: parts[1], options: .ignoreUnknownCharacters)
        #expect(
            String(decoding: body ?? Data(), as: UTF8.self) == "Grüße.\n.\nFrom here on\n\nPool: Pool\nRun: run-1\n"
        )
        #expect(!(try String(contentsOfFile: directory.file("environment"), encoding: .utf8).contains("HOME=")))
    }

    @Test(
        "No name begins a head of its own",
        arguments: ["a\nBcc: eve@example.org", "a\r\n\r\nbody", String(repeating: "ü", count: 200)]
    )
    func heads(title: String) {
        let mail = Mail(to: ["a@b"], from: "c@d", program: "/bin/false")
        let text = mail.message(of: notice(title))
        let heads = text.split(separator: "\n\n", maxSplits: 1)[0].split(separator: "\n")
        #expect(heads.allSatisfy { $0.first == " " || $0.firstMatch(of: #/^[A-Za-z-]+: /#) != nil })
        #expect(!heads.contains { $0.hasPrefix("Bcc") } && heads.allSatisfy { $0.utf8.count <= 998 })
        let words = heads.joined().matches(of: /=\?utf-8\?B\?([^?]+)\?=/).map { String($0.output.1) }
        let subject = words.map { String(decoding: Data(base64Encoded: $0) ?? Data(), as: UTF8.self) }.joined()
        #expect(subject.hasPrefix("Pool: a run holds (") && words.allSatisfy { $0.utf8.count <= 60 })
    }

    @Test("A program that refuses, is not there, or never ends is told of")
    func refusals() async throws {
        func problem(_ script: String?, patience: Duration = .seconds(300)) async throws -> String? {
            let path = try script.map { try program($0) } ?? directory.file("missing")
            let mail = Mail(to: ["a@b"], from: "c@d", program: path, patience: patience)
            do throws(Undelivered) { try await mail.send(notice("x")) } catch { return error.description }
            return nil
        }
        #expect(try await problem("cat >/dev/null; echo no such user >&2; exit 67")?.contains("no such user") == true)
        #expect(try await problem(nil)?.contains("could not be run") == true)
        #expect(try await problem("sleep 600", patience: .seconds(1)) == "sendmail did not end within 1 s.")
    }
}
