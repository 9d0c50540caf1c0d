/// Quantities as people read them.
enum Words {
    /// `1 h 23 min`, `9 min 5 s`, `45 s`.
    static func duration(_ seconds: Int) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        if hours > 0 { return minutes > 0 ? "\(hours) h \(minutes) min" : "\(hours) h" }
        if minutes > 0 { return rest > 0 ? "\(minutes) min \(rest) s" : "\(minutes) min" }
        return "\(rest) s"
    }

    /// `1:05:09`.
    static func clock(_ seconds: Int) -> String {
        "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }

    /// `512 MiB`, `12.5 GiB`, `1.2 TiB`.
    static func memory(_ mib: Int) -> String {
        if mib < 1024 { return "\(mib) MiB" }
        if mib < 1024 * 1024 { return "\(decimal(Double(mib) / 1024, 1)) GiB" }
        return "\(decimal(Double(mib) / (1024 * 1024), 1)) TiB"
    }

    /// `83 %` for 0.83.
    static func percent(_ part: Double) -> String { "\(decimal(100 * part, 0)) %" }

    /// A number with a fixed count of decimals.
    static func decimal(_ value: Double, _ places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int(value * Double(scale) + 0.5)
        guard places > 0 else { return String(scaled) }
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// The first few of a list and how many more there are.
    static func list(_ names: [String], most: Int = 6) -> String {
        names.count <= most
            ? names.joined(separator: ", ")
            : names.prefix(most).joined(separator: ", ") + " and \(names.count - most) more"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

/// Text in columns.
enum Columns {
    static func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            line += cell
            guard index < cells.count - 1 else { continue }
            line += String(repeating: " ", count: max(1, (index < widths.count ? widths[index] : 0) - cell.count))
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
