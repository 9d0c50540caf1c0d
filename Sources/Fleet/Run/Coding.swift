import Foundation

/// Values as single lines of JSON.
enum Coding {
    static func line(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    static func read<Answer: Decodable>(_ type: Answer.Type, _ line: [UInt8]) throws -> Answer {
        try JSONDecoder().decode(type, from: Data(line))
    }
}
