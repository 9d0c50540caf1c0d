/// A piece of a page. Text in it is escaped when it is written, so that what people name their VMs stays text.
///
/// There is no way to put in markup as a string: every tag is an ``element(_:_:_:)``.
indirect enum HTML: Sendable {
    case text(String)
    case element(Tag, [Attribute], HTML)
    case group([HTML])
    /// A part that changes while somebody looks at it: it is sent anew when it does. Its element's id names it.
    case live(String, HTML)
    /// A form that is posted to a path. There is no other way to write one: it carries the reader's own token against
    /// cross-site posts, and what its page showed.
    case post(to: String, Shown, [Attribute], HTML)

    static let empty = HTML.group([])
}

/// An element's name.
struct Tag: Sendable, ExpressibleByStringLiteral {
    let name: StaticString
    /// Elements such as `<input>` have neither content nor end.
    let isVoid: Bool

    init(stringLiteral name: StaticString) { self.init(name) }

    init(_ name: StaticString, isVoid: Bool = false) {
        self.name = name
        self.isVoid = isVoid
    }
}

/// An attribute of an element. Its name is known when the program is built; its value is escaped.
struct Attribute: Sendable {
    let name: StaticString
    /// Nil for one that is simply there, such as `checked`.
    let value: String?

    init(_ name: StaticString, _ value: String?) {
        self.name = name
        self.value = value
    }
}

/// Puts pages together out of elements, text, conditions and loops.
@resultBuilder
enum HTMLBuilder {
    static func buildExpression(_ html: HTML) -> HTML { html }
    static func buildExpression(_ text: String) -> HTML { .text(text) }
    static func buildBlock(_ parts: HTML...) -> HTML { parts.count == 1 ? parts[0] : .group(parts) }
    static func buildOptional(_ part: HTML?) -> HTML { part ?? .empty }
    static func buildEither(first part: HTML) -> HTML { part }
    static func buildEither(second part: HTML) -> HTML { part }
    static func buildArray(_ parts: [HTML]) -> HTML { .group(parts) }
}
