import ArgumentParser
import Datamodel
import Foundation
import PoolServer

/// `pitstop users`: who may sign in besides root. A running server follows at once.
struct UsersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "Say who may sign in, and what they may do.",
        subcommands: [List.self, Add.self, Remove.self]
    )

    struct Options: ParsableArguments {
        @Option(help: "The server's state folder.")
        var state = ".pitstop/state"

        func users() throws -> Users { try Users(path: try StateDirectory(state).users) }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users and their roles.")
        @OptionGroup var options: Options
        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let users = try options.users().all
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                let listed = users.map { ["name": $0.name, "role": $0.role.rawValue] }
                print(String(decoding: try encoder.encode(listed), as: UTF8.self))
            } else {
                for user in users { print("\(user.name)  \(user.role.rawValue)") }
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user, or give one another password and role."
        )
        @OptionGroup var options: Options
        @Argument(help: "The user's name.")
        var name: String
        @Option(help: "\(Role.allCases.filter { $0 != .localRoot }.map(\.rawValue).joined(separator: ", ")).")
        var role: Role
        @Option(help: "A file whose first line is the password; without it you are asked.")
        var passwordFile: String?

        func run() throws {
            let password = try passwordFile.map(PasswordInput.file) ?? PasswordInput.prompt(for: name)
            try options.users().set(name, password: password, role: role)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a user; their sessions end.")
        @OptionGroup var options: Options
        @Argument(help: "The user's name.")
        var name: String

        func run() throws { try options.users().remove(name) }
    }
}

extension Role: ExpressibleByArgument {
    public init?(argument: String) {
        guard let role = Role(rawValue: argument), role != .localRoot else { return nil }
        self = role
    }
}

/// A password that somebody gives, never on a command line, where others could read it.
enum PasswordInput {
    static func file(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n", omittingEmptySubsequences: false).first, !line.isEmpty
        else {
            throw OperatorError(
                "The password file \(path) can not be read or its first line is empty: write the password there."
            )
        }
        return String(line)
    }

    /// Asks twice on a terminal; elsewhere the first line of standard input is the password.
    static func prompt(for name: String, confirm: Bool = true) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine(), !line.isEmpty else {
                throw OperatorError("No password came on standard input: give one there, or use --password-file.")
            }
            return line
        }
        guard let first = getpass("Password for \(name): ").map({ String(cString: $0) }),
            let second = confirm ? getpass("Once more: ").map({ String(cString: $0) }) : first
        else { throw OperatorError("The password could not be read from the terminal: use --password-file.") }
        guard first == second else { throw OperatorError("The two passwords differ: nothing was changed.") }
        return first
    }
}
