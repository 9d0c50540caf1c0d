import Foundation
import TestSupport
import Testing

/// Runs on real packages and RPM databases whose server is killed with SIGKILL, as by a power cut, at random moments.
@Suite(.enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct PowerCutTests {
    /// Cuts that have to meet a run in its middle; further runs are started until so many did.
    private static let wanted = 20

    @Test("A server that is killed 20 times in the middle of runs, at random moments, always finishes them")
    func survives() async throws {
        let hotfix = try await ReplicaHotfix()
        let seed = UInt64.random(in: 0..<1 << 32)
        var random = SplitMix(seed: seed)
        var met = 0
        var runs = 0
        while met < Self.wanted, runs < Self.wanted {
            runs += 1
            met += try await cuts(hotfix, atMost: Self.wanted - met, "seed \(seed), run \(runs)", &random)
        }
        #expect(met == Self.wanted, "seed \(seed): only \(met) cuts met one of \(runs) runs")
    }

    /// One run on a new pool, cut until it ends or often enough, and then looked at from outside.
    ///
    /// - Returns: the cuts that it met, as its journal tells: each but the one at its very end was followed by a take-over.
    private func cuts(_ hotfix: ReplicaHotfix, atMost most: Int, _ name: String, _ random: inout SplitMix) async throws
        -> Int
    {
        var lab = try await RolloutLab(hosts: 3, hotfix: hotfix, speed: "60")
        let (boots, vms) = (try await lab.bootIDs(), try await lab.startTimes())
        #expect(try await lab.rollout("start", "--update", lab.uuid).code == 0)
        var cuts = 0
        while cuts < most {
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...900, using: &random)))
            guard lab.isActive else { break }
            try await lab.powerCut()
            cuts += 1
        }
        let end = try await lab.waitForTheEnd()
        #expect(end.code == 0, "\(name), \(cuts) cuts: \(end.output)\n\(end.error)")
        try await lab.expectInstalled(bootsBefore: boots, vmsBefore: vms)
        #expect(try await lab.rollout("verify-journal").code == 0, "\(name)")
        #expect(try await lab.rollout("obligations").output == "Nothing is owed.\n", "\(name)")
        let met = try await lab.rollout("report").output.split(separator: "\n")
            .count { $0.hasSuffix("Z A controller takes the run over.") }
        // The last cut may have met the run's very end.
        #expect((cuts - 1...cuts).contains(met), "\(name): \(met) of \(cuts) cuts were followed by a take-over")
        #expect(await lab.server.terminate() == 0)
        return met
    }
}

/// Random moments from one seed, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
