/// All samples of one metric, as a monitoring system reads them.
public struct MetricFamily: Hashable, Sendable {
    /// What the numbers mean to whoever collects them.
    public enum Kind: String, Hashable, Sendable {
        /// Only ever grows, until the process starts anew.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts of observations up to each bound, with their sum.
        case histogram
    }

    /// One number.
    public struct Sample: Hashable, Sendable {
        /// What is put behind the family's name, as `_bucket`; mostly nothing.
        public var suffix: String
        /// In the order in which they are shown.
        public var labels: [Label]
        /// The number itself, in the unit that the family's name ends with.
        public var value: Double

        /// A number.
        public init(_ value: Double, _ labels: [Label] = [], suffix: String = "") {
            (self.value, self.labels, self.suffix) = (value, labels, suffix)
        }
    }

    /// What tells samples of one family apart.
    public struct Label: Hashable, Sendable {
        /// Its name: letters, digits and underscores.
        public var name: String
        /// Any text.
        public var value: String

        /// A label.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// The metric's name: letters, digits and underscores, the unit at its end.
    public var name: String
    /// One sentence on what it tells.
    public var help: String
    /// What the numbers mean.
    public var kind: Kind
    /// The numbers.
    public var samples: [Sample]

    /// A family.
    public init(_ name: String, _ help: String, _ kind: Kind, _ samples: [Sample]) {
        (self.name, self.help, self.kind, self.samples) = (name, help, kind, samples)
    }

    /// A gauge of one number.
    public static func gauge(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name, help, .gauge, [Sample(value)])
    }

    /// A gauge with one number for each value of a label.
    public static func gauge(_ name: String, _ help: String, by label: String, _ values: [String: Int]) -> MetricFamily
    {
        let samples = values.sorted { $0.key < $1.key }.map { Sample(Double($0.value), [Label(label, $0.key)]) }
        return MetricFamily(name, help, .gauge, samples)
    }
}
