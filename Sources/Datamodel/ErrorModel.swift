/// One error that XenAPI can answer with.
public struct ErrorModel: Sendable {
    /// The code, such as `PATCH_ALREADY_EXISTS`.
    public let code: String
    /// The labels of its parameters, in the order in which `xe` prints them.
    public let parameters: [String]
    /// One sentence on what went wrong, which `xe` prints first.
    public let description: String
    /// The product release that brought it, where that is later than 6.0.
    public let since: String?

    /// Creates an error.
    init(_ code: String, _ parameters: [String] = [], since: String? = nil, description: String) {
        self.code = code
        self.parameters = parameters
        self.since = since
        self.description = description
    }
}
