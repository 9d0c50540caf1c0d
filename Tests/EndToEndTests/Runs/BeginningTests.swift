import Foundation
import TestSupport
import Testing

/// What keeps a run from beginning, in the operator's words; typed as `pitstop rollout …`.
@Suite(.serialized, .enabled(if: Tools.embeddedPool, Comment(rawValue: Tools.embeddedPoolReason)))
struct BeginningTests {
    private static let shared = Task { try await RunPool(hosts: 2) }
    private let pool: RunPool

    init() async throws { pool = try await Self.shared.value }

    @Test("An update that every host has ends the run at once, and is no failure")
    func appliedEverywhere() async throws {
        let update = try await pool.update()
        #expect(try await pool.start(update).end().code == 0)
        let again = try await pool.rollout("start", "--update", update.label, "--wait")
        #expect(again.code == 0)
        #expect(again.output.contains("Every host had the update before: nothing was done."))
    }

    @Test("Names and rules that the pool does not know are refused with what they should be")
    func unknown() async throws {
        let update = try await pool.update()
        for (words, code, sentence) in [
            (["--exclude", "xs9"], 3, "The pool has no host xs9: look up its hosts, and start the run again."),
            (["--order", "xs2,xs9"], 3, "The pool has no host xs9"),
            (["--canary", "xs9"], 3, "The canary xs9 is no host of this pool: name one that is."),
            (["--suspend", "no-vm"], 3, "The pool has no VM no-vm, which may be stopped: look up its uuid."),
            (["--mode", "fast"], 1, "mode can not be 'fast': it is automatic or manual."),
            (["--gate", "web=ftp:x"], 1, "gate.web can not be 'ftp:x': it is tcp:HOST:PORT"),
            (["--finish-by", "tomorrow"], 1, "finish_by can not be 'tomorrow': it is a time like"),
            (["--max-failed=-1"], 1, "max_failed_hosts can not be '-1': it is a number, 0 or more."),
            (["--precheck", "../tool"], 1, "precheck.../tool can not be"),
        ] {
            let told = try await pool.server.rollout(["start", "--update", update.label] + words)
            #expect(told.code == Int32(code), "\(words): \(told.error)")
            #expect(told.error.contains(sentence), "\(words): \(told.error)")
        }
        let missing = try await pool.rollout("start", "--update", "XS602E099")
        #expect(missing.code == 1)
        #expect(missing.error.contains("The pool has no update XS602E099: look it up, and try again."))
    }

    @Test("A package that refuses a host refuses the run, in words that name the host and the next step")
    func refusingPackage() async throws {
        let refusal =
            "<error errorcode=\"PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION\">"
            + "<found>6.0.2</found><required>^6\\.1\\.0$</required></error>"
        let update = try await pool.update(refusal: refusal, refuses: ["xs2"])
        let sentence =
            "\(update.label) refuses xs2: \(update.label) is made for version 6.1.0, and xs2 runs 6.0.2: take the update that "
            + "is made for 6.0.2."
        let told = try await pool.rollout("prechecks", "--update", update.label)
        #expect(told.code == 3)
        #expect(told.output.contains("blocking: \(sentence)"), "\(told.output)")
        #expect(!told.output.contains("refuses xs1"))
        let start = try await pool.rollout("start", "--update", update.label)
        #expect(start.code == 3)
        #expect(start.error.contains(sentence), "\(start.error)")
        #expect(!(try await pool.rollout("list").output.contains(update.label)))

        let without = try await pool.start(update, "--exclude", "xs2")
        #expect(try await without.end().code == 0)
    }

    @Test("The operator's own precheck decides, and what it prints is kept")
    func script() async throws {
        let update = try await pool.update()
        try pool.program("ticket", in: "prechecks", "echo \"ticket for $PITSTOP_LABELS: $1\"; test \"$1\" = approved")
        let told = try await pool.rollout("prechecks", "--update", update.label, "--precheck", "ticket open")
        #expect(told.code == 3)
        #expect(told.output.contains("Your precheck ticket does not pass: ticket said no"), "\(told.output)")
        #expect(told.output.contains("ticket for \(update.label): open"))
        let refused = try await pool.rollout("start", "--update", update.label, "--precheck", "ticket open")
        #expect(refused.code == 3)

        let run = try await pool.start(update, "--precheck", "ticket approved")
        #expect(try await run.end().code == 0)
        #expect(try await run.log().contains("ticket says: ticket for \(update.label): approved"))
    }

    @Test("A precheck that is not there, or does not end, or prints without end, holds nobody up")
    func badScripts() async throws {
        let update = try await pool.update()
        try pool.program("endless", in: "prechecks", "echo $$ > \(pool.server.state)/endless; sleep 600 & sleep 600")
        try pool.program(
            "chatty",
            in: "prechecks",
            "while :; do echo 0123456789012345678901234567890123456789012345678901234567890123; done"
        )
        let told = try await pool.rollout(
            "prechecks",
            "--update",
            update.label,
            "--precheck",
            "endless",
            "--precheck",
            "chatty",
            "--precheck",
            "none",
            "--precheck-limit",
            "2"
        )
        #expect(told.code == 3)
        #expect(told.output.contains("Your precheck endless does not pass: There was no answer within 2 s."))
        // Nothing that it has started is left; a process that has ended and was not collected yet is nothing.
        let leader = try String(contentsOfFile: pool.server.state + "/endless", encoding: .utf8).dropLast()
        let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { entry in
            // "PID (NAME) STATE PARENT GROUP …"
            let stat = (try? String(contentsOfFile: "/proc/\(entry)/stat", encoding: .utf8)) ?? ""
            let words = stat.split(separator: ")").last?.split(separator: " ") ?? []
            return words.count > 2 && words[2] == leader && words[0] != "Z"
        }
        #expect(left.isEmpty)
        #expect(told.output.contains("Your precheck chatty does not pass:"))
        #expect(told.output.contains("prechecks/none could not be run"), "\(told.output)")
    }

    @Test("A run for later is listed with its time and windows, and taken back with nothing changed")
    func schedule() async throws {
        #expect(try await pool.rollout("schedule", "list").output == "No run waits for its time.\n")
        let none = try await pool.rollout("schedule", "cancel")
        #expect(none.code == 1 && none.error.contains("No such run waits"), "\(none.error)")
        let update = try await pool.update()
        let run = try await pool.start(
            update,
            "--at",
            "2031-01-01T23:00:00+01:00",
            "--window",
            "Sat 22:00-04:00 Europe/Berlin"
        )
        let list = try await pool.rollout("schedule", "list").output
        #expect(
            list.contains("\(run.id)  \(update.label)") && list.contains("changes nothing before 20310101T22:00:00Z"),
            "\(list)"
        )
        #expect(list.matches(of: /hosts may go down 20\d{6}T2[01]:00:00Z to 20\d{6}T0[23]:00:00Z/).count == 12)
        let cancelled = try await pool.rollout("schedule", "cancel", run.id)
        #expect(cancelled.code == 0, "\(cancelled.error)")
        _ = try await run.end()
        #expect(try await pool.rollout("schedule", "list", "--json").output == "[]\n")
    }
}
