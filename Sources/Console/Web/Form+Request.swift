import Hummingbird
import NIOCore

extension Form {
    /// A posted form longer than this, in bytes, is refused.
    static let largest = 256 << 10

    /// Reads the body of a request.
    ///
    /// - Throws: ``PageError`` where it is no form, or too long.
    init(_ request: Request) async throws(PageError) {
        let type = request.headers[.contentType] ?? ""
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else { throw .notAForm }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.largest)
        } catch {
            throw .tooLarge
        }
        self.init(String(decoding: body.readableBytesView, as: UTF8.self))
    }
}
