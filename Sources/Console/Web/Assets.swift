import CConsoleAssets
import HTTPTypes
import Hummingbird
import NIOCore

/// The files that pages refer to. They are part of the program.
struct Assets: Sendable {
    let path: String
    private let type: String
    private let bytes: ByteBuffer
    private let tag: String

    private init(_ name: String, _ type: String, _ asset: console_asset) {
        path = "assets/" + name
        self.type = type
        let content = Array(UnsafeRawBufferPointer(start: asset.bytes, count: asset.length))
        bytes = ByteBuffer(bytes: content)
        tag = "\"\(Secret.digest(content).prefix(22))\""
    }

    static let all = [
        Assets("console.css", "text/css; charset=utf-8", console_asset_css()),
        Assets("console.js", "text/javascript; charset=utf-8", console_asset_js()),
        Assets("live.js", "text/javascript; charset=utf-8", console_asset_live()),
        Assets("morph.js", "text/javascript; charset=utf-8", console_asset_morph()),
        Assets("upload.js", "text/javascript; charset=utf-8", console_asset_upload()),
        Assets("clock.js", "text/javascript; charset=utf-8", console_asset_clock()),
        Assets("forms.js", "text/javascript; charset=utf-8", console_asset_forms()),
        Assets("log.js", "text/javascript; charset=utf-8", console_asset_log()),
        Assets("keys.js", "text/javascript; charset=utf-8", console_asset_keys()),
        Assets("search.js", "text/javascript; charset=utf-8", console_asset_search()),
        Assets("pitstop.svg", "image/svg+xml", console_asset_icon()),
    ]

    /// Kept by browsers, which ask whether it has changed.
    func response(to request: Request) -> Response {
        var headers = Answer.headers
        headers[.cacheControl] = "no-cache"
        headers[.eTag] = tag
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}
