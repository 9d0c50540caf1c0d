import Foundation
import Rollout
import TestSupport
import Testing
import XenAPI

@testable import PoolRollout

@Suite("What operators write")
struct RunOptionTests {
    private func options(_ words: [String: String]) throws(APIError) -> RunOptions {
        try RunOptions(updates: ["OpaqueRef:u"], words: words)
    }

    @Test(
        "A time is taken with its zone, however that is written",
        arguments: [
            ("2026-11-26T22:00:00Z", Int64(1_795_730_400)), ("20261126T22:00:00Z", 1_795_730_400),
            ("2026-11-26T22:00Z", 1_795_730_400), ("2026-11-26T23:00:00+01:00", 1_795_730_400),
            ("2026-11-26T23:00+0100", 1_795_730_400), ("2026-11-27T03:30:00+05:30", 1_795_730_400),
            ("2026-11-26T17:00:00-05", 1_795_730_400), ("20261126T23:00:00+01:00", 1_795_730_400),
        ]
    )
    func zones(text: String, seconds: Int64) throws {
        #expect(try options(["finish_by": text]).policy.finishBy == seconds)
        let windows = try options(["windows": "\(text)/2026-11-28T01:00:00+01:00"]).policy.windows
        #expect(windows == [.init(start: seconds, end: 1_795_824_000)])
    }

    @Test(
        "A time without a zone is refused, and so is one that is none",
        arguments: [
            "2026-11-26T22:00:00", "2026-11-26", "2026-11-26T22:00:00+", "2026-11-26T22:00:00+1",
            "2026-11-26T22:00:00+01:",
            "2026-11-26T22:00:00+99:00", "2026-11-26T22:00:00+01:99", "2026-02-30T22:00:00Z", "tomorrow", "", "T",
            "+T+",
            "2026-11-26T22:00:00+٠١:٠٠",
        ]
    )
    func noZone(text: String) throws {
        let error = #expect(throws: APIError.self) { try options(["finish_by": text]) }
        #expect(error?.parameters.last?.contains("with its zone") == true)
    }

    @Test("A name with a comma is one name; a comma between names is none of them")
    func commas() throws {
        let found = try options([
            "exclude": #"rack 1\, left,xs2"#, "order": "xs1, xs2", "maintenance": #"C:\data\\x,xs3\"#,
            "suspend": ",db-1,",
        ])
        #expect(found.excluded == ["rack 1, left", "xs2"])
        #expect(found.order == ["xs1", "xs2"])
        #expect(found.maintained == [#"C:\data\x"#, #"xs3\"#])
        #expect(found.consents == ["db-1": .suspend])
    }

    @Test("The guide tells of every option as it is, and of no other", arguments: RunOption.all)
    func guide(option: RunOption) throws {
        let table = try Self.guide()
        #expect(table.contains(option.row), "docs/guide.md needs the line: \(option.row)")
        #expect(table.count == RunOption.all.count)
    }

    private static func guide() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let text = try String(contentsOf: root.appending(path: "docs/guide.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Array(
            lines.drop { !$0.hasPrefix("| key | value | default |") }.dropFirst(2).prefix { $0.hasPrefix("|") }
        )
    }

    @Test("The command line has a word for every option that people give")
    func flags() async throws {
        let help = try await Tools.run(Products.pitstop, ["rollout", "start", "--help"]).output
        let words = Set(help.split { " \n,".contains($0) }.map(String.init))
        for option in RunOption.all where !option.flag.isEmpty {
            #expect(words.contains(option.flag), "\(option.key)")
        }
    }

    @Test("No two options have the same key, and none has one that another would take for its own")
    func keys() {
        for option in RunOption.all {
            #expect(RunOption.of(option.name)?.key == option.key)
            #expect(RunOption.all.count { $0.key == option.key } == 1)
        }
        #expect(RunOption.of("gates") == nil && RunOption.of("gate") == nil)
    }

    @Test("Restarting only is asked for in so many words")
    func restartOnly() throws {
        #expect(try !options([:]).restartsOnly)
        #expect(try options(["restart_only": "true"]).restartsOnly)
        #expect(throws: APIError.self) { try options(["restart_only": "yes"]) }
    }

