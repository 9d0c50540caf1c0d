import ArgumentParser
import Foundation
import XenAPI

/// `pitstop state`: what lasts of a server, as a whole.
struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Save, restore and check all that lasts of a server.",
        subcommands: [Backup.self, Restore.self, Check.self, Upgrade.self]
    )

    struct Options: ParsableArguments {
        @Option(help: "The server's state folder.")
        var state = ".pitstop/state"

        func directory() throws -> StateDirectory { try StateDirectory(existing: state) }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the whole state into one file, also while a server serves it and runs go on.",
            discussion: """
                The file holds password hashes, the key of the server's certificate and uploaded packages: keep it as safe \
                as the state itself. The trees of embedded hosts are in it only where no server has the state.
                """
        )
        @OptionGroup var options: Options
        @Argument(help: "The file to make. It must not be there yet.")
        var file: String

        func run() async throws {
            let backup = StateBackup(directory: try options.directory(), target: file, now: secondsNow())
            let manifest = try await CommandAudit(state: options.state).recordWaiting("state.backup", about: file) {
                try await backup.make()
            }
            let bytes = manifest.files.map(\.size).reduce(0, &+)
            StandardOutput.write("\(file) holds \(manifest.files.count) files of \(bytes) bytes.")
            let hasTrees = FileManager.default.fileExists(atPath: options.state + "/hosts")
            if hasTrees, !manifest.holdsTrees {
                StandardError.write(
                    "The trees of the embedded hosts are not in it, since a server has them: for a backup that can be served "
                        + "again, stop that server first."
                )
            }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a state folder from a backup, here or on another machine.",
            discussion: "Every file is compared with its digest of then. What is not whole is not restored."
        )
        @OptionGroup var options: Options
        @Argument(help: "The backup.")
        var file: String

        func run() async throws {
            let manifest = try await StateRestore(source: file, target: URL(filePath: options.state).path).make()
            CommandAudit(state: options.state).note("state.restore", about: file)
            StandardOutput.write(
                "\(options.state) is as it was at \(Timestamp(seconds: manifest.made).iso8601): \(manifest.files.count) files."
            )
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look at database, users, trust, certificate, packages and journals; change nothing.",
            discussion: "Exit code 1 where something is wrong."
        )
        @OptionGroup var options: Options
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let findings = await StateCheck(directory: try options.directory()).findings()
            if json {
                try StandardOutput.write(json: findings)
            } else {
                for finding in findings { StandardOutput.write("\(finding.what): \(finding.problem ?? "good")") }
            }
            if findings.contains(where: { $0.problem != nil }) { throw ExitCode(1) }
        }
    }

    struct Upgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Bring a state folder to the version that this program writes. A server does so itself at its start."
        )
        @OptionGroup var options: Options

        func run() async throws {
            let directory = try options.directory()
            try StateVersion.mark(directory.path)
            StandardOutput.write("\(options.state) has version \(StateVersion.current), which is this program's.")
        }
    }
}
