/// One element of a small XML document.
public struct XMLElement: Hashable, Sendable {
    /// The element's name, prefix included.
    public var name: String
    /// The attributes in document order; names are unique.
    public var attributes: [Attribute]
    /// The child elements in document order.
    public var children: [XMLElement]
    /// The text directly inside, joined, entities replaced.
    public var text: String

    /// A name and its value.
    public struct Attribute: Hashable, Sendable {
        /// The attribute's name.
        public var name: String
        /// Its value, entities replaced.
        public var value: String
    }

    /// Creates an element.
    public init(name: String, attributes: [Attribute] = [], children: [XMLElement] = [], text: String = "") {
        self.name = name
        self.attributes = attributes
        self.children = children
        self.text = text
    }

    /// The value of an attribute, or nil.
    public subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

    /// The first child of that name.
    public func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// All children of that name.
    public func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text without white space around it.
    public var trimmedText: String { trimmed(text) }
}

/// `text` without white space at both ends.
func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
}

/// `text` with the characters replaced that mean something in XML, for use as text or as an attribute's value.
/// Characters that XML 1.0 forbids are left out.
func xmlEscaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
        default: if scalar.value >= 0x20, scalar.value & 0xfffe != 0xfffe { result.unicodeScalars.append(scalar) }
        }
    }
    return result
}