    @Test("A gate takes an address of IPv6 in brackets, and no port without a host")
    func addresses() throws {
        func gate(_ text: String) throws(APIError) -> Gate.Kind? {
            try options(["gate.g": text]).policy.gates.first?.kind
        }
        #expect(try gate("tcp:[2001:db8::1]:443") == .tcp(host: "2001:db8::1", port: 443))
        #expect(try gate("tcp:web.example:443") == .tcp(host: "web.example", port: 443))
        for text in ["tcp:2001:db8::1:443", "tcp::443", "tcp:[]:443", "tcp:web", "tcp:web:0", "tcp:[::1]"] {
            #expect(throws: APIError.self) { _ = try gate(text) }
        }
    }

    @Test(
        "A run's id is a uuid in its one spelling, for it is the name of a file as well",
        arguments: [
            "../../etc/passwd", "", "11111111-2222-3333-4444-55555555555", "AAAAAAAA-2222-3333-4444-555555555555",
            "11111111-2222-3333-4444-555555555555\n",
        ]
    )
    func ids(text: String) throws {
        #expect(throws: APIError.self) { try options(["run": text]) }
        let id = "11111111-2222-3333-4444-555555555555"
        #expect(try options(["run": id]).run == id)
    }

    @Test("VMs go home or are spread, not both")
    func endings() throws {
        #expect(try options(["balance": "true"]).policy.balances == true)
        #expect(try options(["balance": "false", "go_home": "true"]).policy.balances == nil)
        let error = #expect(throws: APIError.self) { try options(["balance": "true", "go_home": "true"]) }
        #expect(error?.parameters.first == "balance")
    }

    @Test("An unknown option is refused with those that there are")
    func unknown() throws {
        let error = #expect(throws: APIError.self) { try options(["go_hom": "true"]) }
        #expect(error?.parameters.last?.contains("go_home") == true)
    }

    @Test(
        "Passwords and keys in the addresses of gates are not shown",
        arguments: [
            ("https://ann:secret@web.example:8443/health?token=secret", "https://web.example:8443/health?…"),
            ("https://web.example/health", "https://web.example/health"),
            ("see http://u:p@a/b, or http://c#secret", "see http://a/b, or http://c?…"),
            ("http://ann:sec/ret@web.example/", "http://web.example/"), ("http://[::1]:80/@x", "http://[::1]:80/@x"),
            ("status 503", "status 503"), ("", ""),
        ]
    )
    func secrets(text: String, shown: String) {
        #expect(text.withoutSecrets == shown)
    }

    @Test("A red gate tells its address without the password; so does a refusal of one")
    func redGate() async throws {
        let keeper = GateKeeper(
            gates: "/nonexistent/gates",
            prechecks: "/nonexistent/prechecks",
            pairs: "/nonexistent/pairs"
        )
        let gate = Gate(name: "g", kind: .http(url: "http://ann:secret@127.0.0.1:1/?key=secret"), timeout: 60)
        guard case .failed(let reason) = await keeper.judge(gate) else {
            Issue.record("it is green")
            return
        }
        #expect(!reason.contains("secret") && reason.contains("127.0.0.1:1/"), "\(reason)")
        let error = #expect(throws: APIError.self) { try options(["gate.g": "htp://ann:secret@web.example"]) }
        #expect(error?.parameters.contains { $0.contains("secret") } == false)
    }

    @Test("Sentences end once")
    func sentences() {
        for (text, sentence) in [
            ("xs1 is down", "xs1 is down."), ("xs1 is down.", "xs1 is down."),
            ("closed by remote host / .", "closed by remote host."),
            ("why?", "why?"), ("it ends… ", "it ends…"), ("", ""), (" . ", " ."),
        ] { #expect(text.asSentence == sentence) }
        #expect("xs1 is down.".asClause == "xs1 is down")
        #expect(1.of("wave") == "1 wave" && 2.of("wave") == "2 waves" && 0.of("host") == "0 hosts")
    }
}
