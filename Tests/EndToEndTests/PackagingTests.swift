import Foundation
import TestSupport
import Testing

/// What the Debian package brings besides the programs.
@Suite struct PackagingTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    @Test(
        "systemd finds no fault with the units, and little that they could do besides",
        .enabled(if: Tools.isInstalled("systemd-analyze"), "needs systemd-analyze (apt-get install systemd)")
    )
    func units() async throws {
        let directory = try TemporaryDirectory()
        for name in ["pitstop.service", "pitstop@.service"] {
            let unit = try String(contentsOf: Self.root.appending(path: "Packaging/systemd/\(name)"), encoding: .utf8)
            // The program is not where the package puts it.
            let moved = unit.replacing("ExecStart=/usr/bin/pitstop", with: "ExecStart=\(Products.pitstop)")
            let file = try directory.write(Data(moved.utf8), to: name.replacing("@.", with: "@pool."))
            let verdict = try await Tools.run("systemd-analyze", ["verify", "--man=no", file])
            #expect(verdict.code == 0 && !verdict.error.contains("pitstop"), "\(verdict.error)")
            // In tenths; what package programs need on embedded hosts stands in the unit.
            let security = try await Tools.run(
                "systemd-analyze",
                ["security", "--offline=true", "--no-pager", "--threshold=45", file]
            )
            #expect(security.code == 0, "\(security.output)\(security.error)")
        }
    }

    @Test("Both units differ in nothing but whose pool they serve")
    func template() throws {
        func unit(_ name: String) throws -> [String] {
            try String(contentsOf: Self.root.appending(path: "Packaging/systemd/\(name)"), encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }
        let (one, template) = (try unit("pitstop.service"), try unit("pitstop@.service"))
        #expect(one.count == template.count)
        for (line, other) in zip(one, template) where line != other { #expect(other.contains("%i"), "\(other)") }
    }

    @Test(
        "The service manager hears when the server takes calls",
        .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason))
    )
    func notifies() async throws {
        let directory = try TemporaryDirectory()
        let script = """
            import os, socket, subprocess, sys
            receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            receiver.settimeout(120)
            receiver.bind(sys.argv[1])
            name = sys.argv[1] if not sys.argv[1].startswith("\\0") else "@" + sys.argv[1][1:]
            server = subprocess.Popen(
                [sys.argv[2], "serve", "--state", sys.argv[3], "--pool", "embedded:1", "--listen", "127.0.0.1:0"],
                env=dict(os.environ, NOTIFY_SOCKET=name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                print(receiver.recv(100).decode())
            finally:
                server.terminate()
                server.wait()
            """
        let answer = try await Tools.run(
            "python3",
            ["-c", script, directory.file("notify"), Products.pitstop, directory.file("state")]
        )
        #expect(answer.output == "READY=1\n", "\(answer.error)")
    }

    @Test("Every command has a man page, which man finds no fault with")
    func manual() async throws {
        let directory = try TemporaryDirectory()
        let made = try await Tools.run(
            "python3",
            [Self.root.appending(path: "Packaging/manual.py").path, Products.pitstop, directory.path]
        )
        #expect(made.code == 0, "\(made.error)")
        let pages = try FileManager.default.contentsOfDirectory(atPath: directory.file("man1"))
        for command in ["pitstop", "pitstop-serve", "pitstop-rollout-start", "pitstop-updates-list"] {
            #expect(pages.contains("\(command).1"))
        }
        guard Tools.isInstalled("groff") else { return }
        let files = pages.map { directory.file("man1/\($0)") } + [Self.root.appending(path: "Packaging/xe.1").path]
        let verdict = try await Tools.run("groff", ["-man", "-Tutf8", "-ww", "-z"] + files)
        #expect(verdict.code == 0 && verdict.error.isEmpty, "\(verdict.error)")
    }
}
