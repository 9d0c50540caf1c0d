import CoreMetrics
import Monitoring

/// What the server counts about itself.
struct Meters: Sendable {
    /// The ways in.
    enum Door: String, CaseIterable, Sendable {
        case xmlRPC = "xml-rpc"
        case jsonRPC = "json-rpc"
        case cli = "cli"
        case transfer = "transfer"
    }

    let registry: MetricsRegistry
    private let requests: [Door: Counter]
    private let signIns: [Bool: Counter]

    init() {
        let registry = MetricsRegistry()
        registry.describe("pitstop_requests_total", "Requests by the door through which they came.")
        registry.describe("pitstop_sign_ins_total", "Attempts to sign in, by outcome.")
        self.registry = registry
        requests = Dictionary(
            uniqueKeysWithValues: Door.allCases.map { door in
                (
                    door,
                    Counter(label: "pitstop_requests_total", dimensions: [("door", door.rawValue)], factory: registry)
                )
            }
        )
        signIns = Dictionary(
            uniqueKeysWithValues: [true, false].map { isRight in
                let outcome = isRight ? "accepted" : "refused"
                let dimensions = [("outcome", outcome)]
                return (isRight, Counter(label: "pitstop_sign_ins_total", dimensions: dimensions, factory: registry))
            }
        )
    }

    /// Counts a request.
    func request(_ door: Door) { requests[door]?.increment() }

    /// Counts an attempt to sign in.
    func signIn(accepted: Bool) { signIns[accepted]?.increment() }
}
