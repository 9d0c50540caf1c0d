import Foundation

/// A state directory whose pool is gone while other things of it are there: a new pool in its place would forget packages,
/// runs and hosts in silence.
struct LostPool {
    let directory: StateDirectory

    /// What a server leaves only once it has had a pool.
    private static let traces = ["hosts", "updates"]
    /// What is left of a lost pool is put into a folder of the state directory with such a name.
    static let asidePrefix = "set-aside-"
    private static let databaseFiles = ["pool.sqlite", "pool.sqlite-wal", "pool.sqlite-shm"]

    /// - Throws: ``OperatorError`` where the database's file is missing or empty, and other things say that there was one.
    func assertDatabaseIsThere() throws {
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory.database)
        let size = attributes?[.size] as? Int
        guard size ?? 0 == 0 else { return }
        var left = leftovers
        // An empty file is no beginning: SQLite writes the first page before it makes anything.
        if size == 0, exists("users.json") { left.append("users.json") }
        guard let first = left.first else { return }
        throw OperatorError(
            "The pool's database \(directory.database) is \(size == nil ? "missing" : "empty"), although \(directory.path)/\(first) "
                + "is there. \(Self.wayOut)"
        )
    }

    /// - Throws: ``OperatorError`` where a database without a pool was opened, and other things say that there was one.
    func assertPoolIsThere() throws {
        guard let first = leftovers.first else { return }
        throw OperatorError(
            "The pool's database \(directory.database) holds no pool, although \(directory.path)/\(first) is there. \(Self.wayOut)"
        )
    }

    /// Puts what is left of the lost pool into a folder of its own, so that a new one begins with nothing of it. Users,
    /// trust, certificate and audit stay.
    ///
    /// - Returns: the folder.
    func setAside(now: Int64) throws -> String {
        let names = (Self.databaseFiles + Self.traces + ["embedded", "runs", "console"]).filter(exists)
        let folder = directory.path + "/" + Self.asidePrefix + "\(now)"
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            for name in names {
                try FileManager.default.moveItem(atPath: directory.path + "/" + name, toPath: folder + "/" + name)
            }
        } catch {
            throw OperatorError("What is left of the pool can not be put aside: \(error.localizedDescription).")
        }
        return folder
    }

    var hasLeftAnything: Bool { exists("pool.sqlite") || !leftovers.isEmpty }

    private static let wayOut =
        "No new pool is made in its place: restore the file from a backup; or start once with --begin-anew, which puts aside what "
        + "is left and begins a new pool."

    private var leftovers: [String] {
        let journals = (try? FileManager.default.contentsOfDirectory(atPath: directory.runs)) ?? []
        let runs = journals.filter { $0.hasSuffix(".journal") }.sorted().prefix(1).map { "runs/" + $0 }
        return Self.traces.filter(exists) + runs
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: directory.path + "/" + name) }
}
