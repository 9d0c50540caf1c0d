/// The roles of XenServer's access control, weakest first: each may do what the ones before it may.
public enum Role: String, CaseIterable, Comparable, Sendable {
    case readOnly = "read-only"
    case vmOperator = "vm-operator"
    case vmAdmin = "vm-admin"
    case vmPowerAdmin = "vm-power-admin"
    case poolOperator = "pool-operator"
    case poolAdmin = "pool-admin"
    /// The server itself and its local superuser; not a role that can be given to a user.
    case localRoot = "local-root"

    /// A role is less than another when it may do less.
    public static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
