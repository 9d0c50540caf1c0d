import Foundation
import TestSupport
import Testing

/// The options of a service in a file.
struct ConfigTests {
    private let directory: TemporaryDirectory
    private var file: String { directory.file("pitstop.yaml") }

    init() throws { directory = try TemporaryDirectory() }

    private func check(_ yaml: String) async throws -> Tools.Result {
        try Data(yaml.utf8).write(to: URL(filePath: file))
        return try await Tools.run(Products.pitstop, ["config", "check", file])
    }

    @Test("Each key is an option; paths are beside the file")
    func good() async throws {
        let found = try await check(
            "state: state\nlisten: '127.0.0.1:0'\npool: libvirt:pool.yaml\nname: [a.example, b.example]\n"
        )
        #expect(found.code == 0, "\(found.error)")
        for word in [
            "--state=\(directory.file("state"))", "--pool=libvirt:\(directory.file("pool.yaml"))", "--name=b.example",
        ] {
            #expect(found.output.contains(word), "\(found.output)")
        }
    }

    @Test(
        "What can not be used is told with its line",
        arguments: [
            ("state: x\nlissten: y\n", 2, "the key lissten is not known"), ("pool: nowhere\n", 1, "nowhere"),
            ("state: x\nspeed: fast\n", 2, "speed"), ("\nlisten: here\n", 2, "--listen needs ADDRESS:PORT"),
            ("certificate: a\n", 1, "belong together"), ("state: [\n", 2, "this is not YAML"),
        ]
    )
    func bad(_ yaml: String, line: Int, words: String) async throws {
        let found = try await check(yaml)
        #expect(found.code == 1 && found.error.contains("\(file):\(line): "), "\(found.error)")
        #expect(found.error.contains(words), "\(found.error)")
    }

    @Test(
        "A server takes its options from the file, and what the command line says as well counts",
        .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason))
    )
    func served() async throws {
        try Data("pool: embedded:2\nspeed: 500\n".utf8).write(to: URL(filePath: file))
        let server = try await ServerProcess(
            state: directory.file("state"),
            pool: "embedded:1",
            arguments: ["--config", file]
        )
        #expect(try await server.xe("host-list", "--minimal").output.split(separator: ",").count == 1)
        #expect(await server.terminate() == 0)
    }
}
