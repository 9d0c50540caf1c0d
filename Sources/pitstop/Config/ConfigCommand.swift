import ArgumentParser

/// `pitstop config`: the file that `pitstop serve --config` reads.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check a configuration of pitstop serve.",
        subcommands: [Check.self]
    )

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a configuration can be used; what can not is told with its line."
        )
        @Argument(help: "The file.")
        var file: String

        func run() throws {
            let arguments = try ServeConfig(file: file).arguments
            StandardOutput.write("\(file) is good: pitstop serve \(arguments.joined(separator: " "))")
        }
    }
}
