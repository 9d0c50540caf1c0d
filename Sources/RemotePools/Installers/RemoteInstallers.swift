public import PoolControl
import PoolDatabase
import XenAPI
import XenAPIClient

extension RemoteControl {
    /// The installer of a kind.
    ///
    /// - Parameter kind: nil for the one that the pool's product and version call for.
    /// - Throws: `impossible` where nobody has read yet what the pool runs.
    public func installer(_ kind: InstallerKind? = nil) throws(ControlError) -> any UpdateIntake {
        let product = RemoteProduct(database.snapshot)
        guard let kind = kind ?? product?.installer else {
            throw .impossible("What the pool runs is not known yet: it has not been read.")
        }
        return switch kind {
        case .poolPatch: PatchInstaller(pool: self)
        case .poolUpdate: ImageInstaller(pool: self)
        case .repository: RepositoryInstaller(pool: self)
        case .xcpng: PackageInstaller(pool: self)
        }
    }

    /// The names of hosts by their references, the master first.
    var hosts: [(ref: Ref, name: String)] {
        get async throws(ControlError) {
            let master = try await client.record("pool", try await pool()).ref("master")
            let records = try await client.ask("host.get_all_records").members ?? []
            let all = records.map { (ref: Ref($0.key), name: $0.value["name_label"]?.text ?? $0.key) }
                .sorted { $0.name < $1.name }
            return all.filter { $0.ref == master } + all.filter { $0.ref != master }
        }
    }

    /// A host's name, for a sentence.
    func name(_ host: Ref) -> String { database.snapshot.stored("host", host)?.nameLabel ?? host.rawValue }

    /// Whether a host, or its toolstack, has started after a point in time.
    ///
    /// - Parameters:
    ///   - host: its record.
    ///   - key: `boot_time` or `agent_start_time`, which hold seconds with a trailing dot.
    static func started(_ host: Value, _ key: String, after time: Timestamp) -> Bool {
        seconds(host.pairs("other_config")[key]).map { $0 > time.seconds } ?? false
    }

    /// The whole seconds since the epoch that `boot_time` and `agent_start_time` hold; nil for what is no such time.
    static func seconds(_ text: String?) -> Int64? {
        text?.split(separator: ".").first.flatMap { Int64($0) }
    }
}

/// What all ways of installing on a remote pool have in common.
protocol RemoteInstaller: UpdateIntake {
    var pool: RemoteControl { get }
    /// What the pool itself says that a host has still to do for the updates that it has; nil where it does not say.
    func owed(by host: Ref, for updates: [PreparedUpdate]) async throws(ControlError) -> Set<UpdateGuidance>?
}

extension RemoteInstaller {
    func owed(by host: Ref, for updates: [PreparedUpdate]) async throws(ControlError) -> Set<UpdateGuidance>? { nil }

    public func contents(of update: PreparedUpdate) async throws(ControlError) -> UpdateContents { noted(of: update) }

    /// What is noted here of an update's file; such pools tell of updates, and not of packages.
    func noted(of update: PreparedUpdate) -> UpdateContents {
        let row = row(of: update)
        return UpdateContents(sha256: row?.digest ?? "", installationSize: row?.int("size") ?? 0)
    }

    /// Asks a host which of the updates it has. Where the pool's own rows do not tell, this server's rows then do: every page and
    /// `xe` show what was seen last.
    public func standing(of host: Ref, _ updates: [PreparedUpdate]) async throws(ControlError) -> HostStanding {
        var standing = HostStanding(updates: [])
        for update in updates where try await isInstalled(update, on: host) { standing.updates.insert(update.id) }
        standing.owed = try await owed(by: host, for: updates.filter { standing.updates.contains($0.id) })
        if !isShownInRows { try await show(standing, of: updates, on: host) }
        return standing
    }

    /// When an update was issued, as its publisher says; else when it came here, or was first seen.
    public func published(_ update: PreparedUpdate) async -> Int64? {
        guard let row = row(of: update) else { return nil }
        if let issued = row.map("other_config", "issued").flatMap({ Timestamp(iso8601: $0) }) { return issued.seconds }
        let time = row.date("uploaded")
        return time == .never ? nil : time.seconds
    }

    /// The row by which every door knows an update: what is offered is called by its digest, and its row by a uuid made of it.
    func row(of update: PreparedUpdate) -> Row? {
        let snapshot = pool.database.snapshot
        return snapshot.row("pool_patch", uuid: update.id)
            ?? snapshot.row("pool_patch", uuid: RemoteControl.uuid(ofDigest: update.id))
    }
}

extension PreparedUpdate {
    /// An update that an object of the pool stands for.
    init(_ id: String, _ row: Row) {
        self.init(
            id: id,
            label: row.nameLabel,
            reference: row.ref.rawValue,
            guidance: row.texts("after_apply_guidance")
        )
    }
}
