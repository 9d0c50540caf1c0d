import Foundation
import Hosts
import UpdatePackage

/// Reads what ``HostProgram`` printed on a host, which may be anybody's: small, strict, and with limits.
enum HostReply {
    /// Bytes that a host may print: a thousand packages are some hundred KiB.
    static let limit = 24 << 20
    static let mostOffered = 20_000
    private static let mostAdvisories = 5_000
    static let mostRepositories = 500
    private static let mark = "pitstop-updates "

    /// The JSON of an answer, and nothing that other programs have printed around it.
    ///
    /// - Throws: ``HostNonsense`` where there is none, or where it tells of a problem.
    static func json(_ output: String) throws(HostNonsense) -> Data {
        let lines = output.split(separator: "\n").filter { $0.hasPrefix(mark) }
        guard let line = lines.last, lines.count == 1 else {
            let said = HostAnswer.text(output.suffix(300).split(whereSeparator: \.isNewline).joined(separator: " "))
            throw HostNonsense(
                "it does not say what its repositories offer: \(said.isEmpty ? "it said nothing" : said)"
            )
        }
        let json = Data(line.dropFirst(mark.count).utf8)
        if let refusal = try? JSONDecoder().decode(Problem.self, from: json) {
            throw HostNonsense(HostAnswer.text(refusal.problem, bytes: 2_048))
        }
        return json
    }

    private struct Problem: Decodable { let problem: String }
    private static func decode<Value: Decodable>(_ type: Value.Type, _ output: String) throws(HostNonsense) -> Value {
        let json = try json(output)
        guard let value = try? JSONDecoder().decode(type, from: json) else {
            throw HostNonsense("what it says of its repositories can not be read")
        }
        return value
    }

    /// Makes sure that an answer to `fetch` tells of no trouble.
    static func assertDone(_ output: String) throws(HostNonsense) {
        if try AptReply(output) == nil { _ = try json(output) }
    }

    // MARK: Facts

    /// What a host is and has, as far as its updates follow from it.
    struct Facts: Hashable, Sendable {
        var architecture: String
        var repositories: [Repository]
        /// What the host excludes or has locked, in dnf's words.
        var held: [String]
        var installed: [PackageOnHost]
        /// The digest of other settings by which the answer may differ; empty where there are none.
        var settings = ""
    }

    /// Reads the answer to `facts`.
    static func facts(_ output: String) throws(HostNonsense) -> Facts {
        if let lines = try AptReply(output) { return try lines.facts() }
        let found = try decode(SaidFacts.self, output)
        guard found.installed.count <= HostAnswer.mostPackages, found.held.count <= HostAnswer.mostPackages else {
            throw HostNonsense("it tells of more packages than a host can have")
        }
        var installed: [PackageOnHost] = []
        for one in found.installed {
            let (name, order, architecture) = try named(one)
            installed.append(PackageOnHost(name: name, order: .rpm(order), architecture: architecture))
        }
        return Facts(
            architecture: try HostAnswer.word(found.arch, "architecture"),
            repositories: try repositories(found.repositories),
            held: found.held.map { HostAnswer.text($0) },
            installed: installed
        )
    }

    private struct SaidFacts: Decodable {
        let arch: String
        let repositories: [SaidRepository]
        let held: [String]
        let installed: [SaidName]
    }

    // MARK: Offer

    /// What a host's repositories offer it, resolved by its own dnf.
    struct Offer: Hashable, Sendable {
        var repositories: [Repository]
        var packages: [OfferedPackage]
        var advisories: [Advisory]
    }

    /// Reads the answer to `offer`.
    static func offer(_ output: String) throws(HostNonsense) -> Offer {
        if let lines = try AptReply(output) { return try lines.offer() }
        let found = try decode(SaidOffer.self, output)
        guard found.packages.count <= mostOffered, found.advisories.count <= mostAdvisories else {
            throw HostNonsense("its repositories offer more than any has")
        }
        var packages: [OfferedPackage] = []
        for one in found.packages { packages.append(try package(one)) }
        guard Set(packages.map(\.sha256)).count == packages.count else {
            throw HostNonsense("its repositories offer one file as several packages")
        }
        var advisories: [Advisory] = []
        for one in found.advisories { advisories.append(try advisory(one)) }
        return Offer(
            repositories: try repositories(found.repositories),
            packages: packages,
            advisories: advisories
        )
    }

