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
    /// Anything else that the host reported.
    case failed(host: String, reason: String)
    /// A VM's migration did not finish; the VM still runs on its source.
    case migrationFailed(vm: String, reason: String)
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
        case .failed(let host, let reason): "Host \(host): \(reason)."
        case .migrationFailed(let vm, let reason): "VM \(vm) could not be migrated and stays where it is: \(reason)."
        }
    }
}
