/// Which page is at which path. The router and whoever follows a page as it changes both look here.
struct Routes: Sendable {
    typealias Maker = @Sendable (Visit) async throws(PageError) -> Page

    struct Route: Sendable {
        /// Parts of the path; those that begin with a colon are open.
        let pattern: String
        let make: Maker

        var parts: [Substring] { pattern.split(separator: "/") }
    }

    let all: [Route]

    /// Paths at which there is no page, and below which there are some.
    var beginnings: [String] {
        let beginnings = all.flatMap { route in
            (1..<max(1, route.parts.count)).map { "/" + route.parts.prefix($0).joined(separator: "/") }
        }
        return Set(beginnings).subtracting(all.map(\.pattern)).sorted()
    }

    /// The page at a path, and what its open parts are.
    func find(_ path: String) -> (make: Maker, parameters: [String: String])? {
        route(path).map { ($0.route.make, $0.parameters) }
    }

    /// The pattern of the page at an address; nil where there is none.
    func pattern(of address: String) -> String? { route(PageAddress(address).path)?.route.pattern }

    private func route(_ path: String) -> (route: Route, parameters: [String: String])? {
        let parts = path.split(separator: "/")
        for route in all where route.parts.count == parts.count {
            var parameters: [String: String] = [:]
            let fits = zip(route.parts, parts).allSatisfy { pattern, part in
                guard pattern.hasPrefix(":") else { return pattern == part }
                parameters[String(pattern.dropFirst())] = Form.decode(part)
                return true
            }
            if fits { return (route, parameters) }
        }
        return nil
    }
}
