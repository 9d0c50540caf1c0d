import XenAPI
import XenAPIClient

/// One pool of a fleet, reached by its XenAPI: that of its own Pitstop, which carries its runs out.
struct PoolDoor: Sendable {
    /// Its name in the fleet file.
    let name: String
    let client: XenAPIClient
    let known: KnownPools
    let now: @Sendable () -> Int64

    /// Why a pool can not be used, in words that name it.
    struct Failure: Error {
        let kind: Obstacle.Kind
        let text: String
        /// XenAPI's word for it, where the pool has refused something.
        var code: String?
    }

    /// Calls a message.
    func call(_ method: String, _ parameters: [Value] = [], within limit: Duration? = nil) async throws(Failure)
        -> Value
    {
        do throws(XenAPIError) { return try await client.call(method, parameters, within: limit) } catch {
            throw failure(error)
        }
    }

    /// What an error means for a fleet.
    func failure(_ error: XenAPIError) -> Failure {
        switch error {
        case .refused(let refusal):
            Failure(kind: error.isPassing ? .unreachable : .refused, text: Self.words(refusal), code: refusal.code)
        case .transport(let failure):
            // A certificate that is another one will be so the next time, too.
            switch failure.reason {
            case .untrusted, .tls, .elsewhere, .garbage: Failure(kind: .refused, text: "\(failure)")
            default: Failure(kind: .unreachable, text: "\(failure)")
            }
        case .cancelled: Failure(kind: .unreachable, text: "The look was broken off.")
        }
    }

    /// The pool itself, after it was compared with the one of last time.
    func identity() async throws(Failure) -> (reference: Value, record: Value) {
        let pools = try await call("pool.get_all_records").members ?? []
        guard let pool = pools.first, pools.count == 1, let uuid = pool.value["uuid"]?.text, !uuid.isEmpty else {
            throw Failure(kind: .refused, text: "What answers is no pool: check its url.")
        }
        do {
            guard let other = try await known.note(name, uuid: uuid, at: now()) else {
                return (.string(pool.key), pool.value)
            }
            throw Failure(kind: .refused, text: other)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(kind: .refused, text: "It can not be noted that it was seen: \(error)")
        }
    }

    static func words(_ refusal: APIError) -> String {
        switch refusal.code {
        case "SESSION_AUTHENTICATION_FAILED":
            "It does not know this user with this password: see to its credentials file."
        case "RBAC_PERMISSION_DENIED": "The role of this user does not allow it: take one with role pool-operator."
        case "MESSAGE_METHOD_UNKNOWN":
            "What answers knows no runs: name the address at which Pitstop serves the pool, not the pool's own."
        default: ([refusal.code] + refusal.parameters).joined(separator: ": ")
        }
    }
}

extension Value {
    /// The text of a field; empty where it has none.
    func words(_ field: String) -> String { self[field]?.text ?? "" }

    /// A whole number, in whatever form it came.
    var count: Int {
        switch self {
        case .int(let number): Int(clamping: number)
        case .string(let text): Int(text) ?? 0
        default: 0
        }
    }

    /// Truth, in whatever form it came.
    var isTrue: Bool { self == .bool(true) || text == "true" }
}
