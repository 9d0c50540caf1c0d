import ArgumentParser
import Basics
import Foundation
import PoolRollout
import Rollout
import XenAPI

/// `pitstop plan --server`: the plan that a run on a server's pool would begin with.
struct ServedPlan {
    let server: ServerOptions
    let updates: [String]
    let restartOnly: Bool
    let consent: [String]
    let home: Bool
    let balance: Bool
    let json: Bool
    let svg: String?

    func show() async throws {
        let plan = try await server.use { session in
            var references: [Value] = []
            for update in updates { references.append(try await session.find("pool_patch", update)) }
            var words: [Value.Member] = []
            if restartOnly { words.append(.init("restart_only", .string("true"))) }
            if home { words.append(.init("go_home", .string("true"))) }
            if balance { words.append(.init("balance", .string("true"))) }
            if !consent.isEmpty { words.append(.init("suspend", .string(consent.joined(separator: ",")))) }
            return try await session.json(RunPlan.self, "rollout.plan", [.set(references), .map(words)])
        }
        if let reason = plan.impossible {
            StandardError.write("pitstop plan: \(reason)")
            throw ExitCode.failure
        }
        if let svg { try Data(plan.svg.utf8).write(to: URL(filePath: svg), options: .atomic) }
        guard !json else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return StandardOutput.write(String(decoding: try encoder.encode(plan), as: UTF8.self))
        }
        StandardOutput.write(text: plan.text(restartOnly ? .restart : .install))
    }
}

extension RunPlan {
    /// The plan for a terminal.
    func text(_ purpose: RunPurpose) -> String {
        guard !waves.isEmpty else {
            return purpose == .install
                ? "Every host has the update already: there is nothing to do." : "No host is left to restart."
        }
        var lines: [String] = []
        for (index, wave) in waves.enumerated() {
            let count = wave.movesBefore
            let moves = count == 0 ? "" : ", after \(count) \(count == 1 ? "migration" : "migrations")"
            lines.append(
                "Wave \(index + 1), \(wave.start) s to \(wave.end) s\(moves): "
                    + wave.names.map { $0.escaped(for: .line) }.joined(separator: ", ")
            )
        }
        let bound = lowerBound == 0 ? "" : "; no plan can do it in less than \(lowerBound) s"
        lines.append("\(purpose.span) \(mixedSeconds) s\(bound).")
        let migrations = moves.count == 1 ? "1 live migration" : "\(moves.count) live migrations"
        lines.append("\(migrations), \(movedMiB) MiB; the whole takes \(totalSeconds) s.")
        if let oneAtATimeSeconds {
            lines.append("One host at a time: \(oneAtATimeSeconds) s\(purpose == .install ? " of mixed state" : "").")
        }
        return lines.joined(separator: "\n")
    }
}
