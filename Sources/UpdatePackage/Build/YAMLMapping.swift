import Basics
import Yams

/// A YAML mapping that knows the lines of its keys, so that every complaint names one.
package struct YAMLMapping {
    private let file: String
    private let line: Int
    private let entries: [(key: String, keyLine: Int, value: Node)]

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - file: the name to use in errors.
    ///   - what: what the document is called there.
    package init(yaml text: String, file: String, what: String) throws(ManifestError) {
        guard text.utf8.count <= 1 << 20 else {
            throw ManifestError(file: file, line: 0, reason: "the \(what) is longer than 1 MiB")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text.withoutByteOrderMark)
        } catch let error as YamlError {
            throw ManifestError(file: file, line: error.line, reason: "this is not YAML: \(error.summary)")
        } catch {
            throw ManifestError(file: file, line: 0, reason: "this is not YAML")
        }
        guard let root else { throw ManifestError(file: file, line: 0, reason: "the \(what) is empty") }
        try self.init(root, file: file)
    }

    init(_ node: Node, file: String) throws(ManifestError) {
        self.file = file
        line = node.mark?.line ?? 0
        guard let mapping = node.mapping else {
            throw ManifestError(file: file, line: node.mark?.line ?? 0, reason: "a list of keys and values is expected")
        }
        var entries: [(key: String, keyLine: Int, value: Node)] = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? 0
            guard let name = key.scalar?.string else {
                throw ManifestError(file: file, line: line, reason: "a key must be a word")
            }
            entries.append((name, line, value))
        }
        self.entries = entries
    }

    /// The keys, in their order, where they are the writer's own.
    package var keys: [String] { entries.map(\.key) }

    /// An error at the line of a key, or of the mapping where it has no such key.
    package func error(_ key: String, _ reason: String) -> ManifestError {
        ManifestError(file: file, line: entries.first { $0.key == key }?.keyLine ?? line, reason: reason)
    }

    /// Refuses keys that mean nothing here, so that a misspelt one is not overlooked.
    package func allow(_ keys: [String]) throws(ManifestError) {
        for entry in entries where !keys.contains(entry.key) {
            throw error(entry.key, "the key \(entry.key) is not known; choose from \(keys.joined(separator: ", "))")
        }
    }

    package func string(_ key: String) throws(ManifestError) -> String {
        guard let text = try optionalString(key), !text.isEmpty else { throw error(key, "\(key) is missing") }
        return text
    }

    /// A whole number within bounds; nil where it is left out.
    package func count(_ key: String, _ range: ClosedRange<Int>) throws(ManifestError) -> Int? {
        guard let text = try optionalString(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw error(key, "\(key) is a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }

    package func optionalString(_ key: String) throws(ManifestError) -> String? {
        guard let node = value(key) else { return nil }
        return try scalar(node, key)
    }

    package func bool(_ key: String) throws(ManifestError) -> Bool? {
        switch try optionalString(key) {
        case nil: nil
        case "true", "yes": true
        case "false", "no": false
        case .some: throw error(key, "\(key) must be true or false")
        }
    }

    /// A list of words, or one word alone.
    package func strings(_ key: String) throws(ManifestError) -> [String] {
        guard let node = value(key) else { return [] }
        if node.scalar != nil { return [try scalar(node, key)] }
        var result: [String] = []
        for item in try list(node, key) { result.append(try scalar(item, key)) }
        return result
    }

    package func mapping(_ key: String) throws(ManifestError) -> YAMLMapping {
        guard let mapping = try optionalMapping(key) else { throw error(key, "\(key) is missing") }
        return mapping
    }

    package func optionalMapping(_ key: String) throws(ManifestError) -> YAMLMapping? {
        guard let node = value(key) else { return nil }
        return try YAMLMapping(node, file: file)
    }

    package func mappings(_ key: String) throws(ManifestError) -> [YAMLMapping] {
        guard let node = value(key) else { return [] }
        var result: [YAMLMapping] = []
        for item in try list(node, key) { result.append(try YAMLMapping(item, file: file)) }
        return result
    }

    private func value(_ key: String) -> Node? { entries.first { $0.key == key }?.value }

    private func list(_ node: Node, _ key: String) throws(ManifestError) -> [Node] {
        guard let sequence = node.sequence else { throw error(key, "\(key) must be a list") }
        return Array(sequence)
    }

    private func scalar(_ node: Node, _ key: String) throws(ManifestError) -> String {
        guard let text = node.scalar?.string else {
            throw ManifestError(file: file, line: node.mark?.line ?? 0, reason: "\(key) must be a text")
        }
        guard text.escaped(for: .line) == text else {
            throw ManifestError(
                file: file,
                line: node.mark?.line ?? 0,
                reason: "\(key) must be one line of text, without characters that are not seen"
            )
        }
        return text
    }
}

extension YamlError {
    /// The line of the trouble, from 1, or 0.
    fileprivate var line: Int {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 0
        }
    }

    /// What is wrong, on one line.
    fileprivate var summary: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping: "a key appears twice"
        default: "it can not be read"
        }
    }
}
