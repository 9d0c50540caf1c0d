import Datamodel
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PoolDatabase
import PoolOperations
import PoolPatching
import XenAPI

/// The door for files: patches in and out, and the database out.
struct TransferDoor: Sendable {
    let api: API

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.put("pool_patch_upload") { request, _ in try await upload(request) }
        router.get("pool_patch_download") { request, _ in try await download(request) }
        router.get("pool/xmldbdump") { request, _ in try await dump(request) }
        router.get("host_backup") { request, _ in try await backup(request) }
    }

    /// Clients of XenServer wait for the 200 before they send the body, so it goes out first; what became of the patch,
    /// the task says.
    private func upload(_ request: Request) async throws -> Response {
        let transfer = try await TransferRequest(
            request,
            role: .poolOperator,
            permission: Activity.upload,
            api: api
        )
        do throws(APIError) {
            if let length = request.headers[.contentLength].flatMap({ Int64($0) }) {
                try api.patches.assertRoom(for: length)
            }
        } catch {
            api.trail(transfer.session, Activity.upload, object: "").end(error)
            if let task = transfer.task { await api.tasks.fail(task, error) }
            throw HTTPError(.init(code: 507, reasonPhrase: "Insufficient Storage"))
        }
        let session = transfer.session
        let body = ResponseBody { writer in
            await receive(request.body, for: transfer.task, from: session)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.connection: "keep-alive", .cacheControl: "no-cache, no-store"],
            body: body
        )
    }

    private func receive(_ body: RequestBody, for task: Ref?, from session: Session) async {
        do throws(APIError) {
            let patch = try await receive(body, from: session)
            if let task { await api.tasks.succeed(task, patch.rawValue) }
        } catch {
            if let task { await api.tasks.fail(task, error) }
        }
    }

    /// Takes a package in as it arrives, and writes down who sent it.
    ///
    /// - Throws: what an upload throws; `INVALID_PATCH` where the client went away in the middle: half a patch is none.
    func receive(_ body: RequestBody, from session: Session) async throws(APIError) -> Ref {
        var digest = ""
        do throws(APIError) {
            let patch = try await receive(body) { digest = $0 }
            let row = api.pool.database.snapshot.row("pool_patch", patch)
            let name = row.map { "pool_patch \($0.nameLabel) (\($0.uuid))" } ?? ""
            api.trail(session, Activity.upload, object: name).end()
            return patch
        } catch {
            // What was refused is known by its bytes: its name may be anything.
            let object = digest.isEmpty ? "" : "file with SHA-256 \(digest)"
            api.trail(session, Activity.upload, object: object).end(error)
            throw error
        }
    }

    /// Not every sender says how much there is to come: room is looked at as it comes, in bytes.
    private static let roomIsLookedAtEvery: Int64 = 16 << 20

    private func receive(_ body: RequestBody, onDigest: (String) -> Void) async throws(APIError) -> Ref {
        let upload = try api.patches.beginUpload()
        var (received, looked) = (Int64(0), Int64(0))
        do {
            for try await buffer in body {
                received += Int64(buffer.readableBytes)
                if received - looked >= Self.roomIsLookedAtEvery {
                    looked = received
                    // Twice the package has to fit, and this much of it is on the disk already.
                    try api.patches.assertRoom(for: received / 2)
                }
                try buffer.withUnsafeReadableBytes { bytes throws(APIError) in try upload.write(bytes) }
                await upload.hash()
            }
        } catch {
            api.patches.abandon(upload)
            throw error as? APIError ?? APIError("INVALID_PATCH")
        }
        return try await api.patches.finish(upload, onDigest: onDigest)
    }

    private func download(_ request: Request) async throws -> Response {
        let transfer = try await TransferRequest(
            request,
            role: .poolOperator,
            permission: "http/get_pool_patch_download",
            api: api
        )
        guard let uuid = transfer.parameters["uuid"] else { throw HTTPError(.badRequest) }
        let path: String
        do throws(APIError) {
            path = try api.patches.file(ofPatchWithUUID: uuid)
        } catch {
            if let task = transfer.task { await api.tasks.fail(task, error) }
            throw HTTPError(.notFound)
        }
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        let size = Int(clamping: try handle.seekToEnd())
        try handle.seek(toOffset: 0)
        let body = ResponseBody(contentLength: size) { writer in
            defer { try? handle.close() }
            // Just as much as was announced, should the file be longer by then.
            var left = size
            while left > 0, let chunk = try handle.read(upToCount: min(left, 256 << 10)), !chunk.isEmpty {
                left -= chunk.count
                try await writer.write(ByteBuffer(bytes: chunk))
            }
            try await writer.finish(nil)
            if let task = transfer.task { await api.tasks.succeed(task, "") }
        }
        return Response(
            status: .ok,
            headers: [.contentLength: String(size), .contentType: "application/octet-stream"],
            body: body
        )
    }

    /// More than this is not saved of a host.
    private static let largestBackup = 64 << 20

    /// What a host would be missed for, for those who might need it after an update.
    private func backup(_ request: Request) async throws -> Response {
        let transfer = try await TransferRequest(
            request,
            role: .poolAdmin,
            permission: "http/get_host_backup",
            api: api
        )
        guard let uuid = transfer.parameters["uuid"] else { throw HTTPError(.badRequest) }
        do throws(APIError) {
            let bytes = try await api.pool.backup(ofHostWithUUID: uuid, limit: Self.largestBackup)
            return answer(bytes, "application/x-tar", transfer.task)
        } catch {
            if let task = transfer.task { await api.tasks.fail(task, error) }
            throw HTTPError(error.code == "UUID_INVALID" ? .notFound : .internalServerError)
        }
    }

    /// The whole database. Only a pool-admin may have it, since it holds what the pool would rather keep to itself.
    private func dump(_ request: Request) async throws -> Response {
        let transfer = try await TransferRequest(
            request,
            role: .poolAdmin,
            permission: "http/get_pool_xml_db_sync",
            api: api
        )
        return answer(api.pool.database.snapshot.dump(), "text/xml", transfer.task) { await api.pool.noteBackup() }
    }

    /// Sends `bytes`, and ends the task when they are out.
    private func answer(
        _ bytes: [UInt8],
        _ contentType: String,
        _ task: Ref?,
        onSent: @escaping @Sendable () async -> Void = {}
    ) -> Response {
        let body = ResponseBody.known(bytes) {
            await onSent()
            if let task { await api.tasks.succeed(task, "") }
        }
        return Response(status: .ok, headers: [.contentType: contentType], body: body)
    }
}
