import ArgumentParser
import Foundation
import PoolRollout
import Rollout
import XenAPI

struct RolloutList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the runs, newest first.")
    @OptionGroup var server: ServerOptions
    @Flag(help: "Write the runs as JSON.")
    var json = false

    func run() async throws {
        let records = try await server.use { try await $0.call("rollout.get_all_records").members ?? [] }
            .map(\.value).sorted { ($0["started"]?.text ?? "") > ($1["started"]?.text ?? "") }
        if json { return StandardOutput.write(String(decoding: JSON.encode(.set(records)), as: UTF8.self)) }
        for record in records {
            func text(_ field: String) -> String { record[field]?.text ?? "" }
            let state = text("ending").isEmpty ? text("state") : text("ending")
            StandardOutput.write("\(text("uuid"))  \(text("started"))  \(text("name_label"))  \(state)")
            StandardOutput.write("    \(text("name_description"))")
        }
    }
}

struct RolloutShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a run: hosts, moves, what it waits for, what it owes."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
    @Flag(help: "Write everything as JSON.")
    var json = false

    func run() async throws {
        try await server.use { session in
            let reference = try await choice.reference(session)
            if json {
                StandardOutput.write(try await session.call("rollout.describe", reference).text ?? "")
            } else {
                let details = try await session.json(RunDetails.self, "rollout.describe", [reference])
                StandardOutput.write(text: details.page)
            }
        }
    }
}

struct RolloutReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the evidence of a run: who, what, when, versions, moves, downtime, obligations."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
    @Option(help: "text, html or json.")
    var format = "text"
    @Flag(help: "The same as --format json.")
    var json = false

    func run() async throws {
        let text = try await server.use { session in
            try await session.call(
                "rollout.get_report",
                try await choice.reference(session),
                .string(json ? "json" : format)
            ).text
        }
        let report = text ?? ""
        // The report has each name on one line already; no server is believed to have done that with what drives terminals.
        StandardOutput.write(text: report)
    }
}

struct RolloutObligations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "obligations",
        abstract: "Show what runs have switched off and still owe, and give it back."
    )
    @OptionGroup var server: ServerOptions
    @Flag(help: "Give everything back that is owed.")
    var pay = false
    @Flag(help: "Write them as JSON.")
    var json = false

    func run() async throws {
        try await server.use { session in
            var open = try await session.call("rollout.get_obligations").elements ?? []
            if pay {
                for debt in open {
                    try await session.call(
                        "rollout.pay",
                        debt["rollout"] ?? .void,
                        .string(debt["obligation"]?.text ?? "")
                    )
                }
                open = try await session.call("rollout.get_obligations").elements ?? []
            }
            if json {
                StandardOutput.write(String(decoding: JSON.encode(.set(open)), as: UTF8.self))
            } else if open.isEmpty {
                StandardOutput.write("Nothing is owed.")
            }
            for debt in open where !json {
                let reason = debt["reason"]?.text ?? ""
                StandardOutput.write("\(debt["text"]?.text ?? "")\(reason.isEmpty ? "" : ": \(reason)")")
            }
            if pay, !open.isEmpty { throw ExitCode.failure }
        }
    }
}

struct RolloutVerifyJournal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-journal",
        abstract: "Check that a run's journal is as it was written.",
        discussion: "With --journal the file is read here, and no server is needed."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
    @Option(help: "The head that a report names: shows whether records were cut off the end.")
    var head: String?
    @Option(help: "A journal file to check here, without a server.", completion: .file(extensions: ["journal"]))
    var journal: String?
    @Flag(help: "Write the result as JSON.")
    var json = false

    func run() async throws {
        let result: JournalVerification
        if let journal {
            do {
                result = JournalVerification(try JournalFile.bytes(of: journal), expectedHead: head)
            } catch {
                throw OperatorError("\(error)")
            }
        } else {
            result = try await server.use { session in
                try await session.json(
                    JournalVerification.self,
                    "rollout.verify_journal",
                    [try await choice.reference(session), .string(head ?? "")]
                )
            }
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            StandardOutput.write(String(decoding: try encoder.encode(result), as: UTF8.self))
        } else if result.isIntact {
            StandardOutput.write(result.text)
        } else {
            StandardError.write(result.text)
        }
        if !result.isIntact { throw ExitCode.failure }
    }
}
