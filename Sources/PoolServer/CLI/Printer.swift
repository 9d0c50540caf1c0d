import Basics

/// What a command prints. A value is one line whatever is in it: scripts go by lines, and a name's line end would begin
/// another field or record.
///
/// With `--minimal` it holds everything back, and prints one line of values at the end.
struct Printer {
    /// One field of a printed record.
    struct Line {
        /// The name with its access mark, such as `uuid ( RO)`.
        let label: String
        let value: String
    }

    private let isMinimal: Bool
    private let emit: (String) async throws -> Void
    private var values: [String] = []

    /// - Parameter emit: sends a text to the client, which ends it with a line end.
    init(isMinimal: Bool, emit: @escaping (String) async throws -> Void) {
        self.isMinimal = isMinimal
        self.emit = emit
    }

    /// Records, each followed by two empty lines.
    mutating func records(_ records: [[Line]]) async throws {
        if isMinimal {
            values += records.compactMap { $0.first?.value }
        } else {
            for record in records { try await emit(Self.layout(record)) }
        }
    }

    /// Bare values, one a line; what a program has said keeps its lines.
    mutating func list(_ values: [String]) async throws {
        if isMinimal {
            self.values += values
        } else {
            for value in values { try await emit(value.escaped(for: .text)) }
        }
    }

    /// A remark for people, which scripts need not see.
    func message(_ text: String) async throws {
        if !isMinimal { try await emit(text.escaped(for: .text)) }
    }

    /// Prints what `--minimal` held back.
    func flush() async throws {
        guard isMinimal else { return }
        // The escapes of what is not seen come after the doubling of backslashes, so that they are told apart.
        let escaped = values.map {
            $0.replacing("\\", with: "\\\\").replacing(",", with: "\\,").escaped(for: .line)
        }
        try await emit(escaped.joined(separator: ","))
    }

    /// Labels are padded to the longest one and four more: the first one on its right, the others on their left.
    static func layout(_ record: [Line]) -> String {
        let width = 4 + (record.map(\.label.count).max() ?? 0)
        let lines = record.enumerated().map { index, line in
            let padding = String(repeating: " ", count: width - line.label.count)
            return (index == 0 ? line.label + padding : padding + line.label) + ": " + line.value.escaped(for: .line)
        }
        return lines.joined(separator: "\n") + "\n\n"
    }
}
