import Foundation
public import PoolControl
import PoolDatabase
public import XenAPI
import XenAPIClient

/// Repositories of XenServer 8.3 and later: synchronised once, then the same digest on every host.
public struct RepositoryInstaller: RemoteInstaller {
    let pool: RemoteControl

    public var kind: InstallerKind { .repository }

    public func find(_ id: String) async throws(ControlError) -> PreparedUpdate { try pool.offered(id) }

    public func outlook() async throws(ControlError) -> String {
        let offer = try await read()
        let waiting = offer.hosts.count { !($0.packages ?? []).isEmpty }
        return "\(waiting) of \(offer.hosts.count) hosts lack what was synchronised last (\(offer.hash.prefix(12)))"
    }

    public func prepare(_ source: UpdateSource, progress: @escaping @Sendable (Int64) -> Void)
        async throws(ControlError) -> PreparedUpdate
    {
        switch source {
        case .file(let bundle):
            do throws(XenAPIError) {
                _ = try await pool.client.upload(
                    bundle,
                    to: "/bundle",
                    label: "Upload of updates",
                    onProgress: progress
                )
            } catch {
                throw ControlError(error)
            }
        case .repositories: try await synchronise()
        }
        return pinned(try await read())
    }

    public func offer() async throws(ControlError) -> PreparedUpdate? {
        let offer = try await read()
        guard offer.hosts.contains(where: { !($0.packages ?? []).isEmpty }) else { return nil }
        return pinned(offer)
    }

    public var isShownInRows: Bool { false }

    private func pinned(_ offer: Offer) -> PreparedUpdate {
        PreparedUpdate(
            id: offer.hash,
            label: "Updates \(offer.hash.prefix(12))",
            guidance: Set(offer.hosts.flatMap { $0.guidance?.mandatory ?? [] }).sorted(),
            packages: Set(offer.hosts.flatMap { $0.packages ?? [] }).sorted(),
            notes: notes(on: offer)
        )
    }

    /// What the publisher says of those updates that some host lacks.
    private func notes(on offer: Offer) -> UpdateNotes {
        let lacking = Set(offer.hosts.flatMap { $0.updates ?? [] })
        let updates = (offer.updates ?? []).filter { lacking.contains($0.id) }
        let titles = updates.map { $0.title ?? $0.summary ?? $0.id }
        let severities = ["critical", "important", "high", "moderate", "medium", "low"]
        return UpdateNotes(
            summary: titles.isEmpty ? "What the pool has synchronised." : titles.joined(separator: "; ") + ".",
            articles: Set(updates.compactMap(\.url)).filter { !$0.isEmpty }.sorted(),
            severity: severities.lazy.compactMap { word in
                updates.compactMap(\.severity).first { $0.lowercased() == word }
            }.first ?? "",
            issued: updates.compactMap(\.issued).max() ?? "",
            vulnerabilities: UpdateNotes.vulnerabilities(
                in: updates.flatMap { [$0.title, $0.summary, $0.description].compactMap { $0 } }
            ),
            recommended: Set(offer.hosts.flatMap { $0.guidance?.recommended ?? [] }).sorted(),
            full: Set(offer.hosts.flatMap { $0.guidance?.full ?? [] }).sorted()
        )
    }

    private func synchronise() async throws(ControlError) {
        let reference = Value.ref(try await pool.pool())
        let empty = Value.string("")
        do throws(ControlError) {
            try await pool.client.perform("pool.sync_updates", reference, .bool(false), empty, empty)
        } catch {
            guard error.code == "MESSAGE_PARAMETER_COUNT_MISMATCH" else { throw error }
            try await pool.client.perform("pool.sync_updates", reference, .bool(false))
        }
    }

    /// What the pool offers its hosts.
    struct Offer: Decodable, Sendable {
        struct Host: Decodable, Sendable {
            let ref: String
            let guidance: Guidance?
            let packages: [String]?
            let updates: [String]?

            enum CodingKeys: String, CodingKey {
                case ref, guidance, updates
                case packages = "RPMS"
            }
        }
        struct Update: Decodable, Sendable {
            let id: String
            let title: String?
            let summary: String?
            let description: String?
            let url: String?
            let severity: String?
            let issued: String?

            enum CodingKeys: String, CodingKey {
                case id, title, summary, description, severity, issued
                case url = "URL"
            }
        }
        struct Guidance: Decodable, Sendable {
            let mandatory: [String]?
            let recommended: [String]?
            let full: [String]?
        }

        let hosts: [Host]
        let updates: [Update]?
        let hash: String
    }

