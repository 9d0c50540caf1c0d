/// Which of the updates on offer are wanted.
public struct UpdateRequest: Codable, Hashable, Sendable {
    /// Only what the distribution calls a security update.
    public var isSecurityOnly: Bool
    /// Names or patterns (`kernel*`) of packages; none means all.
    public var only: [String]
    /// Names or patterns of packages that stay as they are.
    public var exclude: [String]

    /// Creates a request.
    ///
    /// - Throws: ``RepositoryError/notAName(_:)``.
    public init(isSecurityOnly: Bool = false, only: [String] = [], exclude: [String] = []) throws(RepositoryError) {
        (self.isSecurityOnly, self.only, self.exclude) = (isSecurityOnly, only, exclude)
        for name in only + exclude where !Self.isPattern(name) { throw .notAName(name) }
    }

    /// What names and patterns are made of: nothing that a program on a host could take for anything else.
    private static func isPattern(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count), !text.hasPrefix("-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "-._+*?".utf8.contains(byte)
            }
        }
    }
}
