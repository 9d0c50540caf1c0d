import Foundation

extension AuditLog.Entry {
    /// What somebody did, or tried, with a command on the server's own machine.
    ///
    /// - Parameters:
    ///   - deed: what it was, as messages are named, such as `trust.add_key`.
    ///   - object: what it was about: a name, a fingerprint, a digest.
    ///   - error: why it was not done; nil where it was.
    ///   - at: seconds since the epoch.
    public static func command(_ deed: String, about object: String, error: String?, at: Int64) -> Self {
        Self(
            at: at,
            user: AuditLog.commandUser,
            role: "",
            address: "command",
            message: deed,
            object: String(object.prefix(300)),
            outcome: error ?? "success"
        )
    }
}

extension AuditLog {
    /// Who runs a command on the server's own machine, and for whom.
    public static var commandUser: String {
        let name = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
        let sudo = ProcessInfo.processInfo.environment["SUDO_USER"].map { " for \($0)" } ?? ""
        return name + sudo
    }
}

extension AuditLog.Limits {
    /// For those who only add.
    public static var writing: Self {
        var limits = Self()
        limits.shown = 0
        return limits
    }
}
