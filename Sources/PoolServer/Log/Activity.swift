import Logging
import XenAPI

/// Tells the server's log what happens: once, with what belongs to it, and without secrets.
struct Activity: Sendable {
    private let logger: Logger?

    /// - Parameter logger: nil where nobody wants to know.
    init(_ logger: Logger? = nil) { self.logger = logger }

    /// Writes a line.
    ///
    /// - Parameters:
    ///   - text: one sentence for people.
    ///   - facts: what belongs to it, for programs; those that are empty are left out.
    func tell(_ event: Happening, _ level: Logger.Level, _ text: String, _ facts: [String: String] = [:]) {
        guard let logger, logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = ["event": .string(event.rawValue)]
        for (name, value) in facts where !value.isEmpty { metadata[name] = .string(value) }
        logger.log(level: level, "\(text)", metadata: metadata)
    }

    /// Tells of a call that changed something, or was to.
    ///
    /// - Parameters:
    ///   - entry: as the audit log has it.
    ///   - error: why it was not done.
    ///   - made: what came of it, such as the run.
    func tell(_ entry: AuditLog.Entry, _ error: APIError?, request: String, made: [String: String] = [:]) {
        var facts = made
        facts["user"] = entry.user
        facts["role"] = entry.role
        facts["address"] = entry.address
        facts["request"] = request
        switch entry.message {
        case Self.signIn: tellSignIn(entry, error, facts)
        case Self.upload: tellUpload(entry, error, facts)
        default: tellCall(entry, error, facts)
        }
    }

    static let signIn = "session.login_with_password"
    static let upload = "http/put_pool_patch_upload"

    private func tellSignIn(_ entry: AuditLog.Entry, _ error: APIError?, _ facts: [String: String]) {
        guard let error else { return tell(.signIn, .info, "\(entry.user) signs in.", facts) }
        var facts = facts
        facts["outcome"] = error.code
        let isThrottled = error.code == "TOO_MANY_PENDING_TASKS"
        facts["throttled"] = isThrottled ? "true" : ""
        let reason = isThrottled ? "too many wait already" : "the password or token is wrong or over"
        tell(.signInRefused, .warning, "A sign-in as \(entry.user) was refused: \(reason).", facts)
    }

    private func tellUpload(_ entry: AuditLog.Entry, _ error: APIError?, _ facts: [String: String]) {
        var facts = facts
        facts["object"] = entry.object
        guard let error else { return tell(.upload, .notice, "\(entry.user) uploaded \(entry.object).", facts) }
        facts["outcome"] = error.code
        // An upload's errors tell of its bytes and of keys, and of nothing else.
        facts["reason"] = error.parameters.joined(separator: " ")
        tell(.uploadRefused, .warning, "An upload of \(entry.user) was refused: \(error.code).", facts)
    }

    private func tellCall(_ entry: AuditLog.Entry, _ error: APIError?, _ facts: [String: String]) {
        var facts = facts
        facts["call"] = entry.message
        facts["object"] = entry.object
        let what = entry.object.isEmpty ? entry.message : "\(entry.message) of \(entry.object)"
        guard let error else { return tell(.call, .info, "\(entry.user): \(what).", facts) }
        // The code only: parameters of an error may be what somebody has sent.
        facts["outcome"] = error.code
        if error.code == "RBAC_PERMISSION_DENIED" {
            tell(.callRefused, .warning, "\(entry.user) may not do that: \(what).", facts)
        } else {
            tell(.callFailed, .notice, "\(entry.user): \(what) failed: \(error.code).", facts)
        }
    }

    /// Tells of a command on the server's own machine.
    func tell(command entry: AuditLog.Entry) {
        let isDone = entry.outcome == "success"
        tell(
            .command,
            isDone ? .notice : .warning,
            "\(entry.user): \(entry.message) \(entry.object)\(isDone ? "." : " was refused.")",
            ["user": entry.user, "call": entry.message, "object": entry.object, "outcome": isDone ? "" : entry.outcome]
        )
    }
}
