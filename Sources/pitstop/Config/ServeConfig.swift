import ArgumentParser
import Basics
import Foundation
import UpdatePackage

/// The options of `pitstop serve` from a file, for services: each key is an option's name. What the command line says as well
/// counts, and names of both come together.
struct ServeConfig {
    /// Keys that name files, which a relative path means beside the configuration.
    private static let paths = ["state", "socket", "password-file", "certificate", "key", "notices"]
    private static let texts = ["listen", "plain", "pool", "speed", "log-format", "log-level"] + paths
    private static let lists = ["name"]

    /// The options as a command line has them.
    let arguments: [String]

    /// Reads a file.
    ///
    /// - Throws: ``ManifestError`` with the line of what is not known or makes no sense.
    init(file: String) throws {
        let path = URL(filePath: file).standardizedFileURL
        let bytes: [UInt8]
        do throws(GivenFile.Refusal) { bytes = try GivenFile.bytes(path.path, limit: 1 << 20) } catch {
            throw OperatorError("The configuration \(error)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OperatorError("The configuration \(file) is no text in UTF-8.")
        }
        try self.init(yaml: text, file: file, folder: path.deletingLastPathComponent().path)
    }

    /// Reads YAML.
    ///
    /// - Parameters:
    ///   - file: the name to use in errors.
    ///   - folder: what paths are relative to.
    init(yaml text: String, file: String, folder: String) throws {
        let yaml = try YAMLMapping(yaml: text, file: file, what: "configuration")
        try yaml.allow(Self.texts + Self.lists)
        var arguments: [String] = []
        for key in Self.texts {
            guard var value = try yaml.optionalString(key) else { continue }
            if Self.paths.contains(key) { value = Self.path(value, in: folder) }
            if key == "pool" { value = Self.pool(value, in: folder) }
            let words = ["--\(key)=\(value)"]
            // Those two belong together, so that one alone would always be wrong.
            if !["certificate", "key"].contains(key) { try Self.check(words, yaml, key) }
            arguments += words
        }
        for key in Self.lists {
            for value in try yaml.strings(key) { arguments.append("--\(key)=\(value)") }
        }
        try Self.check(arguments, yaml, "certificate")
        self.arguments = arguments
    }

    private static func check(_ words: [String], _ yaml: YAMLMapping, _ key: String) throws {
        do { _ = try ServeCommand.parse(words) } catch {
            throw yaml.error(key, ServeCommand.message(for: error))
        }
    }

    private static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    /// `libvirt:FILE` and its like name a file, too.
    private static func pool(_ text: String, in folder: String) -> String {
        let words = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard words.count == 2, words[0] != "embedded" else { return text }
        return words[0] + ":" + path(words[1], in: folder)
    }

    /// A command line in which `--config FILE` of `pitstop serve` has given way to what the file says.
    static func expanding(_ arguments: [String]) throws -> [String] {
        guard let command = arguments.first, command == ServeCommand.configuration.commandName else { return arguments }
        var (file, rest): (String?, [String]) = (nil, [])
        var words = arguments.dropFirst().makeIterator()
        while let word = words.next() {
            if word == "--config" {
                guard let name = words.next() else { return arguments }
                file = name
            } else if word.hasPrefix("--config=") {
                file = String(word.dropFirst("--config=".count))
            } else {
                rest.append(word)
            }
        }
        guard let file else { return arguments }
        return try [command] + ServeConfig(file: file).arguments + rest
    }
}
