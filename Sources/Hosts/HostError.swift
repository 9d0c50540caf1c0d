/// Why a host could not do what it was asked.
public enum HostError: Error, Hashable, Sendable {
    /// The host does not answer: it is down, restarting or cut off.
    case unreachable(host: String, reason: String)
    /// The host (or this machine, for an embedded host) can not run package programs safely; the text says what is missing.
    case sandboxUnavailable(host: String, reason: String)
    /// The host's disk is full.
    case diskFull(host: String, path: String)
    /// The host's driver has no way to do this; the operation is a participle, such as `shut down`.
    case unsupported(host: String, operation: String)
    /// The host exists only in a recording of a pool.
    case recorded(host: String)
    /// Anything else that the host reported.
    case failed(host: String, reason: String)
    /// A VM's migration did not finish; the VM still runs on its source.
    case migrationFailed(vm: String, reason: String)
}

extension HostError {
    /// What went wrong, as the second half of a sentence about the host.
    public var cause: String {
        switch self {
        case .unreachable(_, let reason), .sandboxUnavailable(_, let reason), .failed(_, let reason),
            .migrationFailed(_, let reason):
            reason
        case .diskFull(_, let path): "its disk is full (\(path)): free some space"
        case .unsupported(_, let operation): "it can not be \(operation) from here"
        case .recorded: "it exists only in a recording of a pool"
        }
    }
}

extension HostError: CustomStringConvertible {
    /// One sentence for the operator.
    public var description: String {
        switch self {
        case .unreachable(let host, let reason): "Host \(host) does not answer: \(reason)."
        case .sandboxUnavailable(let host, let reason):
            "Host \(host) can not run package programs safely: \(reason)."
        case .diskFull(let host, let path): "The disk of host \(host) is full (\(path)): free some space and try again."
        case .unsupported(let host, let operation):
            "Host \(host) can not be \(operation) from here: use its own tools."
        case .recorded(let host):
            "Host \(host) exists only in a recording of a pool, which can be looked at and planned with, but not changed by "
                + "running anything."
        case .failed(let host, let reason): "Host \(host): \(reason)."
        case .migrationFailed(let vm, let reason): "VM \(vm) could not be migrated and stays where it is: \(reason)."
        }
    }
}
