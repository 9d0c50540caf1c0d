import ArgumentParser
import PoolServer

/// `pitstop completions`: what shells need to complete `xe`.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a shell's completion of xe commands.",
        discussion: "bash: source <(pitstop completions bash). zsh: put the output into a folder of fpath as _xe."
    )

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash
        case zsh
    }

    @Argument(help: "The shell: bash or zsh.")
    var shell: Shell

    func run() {
        switch shell {
        case .bash: StandardOutput.write(text: Completion.bash(), terminator: "")
        case .zsh: StandardOutput.write(text: Completion.zsh(), terminator: "")
        }
    }
}
