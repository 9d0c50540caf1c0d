/// A forward-only reader of JSON text: no tree is built, so a file of a million VMs needs no more memory than its values.
struct JSONCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    /// Deepest nesting that is read; deeper text is refused rather than recursed into.
    private static let maxDepth = 64

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    }

    /// The kind of the next value, told by its first byte.
    enum Kind: String {
        case object = "an object"
        case array = "a list"
        case string = "a text"
        case number = "a number"
        case bool = "true or false"
        case null = "null"
    }

    mutating func kind() throws(InputError) -> Kind {
        skipSpace()
        guard position < bytes.count else { throw broken("the text ends too early") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw broken("unexpected character")
        }
    }

    /// Where the next value starts; with ``slice(from:)`` the raw text of a value can be compared without reading it.
    mutating func mark() -> Int {
        skipSpace()
        return position
    }

    func slice(from mark: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[mark..<position])
    }

    /// Reads an object; `member` must consume the value of each key that it is given.
    mutating func object(
        _ member: (inout JSONCursor, String) throws(InputError) -> Void
    ) throws(InputError) {
        try expect(UInt8(ascii: "{"), .object)
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw broken("a colon is missing after \"\(key)\"") }
            do { try member(&self, key) } catch { throw error.inside(key) }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw broken("a comma or a closing brace is missing") }
    }

    /// Reads a list; `element` must consume each value.
    mutating func array(
        _ element: (inout JSONCursor, Int) throws(InputError) -> Void
    ) throws(InputError) {
        try expect(UInt8(ascii: "["), .array)
        if take(UInt8(ascii: "]")) { return }
        var index = 0
        repeat {
            do { try element(&self, index) } catch { throw error.inside("[\(index)]") }
            index += 1
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw broken("a comma or a closing bracket is missing") }
    }

    mutating func string() throws(InputError) -> String {
        try expect(UInt8(ascii: "\""), .string)
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            guard bytes[position] >= 0x20 else { throw broken("a control character stands inside a text") }
            position += 1
        }
        guard position < bytes.count else { throw broken("a text is not closed") }
        if bytes[position] == UInt8(ascii: "\"") {
            let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
            position += 1
            return text
        }
        return try escapedString(from: start)
    }

    /// A whole number; a fraction or an exponent is refused because every quantity of the formats is whole.
    mutating func integer() throws(InputError) -> Int {
        let start = mark()
        guard try kind() == .number else { throw try wrongKind(.number) }
        let negative = bytes[position] == UInt8(ascii: "-")
        if negative { position += 1 }
        var value = 0
        var digits = 0
        var tooLarge = false
        while position < bytes.count, case let digit = Int(bytes[position]) - 48, digit >= 0, digit <= 9 {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, overToo) = product.addingReportingOverflow(digit)
            tooLarge = tooLarge || over || overToo
            value = sum
            digits += 1
            position += 1
        }
        let fraction =
            position < bytes.count
            && [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")]
                .contains(bytes[position])
        if fraction { skipNumberTail() }
        let text = String(decoding: slice(from: start), as: UTF8.self)
        guard digits > 0, !fraction else { throw InputError(field: "", value: text, problem: "is not a whole number") }
        guard !tooLarge else { throw InputError(field: "", value: text, problem: "is too large") }
        return negative ? -value : value
    }

    mutating func bool() throws(InputError) -> Bool {
        guard try kind() == .bool else { throw try wrongKind(.bool) }
        if literal("true") { return true }
        if literal("false") { return false }
        throw broken("unexpected word")
    }

    /// Passes over a value of any kind, as unknown fields are ignored.
    mutating func skip(depth: Int = 0) throws(InputError) {
        guard depth < Self.maxDepth else { throw broken("the text is nested too deeply") }
        switch try kind() {
        case .object: try object { (cursor, _) throws(InputError) in try cursor.skip(depth: depth + 1) }
        case .array: try array { (cursor, _) throws(InputError) in try cursor.skip(depth: depth + 1) }
        case .string: _ = try string()
        case .bool: _ = try bool()
        case .null: guard literal("null") else { throw broken("unexpected word") }
        case .number:
            position += 1
            skipNumberTail()
        }
    }

    /// Checks that nothing follows the value.
    mutating func end() throws(InputError) {
        skipSpace()
        guard position == bytes.count else { throw broken("something follows the end of the document") }
    }

    /// The error for a value of another kind than expected, with the value's own text.
    mutating func wrongKind(_ wanted: Kind) throws(InputError) -> InputError {
        let start = mark()
        try skip()
        return InputError(
            field: "",
            value: String(decoding: slice(from: start), as: UTF8.self),
            problem: "is not \(wanted.rawValue)"
        )
    }
}

extension JSONCursor {
    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20,
            [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position])
        {
            position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ kind: Kind) throws(InputError) {
        if take(byte) { return }
        throw try wrongKind(kind)
    }

    mutating func literal(_ word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount where bytes[position + offset] != word.utf8Start[offset] {
            return false
        }
        position = end
        return true
    }

    private mutating func skipNumberTail() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
                UInt8(ascii: "+"), UInt8(ascii: "-"):
                position += 1
            default: return
            }
        }
    }

    func broken(_ problem: String) -> InputError {
        var line = 1
        for index in 0..<min(position, bytes.count) where bytes[index] == 0x0A { line += 1 }
        return InputError(field: "", value: "", problem: "this is not JSON: \(problem) (line \(line))")
    }
}
