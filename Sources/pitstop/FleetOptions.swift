import ArgumentParser
import Fleet
import Foundation
import Storage
import UpdatePackage

/// Which fleet a command is about.
struct FleetOptions: ParsableArguments {
    @Option(help: "The fleet's file.", completion: .file(extensions: ["yaml", "yml"]))
    var fleet: String
    @Option(
        help: ArgumentHelp("Where fleet runs are kept; otherwise FILE.state beside the fleet's file.", valueName: "dir")
    )
    var state: String?

    /// The fleet, and where its runs are kept.
    func open() throws -> OpenedFleet {
        do {
            let file = try FleetFile.read(file: fleet)
            let storage = try DirectoryStorage(
                URL(filePath: state ?? fleet + ".state").standardizedFileURL.path
            )
            return OpenedFleet(
                file: file,
                storage: storage,
                pools: try FleetPools(file, storage: storage, now: secondsNow)
            )
        } catch {
            throw OperatorError("\(error)")
        }
    }
}

/// A fleet's file, state and pools.
struct OpenedFleet: Sendable {
    let file: FleetFile
    let storage: DirectoryStorage
    let pools: FleetPools
    var runs: FleetRuns { FleetRuns(storage) }
    /// Who acts, as this machine knows them.
    static var user: String { NSUserName() }

    /// Lends the pools, and signs out of them afterwards.
    func use<Result>(_ body: (OpenedFleet) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(self)
            await pools.close()
            return result
        } catch {
            await pools.close()
            throw Self.words(error)
        }
    }

    /// Errors of the fleet as errors for operators; exit codes stay what they are.
    static func words(_ error: any Error) -> any Error {
        switch error {
        case is FleetError, is StorageError: OperatorError("\(error)")
        default: error
        }
    }

    /// A run as its journal tells it, for commands that only read.
    func read(_ run: String?) async throws -> FleetReport {
        do {
            let (machine, head) = try await runs.read(run)
            return FleetReport(machine, head: head)
        } catch { throw Self.words(error) }
    }
}

/// What is to be installed, and where.
struct FleetChoices: ParsableArguments {
    @Option(help: "The update, by uuid or name, as the pools know it.")
    var update: String?
    @Option(
        help: "The update's package: it is uploaded to each pool that lacks it, once, and verified there.",
        completion: .file()
    )
    var package: String?
    @Flag(help: "Restart each host once, in waves, and install nothing.")
    var restartOnly = false
    @Option(help: ArgumentHelp("Only pools with this label. May be given several times.", valueName: "label"))
    var label: [String] = []

    func validate() throws {
        guard restartOnly || update != nil || package != nil else {
            throw ValidationError(
                "Name what to install with --update or --package, or restart hosts with --restart-only."
            )
        }
        if restartOnly, update != nil || package != nil { throw ValidationError.installsNothing }
    }

    /// The update; nil where hosts are only restarted.
    func chosen() async throws -> FleetUpdate? {
        guard !restartOnly else { return nil }
        guard let package else { return update.map { FleetUpdate(id: $0, label: $0) } }
        let path = URL(filePath: package).standardizedFileURL.path
        let inspection = try await inspect(file: path, policy: TrustPolicy())
        guard let id = inspection.info?.uuid ?? update else {
            throw OperatorError("\(package) does not say which update it is: name that too, with --update UUID.")
        }
        let label = inspection.info?.nameLabel ?? id
        if let update, update != id, update != label {
            throw OperatorError("\(package) is \(label) (\(id)), and not \(update): name one of them.")
        }
        return FleetUpdate(id: id, label: label, package: path, sha256: inspection.digests.sha256)
    }

    /// What is asked of the fleet.
    func spec(_ fleet: OpenedFleet) async throws -> FleetSpec {
        let time = Date().formatted(.iso8601).filter { $0.isNumber || $0 == "T" }
        let run = "\(time)-\(UUID().uuidString.prefix(8).lowercased())"
        let spec = fleet.file.spec(run: run, by: OpenedFleet.user, update: try await chosen(), labels: label)
        guard !spec.rings.isEmpty else {
            throw OperatorError("No pool has a label \(label.joined(separator: " or ")): see 'pitstop fleet status'.")
        }
        return spec
    }
}
