public import CoreMetrics
import Synchronization

/// Keeps what code counts and times through swift-metrics, for ``MetricsText``.
///
/// It is handed to whoever counts, and not installed for the whole process: two servers of one process count apart.
public final class MetricsRegistry: MetricsFactory {
    /// What a metric is called, and what tells it apart from others of its name.
    private struct Key: Hashable {
        var name: String
        var labels: [MetricFamily.Label]
    }

    private struct State {
        var cells: [Key: any MetricCell] = [:]
        var help: [String: String] = [:]
    }

    private let state = Mutex(State())

    /// An empty registry.
    public init() {}

    /// Says what a metric tells.
    public func describe(_ name: String, _ help: String) { state.withLock { $0.help[name] = help } }

    /// All that was counted so far, the families in no particular order.
    public var families: [MetricFamily] {
        let (cells, help) = state.withLock { ($0.cells, $0.help) }
        var families: [String: MetricFamily] = [:]
        for (key, cell) in cells.sorted(by: { Self.order($0.key, $1.key) }) {
            let new = MetricFamily(key.name, help[key.name] ?? key.name, cell.kind, [])
            families[key.name, default: new].samples += cell.samples(key.labels)
        }
        return Array(families.values)
    }

    private static func order(_ one: Key, _ other: Key) -> Bool {
        one.labels.map(\.value).lexicographicallyPrecedes(other.labels.map(\.value))
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions) { CountCell() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        cell(label, dimensions) { GaugeCell() }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, dimensions) { DurationCell() }
    }

    // What was counted stays: a counter that vanished and came back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The cell of that name; where one of another kind has the name, a cell that nobody reads.
    private func cell<Cell: MetricCell>(_ name: String, _ dimensions: [(String, String)], make: () -> Cell) -> Cell {
        let key = Key(name: name, labels: dimensions.map { MetricFamily.Label($0.0, $0.1) })
        return state.withLock { state in
            if let known = state.cells[key] { return known as? Cell ?? make() }
            let cell = make()
            state.cells[key] = cell
            return cell
        }
    }
}
