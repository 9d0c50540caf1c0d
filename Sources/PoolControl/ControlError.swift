public import XenAPI

/// Why something that was asked of a pool was not done, or may not have been.
public enum ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The pool understood it and refused it; nothing was done.
    case refused(APIError)
    /// The pool, or the host, does not answer. The sentence is for the operator.
    ///
    /// - Parameter mayBeDone: whether it may have been done all the same: what became of it shows in the pool alone.
    case silent(String, mayBeDone: Bool)
    /// This pool can not do that at all; the sentence says why.
    case impossible(String)
    /// The caller no longer wants it.
    case cancelled

    /// One sentence for the operator; of a refusal the code and its parameters.
    public var description: String {
        switch self {
        case .refused(let error): error.description.joined(separator: ": ")
        case .silent(let sentence, _), .impossible(let sentence): sentence
        case .cancelled: "It was cancelled."
        }
    }

    /// Does what may be refused.
    public static func refusing<Result>(_ body: () throws(APIError) -> Result) throws(ControlError) -> Result {
        do throws(APIError) { return try body() } catch { throw .refused(error) }
    }

    /// Does what may be refused.
    public static func asking<Result: Sendable>(
        _ body: @Sendable () async throws(APIError) -> Result
    ) async throws(ControlError) -> Result {
        do throws(APIError) { return try await body() } catch { throw .refused(error) }
    }

    /// The refusal's code; nil for anything else.
    public var code: String? {
        if case .refused(let error) = self { error.code } else { nil }
    }
}
