import Dispatch
import FoundationEssentials
public import Rollout
import Subprocess
import SystemPackage

#if canImport(FoundationNetworking)
import Foundation
import FoundationNetworking
#endif

/// Judges the health gates that ask something outside the pool.
///
/// Programs are only those in the server's own folder, named without a path: whoever may begin a run must not be able to
/// run anything else on the server.
public struct GateKeeper: Sendable {
    private let programs: String
    /// Of what a gate's program prints, this much is kept for the operator.
    private static let outputLimit = 4096

    /// - Parameter programs: the folder with the programs that may be gates.
    public init(programs: String) { self.programs = programs }

    /// Asks a gate.
    ///
    /// - Returns: done for green; failed for red, with what was found.
    @Sendable public func judge(_ gate: Gate) async -> Outcome {
        let limit = Duration.seconds(max(1, gate.timeout))
        return await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await ask(gate, limit) }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                return .failed("There was no answer within \(gate.timeout) s.")
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .failed("It could not be asked.")
        }
    }

    private func ask(_ gate: Gate, _ limit: Duration) async -> Outcome {
        switch gate.kind {
        case .command(let name, let arguments): await run(name, arguments)
        case .tcp(let host, let port): await connect(host, port, limit)
        case .http(let url): await get(url, limit)
        case .availability: .failed("Only the pool knows that.")
        }
    }

    private func run(_ name: String, _ arguments: [String]) async -> Outcome {
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
            return .failed("A gate's program is named without a path, and lies in \(programs).")
        }
        do {
            let result = try await Subprocess.run(
                .path(FilePath("\(programs)/\(name)")),
                arguments: Arguments(arguments),
                input: .none,
                output: .string(limit: Self.outputLimit),
                error: .combinedWithOutput
            )
            if case .exited(0) = result.terminationStatus { return .done }
            let said = result.standardOutput.trimmingSpace
            return .failed("\(name) said no (\(result.terminationStatus))\(said.isEmpty ? "" : ": \(said)").")
        } catch {
            return .failed("\(programs)/\(name) could not be run: \(error).")
        }
    }

    /// Opens a connection and closes it again.
    private func connect(_ host: String, _ port: Int, _ limit: Duration) async -> Outcome {
        let milliseconds = Int32(limit.components.seconds * 1000)
        let reason = await withCheckedContinuation { done in
            DispatchQueue.global().async {
                done.resume(returning: Socket.refusal(of: host, port, milliseconds: milliseconds))
            }
        }
        return reason.map { .failed("\(host):\(port) takes no connections: \($0).") } ?? .done
    }

    private func get(_ text: String, _ limit: Duration) async -> Outcome {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme) else {
            return .failed("\(text) is no address of a page.")
        }
        var request = URLRequest(url: url)
        request.timeoutInterval = Double(limit.components.seconds)
        do {
            let (_, response) = try await URLSession.shared.data(for: request)
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            return (200..<300).contains(status) ? .done : .failed("\(text) answers with status \(status).")
        } catch {
            return .failed("\(text) does not answer: \(error.localizedDescription).")
        }
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
