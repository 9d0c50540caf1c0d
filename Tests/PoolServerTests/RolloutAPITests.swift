import Datamodel
import PoolDatabase
import PoolRollout
import Rollout
import Testing
import XenAPI

@testable import PoolServer

@Suite("Runs over XenAPI")
struct RolloutAPITests {
    private func runs(_ options: [String: String]) throws(APIError) -> RunOptions {
        try RunOptions(updates: ["OpaqueRef:u"], words: options)
    }

    @Test("A reader may look at runs, and begin or steer none")
    func roles() async throws {
        let bench = try await Bench()
        let reader = await bench.api.sessions.start("reader", .readOnly, permissions: [])
        #expect(try await bench.api.call("rollout.get_all_records", in: reader) == .map([]))
        for message in ["pause", "cancel", "fix_all"] {
            await #expect(throws: APIError.self) {
                _ = try await bench.api.call("rollout.\(message)", [.string("OpaqueRef:none")], in: reader)
            }
        }
        do throws(APIError) {
            _ = try await bench.api.call("rollout.start", [.set([]), .map([])], in: reader)
            Issue.record("a reader has begun a run")
        } catch {
            #expect(error.code == "RBAC_PERMISSION_DENIED")
        }
    }

    @Test("The operator's prechecks are programs with arguments, and share one time limit")
    func scripts() throws {
        let options = try runs(["precheck.ticket": "open 17", "precheck.free-space": "", "precheck_limit": "20"])
        #expect(
            options.policy.scripts == [
                Gate(name: "free-space", kind: .command(path: "free-space", arguments: []), timeout: 20),
                Gate(name: "ticket", kind: .command(path: "ticket", arguments: ["open", "17"]), timeout: 20),
            ]
        )
        #expect(try runs(["precheck.ticket": ""]).policy.scripts.map(\.timeout) == [300])
    }

    @Test("Options are read with their units, and a wish that is not understood is refused, not passed over")
    func options() throws {
        let options = try runs([
            "mode": "automatic", "exclude": "xs2,xs3", "max_failed_hosts": "1", "canary": "xs2", "canary_soak": "60",
            "finish_by": "2026-11-26T04:00:00Z", "gate.web": "tcp:web.example:443", "suspend": "db-1",
            "windows": "20261126T01:00:00Z/20261126T03:00:00Z",
        ])
        #expect(options.mode == .automatic)
        #expect(options.excluded == ["xs2", "xs3"])
        #expect(options.policy.maxFailedHosts == 1)
        #expect(options.policy.canary == RunPolicy.Canary(host: "xs2", soak: 60))
        #expect(options.policy.finishBy == 1_795_665_600)
        #expect(options.policy.windows.map { $0.end - $0.start } == [7200])
        #expect(options.policy.gates == [Gate(name: "web", kind: .tcp(host: "web.example", port: 443))])
        #expect(
            try runs(["gate.web": "tcp:[fd00::1]:443"]).policy.gates == [
                Gate(name: "web", kind: .tcp(host: "fd00::1", port: 443))
            ]
        )
        #expect(options.consents == ["db-1": .suspend])
        #expect(options.policy.scripts.isEmpty)
        #expect(!options.policy.fixesProblems)
        for (key, text) in [
            ("mode", "fast"), ("max_failed_hosts", "-1"), ("finish_by", "tomorrow"), ("fix_problems", "yes"),
            ("gate.web", "tcp:web"), ("precheck./bin/sh", "-c id"), ("precheck..hidden", ""), ("precheck.", ""),
            ("precheck_limit", "soon"), ("precheck_limit", "0"), ("host_return", "0"), ("migration_limit", "0"),
            ("apply_limit", "0"), ("canary_soak", "60"), ("windows", "20261126T01:00:00Z"), ("no_such_option", "1"),
        ] {
            let error = #expect(throws: APIError.self) { try runs([key: text]) }
            #expect(error?.code == "VALUE_NOT_SUPPORTED", "\(key)")
            #expect(error?.parameters.first == key)
        }
        let zero = #expect(throws: APIError.self) { try runs(["host_return": "0"]) }
        #expect(zero?.parameters.last?.contains("1 or more") == true)
        let unnamed = #expect(throws: APIError.self) { try runs(["canary_soak": "60"]) }
        #expect(unnamed?.parameters.last?.contains("name it with canary") == true)
        #expect(try runs(["canary": "xs2"]).policy.canary == RunPolicy.Canary(host: "xs2", soak: 0))
    }

    @Test("What only a run that restarts hosts can keep is refused in manual mode, not passed over")
    func manual() throws {
        let manual = try runs(["mode": "manual", "exclude": "xs2", "barrier": "false", "apply_limit": "60"])
        #expect(manual.mode == .manual)
        for (key, text) in [
            ("canary", "xs2"), ("finish_by", "2026-11-26T04:00:00Z"), ("gate.web", "tcp:web.example:443"),
            ("windows", "20261126T01:00:00Z/20261126T03:00:00Z"), ("soak", "60"), ("max_parallel", "2"),
            ("approve_each_host", "true"), ("barrier", "true"), ("go_home", "true"), ("suspend", "db-1"),
            ("shutdown", "db-1"), ("migration_limit", "60"),
        ] {
            let error = #expect(throws: APIError.self, "\(key)") { try runs(["mode": "manual", key: text]) }
            #expect(error?.parameters.first == key)
            #expect(error?.parameters.last?.hasPrefix("automatic mode") == true)
        }
    }
}

