import GRDB

/// A pool's database at one moment, in a file of its own.
public enum DatabaseCopy {
    /// Copies a database as it is at one moment, also while a server changes it.
    ///
    /// - Throws: ``StoreError`` where it is none, or can not be read whole.
    public static func make(of path: String, at target: String) throws(StoreError) {
        do {
            let source = try DatabaseQueue(path: path)
            let copy = try DatabaseQueue(path: target)
            try source.backup(to: copy)
            try Store.assertIntact(copy, path)
            // One file, whatever the source has beside it.
            try copy.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
            try source.close()
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(path: path, error)
        }
    }
}
