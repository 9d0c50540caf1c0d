import HTTPTypes
import Hummingbird
import Monitoring
import PoolDatabase
import PoolOperations
import Synchronization

/// The door for whoever watches over the server: whether it lives, whether it can be asked, and figures. Without a password,
/// since it tells numbers only.
struct MonitoringDoor: Sendable {
    let figures: PoolFigures
    let readiness: Readiness

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("healthz") { _, _ in answer(.ok, "ok\n") }
        router.get("readyz") { _, _ in
            if let reason = readiness.lack(of: figures.api) { return answer(.serviceUnavailable, reason + "\n") }
            return answer(.ok, "ready\n")
        }
        router.get("metrics") { _, _ in
            answer(.ok, MetricsText.write(await figures.families()), type: MetricsText.contentType)
        }
    }

    private func answer(
        _ status: HTTPResponse.Status,
        _ text: String,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: text))
        )
    }
}

/// Whether a server can be asked. One that ends says so before its doors close, so that a balancer sends nobody any more.
final class Readiness: Sendable {
    private let isEnding = Mutex(false)

    func end() { isEnding.withLock { $0 = true } }

    /// Why the server can not be asked; nil where it can.
    func lack(of api: API) -> String? {
        if isEnding.withLock({ $0 }) { return "The server is shutting down." }
        if (try? api.pool.database.snapshot.pool()) == nil { return "The server has no pool." }
        return nil
    }
}
