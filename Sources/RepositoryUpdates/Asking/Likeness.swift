import UpdatePackage

/// What one host, or several that do not differ in anything that matters, would get.
struct AskedHosts: Sendable {
    /// Their names.
    var hosts: [String]
    var product: String
    var release: String
    var facts: HostReply.Facts
    var offer: HostReply.Offer

    /// Whether they are of one kind: the same release for the same machine type.
    func isOfKind(_ other: AskedHosts) -> Bool {
        (product, release, facts.architecture) == (other.product, other.release, other.facts.architecture)
    }

    /// Whether they have the same repositories, too.
    func isLike(_ other: AskedHosts) -> Bool {
        isOfKind(other) && facts.repositories.count == other.facts.repositories.count
            && zip(facts.repositories, other.facts.repositories).allSatisfy { $0.isSame(as: $1) }
    }
}

/// Sorts hosts into classes, and says in words which differ from their like.
enum Likeness {
    /// The classes, the largest first. What most hosts of a class would get is what the class gets.
    static func classes(_ asked: [AskedHosts]) -> [HostClass] {
        var groups: [[AskedHosts]] = []
        for one in asked {
            if let index = groups.firstIndex(where: { $0[0].isLike(one) }) {
                groups[index].append(one)
            } else {
                groups.append([one])
            }
        }
        groups = groups.map { $0.sorted(by: isLarger) }
            .sorted { one, other in
                size(one) != size(other)
                    ? size(one) > size(other) : names(one).lexicographicallyPrecedes(names(other))
            }
        return groups.enumerated().map { index, group in
            var found = makeClass(group)
            // The first of the same kind is the largest.
            if let usual = groups[..<index].first(where: { $0[0].isOfKind(group[0]) })?.first {
                let text = difference(of: group[0].facts.repositories, from: usual)
                found.differences += names(group).map { HostClass.Difference(host: $0, text: text) }
            }
            return found
        }
    }

    private static func isLarger(_ one: AskedHosts, _ other: AskedHosts) -> Bool {
        one.hosts.count != other.hosts.count
            ? one.hosts.count > other.hosts.count : one.hosts.lexicographicallyPrecedes(other.hosts)
    }

    private static func size(_ group: [AskedHosts]) -> Int { group.reduce(0) { $0 + $1.hosts.count } }
    private static func names(_ group: [AskedHosts]) -> [String] { group.flatMap(\.hosts).sorted() }

    private static func makeClass(_ group: [AskedHosts]) -> HostClass {
        let usual = group[0]
        return HostClass(
            product: usual.product,
            release: usual.release,
            architecture: usual.facts.architecture,
            repositories: usual.offer.repositories,
            hosts: names(group),
            packages: usual.offer.packages,
            advisories: usual.offer.advisories,
            differences: group.dropFirst().flatMap { other in
                let texts = differences(of: other, from: usual)
                return other.hosts.flatMap { host in texts.map { HostClass.Difference(host: host, text: $0) } }
            }
        )
    }

    /// Why hosts are in a class of their own.
    private static func difference(of repositories: [Repository], from usual: AskedHosts) -> String {
        let others = usual.facts.repositories
        let more = repositories.filter { one in !others.contains { $0.isSame(as: one) } }.map(\.id)
        let fewer = others.filter { one in !repositories.contains { $0.isSame(as: one) } }.map(\.id)
        var words: [String] = []
        let elsewhere = more.filter(fewer.contains)
        if !elsewhere.isEmpty { words.append("has \(elsewhere.joined(separator: ", ")) from other addresses") }
        let besides = more.filter { !fewer.contains($0) }
        if !besides.isEmpty { words.append("has the repository \(besides.joined(separator: ", ")) besides") }
        let lacking = fewer.filter { !more.contains($0) }
        if !lacking.isEmpty { words.append("lacks the repository \(lacking.joined(separator: ", "))") }
        return words.joined(separator: " and ") + ": it is in a class of its own, unlike "
            + usual.hosts.sorted().joined(separator: ", ")
    }

    /// In what hosts of a class are not as most of it.
    static func differences(of other: AskedHosts, from usual: AskedHosts) -> [String] {
        var texts: [String] = []
        for repository in usual.offer.repositories {
            let seen = other.offer.repositories.first { $0.id == repository.id }
            if let seen, seen.metadata != repository.metadata {
                texts.append("is shown another state of the repository \(repository.id)")
            }
        }
        let offered = Dictionary(other.offer.packages.map { ($0.identity, $0) }) { first, _ in first }
        for package in usual.offer.packages where offered[package.identity]?.sha256 != package.sha256 {
            if let text = difference(at: package, offered[package.identity], other) { texts.append(text) }
        }
        let usualIdentities = Set(usual.offer.packages.map(\.identity))
        for package in other.offer.packages where !usualIdentities.contains(package.identity) {
            texts.append("would get \(package.nevra) besides, which the snapshot leaves out")
        }
        return texts
    }

    private static func difference(at package: OfferedPackage, _ own: OfferedPackage?, _ other: AskedHosts) -> String? {
        if let own { return "would get \(own.nevra) in place of \(package.nevra)" }
        let installed = other.facts.installed.filter { $0.identity == package.identity }.map(\.order).max()
        guard let installed else { return "has no \(package.name), which the snapshot would bring there" }
        if installed == package.order { return nil }
        if package.order < installed {
            return "has \(package.name) \(installed) of its own, newer than the snapshot's \(package.order)"
        }
        let held = other.facts.held.isEmpty ? "what it needs is missing" : other.facts.held.joined(separator: ", ")
        return "holds \(package.name) back at \(installed), \(package.order) being on offer (\(held))"
    }
}
