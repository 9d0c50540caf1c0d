import HTTPTypes
import Hummingbird

/// Whether a request was made by a page of this site, as far as the browser tells. Browsers say where a post comes from;
/// what says nothing is no browser, and has no cookie that somebody else could misuse.
enum SameOrigin {
    static func check(_ request: Request) -> Bool {
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }) {
            return site == "same-origin" || site == "none"
        }
        guard let origin = request.headers[.origin] else { return true }
        return origin == "https://" + (request.head.authority ?? "")
    }
}
