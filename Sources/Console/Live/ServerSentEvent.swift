import NIOCore

/// What is sent to a browser that looks at a page. Tokens are left out: the page's script puts the reader's own in.
enum ServerSentEvent {
    /// Tells the browser to come back soon after the connection is lost, and that it stands.
    static let hello = ByteBuffer(string: "retry: 1000\nevent: here\ndata:\n\n")
    /// A sign of life that the page's script sees, too.
    static let here = ByteBuffer(string: "event: here\ndata:\n\n")

    /// The whole page.
    static func all(_ body: BodyVersion) -> ByteBuffer {
        event("all", body.version, body.page.bytes[...])
    }

    /// The parts that differ; the whole page where something else differs.
    static func difference(from old: BodyVersion, to new: BodyVersion) -> ByteBuffer {
        let (before, after) = (old.page, new.page)
        guard before.live.map(\.id) == after.live.map(\.id), rest(before).elementsEqual(rest(after)) else {
            return all(new)
        }
        var buffer = ByteBuffer()
        for (was, now) in zip(before.live, after.live)
        where !before.bytes[was.range].elementsEqual(after.bytes[now.range]) {
            buffer.writeImmutableBuffer(event("part", new.version, after.bytes[now.range]))
        }
        return buffer
    }

    /// What is between the parts.
    private static func rest(_ page: RenderedPage) -> [UInt8] {
        var rest: [UInt8] = []
        var at = 0
        for part in page.live where part.range.lowerBound >= at {
            rest += page.bytes[at..<part.range.lowerBound]
            at = part.range.upperBound
        }
        return rest + page.bytes[at...]
    }

    private static func event(_ name: String, _ version: String, _ html: ArraySlice<UInt8>) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(html.count + 64)
        buffer.writeString("event: \(name)\nid: \(version)\n")
        for line in html.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            buffer.writeString("data: ")
            buffer.writeBytes(line)
            buffer.writeString("\n")
        }
        buffer.writeString("\n")
        return buffer
    }
}
