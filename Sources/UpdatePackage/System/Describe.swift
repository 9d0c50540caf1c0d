import Glibc
import SystemPackage

/// An error of the operating system in its own short words, such as `No space left on device`.
func describe(_ error: any Error) -> String {
    if let errno = error as? Errno { return errno.description }
    if let package = error as? PackageError { return package.description }
    if let decoding = error as? DecodingError { return describe(decoding) }
    return "\(error)"
}

/// What is not understood in a document, and where: `updates[3].uuid is missing`.
private func describe(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
        path.reduce("") { text, key in
            if let index = key.intValue { return "\(text)[\(index)]" }
            return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
        }
    }
    func named(_ path: [any CodingKey]) -> String { path.isEmpty ? "the document" : place(path) }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): return "\(named(context.codingPath)) is empty"
    case .typeMismatch(let type, let context): return "\(named(context.codingPath)) is no \(word(for: type))"
    case .dataCorrupted(let context):
        return context.codingPath.isEmpty ? "this is not JSON" : "\(named(context.codingPath)) makes no sense"
    @unknown default: return "the document is not understood"
    }
}

private func word(for type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is [String: Any].Type: "object of names and values"
    case is any BinaryInteger.Type: "whole number"
    case is Bool.Type: "true or false"
    case is any Collection.Type: "list"
    default: "value of that kind"
    }
}

/// The time by the machine's clock, in seconds since the epoch.
public func clockSeconds() -> Int64 { Int64(time(nil)) }

/// `text` with a question mark for each character that drives a terminal or turns the direction of what follows: file names,
/// scripts and hosts of strangers must not make a line look like another one. A tab, which tools like to write, is a blank.
public func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\t" ? " " : isPrintable($0) ? $0 : "?" }))
}

/// `text` on one line: line ends become blanks, as they are in an attribute of XML, and the rest is ``printable(_:)``.
func oneLine(_ text: String) -> String { printable(textLines(text).joined(separator: " ")) }

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
}
