import ArgumentParser
import Basics

/// `pitstop`: the server, the publisher's tools and the demonstration.
@main
struct Pitstop: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "pitstop",
        abstract: "Installs hotfixes on a pool of hypervisor hosts without stopping the virtual machines on it.",
        discussion: """
            Exit codes: 0 done; 1 the operation failed, for the reason on standard error; 2 the command line makes no \
            sense; 3 a precheck refused; 4 the server went away and did not come back in time.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, PackageCommand.self, UpdatesCommand.self, TrustCommand.self,
            CatalogueCommand.self,
            PoolCommand.self, VerifyHostCommand.self, PlanCommand.self, RolloutCommand.self, RehearseCommand.self,
            FleetCommand.self,
            UsersCommand.self, TokenCommand.self, NotifyCommand.self, StateCommand.self, ConfigCommand.self,
            CompletionsCommand.self,
        ]
    )

    static func main() async {
        StandardStream.prepare()
        do {
            var command = try parseAsRoot(try ServeConfig.expanding(Array(CommandLine.arguments.dropFirst())))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            // ArgumentParser's own code for a command line that makes no sense is 64; ours is 2.
            let code = exitCode(for: error)
            guard !code.isSuccess else { exit(withError: error) }
            let message = fullMessage(for: error)
            // Only a command line that makes no sense is answered with several lines, and they are all ours.
            if code == .validationFailure {
                StandardError.write(text: message)
            } else if !message.isEmpty {
                StandardError.write(message)
            }
            exit(withError: code == .validationFailure ? ExitCode(2) : code)
        }
    }
}
