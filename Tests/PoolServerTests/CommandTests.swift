import PoolOperations
import Datamodel
import Foundation
import PoolDatabase
import Testing
import XenAPI

@testable import PoolServer

@Suite("xe")
struct CommandTests {
    private func bench() async throws -> Bench {
        let bench = try await Bench()
        try bench.api.users.set("root", password: "secret", role: .poolAdmin)
        return bench
    }

    @Test("Frames have their bytes")
    func frames() {
        #expect(CLIMessage.exit(1).encoded == [12, 0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0])
        #expect(
            CLIMessage.print("hi").encoded == [14, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0] + Array("hi".utf8)
        )
    }

    @Test("A record is laid out by its longest label, to the blank")
    func record() async throws {
        let bench = try await bench()
        let host = bench.hosts[0]
        let (patch, uuid) = (Ref("OpaqueRef:p"), "11111111-2222-3333-4444-555555555555")
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            transaction.create(
                "pool_patch",
                patch,
                [
                    "uuid": .string(uuid), "name_label": .string("A hotfix"), "size": .int(2718),
                    "after_apply_guidance": .strings(["restartHost", "restartXAPI"]),
                ]
            )
            transaction.create(
                "host_patch",
                Ref("OpaqueRef:hp"),
                ["uuid": .string("hp"), "host": .string(host.rawValue), "pool_patch": .string(patch.rawValue)]
            )
        }
        let hostUUID = try bench.api.pool.database.snapshot.require("host", host).uuid
        let client = try await bench.xe("patch-list")
        #expect(
            client.output == """
                uuid ( RO)                    : \(uuid)
                              name-label ( RO): A hotfix
                        name-description ( RO):\u{20}
                                    size ( RO): 2718
                                   hosts (SRO): \(hostUUID)
                    after-apply-guidance (SRO): restartHost, restartXAPI



                """
        )
        #expect(client.exitCode == 0)
        #expect(try await bench.xe("patch-list", "--minimal").output == uuid + "\n")
        #expect(try await bench.xe("patch-list", "name-label=none", "--minimal").output == "\n")
        #expect(try await bench.xe("patch-list", "name-label=none").output == "")
        #expect(
            try await bench.xe("patch-list", "hosts:contains=\(hostUUID)", "params=size", "--minimal").output
                == "2718\n"
        )
    }

    @Test(
        "What is wrong with a command line is said in two lines, with exit code 1",
        arguments: [
            (["frobnicate"], "Unknown command: frobnicate\nFor usage run: 'xe help'\n"),
            (["patch-apply", "uuid=x"], "Required parameter not found: host-uuid\nFor usage run: 'xe help'\n"),
            (["vm-list", "colour=red"], "Error: Unknown field 'colour'\n"),
            (["host-disable"], "Error: Multiple matching hosts found. --multiple required to complete the operation\n"),
            (["host-disable", "host=none"], "Error: No matching hosts found\n"),
            (["vm-shutdown", "vm=none"], "Error: No matching VMs found\n"),
            (["vm-migrate", "vm=web-1"], "Error: No destination host specified\n"),
            (
                ["vm-memory-target-set", "vm=web-1", "target=much"],
                "Error: 'much' is not a size for target: write bytes, or a number with KiB, MiB, GiB or TiB.\n"
            ),
        ]
    )
    func mistakes(words: [String], expected: String) async throws {
        let bench = try await bench()
        let client = ScriptedClient()
        try await CLIConversation(api: bench.api, channel: client)
            .run(Array((words + ["username=root", "password=secret"]).joined(separator: "\n").utf8))
        #expect(client.errors == expected)
        #expect(client.exitCode == 1)
    }

    @Test("An error of XenAPI names its parameters, and objects by uuid and name")
    func apiErrors() async throws {
        let bench = try await bench()
        let vm = try bench.vm("web-1")
        let client = try await bench.xe("vm-start", "vm=web-1")
        #expect(client.errors.contains("vm: \(vm.uuid) (web-1)\nexpected: halted\nactual: running\n"))
    }

    @Test("Old clients end the lines of standard error themselves")
    func oldClients() async throws {
        let bench = try await bench()
        let client = ScriptedClient(version: .v0_1)
        try await CLIConversation(api: bench.api, channel: client).run(Array("nonsense".utf8))
        #expect(client.errors == "Unknown command: nonsense\nFor usage run: 'xe help'\n")
    }

    @Test("A wrong password is said to be one, and leaves no session")
    func wrongPassword() async throws {
        let bench = try await bench()
        let client = ScriptedClient()
        let before = bench.api.sessions.all.count
        try await CLIConversation(api: bench.api, channel: client)
            .run(Array("vm-list\nusername=root\npassword=wrong".utf8))
        #expect(client.errors == "Authentication failed\nFor usage run: 'xe help'\n")
        _ = try await bench.xe("vm-list")
        #expect(bench.api.sessions.all.count == before)
    }

    @Test("Power commands and selectors")
    func power() async throws {
        let bench = try await bench()
        #expect(try await bench.xe("vm-shutdown", "power-state=running", "--multiple", "--force").exitCode == 0)
        #expect(try await bench.xe("vm-list", "power-state=running", "is-control-domain=false").output == "")
        #expect(try await bench.xe("vm-start", "vm=web-2", "on=xs1").exitCode == 0)
        let host = try bench.api.pool.database.snapshot.require("host", bench.hosts[0]).uuid
        #expect(try await bench.xe("vm-list", "vm=web-2", "resident-on=\(host)").exitCode == 1)
        #expect(
            try await bench.xe("vm-list", "name-label=web-2", "params=resident-on", "--minimal").output == host + "\n"
        )
    }

    @Test("Parameters are set, added, removed and read, map keys by themselves")
    func parameters() async throws {
        let bench = try await bench()
        let uuid = "uuid=\(try bench.vm("web-1").uuid)"
        _ = try await bench.xe("vm-param-set", uuid, "name-description=hello", "other-config:owner=me")
        #expect(try await bench.xe("vm-param-get", uuid, "param-name=name-description").output == "hello\n")
        #expect(try await bench.xe("vm-param-get", uuid, "param-name=other-config", "param-key=owner").output == "me\n")
        #expect(
            try await bench.xe("vm-param-get", uuid, "param-name=other-config", "param-key=none").errors
                == "Error: Key none not found in map\n"
        )
        _ = try await bench.xe("vm-param-add", uuid, "param-name=tags", "param-key=blue")
        #expect(try await bench.xe("vm-list", "tags:contains=blue", "--minimal").output.contains("-"))
        _ = try await bench.xe("vm-param-remove", uuid, "param-name=tags", "param-key=blue")
        _ = try await bench.xe("vm-param-clear", uuid, "param-name=other-config")
        #expect(try await bench.xe("vm-param-get", uuid, "param-name=other-config").output == "\n")
        #expect(try await bench.xe("vm-param-set", uuid, "power-state=halted").exitCode == 1)
    }

    @Test("event-wait ends once an object is as it should be")
    func eventWait() async throws {
        let bench = try await bench()
        let uuid = try bench.vm("web-1").uuid
        async let waited = bench.xe("event-wait", "class=vm", "uuid=\(uuid)", "power-state=/=running")
        try await bench.call("VM.hard_shutdown", .ref(try bench.vm("web-1").ref))
        #expect(try await waited.exitCode == 0)
        #expect(try await bench.xe("event-wait", "class=cow").errors == "Error: There are no events of class 'cow'.\n")
    }

    @Test("help explains commands, and says of others why they are not here")
    func help() async throws {
        let bench = try await bench()
        #expect(try await bench.xe("help").output.contains("patch-upload"))
        let all = try await bench.xe("help", "--all").output
        for command in CommandTable.shared.commands { #expect(all.contains(command.name)) }
        #expect(try await bench.xe("help", "patch-apply").output.contains("reqd params     : uuid, host-uuid\n"))
        // As XenServer's own xe: help on what is no command is an answer, not a failure.
        let other = try await bench.xe("help", "sr-create")
        #expect(other.output.hasPrefix("sr-create is not part of Pitstop: ") && other.exitCode == 0)
        #expect(try await bench.xe("help", "nosuch").output == "Unknown command 'nosuch'\n")
        // Its shell completion asks for a plain list.
        let names = try await bench.xe("help", "--all", "--minimal").output.split(separator: ",")
        #expect(names.contains("patch-upload") && names.allSatisfy { !$0.contains(" ") && !$0.contains("\\") })
        #expect(try await bench.xe("vm-install", "template=x").exitCode == 1)
    }

    private static let reference = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/reference/xe-6.0-commands.tsv")

    @Test(
        "Every command of XenServer 6.0 is here, or says why not",
        .enabled(if: FileManager.default.fileExists(atPath: reference.path), "the list of commands is not here")
    )
    func complete() throws {
        let text = try String(contentsOf: Self.reference, encoding: .utf8)
        for name in text.split(separator: "\n").compactMap({ $0.split(separator: "\t").first.map(String.init) }) {
            let isKnown = CommandTable.shared[name] != nil
            #expect(isKnown != (OtherCommands.reason(for: name) != nil), "\(name)")
        }
    }

    @Test("Where HA is what forbids to empty a host, xe says so, and not only that memory is short")
    func evacuationUnderHA() async throws {
        let bench = try await Bench()
        try bench.api.users.set("root", password: "secret", role: .poolAdmin)
        let pool = bench.api.pool.database.snapshot.refs("pool")[0]
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            try transaction.set("pool", pool, "ha_enabled", .bool(true))
        }
        let host = bench.api.pool.database.snapshot.rows("host")[0]
        let told = try await bench.xe("host-evacuate", "uuid=\(host.uuid)")
        #expect(told.exitCode == 1)
        #expect(told.errors.contains("High availability is on and does not protect "), "\(told.errors)")
    }

    @Test("docs/xe.md is what the table says")
    func document() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/xe.md")
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil {
            try Data(CommandReference.markdown().utf8).write(to: file)
        }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(
            written == CommandReference.markdown(),
            "docs/xe.md is out of date: run UPDATE_DOCS=1 swift test --filter PoolServerTests and commit it"
        )
    }

    @Test("Shells can read their completion", arguments: [("bash", Completion.bash()), ("zsh", Completion.zsh())])
    func completion(shell: String, text: String) throws {
        #expect(text.contains("patch-upload"))
        #expect(text.contains("file-name="))
        let path = "/bin/\(shell)"
        guard FileManager.default.isExecutableFile(atPath: path) else { return }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-n", "-c", text]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
