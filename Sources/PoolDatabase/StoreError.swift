import GRDB

/// Why the pool's database could not be opened. Nothing of it has been changed.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another server has it open.
    case inUse(path: String)
    /// The file is no database, or not a whole one any more.
    case damaged(path: String, reason: String)
    /// A newer Pitstop wrote it.
    case newer(path: String)
    /// The disk is full, may not be written, or fails: the file itself may be as good as ever.
    case disk(path: String, reason: String)

    /// One sentence for the operator.
    public var description: String {
        switch self {
        case .inUse(let path):
            "Another Pitstop server is using \(path): stop it first, or give this one another --state directory."
        case .damaged(let path, let reason):
            "The pool's database \(path) is damaged (\(reason)): nothing was changed; restore it from a backup."
        case .newer(let path):
            "The pool's database \(path) was written by a newer Pitstop: nothing was changed; start that version, or restore "
                + "a backup from before it."
        case .disk(let path, let reason):
            "\(path) can not be used (\(reason)): nothing was changed, and there is nothing to restore. See that the disk has "
                + "room, may be written and works; then start again."
        }
    }

    /// What SQLite said, told apart by what helps.
    init(path: String, _ error: any Error) {
        guard let error = error as? DatabaseError else {
            self = .damaged(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_FORMAT, .SQLITE_SCHEMA, .SQLITE_CONSTRAINT:
            self = .damaged(path: path, reason: reason)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .inUse(path: path)
        default: self = .disk(path: path, reason: reason)
        }
    }
}

/// An object that the database file holds and that can not be read. It stays in the file as it is; the rest of the pool is
/// served without it.
public struct UnreadableObject: Hashable, Sendable, CustomStringConvertible {
    /// Its class, and its reference.
    public let table: String
    public let ref: String
    /// What is wrong with it, as a clause.
    public let reason: String

    /// One sentence for the operator.
    public var description: String {
        "The \(table) \(ref) in the pool's database can not be read (\(reason)): it is left out, and kept in the file as it is."
    }
}
