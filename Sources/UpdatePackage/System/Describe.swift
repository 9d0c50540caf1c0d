import Basics
import Glibc
import SystemPackage

/// An error of the operating system in its own short words, such as `No space left on device`.
func describe(_ error: any Error) -> String {
    if let errno = error as? Errno { return errno.description }
    if let package = error as? PackageError { return package.description }
    if let decoding = error as? DecodingError { return describe(decoding) }
    if let refusal = error as? GivenFile.Refusal { return refusal.reason }
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

/// `text` on one line, as a name may be kept: line ends and tabs become blanks, as they are in an attribute of XML, and what
/// else is not seen is written out.
func oneLine(_ text: String) -> String {
    TextLines(text).lines.joined(separator: " ").replacing("\t", with: " ").escaped(for: .line)
}
