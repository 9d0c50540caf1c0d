import XenAPI

extension XenAPIClient {
    /// What the session may do: names of messages in lower case; nil where it may do everything.
    ///
    /// - Throws: ``XenAPIError``; an unknown message where the server knows no roles.
    public func rights() async throws(XenAPIError) -> Set<String>? {
        let session = Value.string(try await currentSession().rawValue)
        if try await call("session.get_is_local_superuser", [session]) == .bool(true) { return nil }
        let names = try await call("session.get_rbac_permissions", [session]).elements ?? []
        return Set(names.compactMap { $0.text?.lowercased() })
    }
}
