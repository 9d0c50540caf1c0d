import XenAPI
import XenAPIClient

/// One pool of a fleet at one moment, for a table.
public struct PoolStatus: Codable, Hashable, Sendable {
    /// A run that goes on.
    public struct Run: Codable, Hashable, Sendable {
        public var uuid: String
        public var name: String
        /// What it does now, in one sentence.
        public var text: String
        /// From 0 to 1.
        public var progress: Double
        /// What it waits for.
        public var holds: [String]
    }

    /// Updates that hosts lack.
    public struct Missing: Codable, Hashable, Sendable {
        /// As the publisher says, in lower case; empty where nobody does.
        public var severity: String
        /// Updates, each counted once.
        public var updates: Int
        /// Hosts that lack one of them.
        public var hosts: Int
        /// Hours that hosts have been without, added up; nil where nobody knows since when.
        public var exposedHours: Int64?
    }

    public var name: String
    public var ring: String
    public var labels: [String]
    public var url: String
    public var isReachable: Bool
    /// Whether something answered that can not be used, where the pool is not reachable.
    public var hasAnswered = false
    /// Why not.
    public var problem: String?
    /// When it last answered, in seconds since the epoch.
    public var seen: Int64?
    public var uuid: String?
    /// The pool's own name.
    public var label: String?
    /// The hosts' version; several where they differ.
    public var versions: [String] = []
    /// The name of the master.
    public var master: String?
    public var hosts = 0
    public var disabledHosts = 0
    /// By severity, the worst first.
    public var missing: [Missing] = []
    public var run: Run?
    /// How many things runs have switched off and still owe.
    public var owed = 0

    init(_ pool: FleetFile.Pool, isReachable: Bool, problem: String? = nil, seen: Int64?) {
        (name, ring, labels, url) = (pool.name, pool.ring, pool.labels, pool.url.description)
        (self.isReachable, self.problem, self.seen) = (isReachable, problem, seen)
    }
}

extension PoolStatus {
    init(_ pool: FleetFile.Pool, _ failure: PoolDoor.Failure, seen: Int64?) {
        self.init(pool, isReachable: false, problem: failure.text, seen: seen)
        hasAnswered = failure.kind != .unreachable
    }
}

extension FleetPools {
    /// Every pool as it is now, in the file's order.
    ///
    /// - Parameters:
    ///   - atOnce: how many are asked at once.
    ///   - limit: how long one may take.
    public nonisolated func status(
        labels: [String] = [],
        atOnce: Int = 32,
        within limit: Duration = .seconds(20)
    ) async -> [PoolStatus] {
        let pools = await pools(labels: labels)
        let remembered = await remembered()
        let late: Result<PoolStatus, PoolDoor.Failure> = .failure(
            PoolDoor.Failure(kind: .unreachable, text: "It did not answer within \(limit.components.seconds) s.")
        )
        let answers = await each(of: pools.map(\.name), atOnce: atOnce, within: limit, late: late) { name in
            guard let pool = pools.first(where: { $0.name == name }) else { return late }
            do {
                return .success(try await self.door(name).status(pool))
            } catch let failure as PoolDoor.Failure {
                return .failure(failure)
            } catch {
                return .failure(PoolDoor.Failure(kind: .refused, text: "\(error)"))
            }
        }
        return pools.map { pool in
            switch answers[pool.name] ?? late {
            case .success(let status): status
            case .failure(let failure):
                PoolStatus(pool, failure, seen: remembered[pool.name]?.seen)
            }
        }
    }
}

