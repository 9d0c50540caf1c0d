import Hosts

@testable import LibvirtHosts

/// Every reader of what hosts say, and what must hold whatever they say. Crashing is what none may do.
///
/// The fuzzer (`make fuzz`) and `HostFuzzTests`, which gives them the seeds beside this file, share them.
let hostParsers: [String: @Sendable ([UInt8]) -> Void] = [
    "stamp-lines": { bytes in
        guard let stamps = try? StampLines.parse(bytes) else { return }
        for stamp in stamps {
            precondition(HostTime.range.contains(stamp.modified) && HostAnswer.isText(stamp.name))
            precondition(stamp.contents.utf8.count <= 3 * StampCollection.stampBytes)
        }
    },
    "remote-facts": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let facts = try? RemoteFacts(text, sent: 1_000, received: 1_001) else { return }
        precondition(HostTime.range.contains(facts.facts.bootTime))
        precondition((0...HostAnswer.mostBytes).contains(facts.memory))
        precondition((0...HostAnswer.mostBytes).contains(facts.facts.freeBytes))
        precondition((1...HostAnswer.mostProcessors).contains(facts.cpuCount))
        let texts = [facts.facts.bootID, facts.cpuModel] + facts.facts.softwareVersion.values + facts.bridges
        precondition((texts + facts.cpuFeatures).allSatisfy { HostAnswer.isText($0) })
    },
    "package-lines": { bytes in
        let packages = (try? PackageLines.parse(String(decoding: bytes, as: UTF8.self))) ?? []
        for package in packages { precondition([package.name, package.version].allSatisfy { HostAnswer.isText($0) }) }
    },
    "verification": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let names = ["a-1-1.noarch", "b"]
        let checks = RPMVerification.parse(text, packages: names)
        precondition(checks.map { $0.map(\.package) == names } ?? true)
        _ = DebVerification.parse(text, packages: names)?.flatMap(\.findings).map(\.description)
    },
]
