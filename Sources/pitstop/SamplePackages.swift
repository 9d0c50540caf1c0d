import ArgumentParser
import EmbeddedHosts
import Foundation

/// `pitstop package samples`: RPMs to try building and installing with.
struct SamplePackages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "samples",
        abstract: "Build the small RPM packages that the demonstration and the test bed use.",
        discussion: """
            They have the names and versions of XS602ECC031's. 'baseline' holds those of a host before the hotfix, \
            'updated' those that it brings.
            """
    )

    @Option(help: "The folder for them; made if it is missing.")
    var output: String

    func run() async throws {
        let folder = URL(filePath: output).standardizedFileURL.path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for set in ReplicaPackages.Set.allCases {
            try await ReplicaPackages.build(set, into: "\(folder)/\(set.rawValue)")
            print("\(folder)/\(set.rawValue)")
        }
    }
}
