import Foundation
import TestSupport
import Testing

@testable import Notices

/// The operator's own programs that are told what happens.
struct HooksTests {
    private let directory: TemporaryDirectory
    private var folder: String { directory.file("hooks") }

    init() throws { directory = try TemporaryDirectory() }

    private func program(_ place: String, _ script: String, mode: Int = 0o700) throws {
        let path = "\(folder)/\(place)"
        let parent = URL(filePath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private let held = Notice(
        id: "run-1/hold/3",
        event: .runHeld,
        at: 1_796_126_400,
        pool: "Pool",
        run: "run-1",
        title: "XS602",
        text: "It holds."
    )

    @Test("A program is told of its event by JSON on its standard input, and of no other")
    func told() async throws {
        try program("run-held.d/20-page", "cat > '\(directory.file("told"))'")
        try program("run-ended.d/10-party", "exit 0")
        let hooks = Hooks(folder: folder)
        #expect(hooks.refusals.isEmpty)
        #expect(hooks.receivers.map(\.name) == ["run-ended.d/10-party", "run-held.d/20-page"])
        let wanting = hooks.receivers.filter { $0.wants(.runHeld) }
        #expect(wanting.map(\.name) == ["run-held.d/20-page"])
        try await wanting[0].send(held)
        let told = try Data(contentsOf: URL(filePath: directory.file("told")))
        #expect(try JSONDecoder().decode(Notice.self, from: told) == held)
        // Who is content with the event alone need not read.
        try await hooks.receivers[0].send(held)
    }

    @Test("One that ends badly, or never, has not been told, and the reason is named")
    func failing() async throws {
        try program("run-held.d/bad", "echo the pager is off >&2; exit 3")
        let error = await #expect(throws: Undelivered.self) { try await Hooks(folder: folder).receivers[0].send(held) }
        #expect(error?.description.contains("hook bad ended with") == true)
        #expect(error?.description.contains("the pager is off") == true)
        let endless = OutsideProgram(
            name: "hook endless",
            path: "/bin/sleep",
            arguments: ["600"],
            patience: .seconds(1)
        )
        let late = await #expect(throws: Undelivered.self) { try await endless.tell("") }
        #expect(late?.description == "hook endless did not end within 1 s.")
    }

    @Test("What others may write, what may not be run and what lies elsewhere is not run, and told")
    func refused() throws {
        try program("run-held.d/open", "exit 0", mode: 0o770)
        try program("run-held.d/text", "exit 0", mode: 0o600)
        try program("run-held.d/.hidden", "exit 0")
        try program("run-held.d/old~", "exit 0")
        try program("held.d/lost", "exit 0")
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/run-held.d/link",
            withDestinationPath: "/bin/true"
        )
        let hooks = Hooks(folder: folder)
        #expect(hooks.receivers.isEmpty)
        let told = hooks.refusals.joined(separator: "\n")
        #expect(told.contains("held.d is told nothing: hooks lie in run-begun.d, run-held.d"))
        #expect(told.contains("run-held.d/open is not run: others than its owner may write it"))
        // Root may run what nobody may run.
        #expect(told.contains("run-held.d/text is not run: this server's user may not run it"))
        #expect(told.contains("run-held.d/link is not run: it is no file of its own"))
        #expect(hooks.refusals.count == 4)
    }

    @Test("Where there is no folder there are no hooks")
    func none() {
        #expect(Hooks(folder: folder).receivers.isEmpty && Hooks(folder: folder).refusals.isEmpty)
    }
}
