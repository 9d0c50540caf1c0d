extension Users {
    /// Why the users could not be changed or read.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case badName(String)
        case emptyPassword
        case unknownUser(String)
        case rootIsNeeded
        /// Root signs in with a password.
        case rootIsNoToken
        case nameTaken(String, isToken: Bool)
        case unknownToken(String)
        case badLifetime
        case unreadable(path: String, reason: String)

        /// One sentence for the operator.
        public var description: String {
            switch self {
            case .badName(let name):
                "'\(name)' can not be a name to sign in with: take 1 to 64 letters, digits, dots, hyphens, underscores or @."
            case .emptyPassword: "The password is empty: give one with at least one character."
            case .unknownUser(let name): "There is no user \(name): see who there is with 'pitstop users list'."
            case .rootIsNeeded:
                "root is the pool's superuser: it can be given another password, not removed or another role."
            case .rootIsNoToken:
                "root is the pool's superuser, who signs in with a password: give the token another name."
            case .nameTaken(let name, true):
                "There is a token \(name): take another name, or revoke it first with 'pitstop token revoke \(name)'."
            case .nameTaken(let name, false): "There is a user \(name): give the token another name."
            case .unknownToken(let name): "There is no token \(name): see which there are with 'pitstop token list'."
            case .badLifetime: "A token lasts from 1 to \(Users.longestToken) days, or as long as nobody revokes it."
            case .unreadable(let path, let reason):
                "The file \(path) of those who may sign in can not be read (\(reason)): restore it."
            }
        }
    }
}
