import Foundation
import Planner
import PoolDatabase
import PoolOperations
import PoolPlanning
import XenAPI

extension PlanCommand {
    /// The planning instance of a pool that no server serves, and what had to be assumed to make it.
    func instance(of source: PoolSource) async throws -> UpdateInstance {
        let database = try PoolDatabase(path: nil)
        switch source {
        case .dump(let path): try await RecordedPool(path: path).load(into: database, state: "")
        case .embedded(let hosts):
            let now: @Sendable () -> Timestamp = { Timestamp(seconds: 0) }
            let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
            try await ModelledPool(hostCount: hosts, in: database, now: now, makeUUID: makeUUID).createIfEmpty()
        case .libvirt(let path):
            throw OperatorError(
                "The hosts of \(path) have to be asked: serve the pool, and plan with --server and --update."
            )
        }
        let description: PoolDescription
        do throws(APIError) {
            description = try PoolDescription(database.snapshot, update: update.first)
        } catch {
            throw OperatorError(
                error.code == "UUID_INVALID"
                    ? "The pool \(source) knows no update \(update.first ?? ""): leave --update out to plan for one that every "
                        + "host lacks."
                    : "\(source): \(error)"
            )
        }
        guard description.needsEmptyHosts else {
            throw OperatorError("The update restarts no host: it needs no plan, install it with xe patch-pool-apply.")
        }
        let (instance, assumptions) = description.instance(named: source.description)
        for assumption in assumptions { StandardError.write("pitstop plan: \(assumption)") }
        if let saveInstance { try write(instance.json(), to: saveInstance) }
        return instance
    }
}
