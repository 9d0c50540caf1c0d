/// How XenAPI writes floating-point numbers as text, which differs from one place to the next.
public enum DecimalText {
    /// As XML-RPC and JSON carry it: at most 16 significant digits (C's `%.16g`, but for the last digit of a few
    /// numbers, where the shorter text of the same number is taken), and `NaN` for what is not finite.
    public static func wire(_ number: Double) -> String {
        number.isFinite ? general(number, significantDigits: 16) : "NaN"
    }

    /// As a database column holds it: at most 16 significant digits. Recorded databases write `1` for one; `1.`, which
    /// defaults use, means the same.
    public static func column(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        return general(number, significantDigits: 16)
    }

    /// As `xe` prints it: exactly so many digits after the point.
    public static func fixed(_ number: Double, decimals: Int = 3) -> String {
        guard number.isFinite else { return column(number) }
        let unit = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        let scaled = (number.magnitude * unit).rounded(.toNearestOrEven)
        // Beyond this a double has no digits after the point.
        guard scaled < 0x1p63 else { return general(number, significantDigits: 17) }
        let digits = String(UInt64(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
        let sign = number < 0 && scaled > 0 ? "-" : ""
        return decimals == 0 ? sign + padded : "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// C's `%.Ng`: plain digits where the exponent is small, else scientific, without trailing zeros.
    static func general(_ number: Double, significantDigits: Int) -> String {
        if number == 0 { return number.sign == .minus ? "-0" : "0" }
        var decimal = Decimal(number.magnitude)
        decimal.round(to: significantDigits)
        let sign = number < 0 ? "-" : ""
        return sign
            + (decimal.exponent < -4 || decimal.exponent >= significantDigits ? decimal.scientific : decimal.plain)
    }
}

/// A positive number as decimal digits: `d.ddd × 10^exponent`.
private struct Decimal {
    /// Digits from 0 to 9, the first and the last of them not 0.
    private var digits: [UInt8] = []
    private(set) var exponent = 0

    /// Takes apart the shortest text that means this number.
    init(_ number: Double) {
        var beforePoint = 0
        var sawPoint = false
        var scale = 0
        let text = number.description.utf8
        for (index, byte) in zip(text.indices, text) {
            if byte == UInt8(ascii: ".") {
                sawPoint = true
            } else if byte == UInt8(ascii: "e") {
                scale = Int(String(text[text.index(after: index)...]) ?? "") ?? 0
                break
            } else {
                digits.append(byte - UInt8(ascii: "0"))
                if !sawPoint { beforePoint += 1 }
            }
        }
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        exponent = scale + beforePoint - zeros - 1
        dropTrailingZeros()
    }

    mutating func round(to count: Int) {
        guard digits.count > count else { return }
        let roundsUp = digits[count] >= 5
        digits.removeSubrange(count...)
        if roundsUp { increment() }
        dropTrailingZeros()
    }

    private mutating func increment() {
        for index in digits.indices.reversed() {
            if digits[index] < 9 {
                digits[index] += 1
                return
            }
            digits[index] = 0
        }
        digits.insert(1, at: 0)
        exponent += 1
    }

    private mutating func dropTrailingZeros() {
        while digits.last == 0 { digits.removeLast() }
    }

    private static func text(_ digits: some Sequence<UInt8>) -> String {
        String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }

    var plain: String {
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + Self.text(digits) }
        let whole = exponent + 1
        if digits.count <= whole { return Self.text(digits) + String(repeating: "0", count: whole - digits.count) }
        return Self.text(digits[..<whole]) + "." + Self.text(digits[whole...])
    }

    var scientific: String {
        let fraction = digits.count > 1 ? "." + Self.text(digits[1...]) : ""
        let power = String(exponent.magnitude)
        return Self.text(digits[..<1]) + fraction + "e" + (exponent < 0 ? "-" : "+")
            + (power.utf8.count < 2 ? "0" : "") + power
    }
}
