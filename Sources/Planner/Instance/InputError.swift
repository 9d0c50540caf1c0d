/// Why an instance or a plan can not be used: one line with the field and the value that is wrong.
public struct InputError: Error, Equatable, CustomStringConvertible {
    /// Where, as in `vms[17].host`; empty for the file as a whole.
    public var field: String
    /// The value found there, shortened.
    public var value: String
    /// What is wrong with it and what is expected.
    public var problem: String

    /// Creates an error; a long value is cut so that the message stays one line.
    public init(field: String, value: String, problem: String) {
        self.field = field
        self.value = Self.shortened(value)
        self.problem = problem
    }

    /// `vms[17].host: "h99" is no host of this instance`.
    public var description: String {
        let place = field.isEmpty ? "" : "\(field): "
        return value.isEmpty ? place + problem : "\(place)\(value) \(problem)"
    }

    /// The same error seen from one level further out.
    func inside(_ outer: String) -> InputError {
        var copy = self
        copy.field = field.isEmpty ? outer : field.hasPrefix("[") ? outer + field : "\(outer).\(field)"
        return copy
    }

    private static func shortened(_ text: String) -> String {
        var line = ""
        for character in text.prefix(61) {
            line.append(character.isNewline ? " " : character)
        }
        return line.count > 60 ? line.prefix(57) + "..." : line
    }
}
