public import XenAPI

/// Why a call brought nothing.
public enum XenAPIError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The server understood the call and refused it.
    case refused(APIError)
    /// There was no answer, or none that could be understood.
    case transport(TransportFailure)
    /// The caller no longer wants it.
    case cancelled

    /// One sentence for the operator; of a refusal the code and its parameters.
    public var description: String {
        switch self {
        case .refused(let error): error.description.joined(separator: ": ")
        case .transport(let failure): failure.description
        case .cancelled: "The call was cancelled."
        }
    }

    /// The refusal's code; nil for anything else.
    public var code: String? {
        if case .refused(let error) = self { error.code } else { nil }
    }

    /// Whether it may be otherwise in a while although nobody does anything: the server is on its way down or up.
    public var isPassing: Bool {
        switch self {
        case .refused(let error): error.code == "HOST_STILL_BOOTING"
        case .transport(let failure): failure.isPassing
        case .cancelled: false
        }
    }

    /// Whether a server lacks the message altogether.
    public var isUnknownMessage: Bool { code == "MESSAGE_METHOD_UNKNOWN" || code == "MESSAGE_REMOVED" }
}
