import ArgumentParser
import Basics
import Planner
import SystemPackage

/// `pitstop plan`: makes a plan for an instance file, or checks one.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Plan the update of a pool with the shortest mixed state, and prove how good the plan is.",
        discussion: """
            Reads pool-update-instance/1 and writes pool-update-plan/1. With --check, replays a plan and names every rule \
            that it breaks. With --update, asks a server for the plan of a run on its pool; with --pool as well, the instance \
            is made from a recorded pool's database instead.
            """
    )

    @Argument(help: "The instance, and with --check the plan.", completion: .file(extensions: ["json"]))
    var files: [String] = []

    @Option(
        help:
            "An update, by uuid or name: plan its installation on a server's pool, or on --pool, where it may also be a package file. May be repeated."
    )
    var update: [String] = []

    @Flag(help: "Plan the restart of every host, with nothing installed, on a server's pool or on --pool.")
    var restartOnly = false

    @Option(help: "Plan this pool instead of an instance file: dump:FILE, embedded:N or xenapi:FILE.")
    var pool: PoolSource?

    @Option(help: "With --pool, write the instance that was made from it to this file.")
    var saveInstance: String?

    @OptionGroup var server: ServerOptions

    @Flag(help: "Check the plan that is given after the instance.")
    var check = false

    @Option(help: "Write the plan to this file.")
    var output: String?

    @Option(help: "Search at most this many seconds; without it the search is the same on every machine.")
    var timeLimit: Double?

    @Option(help: "balanced, fastest, fewest-moves or one-at-a-time.")
    var policy: Planner.Policy = .balanced

    @Option(help: "Seed of the search.")
    var seed: UInt64 = 1

    @Option(
        help: """
            A VM, by uuid or name, that may be stopped for the window when there is no plan otherwise. May be given several \
            times.
            """
    )
    var consent: [String] = []

    @Flag(help: "Move every VM back to where it was, after the window.")
    var home = false

    @Flag(help: "Move VMs from fuller hosts to emptier ones, after the window.")
    var balance = false

    @Flag(help: "Show what XenCenter and Xen Orchestra would do with the pool.")
    var compare = false

    @Flag(help: "Show the trade-off between the window and the moves.")
    var curve = false

    @Option(help: "Draw the plan to this SVG file.")
    var svg: String?

    @Flag(help: "Write the figures as JSON.")
    var json = false

    func validate() throws {
        if restartOnly, !update.isEmpty { throw ValidationError.installsNothing }
        if let refusal = refusalWithServer { throw ValidationError(refusal) }
        if pool != nil {
            guard files.isEmpty, !check else { throw ValidationError("--pool goes without files and without --check.") }
            guard update.count < 2 else { throw ValidationError("--pool takes one --update.") }
        } else if isServed {
            guard files.isEmpty, !check else {
                throw ValidationError("Give --update, --restart-only or files, and one of them only.")
            }
        } else {
            guard files.count == (check ? 2 : 1) else {
                throw ValidationError(check ? "Give the instance and the plan." : "Give one instance file, or --pool.")
            }
        }
        if saveInstance != nil, pool == nil { throw ValidationError("--save-instance needs --pool.") }
        if balance, home { throw ValidationError("Give --home or --balance, not both.") }
        if let timeLimit, !(timeLimit > 0 && timeLimit <= 86_400) {
            throw ValidationError("--time-limit must be more than 0 seconds, and at most a day (86400).")
        }
    }

    /// A server plans as a run of its own would: nothing else can be asked of it, and nothing that was asked is dropped.
    private var refusalWithServer: String? {
        guard pool == nil, isServed || server.server != nil else { return nil }
        guard isServed else {
            return "--server needs --update: name the update whose installation is to be planned; or --restart-only."
        }
        let others: [(String, Bool)] = [
            ("--output", output != nil), ("--time-limit", timeLimit != nil), ("--policy", policy != .balanced),
            ("--seed", seed != 1), ("--compare", compare), ("--curve", curve),
        ]
        let given = others.filter(\.1).map(\.0)
        guard !given.isEmpty else { return nil }
        return
            "\(given.joined(separator: ", ")): a server's plan takes none of these; they go with a file or with --pool."
    }

    private var isServed: Bool { !update.isEmpty || restartOnly }

    func run() async throws {
        if let pool {
            let (instance, names) = try await instance(of: pool)
            return try makePlan(instance, named: pool.description, names)
        }
        if isServed {
            try await ServedPlan(
                server: server,
                updates: update,
                restartOnly: restartOnly,
                consent: consent,
                home: home,
                balance: balance,
                json: json,
                svg: svg
            ).show()
            return
        }
        let instance = try reading(files[0]) { bytes throws(InputError) in try UpdateInstance(json: bytes) }
        if check {
            let plan = try reading(files[1]) { bytes throws(InputError) in try UpdatePlan(json: bytes) }
            try report(PlanChecker.check(plan, for: instance))
        } else {
            try makePlan(instance, named: files[0], PoolNames())
        }
    }

    private func report(_ report: PlanReport) throws {
        guard !report.isValid else {
            StandardOutput.write(text: json ? report.json() : report.text(), terminator: "")
            return
        }
        if json { StandardOutput.write(text: report.json(), terminator: "") }
        for violation in report.violations { StandardError.write("pitstop plan: \(violation)") }
        throw ExitCode.failure
    }

    private func makePlan(_ instance: UpdateInstance, named name: String, _ names: PoolNames) throws {
        var options = Planner.Options()
        (options.policy, options.seed) = (policy, seed)
        let consent = consent.map(names.id)
        options.consent = Set(consent)
        (options.goesHome, options.levels) = (home, balance)
        options.shortens = policy == .fastest
        let known = Set(instance.vms.map(\.id))
        for vm in consent where !known.contains(vm) { throw Failure("--consent: \"\(vm)\" is no VM of \(name)") }
        let clock = ContinuousClock()
        let begin = clock.now
        let limit = timeLimit.map { Duration.seconds($0 * 0.95) }
        if limit != nil { options.passes = 10_000_000 }
        let result: Planner.Result
        do throws(InputError) {
            result = try Planner.plan(instance, options: options) { limit.map { clock.now - begin < $0 } ?? true }
        } catch {
            throw Failure("\(name): \(error)")
        }
        switch result {
        case .impossible(let explanation):
            StandardError.write(text: "pitstop plan: \(names.applied(to: explanation.text()))", terminator: "")
            throw ExitCode.failure
        case .planned(let planned):
            try show(planned, instance, names)
            // Hosts want the update, and none can have it.
            let isFutile = planned.waves.isEmpty && (planned.report.hostsLeft > 0 || !planned.leftOut.isEmpty)
            if isFutile { throw ExitCode.failure }
        }
    }

    private func show(_ planned: PlannedUpdate, _ instance: UpdateInstance, _ names: PoolNames) throws {
        if let output { try write(planned.plan.json(), to: output) }
        if let svg { try write(Array(GanttChart(planned.plan, for: instance).svg().utf8), to: svg) }
        if json {
            StandardOutput.write(text: planned.json(), terminator: "")
            return
        }
        StandardOutput.write(text: names.applied(to: planned.timeline(of: instance)), terminator: "")
        if curve { StandardOutput.write(text: "\n" + planned.curveText(), terminator: "") }
        if compare {
            let comparison = Comparison.make(planned, for: instance).text()
            StandardOutput.write(text: "\n" + names.applied(to: comparison), terminator: "")
        }
    }

    private func reading<T>(_ path: String, _ parse: ([UInt8]) throws(InputError) -> T) throws -> T {
        let bytes: [UInt8]
        do {
            let file = FileDescriptor(rawValue: try GivenFile.open(path))
            bytes = try file.closeAfter { try Self.contents(of: file) }
        } catch let refusal as GivenFile.Refusal {
            throw Failure("\(refusal)")
        } catch { throw Failure("\(path): the file can not be read (\(error))") }
        do throws(InputError) { return try parse(bytes) } catch { throw Failure("\(path): \(error)") }
    }

    /// Instances of a million VMs have about 150 MB; what is far larger is refused.
    private static let largestFile = 2 << 30

    private static func contents(of file: FileDescriptor) throws -> [UInt8] {
        let size = min(Int(try file.seek(offset: 0, from: .end)), largestFile)
        _ = try file.seek(offset: 0, from: .start)
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let part = try file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<size])
                )
                if part == 0 { break }
                count += part
            }
        }
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        do {
            let file = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            _ = try file.closeAfter { try file.writeAll(bytes) }
        } catch { throw Failure("\(path): the file can not be written (\(error))") }
    }
}

extension Planner.Policy: ExpressibleByArgument {}

/// An operation that failed, with the sentence for the operator.
private struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
