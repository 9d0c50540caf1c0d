import CoreMetrics
import Synchronization

/// Where one metric's numbers come together.
protocol MetricCell: Sendable {
    var kind: MetricFamily.Kind { get }
    func samples(_ labels: [MetricFamily.Label]) -> [MetricFamily.Sample]
}

/// Counts up.
final class CountCell: MetricCell, CounterHandler {
    private let count = Atomic<Int64>(0)
    let kind = MetricFamily.Kind.counter

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }

    func samples(_ labels: [MetricFamily.Label]) -> [MetricFamily.Sample] {
        [.init(Double(count.load(ordering: .relaxed)), labels)]
    }
}

/// Holds what was recorded last.
final class GaugeCell: MetricCell, RecorderHandler {
    private let last = Mutex(0.0)
    let kind = MetricFamily.Kind.gauge

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { last.withLock { $0 = value } }

    func samples(_ labels: [MetricFamily.Label]) -> [MetricFamily.Sample] { [.init(last.withLock { $0 }, labels)] }
}

/// Durations in seconds, counted by bounds from a tenth of a second to an hour: what a pool does takes that long.
final class DurationCell: MetricCell, TimerHandler {
    private struct Observed {
        var counts = [Int64](repeating: 0, count: DurationCell.bounds.count)
        var count: Int64 = 0
        var sum = 0.0
    }

    static let bounds: [Double] = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600]
    private let observed = Mutex(Observed())
    let kind = MetricFamily.Kind.histogram

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        observed.withLock { observed in
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { observed.counts[index] += 1 }
            observed.count += 1
            observed.sum += seconds
        }
    }

    func samples(_ labels: [MetricFamily.Label]) -> [MetricFamily.Sample] {
        let observed = observed.withLock { $0 }
        var samples = zip(Self.bounds, observed.counts).map { bound, count in
            MetricFamily.Sample(Double(count), labels + [.init("le", MetricsText.number(bound))], suffix: "_bucket")
        }
        samples.append(.init(Double(observed.count), labels + [.init("le", "+Inf")], suffix: "_bucket"))
        samples.append(.init(observed.sum, labels, suffix: "_sum"))
        samples.append(.init(Double(observed.count), labels, suffix: "_count"))
        return samples
    }
}
