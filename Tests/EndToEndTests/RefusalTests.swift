import Foundation
import TestSupport
import Testing
import UpdatePackage

/// Bad input gets a clear error, and loses nothing.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct RefusalTests {
    private let usage = "For usage run: 'xe help'\n"

    @Test func aWrongPasswordWaitsFiveSeconds() async throws {
        let server = try await SharedServer.get().server
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await server.xe(["host-list"], password: "wrong")
        #expect(clock.now - start >= .seconds(5))
        #expect(result.error == "Authentication failed\n" + usage)
        #expect(result.code == 1)
    }

    @Test func anUnknownCommandSaysSo() async throws {
        let result = try await SharedServer.get().server.xe("patch-explode")
        #expect(result.error == "Unknown command: patch-explode\n" + usage)
        #expect(result.code == 1)
    }

    @Test func aMissingParameterIsSeenBeforeAnybodySignsIn() async throws {
        let result = try await SharedServer.get().server.xe(["patch-apply", "uuid=1"], password: "wrong")
        #expect(result.error == "Required parameter not found: host-uuid\n" + usage)
    }

    @Test func anUnknownUUIDIsNamed() async throws {
        let result = try await SharedServer.get().server.xe("patch-pool-apply", "uuid=nothing")
        #expect(result.code == 1)
        #expect(result.error.contains("nothing"))
    }

    @Test func anUnknownFieldIsNamed() async throws {
        let result = try await SharedServer.get().server.xe("host-list", "colour=blue")
        #expect(result.error == "Error: Unknown field 'colour'\n")
    }

    @Test func aFileThatIsNotThereIsNamedByTheClient() async throws {
        let result = try await SharedServer.get().server.xe("patch-upload", "file-name=/nowhere/X.xsupdate")
        #expect(result.error.contains("Operation failed. Error: file '/nowhere/X.xsupdate' does not exist"))
        #expect(result.code == 1)
    }

    @Test("A pipe or a device is no file to send: the client says so at once")
    func noFiles() async throws {
        let directory = try TemporaryDirectory()
        let pipe = directory.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let server = try await SharedServer.get().server
        for (file, kind) in [(pipe, "a pipe"), ("/dev/zero", "a device"), (directory.path, "a folder")] {
            let result = try await server.xe("patch-upload", "file-name=\(file)")
            #expect(result.code == 1)
            #expect(result.error.contains("file '\(file)': it is \(kind), not a file"), "\(result.error)")
        }
    }

    @Test("Gigabytes that are no package are refused by their beginning")
    func zeros() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("zeros")
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        try #require(FileHandle(forWritingAtPath: file)).truncate(atOffset: 3 << 30)
        let result = try await SharedServer.get().server.xe("patch-upload", "file-name=\(file)")
        #expect(result.code == 1)
        #expect(result.error.contains("not an update package"), "\(result.error)")
    }

    @Test(
        "Odd file names are only names",
        arguments: ["with spaces.xsupdate", "ümläut.xsupdate", "a;b$(c)'\"&.xsupdate"]
    )
    func oddNames(_ name: String) async throws {
        let shared = try await SharedServer.get()
        let uuid = UUID().uuidString.lowercased()
        let file = try await shared.package(PackageProgram.script(uuid: uuid), named: name)
        let result = try await shared.server.xe("patch-upload", "file-name=\(file)")
        #expect(result.output == uuid + "\n", "\(result.error)")
    }

    @Test func aPathWithDotsAndOneOfFourKibibytesAreTaken() async throws {
        let shared = try await SharedServer.get()
        for climb in ["/../", String(repeating: "/.", count: 1900) + "/../"] {
            let uuid = UUID().uuidString.lowercased()
            let file = try await shared.package(PackageProgram.script(uuid: uuid))
            let url = URL(filePath: file)
            let folder = url.deletingLastPathComponent()
            let path = folder.path + climb + folder.lastPathComponent + "/" + url.lastPathComponent
            let result = try await shared.server.xe("patch-upload", "file-name=\(path)")
            #expect(result.output == uuid + "\n", "\(result.error)")
        }
    }

    @Test func aZipIsToBeExtractedFirst() async throws {
        let shared = try await SharedServer.get()
        let hotfix = try await ReplicaHotfix()
        let result = try await shared.server.xe("patch-upload", "file-name=\(hotfix.built.zip.path)")
        #expect(result.code == 1)
        #expect(result.error.hasPrefix("The uploaded patch file is invalid\n"))
        #expect(result.error.contains("XS602ECC031.xsupdate"))
    }

    @Test func anEmptyFileIsInvalid() async throws {
        let shared = try await SharedServer.get()
        let directory = try TemporaryDirectory()
        let result = try await shared.server.xe("patch-upload", "file-name=\(try directory.write("", to: "empty"))")
        #expect(result.error.hasPrefix("The uploaded patch file is invalid\n"))
        #expect(result.error.contains("The file is empty"))
        #expect(result.output == "")
        #expect(result.code == 1)
    }

    @Test func theSameUUIDTwiceIsNamed() async throws {
        let shared = try await SharedServer.get()
        let uuid = UUID().uuidString.lowercased()
        let file = try await shared.package(PackageProgram.script(uuid: uuid, label: "TWICE"))
        #expect(try await shared.server.xe("patch-upload", "file-name=\(file)").code == 0)
        let second = try await shared.server.xe("patch-upload", "file-name=\(file)")
        #expect(second.error == "The uploaded patch file already exists\nuuid: \(uuid) (TWICE)\n")
        #expect(second.code == 1)
    }

    @Test func aClientThatVanishesLeavesNothingBehind() async throws {
        let shared = try await SharedServer.get()
        let before = try await shared.server.xe("patch-list", "--minimal").output
        let said = try await RawClient.send(
            [RawClient.uploadHead(length: 10 << 20), Data(count: 1 << 20)],
            to: shared.server.port
        )
        #expect(said.hasPrefix("HTTP/1.1 200 OK\r\n"))
        for _ in 0..<100 where try !shared.incoming().isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try shared.incoming() == [])
        #expect(try await shared.server.xe("patch-list", "--minimal").output.count >= before.count)
    }

    @Test func anUploadWithoutCredentialsIsRefusedBeforeItsBody() async throws {
        let server = try await SharedServer.get().server
        let said = try await RawClient.send([Data("PUT /pool_patch_upload HTTP/1.0\r\n\r\n".utf8)], to: server.port)
        #expect(said.hasPrefix("HTTP/1.1 401 "))
    }

    @Test(
        "Noise at the door does no harm",
        arguments: ["\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "POST /cli HTTP/1.0\r\n\r\n"]
    )
    func noise(_ text: String) async throws {
        let server = try await SharedServer.get().server
        _ = try? await RawClient.send([Data(text.utf8)], to: server.port, readFirst: false)
        #expect(try await server.xe("host-list", "--minimal").code == 0)
    }
}
