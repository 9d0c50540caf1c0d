import Foundation
import ScriptedServer
import Synchronization
import TestSupport
import Testing
import XenAPI
import XenAPIClient

@Suite struct TransferTests {
    /// A pool with a task whose end a transfer brings about.
    private final class Desk: Sendable {
        let status = Mutex(("pending", "", [String]()))
        let body = Mutex<[UInt8]>([])

        func end(_ status: String, _ result: String = "", _ error: [String] = []) {
            self.status.withLock { $0 = (status, result, error) }
        }

        var pool: ScriptedPool {
            ScriptedPool([
                "task.create": { _ in .value(.string("OpaqueRef:t")) }, "task.destroy": { _ in .value(.void) },
                "task.get_record": { [self] _ in
                    let (status, result, error) = status.withLock { $0 }
                    return .value(
                        .map([
                            .init("status", .string(status)), .init("result", .string(result)),
                            .init("error_info", .strings(error)), .init("progress", .float(0)),
                        ])
                    )
                },
            ])
        }
    }

    private static func withFile<Result>(_ size: Int, _ body: (String) async throws -> Result) async throws -> Result {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/update.xsupdate"
        try Data((0..<size).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(filePath: path))
        return try await body(path)
    }

    @Test(arguments: [false, true])
    func `a file is sent after the server's head, and its outcome is the task's`(uncleanly: Bool) async throws {
        let desk = Desk()
        let pool = desk.pool
        let told = Mutex<Int64>(0)
        try await Self.withFile(1_000_000) { path in
            try await withScriptedServer { request in
                guard request.method == "PUT" else { return await pool.answer(request) }
                #expect(request.path == "/pool_patch_upload")
                #expect(request.query["task_id"] == "OpaqueRef:t")
                #expect(request.query["session_id"]?.hasPrefix("OpaqueRef:session") == true)
                #expect(request.query["sr_id"] == "a b&c")
                #expect(!request.isHasty)
                return .taking(
                    { bytes in
                        desk.body.withLock { $0 = bytes }
                        desk.end("success", "OpaqueRef:patch")
                    },
                    uncleanly: uncleanly
                )
            } _: { server in
                let client = try XenAPIClient.of(server)
                let result = try await client.upload(
                    path,
                    to: "/pool_patch_upload",
                    query: ["sr_id": "a b&c"],
                    label: "Upload of an update"
                ) { bytes in told.withLock { $0 = bytes } }
                #expect(result == "OpaqueRef:patch")
            }
        }
        #expect(desk.body.withLock { $0.count } == 1_000_000)
        #expect(told.withLock { $0 } == 1_000_000)
        #expect(pool.count("task.destroy") == 1)
    }

    @Test func `a refusal while the file is on its way is the task's own`() async throws {
        let desk = Desk()
        let pool = desk.pool
        // Which of both is heard first is nobody's to say.
        var limits = ClientLimits.hasty
        limits.lastWords = .seconds(60)
        let patient = limits
        try await Self.withFile(4 << 20) { path in
            try await withScriptedServer { request in
                guard request.method == "PUT" else { return await pool.answer(request) }
                desk.end("failure", "", ["OUT_OF_SPACE", "/var/patch"])
                return .cut(Array("HTTP/1.1 500 Internal Error\r\nConnection: close\r\n\r\n".utf8))
            } _: { server in
                let client = try XenAPIClient.of(server, limits: patient)
                let error = await #expect(throws: XenAPIError.self) {
                    try await client.upload(path, to: "/pool_patch_upload", label: "x")
                }
                #expect(error == .refused(APIError("OUT_OF_SPACE", ["/var/patch"])))
            }
        }
    }

    @Test func `a transfer that breaks off, and a task that does not say why, end in the transfer's own words`()
        async throws
    {
        let pool = Desk().pool
        try await Self.withFile(1000) { path in
            try await withScriptedServer { request in
                guard request.method == "PUT" else { return await pool.answer(request) }
                return .bytes(Array("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".utf8))
            } _: { server in
                let client = try XenAPIClient.of(server)
                let error = await #expect(throws: XenAPIError.self) {
                    try await client.upload(path, to: "/import_raw_vdi", label: "x")
                }
                #expect("\(try #require(error))".contains("403"))
                #expect(!"\(try #require(error))".contains("session"))
            }
        }
    }

    @Test func `a redirection is followed with the whole file`() async throws {
        let desk = Desk()
        let pool = desk.pool
        try await Self.withFile(300_000) { path in
            try await withScriptedServer(isSecure: false) { request in
                #expect(request.method == "PUT")
                return .taking({ bytes in
                    desk.body.withLock { $0 = bytes }
                    desk.end("success", "<value>OpaqueRef:vdi</value>")
                })
            } _: { other in
                try await withScriptedServer(isSecure: false) { request in
                    guard request.method == "PUT" else { return await pool.answer(request) }
                    let place = "Location: http://127.0.0.1:\(other.port)/import_raw_vdi?session_id=x"
                    return .bytes(
                        Array("HTTP/1.1 302 Found\r\n\(place)\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".utf8)
                    )
                } _: { server in
                    let client = try XenAPIClient.of(server)
                    _ = try await client.upload(path, to: "/import_raw_vdi", label: "x")
                }
            }
        }
        #expect(desk.body.withLock { $0.count } == 300_000)
    }

    @Test func `TLS is not given up for a redirection`() async throws {
        let pool = Desk().pool
        try await Self.withFile(10) { path in
            try await withScriptedServer { request in
                guard request.method == "PUT" else { return await pool.answer(request) }
                return .bytes(
                    Array(
                        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                            .utf8
                    )
                )
            } _: { server in
                let client = try XenAPIClient.of(server)
                let error = await #expect(throws: XenAPIError.self) {
                    try await client.upload(path, to: "/import_raw_vdi", label: "x")
                }
                #expect("\(try #require(error))".contains("can not be followed"))
            }
        }
    }

    @Test func `a file that is not there is told by its path, and nothing is begun`() async throws {
        let pool = Desk().pool
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let error = await #expect(throws: XenAPIError.self) {
                try await client.upload("/nowhere/x.iso", to: "/import_raw_vdi", label: "x")
            }
            #expect("\(try #require(error))".contains("/nowhere/x.iso"))
        }
        #expect(pool.calls.isEmpty)
    }

    @Test func `a page is read whole, wherever it is`() async throws {
        let pool = ScriptedPool()
        try await withScriptedServer { request in
            guard request.method == "GET" else { return await pool.answer(request) }
            guard request.path == "/there" else {
                return .bytes(
                    Array(
                        "HTTP/1.1 302 Found\r\nLocation: /there?x=1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                            .utf8
                    )
                )
            }
            return .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8))
        } _: { server in
            let client = try XenAPIClient.of(server)
            let page = try await client.page("/updates")
            #expect(page == Array("{}".utf8))
        }
    }
}
