/// Who signs in. The password shows up in no text that is made of this.
public struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user's name.
    public let user: String
    let password: String

    /// A user with a password.
    public init(user: String, password: String) { (self.user, self.password) = (user, password) }

    public var description: String { user }
    public var debugDescription: String { user }
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
