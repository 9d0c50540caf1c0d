/// The address of a page within this console, as browsers name it: `/updates?by=server`.
struct PageAddress: Hashable, Sendable {
    let path: String
    let query: [String: String]

    /// Reads what stands behind the host's name.
    init(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? ""
        query = parts.count > 1 ? Form(String(parts[1])).last : [:]
    }
}
