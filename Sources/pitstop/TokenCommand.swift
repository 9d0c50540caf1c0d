import ArgumentParser
import Datamodel
import Foundation
import PoolServer
import XenAPI

/// `pitstop token`: what programs sign in with. A running server follows at once.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Give programs a token to sign in with, and take it back.",
        discussion: """
            A token has a name and a role of its own. Programs sign in with the name as user and the token as password; commands of \
            pitstop take it by --token-file. It belongs to no user: it goes on counting when whoever made it is removed.
            """,
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token; it is printed once, and kept nowhere."
        )
        @OptionGroup var options: UsersCommand.Options
        @Argument(help: "The name that it signs in with, which no user has.")
        var name: String
        @Option(help: "What whoever has it may do.")
        var role: Role
        @Option(help: "The days for which it counts; without it, until it is revoked.")
        var expires: Int?

        func run() throws {
            let lasting = expires.map { " for \($0) days" } ?? ""
            let (token, secret) = try options.audit.record(
                "token.create",
                about: "\(name) as \(role.rawValue)\(lasting)"
            ) {
                try options.users(isFirst: true)
                    .makeToken(name, role: role, by: AuditLog.commandUser, days: expires)
            }
            // Out before anything else is said, and alone: whoever redirects it has the token in the file.
            StandardOutput.write(secret.text)
            let end =
                token.expires.map { "It counts until \(Timestamp(seconds: $0).iso8601)." }
                ?? "It counts until it is revoked."
            StandardError.write(
                "This is token \(name), with the role \(role.rawValue). \(end) It is shown only this once."
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens, and when each was used last.")
        @OptionGroup var options: UsersCommand.Options
        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let users = try options.users()
            let listed = users.tokens.map { Listed($0, lastUse: users.lastUse(of: $0), now: secondsNow()) }
            if json { return try StandardOutput.write(json: listed) }
            for token in listed { StandardOutput.write(token.line) }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a token back; its sessions end.")
        @OptionGroup var options: UsersCommand.Options
        @Argument(help: "The token's name.")
        var name: String

        func run() throws {
            try options.audit.record("token.revoke", about: name) { try options.users().revokeToken(name) }
        }
    }
}

extension TokenCommand {
    /// A token as lists show it. Times are seconds since the epoch.
    private struct Listed: Encodable {
        var name: String
        var role: String
        var created: Int64
        var createdBy: String
        var expires: Int64?
        var isOver: Bool
        /// To the hour.
        var lastUse: Int64?

        init(_ token: Token, lastUse: Int64?, now: Int64) {
            (name, role) = (token.name, token.role?.rawValue ?? "?")
            (created, createdBy, expires) = (token.created, token.createdBy, token.expires)
            isOver = token.isOver(at: now)
            self.lastUse = lastUse
        }

        var line: String {
            let end =
                switch expires {
                case let expires? where isOver: "over since \(time(expires))"
                case let expires?: "until \(time(expires))"
                case nil: "until it is revoked"
                }
            let use = lastUse.map { "last used \(time($0))" } ?? "not used yet"
            return "\(name)  \(role)  \(end)  \(use)  made \(time(created)) by \(createdBy)"
        }

        private func time(_ seconds: Int64) -> String { Timestamp(seconds: seconds).iso8601 }
    }
}
