/// What a package's script says of itself in plain assignments at the beginning of a line, read without running it.
///
/// Historic packages and our own set `UUID`, `LABEL`, `VERSION` and the like. Values with expansions are left out,
/// because only the shell could tell what they become.
struct ScriptFacts: Hashable, Sendable {
    private var values: [String: String] = [:]

    /// Reads the beginning of a script.
    init(_ script: some Collection<UInt8>) {
        for line in script.split(separator: 0x0a, maxSplits: 5_000) {
            guard let equals = line.firstIndex(of: 0x3d), line.first != 0x23 else { continue }
            let name = line[..<equals]
            guard !name.isEmpty, name.count <= 64, name.allSatisfy(Self.isNameByte) else { continue }
            let key = String(decoding: name, as: UTF8.self)
            // The first assignment is the package's; later ones are the program at work.
            guard values[key] == nil, let value = Self.value(line[line.index(after: equals)...]) else { continue }
            values[key] = value
        }
    }

    /// The value of the first of these names that is set.
    subscript(names: String...) -> String? { names.lazy.compactMap { values[$0] }.first }

    /// The description that `info` would print, as far as it can be read.
    var info: PatchInfo? {
        if let xml = self["INFO"], let info = try? PatchInfo(parsing: xml) { return info }
        guard let uuid = self["UUID"], isUUID(uuid), let label = self["LABEL", "NAME_LABEL"] else { return nil }
        let words = self["GUIDANCE", "AFTER_APPLY_GUIDANCE"]?.split(separator: " ") ?? []
        return PatchInfo(
            uuid: uuid,
            version: self["VERSION"] ?? "",
            nameLabel: label,
            nameDescription: self["DESCRIPTION", "NAME_DESCRIPTION"] ?? "",
            guidance: words.compactMap { Guidance(rawValue: String($0)) }
        )
    }

    /// The words of a list such as `REQUIRES`.
    func list(_ name: String) -> [String] { (values[name] ?? "").split(separator: " ").map(String.init) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
        default: false
        }
    }

    /// A word of the shell, where it is one plain word or quoted text.
    private static func value(_ bytes: some Collection<UInt8>) -> String? {
        var result: [UInt8] = []
        var quote: UInt8?
        var escaped = false
        for byte in bytes {
            if escaped {
                result.append(byte)
                escaped = false
            } else if byte == 0x5c, quote != 0x27 {
                escaped = true
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == 0x22 || byte == 0x27 {
                quote = byte
            } else if quote != 0x27, byte == 0x24 || byte == 0x60 {
                return nil
            } else if quote == nil, byte == 0x20 || byte == 0x09 || byte == 0x3b || byte == 0x0d {
                break
            } else {
                result.append(byte)
            }
        }
        return quote == nil && !escaped ? String(decoding: result, as: UTF8.self) : nil
    }
}