@Suite("Health gates")
struct GateTests {
    private let keeper = GateKeeper(
        gates: "/nonexistent/gates",
        prechecks: "/nonexistent/prechecks",
        pairs: "/nonexistent/pairs"
    )

    private func reason(_ kind: Gate.Kind) async -> String? {
        if case .failed(let reason) = await keeper.judge(Gate(name: "g", kind: kind, timeout: 60)) {
            reason
        } else {
            nil
        }
    }

    @Test("A program is run only by its bare name, from the server's own folder")
    func programs() async {
        for name in ["/bin/true", "../bin/true", ".hidden", "", "a/b"] {
            #expect(await reason(.command(path: name, arguments: []))?.contains("without a path") == true, "\(name)")
        }
        #expect(await reason(.command(path: "true", arguments: []))?.contains("could not be run") == true)
    }

    @Test("A page is judged by the head of its answer: a body without an end is not read")
    func endlessPage() async throws {
        let page = try EndlessPage(head: "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        #expect(await reason(.http(url: "http://127.0.0.1:\(page.port)/")) == nil)
        // It comes to an end because the client closes. What was sent meanwhile fills no more than the system's buffers.
        #expect(await page.sent() < 32 << 20)
    }

    @Test("A page that is somewhere else is red and named, not followed; so is one that never answers")
    func otherPages() async throws {
        let elsewhere = try EndlessPage(
            head: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/secret\r\nContent-Length: 0\r\n\r\n",
            hasBody: false
        )
        let said = await reason(.http(url: "http://127.0.0.1:\(elsewhere.port)/"))
        #expect(said?.contains("status 302 and points to http://127.0.0.1:1/secret") == true, "\(said ?? "green")")
        let broken = try EndlessPage(head: "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", hasBody: false)
        #expect(await reason(.http(url: "http://127.0.0.1:\(broken.port)/"))?.contains("status 503") == true)
        let mute = try EndlessPage(head: "", hasBody: false)
        let gate = Gate(name: "g", kind: .http(url: "http://127.0.0.1:\(mute.port)/"), timeout: 1)
        guard case .failed(let reason) = await keeper.judge(gate) else {
            Issue.record("it is green")
            return
        }
        #expect(reason.contains("no answer within 1 s") || reason.contains("does not answer"))
    }

    @Test("A port that nobody serves is red, and so is an address that is none")
    func ports() async {
        // Port 1 (tcpmux) is served nowhere.
        #expect(await reason(.tcp(host: "127.0.0.1", port: 1))?.contains("takes no connections") == true)
        #expect(await reason(.tcp(host: "::1", port: 1))?.contains("takes no connections") == true)
        let page = await reason(.http(url: "http://127.0.0.1:1/"))
        #expect(page?.contains("Connection refused") == true, "\(page ?? "green")")
        #expect(await reason(.http(url: "http://no-such-host.invalid/"))?.contains("does not answer") == true)
        #expect(await reason(.http(url: "file:///etc/passwd"))?.contains("no address of a page") == true)
    }
}