    private struct SaidOffer: Decodable {
        let repositories: [SaidRepository]
        let packages: [SaidPackage]
        let advisories: [SaidAdvisory]
    }

    private struct SaidName: Decodable { let name, epoch, version, release, arch: String }

    private struct SaidPackage: Decodable {
        let name, epoch, version, release, arch, repository, sha256: String
        let size: Int64
        let beside: Bool
        var full: SaidName { SaidName(name: name, epoch: epoch, version: version, release: release, arch: arch) }
    }

    private struct SaidRepository: Decodable {
        struct State: Decodable {
            let sha256: String
            let time: Int64
        }

        let id: String
        let sources: [String]
        let packages, metadata: Bool
        let state: State?
    }

    private struct SaidAdvisory: Decodable {
        let id, kind, severity, issued, title, text: String
        let cves, packages: [String]
    }

    private static func named(_ said: SaidName) throws(HostNonsense) -> (String, RPMVersion, String) {
        for word in [said.name, said.version, said.release, said.arch] where !isWord(word) {
            throw HostNonsense("\(HostAnswer.text(word, bytes: 64).debugDescription) is no part of a package's name")
        }
        guard let epoch = UInt32(said.epoch) else { throw HostNonsense("the epoch of its \(said.name) is no number") }
        return (said.name, RPMVersion(epoch: Int(epoch), version: said.version, release: said.release), said.arch)
    }

    private static func package(_ said: SaidPackage) throws(HostNonsense) -> OfferedPackage {
        let (name, order, architecture) = try named(said.full)
        guard isDigest(said.sha256) else { throw HostNonsense("the checksum of its \(name) is none") }
        guard (1...HostAnswer.mostBytes).contains(said.size) else {
            throw HostNonsense("the size of its \(name) can not be: \(said.size)")
        }
        // It goes back to the host with the next question.
        guard isAddress(said.repository) else {
            throw HostNonsense("what it gives as the repository of its \(name) is none")
        }
        return OfferedPackage(
            name: name,
            epoch: order.epoch,
            version: order.version,
            release: order.release,
            architecture: architecture,
            repository: said.repository,
            size: said.size,
            sha256: said.sha256,
            isKeptBeside: said.beside
        )
    }

    private static func repositories(_ said: [SaidRepository]) throws(HostNonsense) -> [Repository] {
        guard said.count <= mostRepositories else { throw HostNonsense("it has more repositories than any host") }
        var found: [Repository] = []
        for one in said {
            if let state = one.state, !isDigest(state.sha256) || !HostTime.range.contains(state.time) {
                throw HostNonsense("what it says of the metadata of \(HostAnswer.text(one.id, bytes: 64)) can not be")
            }
            found.append(
                Repository(
                    id: HostAnswer.text(one.id),
                    sources: one.sources.prefix(32).map { withoutPassword(HostAnswer.text($0, bytes: 1_024)) },
                    checksPackages: one.packages,
                    checksMetadata: one.metadata,
                    metadata: one.state?.sha256 ?? "",
                    time: one.state?.time ?? 0
                )
            )
        }
        return found
    }

    private static func advisory(_ said: SaidAdvisory) throws(HostNonsense) -> Advisory {
        guard said.cves.count <= mostAdvisories, said.packages.count <= mostOffered else {
            throw HostNonsense("an advisory of its repositories is beyond all measure")
        }
        return Advisory(
            id: HostAnswer.text(said.id, bytes: 128),
            kind: HostAnswer.text(said.kind, bytes: 32),
            severity: HostAnswer.text(said.severity, bytes: 32),
            issued: HostAnswer.text(said.issued, bytes: 10),
            title: HostAnswer.text(said.title, bytes: 1_024),
            text: paragraphs(said.text),
            cves: said.cves.map { HostAnswer.text($0, bytes: 32) },
            packages: said.packages.map { HostAnswer.text($0) }
        )
    }
}
