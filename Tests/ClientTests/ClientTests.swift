import EmbeddedHosts
import Foundation
import TestSupport
import Testing
import UpdatePackage

/// The environment that `Scripts/python-env.sh` makes.
enum PythonEnvironment {
    private static let folder =
        ProcessInfo.processInfo.environment["PITSTOP_PYTHON"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".pitstop/python").path

    static let python = folder + "/bin/python3"
    static let playbook = folder + "/bin/ansible-playbook"

    static var hasXenAPI: Bool { exists("XenAPI") }
    static var hasAnsible: Bool {
        exists("ansible_collections/community/general") && FileManager.default.isExecutableFile(atPath: playbook)
    }

    private static func exists(_ package: String) -> Bool {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/lib")) ?? []
        return versions.contains { version in
            ["", ".py"].contains {
                FileManager.default.fileExists(atPath: "\(folder)/lib/\(version)/site-packages/\(package)\($0)")
            }
        }
    }

    static func file(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
    }
}

/// Other people's clients, as they are published, against a started server.
@Suite("Clients", .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct ClientTests {
    @Test(
        "PyPI's XenAPI signs in, reads, follows tasks and events, starts and stops VMs, and uploads a patch",
        .enabled(if: PythonEnvironment.hasXenAPI, "run Scripts/python-env.sh for the tests with Python's XenAPI")
    )
    func xenAPI() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        let package = try await trustedPackage(for: server, in: directory)
        let result = try await Tools.run(
            PythonEnvironment.python,
            [
                PythonEnvironment.file("client.py"), "https://127.0.0.1:\(server.port)", ServerProcess.password,
                package,
            ]
        )
        #expect(result.code == 0, "\(result.error)")
        let facts = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        )
        #expect(facts["wrong password"] as? String == "SESSION_AUTHENTICATION_FAILED")
        #expect(facts["api version"] as? String == "1.9")
        #expect(facts["hosts"] as? [String] == ["xs1", "xs2"])
        #expect(facts["vms"] as? Int == 8)
        #expect(facts["memory is text"] as? Bool == true)
        #expect(facts["snapshot time"] as? String == "19700101T00:00:00Z")
        #expect(facts["free memory"] as? Bool == true)
        #expect(facts["bad handle"] as? [String] == ["HANDLE_INVALID", "VM", "OpaqueRef:nothing"])
        #expect(facts["not performed"] as? [String] == ["NOT_IMPLEMENTED", "VM.snapshot"])
        #expect(facts["task"] as? String == "success")
        #expect(facts["task name"] as? String == "Async.VM.pool_migrate")
        #expect(facts["moved"] as? Bool == true)
        #expect(facts["first events"] as? Bool == true)
        #expect(facts["counts are numbers"] as? Bool == true)
        #expect((facts["second events"] as? [[String]])?.last == ["vm", "mod", "changed"])
        #expect(facts["halted"] as? String == "Halted")
        #expect(facts["running"] as? String == "Running")
        #expect(facts["upload status"] as? Int == 200)
        #expect(facts["uploaded"] as? String == "d75705d9-64a8-46a4-afdd-c5351642621c")
        #expect(facts["patch name"] as? String == "XS602ECC031")
        _ = await server.terminate()
    }

    @Test(
        "PyPI's XenAPI begins a run, follows it by events, and reads its evidence",
        .enabled(if: PythonEnvironment.hasXenAPI, "run Scripts/python-env.sh for the tests with Python's XenAPI")
    )
    func rollout() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        let package = try await trustedPackage(for: server, in: directory)
        let upload = try await server.xe("patch-upload", "file-name=\(package)")
        let uuid = upload.output.trimmingCharacters(in: .newlines)
        let result = try await Tools.run(
            PythonEnvironment.python,
            [
                PythonEnvironment.file("rollout.py"), "https://127.0.0.1:\(server.port)", ServerProcess.password, uuid,
            ]
        )
        #expect(result.code == 0, "\(result.error)")
        let facts = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        )
        #expect(!(facts["problems"] as? [String] ?? ["blocking"]).contains("blocking"))
        #expect(facts["planned hosts"] as? Int == 2)
        #expect(facts["bad option"] as? [String] == ["VALUE_NOT_SUPPORTED", "no_such_option"])
        #expect(facts["operations"] as? [String] == ["add", "mod"])
        #expect(facts["ending"] as? String == "succeeded")
        #expect(facts["progress"] as? Double == 1)
        #expect(facts["updates"] as? Bool == true)
        #expect(facts["hosts"] as? [String] == ["done", "done"])
        #expect(facts["updated"] as? [Bool] == [true, true])
        #expect(facts["report"] as? String == "succeeded")
        #expect(facts["intact"] as? Bool == true)
        #expect(facts["after the end"] as? String == "ROLLOUT_WORD_REFUSED")
        #expect((facts["owed"] as? [Any])?.isEmpty == true)
        _ = await server.terminate()
    }

    @Test(
        "community.general's xenserver modules read and power VMs",
        .enabled(if: PythonEnvironment.hasAnsible, "run Scripts/python-env.sh for the tests with Ansible")
    )
    func ansible() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 2)
        let answer = directory.file("answer.json")
        let variables = [
            "url": "https://127.0.0.1:\(server.port)", "password": ServerProcess.password, "answer": answer,
        ]
        let result = try await Tools.run(
            PythonEnvironment.playbook,
            [
                "-i", "localhost,", "-c", "local", "-e",
                String(decoding: try JSONEncoder().encode(variables), as: UTF8.self), "-e",
                "ansible_python_interpreter=\(PythonEnvironment.python)", PythonEnvironment.file("xenserver.yml"),
            ],
            environment: ["ANSIBLE_HOME": directory.file("ansible"), "LC_ALL": "C.UTF-8"]
        )
        #expect(result.code == 0, "\(result.output)\n\(result.error)")
        let facts = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: URL(filePath: answer)))
        #expect(facts == ["info": "poweredon", "name": "web-2", "stopped": "poweredoff", "started": "poweredon"])
        _ = await server.terminate()
    }

    @Test(
        "xenserver_facts gathers the pool through the server's socket, as on a host of XenServer",
        .enabled(if: PythonEnvironment.hasAnsible, "run Scripts/python-env.sh for the tests with Ansible")
    )
    func facts() async throws {
        let directory = try TemporaryDirectory()
        let (socket, answer) = (directory.file("socket"), directory.file("answer.json"))
        let server = try await ServerProcess(
            state: directory.file("state"),
            hosts: 1,
            arguments: ["--socket", socket]
        )
        let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The module knows one place only, so it sees a machine that has the socket there.
        let script = """
            mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/xcp && ln -s "$1" /var/lib/xcp/xapi && shift && exec "$@"
            """
        let result = try await Tools.run(
            "unshare",
            [
                "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", socket,
                PythonEnvironment.playbook, "-i", "localhost,", "-c", "local", "-e", "answer=\(answer)", "-e",
                "ansible_python_interpreter=\(PythonEnvironment.python)", PythonEnvironment.file("facts.yml"),
            ],
            environment: ["ANSIBLE_HOME": directory.file("ansible"), "LC_ALL": "C.UTF-8"]
        )
        #expect(result.code == 0, "\(result.output)\n\(result.error)")
        let facts = try JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: URL(filePath: answer)))
        #expect(facts["vms"]?.contains("web-1") == true)
        #expect(facts["networks"]?.isEmpty == false)
        #expect(facts["srs"]?.isEmpty == false)
        #expect(facts["pifs"]?.first == "eth0")
        _ = await server.terminate()
    }

    @Test(
        "What no client should send gets an answer that says so, and harms nobody",
        .enabled(if: Tools.isInstalled("python3"), "needs python3")
    )
    func hostile() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let result = try await Tools.run(
            "python3",
            [PythonEnvironment.file("hostile.py"), String(server.port), ServerProcess.password]
        )
        #expect(result.code == 0, "\(result.error)")
        let facts = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        )
        for input in ["cut XML", "no XML", "empty", "entity", "deep", "bytes"] {
            #expect(facts[input] as? [Int] == [200, 1], "\(input)")
        }
        for input in ["JSON cut", "JSON deep", "JSON no id", "JSON list"] {
            let answer = facts[input] as? [Any]
            #expect(answer?.first as? Int == 200, "\(input)")
            #expect(answer?.last as? Bool == true, "\(input)")
        }
        #expect((facts["just fits"] as? [Any])?.first as? Int == 200)
        #expect((facts["too long"] as? [Any])?.first as? Int == 413)
        #expect(facts["wrong type"] as? [String] == ["FIELD_TYPE_ERROR", "self"])
        #expect(facts["bad number"] as? [String] == ["FIELD_TYPE_ERROR", "value"])
        #expect(facts["bad ref"] as? [String] == ["HANDLE_INVALID", "VM", "OpaqueRef:x"])
        #expect((facts["JSON 2.0"] as? [String: Any])?["message"] as? String == "HANDLE_INVALID")
        #expect(facts["cli too long"] as? String == "HTTP/1.0 400 Bad Request")
        #expect((facts["transfer without session"] as? String)?.hasPrefix("HTTP/1.1 401") == true)
        #expect(facts["kept alive"] as? Int == 2)
        #expect(facts["gone"] as? [Bool] == [true, true], "a call of a client who has gone does not wait for events")
        #expect(facts["alive"] as? Bool == true)
        _ = await server.terminate()
    }

    @Test(
        "A server that is to end answers who waits, and waits for nobody who only keeps a connection",
        .enabled(if: Tools.isInstalled("python3"), "needs python3")
    )
    func farewell() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let result = try await Tools.run(
            "python3",
            [
                PythonEnvironment.file("farewell.py"), String(server.port), ServerProcess.password,
                String(server.processID),
            ]
        )
        #expect(result.code == 0, "\(result.error)")
        #expect(await server.terminate() == 0)
        let facts = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        )
        #expect(facts["waiting"] as? Bool == true)
        // It takes some tenths of a second. A wait for clients that do not read would take five.
        #expect(try #require(facts["seconds"] as? Double) < 5)
    }

    /// The demonstration's hotfix, signed by a key that the server trusts.
    private func trustedPackage(for server: ServerProcess, in directory: TemporaryDirectory) async throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Demo/XS602ECC031/manifest.yaml").path
        let manifest = try Manifest(yaml: String(contentsOfFile: path, encoding: .utf8), file: path)
        let key = try await SigningKey()
        try await ReplicaPackages.build(.updated, into: directory.file("rpms"))
        let built = try await PackageBuilder.build(
            manifest: manifest,
            rpmFolder: directory.file("rpms"),
            output: directory.path,
            signer: key.signer
        )
        _ = try await TrustStore(folder: server.state + "/trust").addKeys(from: key.publicKey)
        await key.stop()
        return built.package.path
    }
}
