import ArgumentParser
import Basics
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

        var audit: CommandAudit { CommandAudit(state: state) }

        /// - Parameter isFirst: whether there need not be a state directory yet.
        func users(isFirst: Bool = false) throws -> Users {
            let directory = isFirst ? try StateDirectory(preparing: state) : try StateDirectory(existing: state)
            return try Users(path: directory.users)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users and their roles.")
        @OptionGroup var options: Options
        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let users = try options.users().all
            if json {
                let listed = users.map { ["name": $0.name, "role": $0.role.rawValue] }
                try StandardOutput.write(json: listed)
            } else {
                for user in users { StandardOutput.write("\(user.name)  \(user.role.rawValue)") }
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
        @Option(help: "What the user may do.")
        var role: Role
        @Option(help: "A file whose first line is the password; without it you are asked.")
        var passwordFile: String?

        func run() throws {
            let password = try passwordFile.map(PasswordInput.file) ?? PasswordInput.prompt(for: name)
            try options.audit.record("users.add", about: "\(name) as \(role.rawValue)") {
                try options.users(isFirst: true).set(name, password: password, role: role)
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a user; their sessions end.")
        @OptionGroup var options: Options
        @Argument(help: "The user's name.")
        var name: String

        func run() throws {
            try options.audit.record("users.remove", about: name) { try options.users().remove(name) }
        }
    }
}

extension Role: ExpressibleByArgument {
    public init?(argument: String) {
        guard let role = Role(rawValue: argument), role != .localRoot else { return nil }
        self = role
    }

    /// What may be given on a command line.
    public static var allValueStrings: [String] { allCases.filter { $0 != .localRoot }.map(\.rawValue) }
}

/// A password that somebody gives, never on a command line, where others could read it.
enum PasswordInput {
    /// - Parameter what: what the file is for, in errors.
    static func file(_ path: String, _ what: String) throws -> String {
        let bytes: [UInt8]
        do throws(GivenFile.Refusal) {
            bytes = try GivenFile.bytes(path, limit: 64 << 10, takesPipes: true)
        } catch {
            throw OperatorError("The \(what) file \(error)")
        }
        guard let line = TextLines(bytes).lines.first, !line.isEmpty else {
            throw OperatorError("The first line of the \(what) file \(path) is empty: write the \(what) there.")
        }
        return line
    }

    static func file(_ path: String) throws -> String { try file(path, "password") }

    /// Asks twice on a terminal; elsewhere the first line of standard input is the password.
    static func prompt(for name: String, confirm: Bool = true) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine().flatMap({ TextLines($0).lines.first }), !line.isEmpty else {
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
