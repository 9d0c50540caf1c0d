import ArgumentParser
import Foundation
import PoolDatabase
import RemotePools
import Storage

/// `pitstop pool record`: a pool that speaks XenAPI, as a file that can be planned with, rehearsed and looked at anywhere.
struct PoolRecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Save what a pool that speaks XenAPI tells of itself as a pool database.",
        discussion: """
            Nothing is changed in the pool. Passwords and keys that it shows are left out. What is written can be given to \
            'pitstop serve', 'plan' and 'rehearse' as --pool dump:OUTPUT.
            """
    )

    @Argument(help: "The file that tells how to reach the pool, as 'pitstop pool discover' writes it.")
    var file: String
    @Argument(help: "The file to write; it must not exist yet.")
    var output: String

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: output) else {
            throw OperatorError("\(output) exists already: name another file.")
        }
        let database = try await RemotePool.read(file).database
        try await Secrets.blank(in: database)
        try AtomicFile.replace(output, with: database.snapshot.dump())
        let snapshot = database.snapshot
        StandardOutput.write(
            "\(output) is written: \(snapshot.refs("host").count) hosts, \(snapshot.refs("VM").count) VMs and templates."
        )
    }
}
