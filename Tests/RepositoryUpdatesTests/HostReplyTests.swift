import Foundation
import Hosts
import Testing

@testable import RepositoryUpdates

/// What hosts may say, and what they may not.
struct HostReplyTests {
    private static let sha = String(repeating: "ab", count: 32)

    private static func said(
        name: String = "tool",
        epoch: String = "1",
        version: String = "2",
        sha256: String = sha,
        size: String = "10",
        time: String = "1796000000",
        copies: Int = 1
    ) -> String {
        let package = """
            {"name": "\(name)", "epoch": "\(epoch)", "version": "\(version)", "release": "1.el9", "arch": "noarch", \
            "repository": "updates", "size": \(size), "sha256": "\(sha256)", "beside": false}
            """
        let packages = Array(repeating: package, count: copies).joined(separator: ", ")
        return """
            Loaded plugins: many
            pitstop-updates {"repositories": [{"id": "updates", "sources": ["https://user:secret@mirror.invalid/x"], \
            "packages": true, "metadata": false, "state": {"sha256": "\(sha)", "time": \(time)}}], "packages": [\(packages)], \
            "advisories": [{"id": "EX-1", "kind": "security", "severity": "Low", "issued": "2026-11-20", \
            "title": "a\\u001b[31mb", "text": "one\\ntwo", "cves": ["CVE-2026-1"], "packages": ["tool"]}]}

            """
    }

    @Test(
        "An offer is read: packages with epoch and checksum, repositories without passwords, advisories without colours"
    )
    func offer() throws {
        let offer = try HostReply.offer(Self.said())
        #expect(offer.packages.map(\.nevra) == ["tool-1:2-1.el9.noarch"])
        #expect(offer.packages[0].fileName == "tool-2-1.el9.noarch.rpm")
        #expect(offer.packages[0].sha256 == Self.sha)
        #expect(offer.repositories[0].sources == ["https://mirror.invalid/x"])
        #expect(offer.repositories[0].time == 1_796_000_000)
        #expect(offer.advisories[0].line == "EX-1 (security, Low): a\u{fffd}[31mb; CVE-2026-1")
        #expect(offer.advisories[0].text == "one\ntwo")
    }

    @Test(
        "What can be no package, no checksum and no size is refused, and so is one file under two names",
        arguments: [
            said(name: "../../etc/passwd"), said(name: "-rf"), said(name: "a b"), said(epoch: "-1"),
            said(epoch: "99999999999"), said(version: "1;reboot"), said(version: ""), said(sha256: "abc"),
            said(sha256: sha.uppercased()), said(size: "0"), said(size: "9223372036854775807"), said(size: "1e99"),
            said(time: "9223372036854775807"), said(copies: 2), "", "pitstop-updates {", "pitstop-updates []",
            said() + said(), said().replacing("\"packages\": [{", with: "\"pakages\": [{"),
        ]
    )
    func nonsense(output: String) {
        #expect(throws: HostNonsense.self) { try HostReply.offer(output) }
    }

    @Test("What a host gives as its reason is what the operator reads")
    func problem() {
        #expect(throws: HostNonsense("it has no dnf\u{fffd}")) {
            try HostReply.json("\npitstop-updates {\"problem\": \"it has no dnf\\u0007\"}\n")
        }
    }

    @Test("Facts are read, with the epochs of what is installed")
    func facts() throws {
        let facts = try HostReply.facts(
            """
            pitstop-updates {"arch": "x86_64", "repositories": [{"id": "u", "sources": [], "packages": true, "metadata": true}],
            """.trimmingCharacters(in: .newlines)
                + " \"held\": [\"kernel*\"], \"installed\": [{\"name\": \"a\", \"epoch\": \"3\", \"version\": \"1\", "
                + "\"release\": \"2\", \"arch\": \"i686\"}]}\n"
        )
        #expect(facts.installed.map { "\($0.name) \($0.order)" } == ["a 3:1-2"])
        #expect(facts.held == ["kernel*"])
    }

    @Test("Names and patterns of packages are taken, and nothing that a program could take for more")
    func patterns() throws {
        _ = try UpdateRequest(only: ["kernel*", "gtk+", "a?b"], exclude: ["lib_x.y"])
        for text in ["", "-x", "a b", "'''", "a\nb", "$(x)", "\\", "ä", String(repeating: "a", count: 129)] {
            #expect(throws: RepositoryError.notAName(text)) { try UpdateRequest(only: [text]) }
        }
    }
}

extension HostReplyTests {
    @Test("Whatever becomes of an answer on its way, it is read or refused, and what was read keeps its limits")
    func noise() throws {
        var random = Noise(state: 0x5eed)
        let good = Array(Self.said().utf8)
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0...random.below(4) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: random.below(place + 1))
                }
            }
            guard let offer = try? HostReply.offer(String(decoding: bytes, as: UTF8.self)) else { continue }
            for package in offer.packages {
                #expect(package.sha256.utf8.count == 64 && package.size > 0)
                #expect(!package.fileName.contains("/") && !package.fileName.hasPrefix("-"))
            }
        }
    }

    private struct Noise {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }

        mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
    }
}
