import Foundation
import Rollout
import Subprocess
import SystemPackage

/// `pitstop rollout`, run as an operator runs it: restarts and verifies the hosts in waves.
struct DemoRollout: Sendable {
    let stage: DemoStage
    let server: DemoServer

    private var connection: [String] {
        [
            "--server", server.url, "--password-file", stage.passwordFile, "--certificate",
            stage.state + "/tls/server.crt",
        ]
    }

    /// Carries a run out, its log on our standard output.
    ///
    /// - Returns: what the run did.
    func carryOut(_ update: String) async throws -> RunReport {
        StandardOutput.write("   $ pitstop rollout start --update \(update) --wait")
        let words = ["rollout", "start", "--update", update, "--wait"] + connection
        let result = try await Subprocess.run(
            .path(FilePath(stage.pitstop)),
            arguments: Arguments(words),
            output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        )
        guard case .exited(0) = result.terminationStatus else {
            throw OperatorError("The run did not bring every host to the new version; its reason stands above.")
        }
        return try await report()
    }

    private func report() async throws -> RunReport {
        let result = try await Subprocess.run(
            .path(FilePath(stage.pitstop)),
            arguments: Arguments(["rollout", "report", "--json"] + connection),
            output: .string(limit: 16 << 20),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        )
        guard case .exited(0) = result.terminationStatus else {
            throw OperatorError("The run's report can not be had; the reason stands above.")
        }
        return try JSONDecoder().decode(RunReport.self, from: Data(result.standardOutput.utf8))
    }
}

extension RunReport {
    /// The run in a few lines.
    var summary: [String] {
        let planned = plannedMixedSeconds.map { " (planned: \($0) s of modelled time, which runs faster)" } ?? ""
        let moves = vms.reduce(0) { $0 + $1.moves }
        let downtime = vms.reduce(0) { $0 + $1.downtime }
        let open = obligations.count { $0.state == .open }
        return [
            "run \(run): \(ending?.rawValue ?? "still going on"), mixed state \(mixedSeconds) s\(planned)",
            "\(moves) live migrations, \(downtime) s of downtime over \(vms.count) VMs",
            "\(obligations.count) \(obligations.count == 1 ? "thing" : "things") switched off on the way, \(open) still owed",
            "evidence: pitstop rollout report \(run); its journal ends with \(journalHead.prefix(16))…",
        ]
    }
}
