import ArgumentParser
import Foundation
import Planner
import PoolControl
import PoolDatabase
import PoolOperations
import PoolPlanning
import UpdatePackage
import XenAPI

extension PlanCommand {
    /// The planning instance of a pool that no server serves, and how its objects are called. What had to be assumed to make
    /// it is said.
    func instance(of source: PoolSource) async throws -> (UpdateInstance, PoolNames) {
        var database = try PoolDatabase(path: nil)
        var wishes = PoolWishes()
        switch source {
        case .xenapi(let path): (database, wishes) = try await RemotePool.read(path)
        case .dump(let path): try await RecordedPool(path: path).load(into: database, state: "")
        case .embedded(let hosts):
            let now: @Sendable () -> Timestamp = { Timestamp(seconds: 0) }
            let makeUUID: @Sendable () -> String = { UUID().uuidString.lowercased() }
            try await ModelledPool(
                hostCount: hosts ?? PoolSource.usualHosts,
                in: database,
                now: now,
                makeUUID: makeUUID
            ).createIfEmpty()
        case .libvirt(let path):
            throw OperatorError(
                "The hosts of \(path) have to be asked: serve the pool, and plan with --server and --update."
            )
        }
        let package = try await package()
        try check(package, database.snapshot)
        var description: PoolDescription
        do throws(APIError) {
            description = try PoolDescription(
                database.snapshot,
                update: knownUpdate(package, database.snapshot),
                wishes: wishes
            )
            if let info = package?.info { description.guidance = Set(info.guidance.map(\.rawValue)) }
        } catch {
            throw OperatorError(
                error.code == "UUID_INVALID"
                    ? "The pool \(source) knows no update \(update.first ?? ""), and there is no file of that name: leave "
                        + "--update out to plan for one that every host lacks."
                    : "\(source): \(error)"
            )
        }
        guard description.needsEmptyHosts else {
            throw OperatorError("The update restarts no host: it needs no plan, install it with xe patch-pool-apply.")
        }
        var (instance, assumptions) = description.instance(named: source.description)
        if restartOnly { for index in instance.hosts.indices { instance.hosts[index].apply = 0 } }
        let names = PoolNames(database.snapshot)
        for assumption in assumptions { StandardError.write("pitstop plan: \(names.applied(to: assumption))") }
        if let saveInstance { try write(instance.json(), to: saveInstance) }
        return (instance, names)
    }

    /// The package file that --update names, looked into; nil where it names none.
    private func package() async throws -> Inspection? {
        guard let name = update.first, FileManager.default.fileExists(atPath: name) else { return nil }
        let inspection = try await inspect(file: name, policy: TrustPolicy())
        guard inspection.info != nil else {
            throw OperatorError("\(name) is not one update package: name an .xsupdate file.")
        }
        return inspection
    }

    /// Refuses a package that the pool's hosts would refuse.
    private func check(_ package: Inspection?, _ snapshot: Snapshot) throws {
        guard let madeFor = package.flatMap({ MadeFor($0) }) else { return }
        do {
            try madeFor.check(
                snapshot.rows("host").map { ($0.nameLabel, $0.map("software_version", "product_version") ?? "") }
            )
        } catch let refusal as MadeFor.Refused {
            StandardError.write("pitstop plan: \(refusal)")
            throw ExitCode(3)
        }
    }

    /// The uuid of the update as the pool knows it; nil where the pool has yet to hear of the package.
    private func knownUpdate(_ package: Inspection?, _ snapshot: Snapshot) -> String? {
        guard let package else { return update.first }
        return package.info.flatMap { snapshot.row("pool_patch", uuid: $0.uuid)?.uuid }
    }
}
