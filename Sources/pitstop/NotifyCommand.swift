import ArgumentParser
import Foundation
import Notices

/// `pitstop notify`: those who are told of runs.
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Try those who are told of runs.",
        subcommands: [Test.self]
    )

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send each receiver a test now, and say whether it arrived.",
            discussion: "No server is needed, and nothing is tried again."
        )
        @Option(help: "The YAML file that says who is told, as pitstop serve takes it.")
        var notices: String
        @Option(help: "This receiver only.")
        var receiver: String?
        @Option(help: "The pool's name to be told.")
        var pool = ""

        func run() async throws {
            let receivers = try NoticeReceivers.named(notices)
            if let receiver, !receivers.names.contains(receiver) {
                throw OperatorError(
                    "\(notices) names no receiver \(receiver): it names \(receivers.names.joined(separator: ", "))."
                )
            }
            let notice = Notice.test(pool: pool, at: secondsNow(), id: UUID().uuidString.lowercased())
            var failed = 0
            for (name, problem) in await receivers.tell(notice, only: receiver) {
                StandardOutput.write("\(name): \(problem ?? "told.")")
                if problem != nil { failed += 1 }
            }
            guard failed == 0 else { throw OperatorError("\(failed) of the receivers could not be told.") }
        }
    }
}
