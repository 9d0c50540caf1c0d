/// Why something that should last could not be read or written. Nothing was lost: what was there before is there still.
public enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused; `reason` is its word for it.
    case unusable(path: String, reason: String)
    /// What lies there is not what belongs there, as a folder in place of a file.
    case foreign(path: String, reason: String)
    /// It belongs to another user, who could change it at any time.
    case notOurs(path: String, owner: UInt32)
    /// Somebody else changed it meanwhile. Read it again.
    case conflict(name: String)
    /// No name of this storage.
    case badName(String)
    /// Larger than anything that belongs there.
    case tooLarge(name: String, limit: Int)
    /// It can be read, but not as what it should be.
    case unreadable(name: String, reason: String)

    public var description: String {
        switch self {
        case .unusable(let path, let reason):
            "\(path) can not be used: \(reason). See to its permissions and to the room on its disk; nothing was changed."
        case .foreign(let path, let reason):
            "\(path) is not what belongs there: \(reason). Move it away, or put back what was there from a backup."
        case .notOurs(let path, let owner):
            "\(path) belongs to user \(owner), who could change it at any time: give it to the user who runs this program."
        case .conflict(let name): "\(name) was changed by somebody else meanwhile. Try again."
        case .badName(let name): "'\(name)' is no name for something that is kept."
        case .tooLarge(let name, let limit): "\(name) is larger than \(limit) bytes, which nothing of its kind is."
        case .unreadable(let name, let reason): "\(name) can not be read: \(reason). Put it back from a backup."
        }
    }
}
