import Basics
import Foundation
public import UpdatePackage
public import XenAPIClient

/// The pools of a fleet, the rings in which they are updated, and what may go wrong on the way.
public struct FleetFile: Sendable {
    /// One pool, and how to reach it.
    public struct Pool: Sendable {
        public var name: String
        public var url: Endpoint
        /// A file with user and password on a line each.
        public var credentials: String
        /// The certificates that its hosts may show.
        public var pins: Set<CertificateDigest>
        /// A PEM file with authorities; nil for none.
        public var authority: String?
        public var ring: String
        /// Words by which it can be chosen.
        public var labels: [String]
    }

    public var pools: [Pool]
    /// In their order; each has at least one pool.
    public var rings: [FleetSpec.Ring]
    public var atOnce: Int
    public var failedPools: Int
    public var failedHosts: Int
    public var policy: FleetPolicy
    /// Options of each pool's run.
    public var options: [String: String]

    /// The largest file that is read, in bytes.
    static let largest = 1 << 20

    /// Reads a file. Paths in it are relative to it.
    ///
    /// - Throws: ``ManifestError`` with the file and the line.
    public static func read(file: String) throws(ManifestError) -> FleetFile {
        let path = URL(filePath: file).standardizedFileURL
        guard let bytes = try? GivenFile.bytes(path.path, limit: largest),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw ManifestError(file: file, line: 0, reason: "it can not be read as a text of at most 1 MiB")
        }
        return try FleetFile(yaml: text, file: file, folder: path.deletingLastPathComponent().path)
    }

    /// Reads YAML.
    ///
    /// - Parameters:
    ///   - file: the name to use in errors.
    ///   - folder: what paths are relative to.
    public init(yaml text: String, file: String, folder: String) throws(ManifestError) {
        let yaml = try YAMLMapping(yaml: text, file: file, what: "file")
        try yaml.allow([
            "pools", "rings", "at-once", "failed-pools", "failed-hosts", "policy", "patience", "run",
        ])
        pools = []
        rings = []
        for entry in try yaml.mappings("rings") {
            let ring = try FleetSpec.Ring(entry)
            guard !rings.contains(where: { $0.name == ring.name }) else {
                throw entry.error("name", "there are two rings \(ring.name): give each another name")
            }
            rings.append(ring)
        }
        guard !rings.isEmpty else { throw yaml.error("rings", "there is no ring: name at least one") }
        atOnce = try yaml.count("at-once", 1...10_000) ?? 1
        failedPools = try yaml.count("failed-pools", 0...10_000) ?? 0
        failedHosts = try yaml.count("failed-hosts", 0...100_000) ?? 0
        policy = try FleetPolicy(try yaml.optionalMapping("policy"))
        if let hours = try yaml.count("patience", 1...8760) { policy.patience = Int64(hours) * 3600 }
        options = [:]
        if let run = try yaml.optionalMapping("run") {
            for key in run.keys { options[key] = try run.optionalString(key) }
        }
        for entry in try yaml.mappings("pools") { try add(entry, folder) }
        guard !pools.isEmpty else { throw yaml.error("pools", "there is no pool: name at least one") }
        try checkRings(yaml)
    }

    /// The pool of a name.
    public func pool(_ name: String) -> Pool? { pools.first { $0.name == name } }

    /// What is asked of the whole fleet, or of those pools that have one of the labels.
    public func spec(run: String, by who: String, update: FleetUpdate?, labels: [String] = []) -> FleetSpec {
        let chosen = Set(pools.filter { labels.isEmpty || !Set(labels).isDisjoint(with: $0.labels) }.map(\.name))
        let rings = self.rings.map { ring in
            var ring = ring
            ring.pools = ring.pools.filter(chosen.contains)
            ring.canaries = ring.canaries.filter(chosen.contains)
            return ring
        }
        var options = options
        if update == nil { options["restart_only"] = "true" }
        return FleetSpec(
            run: run,
            startedBy: who,
            update: update,
            options: options,
            rings: rings.filter { !$0.pools.isEmpty },
            atOnce: atOnce,
            failedPools: failedPools,
            failedHosts: failedHosts,
            policy: policy
        )
    }

    private mutating func add(_ entry: YAMLMapping, _ folder: String) throws(ManifestError) {
        let pool = try Pool(entry, folder)
        guard !pools.contains(where: { $0.name == pool.name }) else {
            throw entry.error("name", "the pool \(pool.name) stands here twice")
        }
        if let same = pools.first(where: { $0.url == pool.url }) {
            throw entry.error("url", "the pool \(pool.name) is the same as \(same.name): both are at \(pool.url)")
        }
        guard let ring = rings.firstIndex(where: { $0.name == pool.ring }) else {
            let names = rings.map(\.name).joined(separator: ", ")
            throw entry.error(
                "ring",
                "the pool \(pool.name) names the ring \(pool.ring), which does not exist; there are \(names)"
            )
        }
        rings[ring].pools.append(pool.name)
        pools.append(pool)
    }

    private func checkRings(_ yaml: YAMLMapping) throws(ManifestError) {
        for (ring, entry) in zip(rings, try yaml.mappings("rings")) {
            guard !ring.pools.isEmpty else {
                throw entry.error("name", "no pool names the ring \(ring.name): take it out, or name it at a pool")
            }
            for canary in ring.canaries where !ring.pools.contains(canary) {
                let elsewhere = pool(canary).map { ", but of \($0.ring)" } ?? ", nor of any other"
                throw entry.error(
                    "canaries",
                    "the canary \(canary) is no pool of the ring \(ring.name)\(elsewhere)"
                )
            }
        }
    }
}
