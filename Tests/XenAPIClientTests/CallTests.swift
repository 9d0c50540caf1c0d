import ScriptedServer
import Testing
import XenAPI
import XenAPIClient

@Suite struct CallTests {
    @Test(arguments: [Wire.xml, .json, .automatic])
    func `a call carries session and parameters, and brings the result`(wire: Wire) async throws {
        let pool = ScriptedPool(["VM.get_by_name_label": { parameters in .value(.set(parameters)) }])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server, wire: wire)
            let result = try await client.call("VM.get_by_name_label", [.string("a & <b>")])
            #expect(result == .set([.string("a & <b>")]))
            await client.close()
        }
        #expect(pool.calls == ["session.login_with_password", "VM.get_by_name_label", "session.logout"])
    }

    @Test func `where a server knows no JSON-RPC, XML-RPC is spoken from then on`() async throws {
        let pool = ScriptedPool(["pool.get_all": { _ in .value(.set([])) }])
        let paths = Counter()
        try await withScriptedServer { request in
            guard request.path != "/jsonrpc" else {
                _ = paths.next()
                let fault = XMLRPC.encode(.fault(code: 1, text: "not XML"))
                let head = "HTTP/1.1 200 OK\r\nContent-Length: \(fault.count)\r\nConnection: close\r\n\r\n"
                return .bytes(Array(head.utf8) + fault)
            }
            return await pool.answer(request)
        } _: { server in
            let client = try XenAPIClient.of(server, wire: .automatic)
            try await client.call("pool.get_all")
            try await client.call("pool.get_all")
        }
        #expect(paths.value == 1)
        #expect(pool.count("pool.get_all") == 2)
    }

    @Test func `JSON-RPC 1.0 is understood where a server answers nothing newer`() async throws {
        try await withScriptedServer { request in
            let isLogin = request.call?.name == "session.login_with_password"
            let body =
                isLogin
                ? #"{"result":"OpaqueRef:s","error":null,"id":1}"#
                : #"{"result":null,"error":["HOST_OFFLINE","h"],"id":1}"#
            return .bytes(
                Array("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
            )
        } _: { server in
            let client = try XenAPIClient.of(server, wire: .automatic)
            let error = await #expect(throws: XenAPIError.self) {
                try await client.call("host.disable", [.string("h")])
            }
            #expect(error == .refused(APIError("HOST_OFFLINE", ["h"])))
        }
    }

    @Test func `a refusal has the code and its parameters in order`() async throws {
        let pool = ScriptedPool(["host.disable": { _ in .refusal("HOST_OFFLINE", ["OpaqueRef:h"]) }])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let error = await #expect(throws: XenAPIError.self) { try await client.call("host.disable") }
            #expect(error == .refused(APIError("HOST_OFFLINE", ["OpaqueRef:h"])))
        }
    }

    @Test func `a session that ended is renewed once, and the call made again`() async throws {
        let pool = ScriptedPool(["pool.get_all": { _ in .value(.set([])) }])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            try await client.call("pool.get_all")
            pool.forgetSessions()
            try await client.call("pool.get_all")
        }
        #expect(pool.count("session.login_with_password") == 2)
    }

    @Test func `a session that is refused twice is not asked for without end`() async throws {
        let pool = ScriptedPool(["pool.get_all": { _ in .refusal("SESSION_INVALID", ["x"]) }])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let error = await #expect(throws: XenAPIError.self) { try await client.call("pool.get_all") }
            #expect(error?.code == "SESSION_INVALID")
        }
        #expect(pool.count("pool.get_all") == 2)
    }

    @Test func `callers at once share one login`() async throws {
        let pool = ScriptedPool(["pool.get_all": { _ in .value(.set([])) }])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await client.call("pool.get_all") } }
                try await group.waitForAll()
            }
        }
        #expect(pool.count("session.login_with_password") == 1)
    }

    @Test func `an older server's login takes two words`() async throws {
        let pool = ScriptedPool(["pool.get_all": { _ in .value(.set([])) }])
        try await withScriptedServer { request in
            if let call = request.call, call.name == "session.login_with_password", call.parameters.count > 2 {
                return .refusal("MESSAGE_PARAMETER_COUNT_MISMATCH", [call.name, "2", "4"])
            }
            return await pool.answer(request)
        } _: { server in
            try await XenAPIClient.of(server).call("pool.get_all")
        }
    }

    @Test func `a wrong password is a refusal, and asked for once`() async throws {
        let pool = ScriptedPool([
            "session.login_with_password": { _ in .refusal("SESSION_AUTHENTICATION_FAILED", ["root", "no"]) }
        ])
        try await withScriptedServer(answer: pool.answer) { server in
            let client = try XenAPIClient.of(server)
            let error = await #expect(throws: XenAPIError.self) { try await client.signIn() }
            #expect(error?.code == "SESSION_AUTHENTICATION_FAILED")
            #expect("\(try #require(error))".contains("secret") == false)
        }
        #expect(pool.count("session.login_with_password") == 1)
    }
}

