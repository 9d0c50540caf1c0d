/// Times as hosts and databases write them: numbers that may have a fraction, `1313507984.` or `12.5`, from outside.
public enum HostTime {
    /// The seconds since 1970 that have a date with a year of four digits, 0001 to 9999: no others can be written down. Sums
    /// and differences of some of these fit an `Int64`.
    public static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Whole seconds, rounded towards 0; nil for what is no number, infinite, or has no date.
    public static func seconds(_ number: Double) -> Int64? {
        // Not so for what is no number, either.
        guard number.magnitude < 0x1p40 else { return nil }
        let seconds = Int64(number)
        return range.contains(seconds) ? seconds : nil
    }

    /// The same of a number as text.
    public static func seconds(_ text: String) -> Int64? { Double(text).flatMap { seconds($0) } }
}