extension PoolDoor {
    /// The pool as it is now.
    func status(_ pool: FleetFile.Pool) async throws(Failure) -> PoolStatus {
        let (reference, record) = try await identity()
        let now = now()
        var status = PoolStatus(pool, isReachable: true, seen: now)
        let hosts = try await call("host.get_all_records").members ?? []
        status.uuid = record.words("uuid")
        status.label = record.words("name_label")
        status.hosts = hosts.count
        status.disabledHosts = hosts.count { !($0.value["enabled"]?.isTrue ?? false) }
        status.master = hosts.first { $0.key == record.words("master") }?.value.words("name_label")
        status.versions = Set(hosts.compactMap { $0.value["software_version"]?.words("product_version") }).sorted()
        if let run = try await runs().first(where: { Self.isActive($0.value) })?.value {
            var progress = 0.0
            if case .float(let part) = run["progress"] { progress = part }
            status.run = PoolStatus.Run(
                uuid: run.words("uuid"),
                name: run.words("name_label"),
                text: run.words("name_description"),
                progress: progress,
                holds: run["holds"]?.elements?.compactMap(\.text) ?? []
            )
        }
        status.owed = try await call("rollout.get_obligations").elements?.count ?? 0
        status.missing = Self.missing(try await gaps(reference, hosts.map(\.key)), now)
        return status
    }

    /// An update that hosts lack.
    private struct Gap {
        var severity: String
        var published: Int64?
        /// References.
        var hosts: Set<String>
    }

    /// What hosts lack: by the catalogue where the pool's server has one, and of what the pool has itself.
    private func gaps(_ pool: Value, _ hosts: [String]) async throws(Failure) -> [String: Gap] {
        var gaps: [String: Gap] = [:]
        do throws(Failure) {
            for host in try await call("pool.get_update_status", [pool]).members ?? [] {
                for update in host.value.elements ?? [] where update["missing"]?.isTrue ?? false {
                    gaps[update.words("uuid"), default: Gap(severity: "", published: nil, hosts: [])].hosts.insert(
                        host.key
                    )
                    gaps[update.words("uuid")]?.published = Self.seconds(update.words("published"))
                }
            }
        } catch {
            // Without a catalogue only what the pool has itself is known.
            guard error.kind == .refused else { throw error }
        }
        let stamps = try await call("host_patch.get_all_records").members?.map(\.value) ?? []
        let having = Dictionary(grouping: stamps.filter { $0["applied"]?.isTrue ?? false }) { $0.words("pool_patch") }
        for patch in try await call("pool_patch.get_all_records").members ?? [] {
            let has = Set((having[patch.key] ?? []).map { $0.words("host") })
            let lacking = Set(hosts).subtracting(has)
            let config = patch.value["other_config"]
            let isThere = (patch.value["size"]?.count ?? 0) > 0 || config?["packages"] != nil
            guard !lacking.isEmpty, isThere || !has.isEmpty else { continue }
            gaps[patch.value.words("uuid")] = Gap(
                severity: (config?.words("severity") ?? "").lowercased(),
                published: gaps[patch.value.words("uuid")]?.published ?? patch.value["uploaded"].flatMap(Self.seconds),
                hosts: lacking
            )
        }
        return gaps
    }

    private static let order = ["critical", "important", "high", "moderate", "medium", "low"]

    private static func missing(_ gaps: [String: Gap], _ now: Int64) -> [PoolStatus.Missing] {
        func place(_ severity: String) -> Int {
            severity.isEmpty ? .max : order.firstIndex(of: severity) ?? order.count
        }
        return Dictionary(grouping: gaps.values, by: \.severity).map { severity, gaps in
            let known = gaps.filter { $0.published != nil }
            let hours = known.reduce(Int64(0)) { sum, gap in
                sum &+ max(0, now &- (gap.published ?? now)) / 3600 &* Int64(gap.hosts.count)
            }
            return PoolStatus.Missing(
                severity: severity,
                updates: gaps.count,
                hosts: gaps.reduce(into: Set()) { $0.formUnion($1.hosts) }.count,
                exposedHours: known.isEmpty ? nil : hours
            )
        }
        .sorted { (place($0.severity), $0.severity) < (place($1.severity), $1.severity) }
    }

    private static func seconds(_ value: Value) -> Int64? {
        let seconds: Int64? = if case .date(let date) = value { date.seconds } else { value.text.flatMap(seconds) }
        return seconds.flatMap { $0 > 0 ? $0 : nil }
    }

    private static func seconds(_ text: String) -> Int64? {
        (Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "T00:00:00Z"))?.seconds
    }
}
