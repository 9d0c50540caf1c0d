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
        let text = host.pairs("other_config")[key]?.split(separator: ".").first
        return text.flatMap { Int64($0) }.map { $0 > time.seconds } ?? false
    }
}

/// What all ways of installing on a remote pool have in common.
protocol RemoteInstaller: UpdateIntake {
    var pool: RemoteControl { get }
}

extension RemoteInstaller {
    /// What is noted here of an update's file; such pools tell of updates, and not of packages.
    public func contents(of update: PreparedUpdate) async throws(ControlError) -> UpdateContents {
        let row = pool.database.snapshot.row("pool_patch", uuid: update.id)
        return UpdateContents(sha256: row?.string("sha256") ?? "", installationSize: row?.int("size") ?? 0)
    }

    /// When an update came here, where it came by this server.
    public func published(_ update: PreparedUpdate) async -> Int64? {
        let time = pool.database.snapshot.row("pool_patch", uuid: update.id)?.date("uploaded")
        return time.flatMap { $0 == .never ? nil : $0.seconds }
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
