import Datamodel
import HTTPTypes
import Hummingbird
import PoolDatabase
import PoolOperations
import XenAPI

/// The door by which a database comes in: it is read and checked, and nothing is changed by it.
struct DatabaseDoor: Sendable {
    let api: API

    /// More than this is no pool's database.
    static let largest = 256 << 20

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.put("pool/xmldbdump") { request, _ in try await restore(request) }
    }

    private func restore(_ request: Request) async throws -> Response {
        let transfer = try await TransferRequest(
            request,
            role: .poolAdmin,
            permission: "http/put_pool_xml_db_sync",
            api: api
        )
        guard transfer.parameters["dry_run"] == "true" else {
            // Before anything is sent: nothing would come of it.
            if let task = transfer.task {
                await api.tasks.fail(task, APIError("NOT_IMPLEMENTED", ["pool-restore-database without dry-run"]))
            }
            throw HTTPError(.notImplemented, message: "A database is only checked here, with dry_run=true.")
        }
        let body = ResponseBody { writer in
            await check(request.body, for: transfer)
            try await writer.finish(nil)
        }
        // As for patches: clients wait for the 200 before they send the body.
        return Response(
            status: .ok,
            headers: [.connection: "keep-alive", .cacheControl: "no-cache, no-store"],
            body: body
        )
    }

    private func check(_ body: RequestBody, for transfer: TransferRequest) async {
        let failure: APIError
        do {
            let bytes = Array(try await body.collect(upTo: Self.largest).readableBytesView)
            let scratch = try PoolDatabase(path: nil)
            try await scratch.load(dump: bytes)
            if let task = transfer.task { await api.tasks.succeed(task, Self.summary(scratch.snapshot)) }
            return
        } catch let error as DumpLoadingError {
            failure = APIError("RESTORE_SCRIPT_FAILED", ["\(error)"])
        } catch {
            failure = APIError("RESTORE_SCRIPT_FAILED", ["The database did not arrive whole: \(error)."])
        }
        if let task = transfer.task { await api.tasks.fail(task, failure) }
    }

    private static func summary(_ snapshot: Snapshot) -> String {
        let name = (try? snapshot.pool())?.nameLabel ?? ""
        let guests = snapshot.rows("VM").filter { !$0.bool("is_a_template") && !$0.bool("is_control_domain") }
        return
            "The database can be read: pool '\(name)', \(snapshot.refs("host").count) host(s), \(guests.count) VM(s), "
            + "generation \(snapshot.generation). Nothing was changed."
    }
}
