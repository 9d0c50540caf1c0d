/// What a package says of itself: the document that its `info` prints, and that a stamp holds.
///
/// One element with five mandatory attributes; further attributes and children are ignored, as in XenServer 6.0.
public struct PatchInfo: Hashable, Sendable, Codable {
    /// The update's uuid, in the case in which the package writes it.
    public var uuid: String
    /// The version of the package, such as `1.0`.
    public var version: String
    /// The update's name, such as `XS602ECC031`.
    public var nameLabel: String
    /// One line on what it does.
    public var nameDescription: String
    /// What must happen after it was applied, in the package's order, without repetitions.
    public var guidance: [Guidance]

    /// Creates the description of an update.
    public init(
        uuid: String,
        version: String,
        nameLabel: String,
        nameDescription: String,
        guidance: [Guidance]
    ) {
        self.uuid = uuid
        self.version = version
        self.nameLabel = nameLabel
        self.nameDescription = nameDescription
        self.guidance = guidance
    }

    /// Reads what `info` printed. Its texts become lines that drive no terminal and turn no text around, since they are
    /// shown in many places.
    ///
    /// - Throws: ``PatchInfoError``; its text is the parameter of XenAPI's `INVALID_PATCH`.
    public init(parsing text: String) throws(PatchInfoError) {
        let root: XMLElement
        do { root = try XMLReader.read(text) } catch { throw PatchInfoError(reason: "\(error)") }
        guard root.name == "info" else { throw PatchInfoError(reason: "the root element is <\(root.name)>") }
        self.init(
            uuid: try Self.attribute("uuid", of: root),
            version: oneLine(try Self.attribute("version", of: root)),
            nameLabel: oneLine(try Self.attribute("name-label", of: root)),
            nameDescription: oneLine(try Self.attribute("name-description", of: root)),
            guidance: try Self.guidance(try Self.attribute("after-apply-guidance", of: root))
        )
        // The uuid becomes a file's name on every host, so nothing else may pass for one.
        guard isUUID(uuid) else { throw PatchInfoError(reason: "\"\(uuid.prefix(64))\" is not a uuid") }
        guard [version, nameLabel, nameDescription].allSatisfy({ $0.utf8.count <= 4_096 }) else {
            throw PatchInfoError(reason: "an attribute is longer than 4096 bytes")
        }
    }

    /// The document again, on one line, ended by a line feed: what stamps contain.
    public var xml: String {
        let words = guidance.map(\.rawValue).joined(separator: " ")
        return "<info uuid=\"\(xmlEscaped(uuid))\" version=\"\(xmlEscaped(version))\" "
            + "name-label=\"\(xmlEscaped(nameLabel))\" name-description=\"\(xmlEscaped(nameDescription))\" "
            + "after-apply-guidance=\"\(words)\"/>\n"
    }

    private static func attribute(_ name: String, of root: XMLElement) throws(PatchInfoError) -> String {
        guard let value = root[name] else { throw PatchInfoError(reason: "the attribute \(name) is missing") }
        return value
    }

    private static func guidance(_ text: String) throws(PatchInfoError) -> [Guidance] {
        var result: [Guidance] = []
        for word in text.split(separator: " ") {
            guard let guidance = Guidance(rawValue: String(word)) else {
                throw PatchInfoError(reason: "the guidance \"\(word.prefix(64))\" is not known")
            }
            if !result.contains(guidance) { result.append(guidance) }
        }
        return result
    }
}

/// Why the output of `info` describes no update.
public struct PatchInfoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in a few words.
    public var reason: String

    /// One sentence for the operator.
    public var description: String { "The package does not describe itself correctly: \(reason)." }
}

/// Whether `text` has the shape 8-4-4-4-12 of hexadecimal digits.
func isUUID(_ text: String) -> Bool {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
        && groups.allSatisfy { $0.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } }
}
