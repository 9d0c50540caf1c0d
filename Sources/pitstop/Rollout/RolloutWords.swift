import ArgumentParser
import XenAPI

/// A word that concerns the run as a whole.
protocol RunWord: AsyncParsableCommand {
    /// The message of the class `rollout`.
    static var message: String { get }
    var server: ServerOptions { get }
    var choice: RunChoice { get }
}

extension RunWord {
    func run() async throws {
        try await server.use { session in
            _ = try await session.call("rollout.\(Self.message)", try await choice.reference(session))
        }
    }
}

struct RolloutPause: RunWord {
    static let message = "pause"
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Begin nothing new; hosts that were changed are carried on until they are back."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
}

struct RolloutResume: RunWord {
    static let message = "resume"
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on, also after a hold, and check again what the run was held for."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
}

struct RolloutStopAfterHost: EndingWord {
    static let message = "stop_after_host"
    static let configuration = CommandConfiguration(
        commandName: "stop-after-host",
        abstract: "Let the hosts that have begun finish, then end. What that leaves is said first.",
        discussion: "With --dry-run it is only said."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
    @Flag(help: "Only say what stopping now would leave.")
    var dryRun = false
}

struct RolloutProceed: RunWord {
    static let message = "proceed"
    static let configuration = CommandConfiguration(
        commandName: "proceed",
        abstract: "Go on past the barrier: hosts begin to restart."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
}

struct RolloutFixAll: RunWord {
    static let message = "fix_all"
    static let configuration = CommandConfiguration(
        commandName: "fix-all",
        abstract: "Fix every problem that has a fix, on a run that holds for its prechecks."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
}

/// A word that ends the run before its time.
protocol EndingWord: RunWord {
    var dryRun: Bool { get }
}

extension EndingWord {
    func run() async throws {
        try await server.use { session in
            let run = try await choice.reference(session)
            let words = try await session.call("rollout.consequence", run, .string(Self.message)).text ?? ""
            if !words.isEmpty { StandardOutput.write(words) }
            if !dryRun { try await session.call("rollout.\(Self.message)", run) }
        }
    }
}

struct RolloutCancel: EndingWord {
    static let message = "cancel"
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End at the next safe point. What that leaves is said first.",
        discussion: "With --dry-run it is only said."
    )
    @OptionGroup var server: ServerOptions
    @OptionGroup var choice: RunChoice
    @Flag(help: "Only say what cancelling now would leave.")
    var dryRun = false
}

/// A word about one host of the run.
protocol HostWord: AsyncParsableCommand {
    static var message: String { get }
    var server: ServerOptions { get }
    var host: String { get }
    var choice: RunChoice { get }
}

extension HostWord {
    func run() async throws {
        try await server.use { session in
            let run = try await choice.reference(session)
            _ = try await session.call("rollout.\(Self.message)", run, try await session.find("host", host))
        }
    }
}

struct RolloutSkip: HostWord {
    static let message = "skip"
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Leave out a host that was not changed yet, or has failed."
    )
    @OptionGroup var server: ServerOptions
    @Argument(help: "The host, by name or uuid.") var host: String
    @OptionGroup var choice: RunChoice
}

struct RolloutRetry: HostWord {
    static let message = "retry"
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Do the failed step of a host again, and only that."
    )
    @OptionGroup var server: ServerOptions
    @Argument(help: "The host, by name or uuid.") var host: String
    @OptionGroup var choice: RunChoice
}

struct RolloutApprove: HostWord {
    static let message = "approve"
    static let configuration = CommandConfiguration(commandName: "approve", abstract: "Let a host begin.")
    @OptionGroup var server: ServerOptions
    @Argument(help: "The host, by name or uuid.") var host: String
    @OptionGroup var choice: RunChoice
}

struct RolloutConsent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Allow a run to suspend or shut down one VM; it is brought back."
    )
    @OptionGroup var server: ServerOptions
    @Argument(help: "The VM, by name or uuid.") var vm: String
    @Argument(help: "suspend or shutdown.") var way: String
    @OptionGroup var choice: RunChoice

    func run() async throws {
        try await server.use { session in
            let run = try await choice.reference(session)
            try await session.call("rollout.consent", run, try await session.find("VM", vm), .string(way))
        }
    }
}
