import Foundation
import TestSupport
import Testing
import UpdatePackage

/// What a server keeps, and what it comes back with, however it ended.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct SurvivalTests {
    @Test func aKilledServerComesBackWithEverything() async throws {
        let directory = try TemporaryDirectory()
        let key = try await SigningKey()
        let uuid = UUID().uuidString.lowercased()
        try await key.sign(PackageProgram.script(uuid: uuid, label: "KEPT"), to: directory.file("package"))
        let first = try await ServerProcess(state: directory.file("state"), hosts: 2)
        try await TrustedKeys.add(key.publicKey, to: first)
        #expect(try await first.xe("patch-upload", "file-name=\(directory.file("package"))").code == 0)
        #expect(try await first.xe("patch-pool-apply", "uuid=\(uuid)").code == 0)
        let before = try await first.xe("patch-list", "params=all")
        let vms = try await first.xe("vm-list", "params=uuid,name-label,resident-on,power-state")
        await first.kill()

        let second = try await ServerProcess(state: directory.file("state"), hosts: 2)
        #expect(try await second.xe("patch-list", "params=all").output == before.output)
        #expect(try await second.xe("vm-list", "params=uuid,name-label,resident-on,power-state").output == vms.output)
        #expect(try await second.xe("patch-clean", "uuid=\(uuid)").code == 0)
        #expect(await second.terminate() == 0)
    }

    @Test func aSecondServerOnTheSameStateRefuses() async throws {
        let directory = try TemporaryDirectory()
        let first = try await ServerProcess(state: directory.file("state"), hosts: 1)
        let refusal = await #expect(throws: ServerProcess.NotStarted.self) {
            try await ServerProcess(state: directory.file("state"), hosts: 1)
        }
        #expect(refusal?.code == 1)
        #expect(refusal?.reason.contains("Another Pitstop server is using") == true)
        #expect(try await first.xe("host-list", "--minimal").code == 0)
        #expect(await first.terminate() == 0)
    }

    @Test func aFullDiskRefusesAnUploadAndTheServerGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let state = directory.file("state")
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        // The state lies on a file system of 48 MiB that only the server sees.
        let script = "mount -t tmpfs -o size=48m tmpfs \"$1\" && shift && exec \"$@\""
        let server = try await ServerProcess(
            state: state,
            hosts: 1,
            launcher: [
                "/usr/bin/unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh", state,
            ]
        )
        let large = try directory.write(Data(count: 64 << 20), to: "large")
        let told = try await server.xe("patch-upload", "file-name=\(large)")
        #expect(told.code == 1)
        #expect(told.error.contains("updates"), "\(told.error)")

        // Without a length the server can not know beforehand: it finds out in the middle.
        let chunks = [RawClient.uploadHead(length: nil)] + (0..<64).map { _ in Data(count: 1 << 20) }
        _ = try? await RawClient.send(chunks, to: server.port)
        for _ in 0..<5 {
            if try await server.xe("host-list", "--minimal").code == 0 { break }
        }
        #expect(try await server.xe("host-list", "--minimal").code == 0)
        #expect(try await server.xe("patch-list", "--minimal").output == "\n")
        #expect(await server.terminate() == 0)
    }

    @Test func theDatabaseCanBeDumped() async throws {
        let shared = try await SharedServer.get()
        let directory = try TemporaryDirectory()
        let file = directory.file("dump.xml")
        #expect(try await shared.server.xe("pool-dump-database", "file-name=\(file)").code == 0)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("<database><manifest>"))
        #expect(text.hasSuffix("</database>"))
        #expect(text.contains("name__label=\"xs1\""))
        let notes = try await shared.server.xe("pool-list", "params=other-config", "--minimal")
        #expect(notes.output.contains("pitstop-backup"), "what the prechecks go by")
        let again = try await shared.server.xe("pool-dump-database", "file-name=\(file)")
        #expect(again.code == 1, "a file that is there is not overwritten")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
}
