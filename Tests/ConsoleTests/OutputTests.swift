import Foundation
import TestSupport
import Testing

/// What the programs do where their output can not be written.
@Suite("Output that nobody reads")
struct OutputTests {
    /// Commands that print, and need no server.
    static let commands: [[String]] = [
        [Products.xe, "-version"], [Products.pitstop, "completions", "bash"],
        [Products.pitstop, "plan", "--pool", "embedded:2"],
    ]

    private func run(_ command: [String], into output: FileHandle) throws -> (code: Int32, error: String) {
        let process = Process()
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        return (process.terminationStatus, text)
    }

    @Test("A full disk ends a command with a sentence", arguments: commands)
    func fullDisk(_ command: [String]) throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let (code, error) = try run(command, into: full)
        #expect(code == 1)
        #expect(error.hasSuffix("The output can not be written: No space left on device.\n"))
    }

    @Test(
        "A pipe that its reader has closed ends a command quietly, with the code that its signal has",
        arguments: commands
    )
    func closedPipe(_ command: [String]) throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let (code, error) = try run(command, into: pipe.fileHandleForWriting)
        #expect(code == 141)
        #expect(!error.contains("Fatal"))
    }
}

@Suite("What commands say of names that others gave")
struct ForgedLineTests {
    @Test(
        "No name begins a line of its own on standard error, or drives the terminal",
        arguments: [
            ["package", "inspect"], ["package", "article"], ["catalogue", "check"], ["pool", "check"], ["plan"],
            ["rehearse", "--replay"], ["rollout", "verify-journal", "--journal"], ["users", "list", "--state"],
        ]
    )
    func oneLine(_ words: [String]) async throws {
        let result = try await Tools.run(Products.pitstop, words + ["/nowhere/a\nOK all hosts run it\u{1B}[2J"])
        #expect(result.code != 0)
        #expect(!result.error.contains("\nOK all") && !result.error.contains("\u{1B}"), "\(result.error)")
    }

    @Test(
        "A pipe where a file is read ends a command with a sentence",
        arguments: [
            ["package", "inspect"], ["package", "verify", "--sha256", "00"], ["catalogue", "check"], ["pool", "check"],
            ["plan"], ["rollout", "verify-journal", "--journal"], ["rehearse", "--replay"],
        ]
    )
    func pipes(_ words: [String]) async throws {
        let directory = try TemporaryDirectory()
        let pipe = directory.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let result = try await Tools.run(Products.pitstop, words + [pipe])
        #expect(result.code != 0 && result.error.contains(pipe), "\(result.error)")
    }
}

@Suite("Numbers of a command line")
struct CommandNumberTests {
    @Test(
        "at their ends are taken or refused with words",
        arguments: [
            (["rehearse", "--seed", "18446744073709551615", "--seeds", "2"], 0),
            (["serve", "--speed", "1e-320", "--state", "/nowhere/x"], 2),
            (["plan", "--pool", "embedded:2", "--time-limit", "1e300"], 2),
        ] as [([String], Int32)]
    )
    func ends(_ words: [String], _ code: Int32) async throws {
        let result = try await Tools.run(Products.pitstop, words)
        #expect(result.code == code, "\(result.error)")
    }
}

@Suite("pitstop plan")
struct PlanCommandTests {
    private func plan(_ words: String...) async throws -> Tools.Result {
        try await Tools.run(Products.pitstop, ["plan"] + words)
    }

    @Test("speaks of hosts and VMs by their names")
    func names() async throws {
        let result = try await plan("--pool", "embedded:3")
        #expect(result.code == 0 && result.output.contains("xs1"))
        #expect(result.output.firstMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-/) == nil)
    }

    @Test("refuses what a server's plan would drop, and says what is missing")
    func options() async throws {
        let server = ["--server", "https://127.0.0.1:1/"]
        for words in [
            ["--compare"], ["--policy", "fastest"], ["--output", "x"], ["--seed", "2"], ["--time-limit", "1"],
        ] {
            let result = try await Tools.run(Products.pitstop, ["plan", "--update", "u"] + server + words)
            #expect(
                result.code == 2 && result.error.contains(words[0] + ": a server's plan takes none of these"),
                "\(words)"
            )
        }
        let nothing = try await Tools.run(Products.pitstop, ["plan"] + server)
        #expect(nothing.code == 2 && nothing.error.contains("--server needs --update"))
    }
}
