import XenAPI

/// A small seeded generator, so that a failing random test can be repeated.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Bytes as lower-case hexadecimal digits.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The bytes that pairs of hexadecimal digits stand for.
func unhex(_ digits: String) -> [UInt8] {
    let nibbles = digits.compactMap(\.hexDigitValue)
    return stride(from: 0, to: nibbles.count - 1, by: 2).map { UInt8(nibbles[$0] * 16 + nibbles[$0 + 1]) }
}

extension String {
    /// A short text, rich in the characters that formats treat specially.
    static func random(using random: inout SplitMix) -> String {
        let pool: [Character] = Array("ab '\"\\()<>&%_nt=;\n\t\r  é漢😀{}[],:/.")
        return String(
            (0..<Int.random(in: 0..<12, using: &random)).map { _ in pool.randomElement(using: &random) ?? "x" }
        )
    }
}

extension ValueShape {
    /// Any shape, nesting at most so deep.
    static func random(using random: inout SplitMix, depth: Int) -> ValueShape {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .string
        case 1: .int
        case 2: .float
        case 3: .bool
        case 4: .date
        case 5: .set(.random(using: &random, depth: depth - 1))
        default: .map(.random(using: &random, depth: depth - 1))
        }
    }
}

extension Value {
    /// A value of the given shape.
    static func random(_ shape: ValueShape, using random: inout SplitMix) -> Value {
        let count = Int.random(in: 0..<4, using: &random)
        switch shape {
        case .string: return .string(.random(using: &random))
        case .int: return .int(Int64(bitPattern: random.next()))
        case .float: return .float(Double(Int.random(in: -999...999, using: &random)) / 8)
        case .bool: return .bool(Bool.random(using: &random))
        case .date: return .date(Timestamp(seconds: Int64.random(in: 0..<4_000_000_000, using: &random)))
        case .set(let element): return .set((0..<count).map { _ in .random(element, using: &random) })
        case .map(let element):
            return .map((0..<count).map { _ in Member(.random(using: &random), .random(element, using: &random)) })
        }
    }
}

extension [UInt8] {
    /// These bytes with a few of them replaced, removed or doubled.
    func mutated(using random: inout SplitMix) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1..<4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(bytes[index], at: index)
            default: bytes.removeSubrange(index...)
            }
        }
        return bytes
    }
}