    private func read() async throws(ControlError) -> Offer {
        let page: [UInt8]
        do throws(XenAPIError) {
            page = try await pool.client.page("/updates")
        } catch {
            guard case .transport(let failure) = error, case .status(404, _) = failure.reason else {
                throw ControlError(error)
            }
            throw .refused(APIError("NO_REPOSITORY_ENABLED"))
        }
        do {
            return try JSONDecoder().decode(Offer.self, from: Data(page))
        } catch {
            throw .impossible("What the pool says of its updates is not understood: it may be of a later version.")
        }
    }

    /// The digest that the pool has now is the one that was pinned, or nothing is done.
    private func confirmed(_ update: PreparedUpdate) async throws(ControlError) -> Offer {
        let now = try await read()
        guard now.hash == update.id else {
            pool.noticeNewOffers()
            throw .refused(APIError("UPDATEINFO_HASH_MISMATCH", [update.id, now.hash]))
        }
        return now
    }

    public func confirm(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) {
        _ = try await confirmed(update)
    }

    public func precheck(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> PrecheckAnswer {
        let offer = try await confirmed(update)
        // The pool would say so only when the host is empty already.
        let pending = try await pool.client.record("host", host).texts("pending_guidances")
        if !pending.isEmpty, try await !isInstalled(update, on: host) {
            throw .refused(APIError("HOST_PENDING_MANDATORY_GUIDANCES_NOT_EMPTY", [host.rawValue]))
        }
        let guidance = offer.hosts.first { $0.ref == host.rawValue }?.guidance?.mandatory ?? []
        let restarts = guidance.contains { UpdateGuidance(word: $0) == .restartHost }
        let reference = Value.ref(try await pool.pool())
        let answer = try await pool.client.ask("pool.check_update_readiness", reference, .bool(restarts))
        // The pool asks about all of its hosts at once: what is said of another host, or of a VM that is not here, is theirs.
        let others = try await pool.hosts.map { $0.ref.rawValue }.filter { $0 != host.rawValue }
        let residents = Set(try await pool.client.record("host", host).refs("resident_VMs"))
        let snapshot = pool.database.snapshot
        for obstacle in answer.elements ?? [] {
            let words = (obstacle.elements ?? []).compactMap(\.text)
            guard let code = words.first, !words.dropFirst().contains(where: others.contains) else { continue }
            let vms = words.dropFirst().map { Ref($0) }.filter { snapshot.stored("VM", $0) != nil }
            guard vms.isEmpty || !residents.isDisjoint(with: vms) else { continue }
            // Room is about the moment: the plan makes it, and a host that is out of service now takes some from the others.
            guard vms.isEmpty || RemoteControl.isLasting(code) else { continue }
            // A run looks at that itself, and switches it off before anything is applied.
            guard code != "HA_IS_ENABLED" else { continue }
            throw .refused(APIError(code, Array(words.dropFirst())))
        }
        return PrecheckAnswer(output: guidance.joined(separator: " "))
    }

    public func apply(_ update: PreparedUpdate, to host: Ref, isPrechecked: Bool) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        if try await !isInstalled(update, on: host) {
            try await confirm(update, on: host)
            do throws(ControlError) {
                try await pool.client.perform("host.apply_updates", .ref(host), .string(update.id))
            } catch {
                guard case .silent(_, mayBeDone: true) = error, try await isInstalled(update, on: host) else {
                    throw error
                }
            }
        }
        return try await pendingGuidance(of: update, on: host)
    }

    public func pendingGuidance(of update: PreparedUpdate, on host: Ref) async throws(ControlError)
        -> Set<UpdateGuidance>
    {
        let record = try await pool.client.record("host", host)
        var words = record.texts("pending_guidances")
        for vm in record.refs("resident_VMs") {
            words += try await pool.client.record("VM", vm).texts("pending_guidances")
        }
        return Set(words.map { UpdateGuidance(word: $0) })
    }

    /// What is mandatory, in the host's own record and in those of its VMs.
    func owed(by host: Ref, for updates: [PreparedUpdate]) async throws(ControlError) -> Set<UpdateGuidance>? {
        guard let update = updates.last else { return nil }
        return try await pendingGuidance(of: update, on: host)
    }

    /// By what the host took last. Whether that is still all there is (`latest_synced_updates_applied`) is another question,
    /// once somebody has synchronised again.
    public func isInstalled(_ update: PreparedUpdate, on host: Ref) async throws(ControlError) -> Bool {
        try await pool.client.record("host", host)["last_update_hash"]?.text == update.id
    }

    /// The pool keeps its own repositories.
    public func cleanUp(after update: PreparedUpdate) async throws(ControlError) {}
}