@Suite struct MasterTests {
    @Test func `a member sends to its master, and calls go there from then on`() async throws {
        let pool = ScriptedPool(["pool.get_all": { _ in .value(.set([])) }])
        let asked = Counter()
        try await withScriptedServer(host: "127.0.0.1", isSecure: false, answer: pool.answer) { master in
            // A member has the same port at another address.
            try await withScriptedServer(host: "127.0.0.2", port: master.port, isSecure: false) { _ in
                _ = asked.next()
                return .refusal("HOST_IS_SLAVE", ["127.0.0.1"])
            } _: { _ in
                let client = XenAPIClient(
                    try Endpoint("http://127.0.0.2:\(master.port)/"),
                    as: Credentials(user: "root", password: "secret"),
                    wire: .xml
                )
                try await client.call("pool.get_all")
                try await client.call("pool.get_all")
                #expect(await client.master == (try Endpoint(master.url)))
            }
        }
        #expect(asked.value == 1)
    }

    @Test func `a master that is gone is found through the other hosts`() async throws {
        let pool = ScriptedPool(["pool.get_all": { _ in .value(.set([])) }])
        try await withScriptedServer(host: "127.0.0.2", isSecure: false, answer: pool.answer) { master in
            let client = XenAPIClient(
                try Endpoint("http://127.0.0.1:\(master.port)/"),
                as: Credentials(user: "root", password: "secret"),
                wire: .xml
            )
            let error = await #expect(throws: XenAPIError.self) { try await client.call("pool.get_all") }
            #expect(error?.isPassing == true)
            await client.learn(members: ["127.0.0.3", "127.0.0.2"])
            try await client.call("pool.get_all")
        }
    }

    @Test func `hosts that call each other master are no pool`() async throws {
        try await withScriptedServer(host: "127.0.0.1", isSecure: false) { _ in
            .refusal("HOST_IS_SLAVE", ["127.0.0.2"])
        } _: {
            first in
            try await withScriptedServer(host: "127.0.0.2", port: first.port, isSecure: false) { _ in
                .refusal("HOST_IS_SLAVE", ["127.0.0.1"])
            } _: { _ in
                let client = XenAPIClient(
                    try Endpoint(first.url),
                    as: Credentials(user: "root", password: "secret"),
                    wire: .xml
                )
                let error = await #expect(throws: XenAPIError.self) { try await client.call("pool.get_all") }
                #expect("\(try #require(error))".contains("master"))
            }
        }
    }

    @Test(arguments: ["", "a b", "evil/../x", "127.0.0.1:22"])
    func `a master's address that is none is not followed`(address: String) async throws {
        try await withScriptedServer { _ in
            .refusal("HOST_IS_SLAVE", [address])
        } _: { server in
            let client = try XenAPIClient.of(server)
            let error = await #expect(throws: XenAPIError.self) { try await client.call("pool.get_all") }
            #expect("\(try #require(error))".contains("can not be followed"))
        }
    }
}
