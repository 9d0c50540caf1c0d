import Rollout
import UpdatePackage

extension [UpdateFacts] {
    /// The same updates, each without the packages of which another brings a newer version: a host that has all of them has
    /// the newest of each package, as the updates say together.
    var withNewestPackages: [UpdateFacts] {
        map { update in
            var update = update
            update.packages = update.packages.filter { name, version in
                !contains { Self.isNewer($0.packages[name], than: version, package: name) }
            }
            return update
        }
    }

    /// Facts carry no epochs: they are taken to be the same. Only Debian's names have a colon, before the architecture.
    private static func isNewer(_ other: String?, than version: String, package: String) -> Bool {
        guard let other, other != version else { return false }
        if package.contains(":") {
            guard let one = DebVersion(version), let another = DebVersion(other) else { return false }
            return one < another
        }
        return RPMVersion(installed: version) < RPMVersion(installed: other)
    }
}
