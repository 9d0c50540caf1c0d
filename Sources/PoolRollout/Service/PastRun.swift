import FoundationEssentials
import Rollout

/// A run that is not carried out now.
struct PastRun: Sendable {
    /// As its journal tells it; nil where the journal can not be used, or was not asked.
    var machine: RolloutMachine?
    /// The digest of the journal's last record.
    var head: String
    /// Why the journal can not be used, or the run goes no further.
    var problem: String?
    /// What it had come to when its journal was last as it should be, where it can not be used now.
    var remains: RolloutMachine?
    /// What it owed when that was written down last, where its journal can not be used.
    var owed: OwedByRun?
    /// How long its steps took.
    var times = RunTimes()
    /// What it came to, as it was told at its end: its journal does not have to be asked.
    var ended: EndedRun?
}

extension PastRun {
    /// As its keeper has it now.
    init(_ snapshot: RunSnapshot, times: RunTimes = RunTimes()) {
        self.init(
            machine: snapshot.machine,
            head: snapshot.journalHead,
            problem: snapshot.failure?.description,
            times: times
        )
    }

    /// As it was told at its end.
    init(_ ended: EndedRun) {
        self.init(head: ended.details.journalHead, problem: ended.details.problem, times: ended.times, ended: ended)
    }
}

/// What a run came to, kept at its end: a later program, which would word or decide something differently, shows it as it was.
struct EndedRun: Codable, Sendable {
    var details: RunDetails
    /// The evidence; nil for a run that was given up without it.
    var report: RunReport?
    var times: RunTimes

    /// What lists and the next plan need of it, so that they need not read all.
    struct Outline: Codable, Sendable {
        var version = 1
        var details: RunDetails
        var times: RunTimes

        /// The first line of a kept run; nil where another version wrote it.
        init?(_ bytes: [UInt8]) {
            guard let end = bytes.firstIndex(of: 0x0A),
                let outline = try? JSONDecoder().decode(Outline.self, from: Data(bytes[..<end])), outline.version == 1
            else { return nil }
            self = outline
        }

        init(_ run: EndedRun) {
            (details, times) = (run.details, run.times)
            details.events = []
            details.problems = []
            for index in details.hosts.indices {
                (details.hosts[index].packagesBefore, details.hosts[index].packagesAfter) = ([:], [:])
            }
        }
    }

    init(details: RunDetails, report: RunReport?, times: RunTimes) {
        (self.details, self.report, self.times) = (details, report, times)
    }

    /// Two lines of JSON: the outline, and all of it. Nil where another version wrote it.
    init?(_ bytes: [UInt8]) {
        guard Outline(bytes) != nil, let end = bytes.firstIndex(of: 0x0A),
            let run = try? JSONDecoder().decode(EndedRun.self, from: Data(bytes[(end + 1)...]))
        else { return nil }
        self = run
    }

    var encoded: [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let outline = try? encoder.encode(Outline(self)), let all = try? encoder.encode(self) else { return nil }
        return Array(outline) + [0x0A] + Array(all) + [0x0A]
    }
}

/// What a run owes while it goes on, kept beside its journal.
struct OwedByRun: Codable, Hashable, Sendable {
    var run: String
    var name: String
    var startedBy: String
    var started: Int64
    /// The newest record of the journal when this was written: without it, records were cut off its end.
    var head: String
    var debts: [RunDetails.Debt]

    init(_ details: RunDetails) {
        (run, name, startedBy, started) = (details.run, details.name, details.startedBy, details.started)
        head = details.journalHead
        debts = details.obligations.filter { $0.state == .open }
    }
}
