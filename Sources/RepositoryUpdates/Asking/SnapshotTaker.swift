import Foundation
import Hosts
import UpdatePackage

/// Takes a snapshot: asks all hosts at the same time, has each class resolved by one of it, and fetches every package once.
public struct SnapshotTaker: Sendable {
    /// What repositories must not be like.
    public struct Policy: Sendable {
        /// Days that the newest metadata of a repository may be old; nil for any age.
        public var mostDays: Int64?

        /// Creates a policy.
        public init(mostDays: Int64? = nil) { self.mostDays = mostDays }
    }

    private let hosts: [NamedHost]
    private let request: UpdateRequest
    private let policy: Policy
    private let now: Int64
    /// What it says on its way, a sentence at a time.
    private let tell: @Sendable (String) -> Void

    private static let factsTime = Duration.seconds(180)
    private static let offerTime = Duration.seconds(900)
    private static let fetchTime = Duration.seconds(7_200)

    /// Creates one.
    ///
    /// - Parameter now: seconds since the epoch.
    public init(
        hosts: [NamedHost],
        request: UpdateRequest,
        policy: Policy = Policy(),
        now: Int64,
        tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.hosts, self.request, self.policy, self.now, self.tell) = (hosts, request, policy, now, tell)
    }

    /// Takes the snapshot, with all packages, into a folder. What is there already is not fetched again.
    ///
    /// - Throws: ``RepositoryError``; the folder then holds what it held before.
    public func take(into folder: SnapshotFolder) async throws -> UpdateSnapshot {
        let earlier = folder.exists ? try folder.read() : nil
        let asked = try await offers()
        let snapshot = UpdateSnapshot(taken: now, request: request, classes: Likeness.classes(asked))
        try Freshness(now: now, mostDays: policy.mostDays).check(snapshot, after: earlier)
        try await fetch(snapshot, asked, into: folder)
        try folder.write(snapshot)
        return snapshot
    }

    // MARK: Asking

    /// What every host would get. Those that do not differ are asked through one of them.
    private func offers() async throws -> [AskedHosts] {
        struct Seen: Sendable {
            var product: String
            var release: String
            var facts: HostReply.Facts
        }
        let seen = try await askAll(hosts) { host in
            let found = try await host.host.facts().softwareVersion
            let facts = try HostReply.facts(try await ask(host, .facts, HostProgram.Request(), Self.factsTime))
            return Seen(product: found["product_brand"] ?? "", release: found["product_version"] ?? "", facts: facts)
        }
        var groups: [(first: NamedHost, names: [String], seen: Seen)] = []
        for (host, one) in zip(hosts, seen) {
            let index = groups.firstIndex { group in
                group.seen.facts == one.facts
                    && (group.seen.product, group.seen.release) == (one.product, one.release)
            }
            if let index { groups[index].names.append(host.name) } else { groups.append((host, [host.name], one)) }
        }
        tell("\(hosts.count) hosts have answered; the repositories are asked through \(groups.count) of them.")
        let question = HostProgram.Request(
            security: request.isSecurityOnly,
            only: request.only,
            exclude: request.exclude
        )
        let offers = try await askAll(groups.map(\.first)) { host in
            try HostReply.offer(try await ask(host, .offer, question, Self.offerTime))
        }
        return zip(groups, offers).map { group, offer in
            AskedHosts(
                hosts: group.names,
                product: group.seen.product,
                release: group.seen.release,
                facts: group.seen.facts,
                offer: offer
            )
        }
    }

    /// Asks hosts at the same time; where some can not answer, all that went wrong is told at once.
    private func askAll<Answer: Sendable>(
        _ hosts: [NamedHost],
        _ question: @escaping @Sendable (NamedHost) async throws -> Answer
    ) async throws -> [Answer] {
        let results = await withTaskGroup(of: (Int, Result<Answer, any Error>).self) { group in
            for (index, host) in hosts.enumerated() {
                group.addTask {
                    do { return (index, .success(try await question(host))) } catch { return (index, .failure(error)) }
                }
            }
            var found: [(Int, Result<Answer, any Error>)] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
        var answers: [Answer] = []
        var troubles: [RepositoryError.Trouble] = []
        for (host, result) in zip(hosts, results) {
            switch result {
            case .success(let answer): answers.append(answer)
            case .failure(let error): troubles.append(.init(host: host.name, reason: Self.reason(error)))
            }
        }
        guard troubles.isEmpty else { throw RepositoryError.hosts(troubles) }
        return answers
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HostError: error.cause
        case let error as HostNonsense: error.reason
        default: "\(error)"
        }
    }

    /// Runs the program on a host, and returns what it printed.
    private func ask(
        _ host: NamedHost,
        _ question: HostProgram.Question,
        _ request: HostProgram.Request,
        _ time: Duration
    ) async throws -> String {
        let scratch = try ScratchFolder(named: FileManager.default.temporaryDirectory.path + "/pitstop-question")
        defer { scratch.remove() }
        let program = scratch.path + "/question"
        try Data(try HostProgram(request: request).text().utf8).write(to: URL(filePath: program))
        let limits = ProgramLimits(time: time, outputBytes: HostReply.limit)
        let result = try await host.host.run(program: program, argument: question.rawValue, limits: limits)
        switch result.ending {
        case .exited: return result.output
        case .timedOut: throw HostNonsense("its dnf did not answer within \(time.components.seconds) seconds")
        case .outputTooLong: throw HostNonsense("its dnf says more than anybody would read")
        case .signalled(let signal): throw HostNonsense("its dnf was ended by signal \(signal)")
        }
    }

    // MARK: Fetching

    private func fetch(_ snapshot: UpdateSnapshot, _ asked: [AskedHosts], into folder: SnapshotFolder) async throws {
        try folder.makeFolders()
        for found in snapshot.classes {
            // Whoever was asked knows where the packages are.
            guard
                let usual = asked.first(where: {
                    $0.hosts.first.map(found.hosts.contains) ?? false
                        && $0.offer.packages == found.packages
                }), let host = hosts.first(where: { $0.name == usual.hosts.first })
            else { continue }
            var missing: [OfferedPackage] = []
            for package in found.packages where !(await folder.holds(package)) { missing.append(package) }
            if !missing.isEmpty { try await fetch(missing, from: host, into: folder) }
        }
    }

    private func fetch(_ packages: [OfferedPackage], from host: NamedHost, into folder: SnapshotFolder) async throws {
        let wanted = packages.map { package in
            HostProgram.Request.Wanted(
                name: package.name,
                epoch: "\(package.epoch)",
                version: package.version,
                release: package.release,
                arch: package.architecture,
                repository: package.repository,
                sha256: package.sha256
            )
        }
        tell("\(host.name) fetches \(packages.count) packages, and checks their signatures.")
        let question = HostProgram.Request(packages: wanted)
        do {
            _ = try await askAll([host]) {
                try HostReply.assertDone(try await ask($0, .fetch, question, Self.fetchTime))
            }
            for package in packages { try await PackageFetch(host: host, folder: folder).fetch(package) }
        } catch {
            _ = try? await ask(host, .clean, HostProgram.Request(), Self.factsTime)
            throw error
        }
        _ = try? await ask(host, .clean, HostProgram.Request(), Self.factsTime)
    }
}
