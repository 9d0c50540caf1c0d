import Foundation
import TestSupport
import Testing
import UpdatePackage

@testable import Notices

/// The file that names who is told.
struct ReceiversTests {
    private func read(_ yaml: String, _ folder: String = "/nowhere") throws -> NoticeReceivers {
        try NoticeReceivers(yaml: yaml, file: "notices.yaml", folder: folder)
    }

    @Test("Webhooks and mail are named, with the events that they want; secrets are in files beside it")
    func good() throws {
        let directory = try TemporaryDirectory()
        try directory.write("the key\nmore\n", to: "key")
        try directory.write("https://chat.example/secret\n", to: "address")
        let read = try read(
            """
            receivers:
              - name: ops
                webhook: https://ops.example/hook
                secret: key
                events: [run-held, host-failed]
              - name: chat
                webhook-file: address
                template: slack
              - name: people
                mail: [ann@example.org, bob@example.org]
                from: pitstop@example.org
            """,
            directory.path
        )
        #expect(read.names == ["ops", "chat", "people"])
        guard case .webhook(let ops) = read.receivers[0].way, case .webhook(let chat) = read.receivers[1].way,
            case .mail(let people) = read.receivers[2].way
        else { return #expect(Bool(false), "they are of other kinds") }
        #expect(ops.secret == "the key" && ops.template == .none && chat.url == "https://chat.example/secret")
        #expect(people.to.count == 2 && people.program == "/usr/sbin/sendmail")
        #expect(read.receivers[0].wants(.runHeld) && !read.receivers[0].wants(.runBegun))
        #expect(Notice.Event.allCases.allSatisfy { read.receivers[1].wants($0) })
    }

    @Test(
        "What can not be used is told with its line",
        arguments: [
            ("receivers: []\n", 1, "there is no receiver"), ("recievers: []\n", 1, "not known"),
            ("receivers:\n  - name: a\n", 2, "one of webhook"),
            ("receivers:\n  - name: a\n    webhook: ftp://a/\n", 3, "https://"),
            ("receivers:\n  - name: a\n    webhook: https://a/\n    mail: b@c\n", 2, "one of webhook"),
            ("receivers:\n  - name: a\n    webhook: https://a/\n    secret: none\n", 4, "no such file"),
            ("receivers:\n  - name: a\n    webhook: https://a/\n    events: [run-over]\n", 4, "run-held"),
            ("receivers:\n  - name: a\n    webhook: https://a/\n    template: irc\n", 4, "slack"),
            ("receivers:\n  - name: a\n    webhook: https://a/\n    from: b@c\n", 4, "belongs to mail"),
            ("receivers:\n  - name: a\n    mail: b@c\n", 2, "from is missing"),
            ("receivers:\n  - name: a\n    mail: -f@c\n    from: b@c\n", 3, "no address"),
            ("receivers:\n  - name: a\n    mail: 'b@c, d@e'\n    from: b@c\n", 3, "no address"),
            ("receivers:\n  - name: pool\n    mail: b@c\n    from: b@c\n", 2, "is taken"),
            ("receivers:\n  - {name: a, mail: b@c, from: b@c}\n  - {name: a, mail: b@c, from: b@c}\n", 3, "is taken"),
        ]
    )
    func bad(yaml: String, line: Int, words: String) throws {
        let error = #expect(throws: ManifestError.self) { try read(yaml) }
        #expect(error?.line == line && error?.reason.contains(words) == true, "\(String(describing: error))")
    }
}
