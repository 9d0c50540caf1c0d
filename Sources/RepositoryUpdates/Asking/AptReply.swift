import Foundation
import Hosts
import UpdatePackage

/// Reads what ``HostProgram`` printed on a host with apt: lines of words with tabs between, as strict as ``HostReply``.
struct AptReply {
    private let lines: [[Substring]]
    private static let (first, last): (Substring, Substring) = ("pitstop-apt begin", "pitstop-apt end")

    /// The lines of an answer; nil where it is none of apt's.
    ///
    /// - Throws: ``HostNonsense`` where it is cut short, or has more than one beginning or end.
    init?(_ output: String) throws(HostNonsense) {
        let all = output.split(separator: "\n")
        guard let begin = all.firstIndex(of: Self.first) else { return nil }
        guard let end = all.lastIndex(of: Self.last), begin < end,
            all.count(where: { $0 == Self.first || $0 == Self.last }) == 2
        else { throw HostNonsense("what it says of its repositories is cut short") }
        lines = all[(begin + 1)..<end].map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        guard lines.count <= HostAnswer.mostPackages else {
            throw HostNonsense("it says more than a host can have to say")
        }
    }

    /// The lines that begin with a word, without it.
    private func lines(_ word: Substring, of count: Int) throws(HostNonsense) -> [[String]] {
        let found = lines.filter { $0.first == word }
        guard found.allSatisfy({ $0.count == count + 1 }) else {
            throw HostNonsense("what it says of its repositories can not be read")
        }
        return found.map { $0.dropFirst().map(String.init) }
    }

    // MARK: Facts

    func facts() throws(HostNonsense) -> HostReply.Facts {
        guard let architecture = try lines("arch", of: 1).first?[0] else {
            throw HostNonsense("it tells no architecture")
        }
        var installed: [PackageOnHost] = []
        for line in try lines("installed", of: 3) {
            guard HostReply.isWord(line[0]), HostReply.isWord(line[2]), let version = DebVersion(line[1]) else {
                throw HostNonsense("\(HostAnswer.text(line.joined(separator: " "), bytes: 128)) is no package")
            }
            installed.append(PackageOnHost(name: line[0], order: .deb(version), architecture: line[2]))
        }
        return HostReply.Facts(
            architecture: try HostAnswer.word(architecture, "architecture"),
            repositories: try repositories(try lines("repository", of: 3)),
            held: try lines("held", of: 1).map { HostAnswer.text($0[0]) },
            installed: installed,
            settings: try lines("settings", of: 1).map { HostAnswer.text($0[0]) }.joined(separator: " ")
        )
    }

    /// One repository for each site and release, with all of its components.
    private func repositories(_ found: [[String]]) throws(HostNonsense) -> [Repository] {
        var repositories: [Repository] = []
        for line in found {
            let site = HostReply.withoutPassword(line[0])
            guard HostReply.isAddress(site), HostReply.isAddress(line[1]) else {
                throw HostNonsense("\(HostAnswer.text(line.joined(separator: " "), bytes: 128)) is no repository")
            }
            // A repository without components has its Packages beside its Release.
            let component = line[2].hasPrefix("$") ? "" : HostAnswer.text(line[2], bytes: 64)
            let id = "\(site) \(line[1])"
            if let index = repositories.firstIndex(where: { $0.id == id }) {
                if !repositories[index].sources.contains(component) { repositories[index].sources.append(component) }
            } else {
                repositories.append(
                    Repository(id: id, sources: [component], checksPackages: true, checksMetadata: true)
                )
            }
        }
        guard repositories.count <= HostReply.mostRepositories else {
            throw HostNonsense("it has more repositories than any host")
        }
        return repositories.sorted { $0.id < $1.id }
    }

    // MARK: Offer

    func offer() throws(HostNonsense) -> HostReply.Offer {
        let found = try lines("repository", of: 4)
        var repositories = try repositories(found)
        for line in try lines("state", of: 3) {
            guard HostReply.isDigest(line[1]), let time = Int64(line[2]), HostTime.range.contains(time) else {
                throw HostNonsense("what it says of the metadata in \(HostAnswer.text(line[0], bytes: 64)) can not be")
            }
            // `SITE_dists_RELEASE_InRelease` stands beside `SITE_dists_RELEASE_COMPONENT_…_Packages`.
            let start = line[0].prefix(through: line[0].lastIndex(of: "_") ?? line[0].startIndex)
            for one in found where one[3].hasPrefix(start) && !start.isEmpty {
                let id = "\(HostReply.withoutPassword(one[0])) \(one[1])"
                guard let index = repositories.firstIndex(where: { $0.id == id }) else { continue }
                (repositories[index].metadata, repositories[index].time) = (line[1], time)
            }
        }
        guard repositories.allSatisfy({ !$0.metadata.isEmpty }) else {
            throw HostNonsense("it does not tell the state of each of its repositories")
        }
        let sites = found.map { HostReply.withoutPassword($0[0]) }
        var packages: [OfferedPackage] = []
        for line in try lines("package", of: 4) { packages.append(try package(line, sites)) }
        guard packages.count <= HostReply.mostOffered, Set(packages.map(\.sha256)).count == packages.count else {
            throw HostNonsense("its repositories offer one file as several packages, or more than any has")
        }
        return HostReply.Offer(
            repositories: repositories,
            packages: packages.sorted { ($0.name, $0.architecture) < ($1.name, $1.architecture) },
            advisories: []
        )
    }

    /// Address, `name_version_architecture.deb` with what has a meaning in addresses as `%3a`, size, and SHA-256.
    private func package(_ line: [String], _ sites: [String]) throws(HostNonsense) -> OfferedPackage {
        let parts = line[1].removingPercentEncoding?.split(separator: "_", omittingEmptySubsequences: false) ?? []
        guard parts.count == 3, parts[2].hasSuffix(".deb"), let version = DebVersion(String(parts[1])) else {
            throw HostNonsense("\(HostAnswer.text(line[1], bytes: 128).debugDescription) is no file of a package")
        }
        let (name, architecture) = (String(parts[0]), String(parts[2].dropLast(4)))
        guard HostReply.isWord(name), HostReply.isWord(architecture), HostReply.isDigest(line[3]),
            let size = Int64(line[2]), (1...HostAnswer.mostBytes).contains(size)
        else { throw HostNonsense("what it says of its \(HostAnswer.text(name, bytes: 64)) can not be") }
        let bare = DebVersion(epoch: 0, upstream: version.upstream, revision: version.revision).description
        // A colon may stand in an upstream version, but in no name of a file.
        guard HostReply.isWord(bare) else { throw HostNonsense("the version of its \(name) can not name a file") }
        // A list of mirrors sends to places that no site begins with.
        let address = HostReply.withoutPassword(line[0])
        let folder = String(address[..<(address.lastIndex(of: "/") ?? address.endIndex)])
        let site = sites.filter { address.hasPrefix($0) }.max { $0.utf8.count < $1.utf8.count } ?? folder
        guard HostReply.isAddress(site) else { throw HostNonsense("the address of its \(name) is none") }
        return OfferedPackage(
            format: .deb,
            name: name,
            epoch: version.epoch,
            version: bare,
            release: "",
            architecture: architecture,
            repository: site,
            size: size,
            sha256: line[3]
        )
    }
}
