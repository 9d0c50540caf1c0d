/// Times as hosts and databases write them: numbers that may have a fraction, `1313507984.` or `12.5`, from outside.
public enum HostTime {
    /// No time is further from 1970, and no span longer, in seconds (35 000 years): sums and differences of some of these
    /// fit an `Int64`.
    private static let most = 0x1p40

    /// Whole seconds, rounded towards 0; nil for what is no number, infinite, or further away than any time is.
    public static func seconds(_ number: Double) -> Int64? {
        // Not so for what is no number, either.
        guard number.magnitude < most else { return nil }
        return Int64(number)
    }

    /// The same of a number as text.
    public static func seconds(_ text: String) -> Int64? { Double(text).flatMap { seconds($0) } }
}
