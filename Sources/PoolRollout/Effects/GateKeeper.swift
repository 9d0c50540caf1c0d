import FoundationEssentials
import NIOCore
import NIOPosix
public import Rollout

/// Asks the health gates that are about something outside the pool, and the operator's own prechecks, and has the operator's
/// pairs pause something and have it go on.
public struct GateKeeper: Sendable {
    private let gates: ProgramFolder
    private let scripts: ProgramFolder
    private let pairs: ProgramFolder

    /// - Parameters:
    ///   - gates: the folder with the programs that may be gates.
    ///   - prechecks: the folder with those that may be prechecks.
    ///   - pairs: the folder with those that pause something and have it go on.
    public init(gates: String, prechecks: String, pairs: String) {
        self.gates = ProgramFolder(path: gates)
        scripts = ProgramFolder(path: prechecks)
        self.pairs = ProgramFolder(path: pairs)
    }

    /// What is asked of a pair: its program's first argument.
    enum Turn: String, Sendable {
        case pause
        case resume
    }

    /// Has a pair pause what it is about, or have it go on. It is told what prechecks are told, and may be asked the same again.
    ///
    /// - Returns: what it printed where it ended badly, or why it could not be run; nil where it is done.
    func turn(_ way: Turn, _ pair: Gate, for run: RunSpec) async -> String? {
        guard case .command(let name, let arguments) = pair.kind else { return "\(pair.name) is no program." }
        let all = [way.rawValue] + arguments
        return switch await pairs.run(name, all, environment: Self.facts(run), within: pair.timeout) {
        case .well: nil
        case .bad(let reason): reason
        }
    }

    /// What programs are told of a run, in their environment.
    private static func facts(_ run: RunSpec) -> [String: String] {
        [
            "PITSTOP_RUN": run.run, "PITSTOP_UPDATES": run.updates.map(\.uuid).joined(separator: " "),
            "PITSTOP_LABELS": run.updates.map(\.label).joined(separator: " "),
        ]
    }

    /// Asks a gate.
    ///
    /// - Returns: done for green; failed for red, with what was found.
    public func judge(_ gate: Gate) async -> Outcome {
        switch await ask(gate, gates, environment: [:]) {
        case .well: .done
        case .bad(let reason): .failed(reason)
        }
    }

    /// Asks a precheck of the operator's. It is told the run's name and its updates in `PITSTOP_RUN`, `PITSTOP_UPDATES`
    /// (uuids) and `PITSTOP_LABELS`, with spaces between them.
    ///
    /// - Returns: checked, with what it printed or why it could not be asked.
    public func check(_ script: Gate, for run: RunSpec) async -> Outcome {
        switch await ask(script, scripts, environment: Self.facts(run)) {
        case .well(let output): .checked(isWell: true, output: output)
        case .bad(let reason): .checked(isWell: false, output: reason)
        }
    }

    private func ask(_ gate: Gate, _ folder: ProgramFolder, environment: [String: String]) async
        -> ProgramFolder.Answer
    {
        let seconds = gate.timeout
        switch gate.kind {
        case .command(let name, let arguments):
            return await folder.run(name, arguments, environment: environment, within: seconds)
        case .tcp(let host, let port):
            return await ProgramFolder.within(seconds) { await connect(host, port, .seconds(max(1, seconds))) }
        case .http(let url):
            return await ProgramFolder.within(seconds) { await get(url, .seconds(max(1, seconds))) }
        case .availability: return .bad("Only the pool knows that.")
        }
    }

    /// Opens a connection and closes it again.
    private func connect(_ host: String, _ port: Int, _ limit: Duration) async -> ProgramFolder.Answer {
        let place = host.contains(":") ? "[\(host)]" : host
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(limit.components.seconds)).connect(host: host, port: port).get()
            try? await channel.close()
            return .well("")
        } catch {
            return .bad("\(place):\(port) takes no connections: \(PageHead.reason(error).asClause).")
        }
    }

    private func get(_ text: String, _ limit: Duration) async -> ProgramFolder.Answer {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme) else {
            return .bad("\(text.withoutSecrets) is no address of a page.")
        }
        let page = text.withoutSecrets
        switch await PageHead.ask(text, within: limit) {
        case .status(200..<300): return .well("")
        case .status(let status): return .bad("\(page) answers with status \(status).")
        case .elsewhere(let status, let place):
            let place = place.withoutSecrets
            return .bad("\(page) answers with status \(status) and points to \(place): name the page that is meant.")
        case .none(let reason): return .bad("\(page) does not answer: \(reason.withoutSecrets.asClause).")
        }
    }
}
