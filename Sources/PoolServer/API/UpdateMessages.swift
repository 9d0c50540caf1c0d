import PoolDatabase
import PoolOperations
import PoolPatching
import XenAPI

extension Messages {
    /// Pitstop's own messages about updates.
    static let updates: [String: API.Handler] = [
        "pool.get_catalogue": { call throws(APIError) in
            _ = try call.snapshot.require("pool", call.arguments.ref(0))
            return .texts(try await call.api.patches.catalogueFacts())
        },
        "pool.get_update_status": { call throws(APIError) in
            _ = try call.snapshot.require("pool", call.arguments.ref(0))
            let updates = try await call.poolUpdates()
            return .map(updates.hosts.map { Value.Member($0.host.rawValue, updates.status(of: $0)) })
        },
        "pool.get_update_order": { call throws(APIError) in
            _ = try call.snapshot.require("pool", call.arguments.ref(0))
            guard let order = try await call.poolUpdates().order else {
                throw APIError("CATALOGUE_UNUSABLE", ["The hosts need the same updates in contradictory orders."])
            }
            return .strings(order)
        },
        "host.get_update_status": { call throws(APIError) in
            let host = call.arguments.ref(0)
            _ = try call.snapshot.require("host", host)
            let updates = try await call.poolUpdates()
            return updates.hosts.first { $0.host == host }.map(updates.status) ?? .set([])
        },
        "host.verify_packages": { call throws(APIError) in
            let verification = try await call.api.patches.verifyPackages(on: call.arguments.ref(0))
            return .set(verification.packages.map { Value.texts($0.facts) })
        },
    ]
}

extension API.Call {
    fileprivate func poolUpdates() async throws(APIError) -> PoolUpdates {
        guard let updates = try await api.patches.poolUpdates() else {
            throw APIError("CATALOGUE_UNUSABLE", ["No catalogue is installed: pitstop catalogue install FILE."])
        }
        return updates
    }
}

extension PoolUpdates {
    fileprivate func status(of host: HostUpdates) -> Value {
        .set(host.updates.map { update in Value.texts(facts(of: update)) })
    }
}

extension Value {
    fileprivate static func texts(_ pairs: KeyValuePairs<String, String>) -> Value {
        .map(pairs.map { Member($0.key, .string($0.value)) })
    }
}
