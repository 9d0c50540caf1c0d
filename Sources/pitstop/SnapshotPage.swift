import Basics
import Foundation
import RepositoryUpdates
import XenAPI

/// A snapshot, for people.
struct SnapshotPage {
    private let snapshot: UpdateSnapshot
    private let withTexts: Bool

    init(_ snapshot: UpdateSnapshot, withTexts: Bool = false) {
        (self.snapshot, self.withTexts) = (snapshot, withTexts)
    }

    var text: String {
        let now = Int64(Date().timeIntervalSince1970)
        var lines = ["Snapshot \(snapshot.digest)", "Taken    \(Timestamp(seconds: snapshot.taken).iso8601)"]
        if let wanted { lines.append("Wanted   \(wanted)") }
        for found in snapshot.classes { lines += page(found, now) }
        return lines.joined(separator: "\n") + "\n"
    }

    private var wanted: String? {
        let request = snapshot.request
        var words: [String] = []
        if request.isSecurityOnly { words.append("security updates") }
        if !request.only.isEmpty { words.append("only \(request.only.joined(separator: ", "))") }
        if !request.exclude.isEmpty { words.append("without \(request.exclude.joined(separator: ", "))") }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    private func page(_ found: HostClass, _ now: Int64) -> [String] {
        var lines = ["", "\(found.name): \(found.hosts.joined(separator: ", "))".escaped(for: .line)]
        let freshness = Freshness(now: now)
        for repository in found.repositories {
            let age = freshness.days(repository).map { "\($0) days old" } ?? "of unknown age"
            let checks = repository.checksMetadata ? "signed metadata" : "metadata without signature"
            lines.append("  from \(repository.id): \(checks), \(age)".escaped(for: .line))
        }
        for difference in found.differences {
            lines.append("  ! \(difference.host) \(difference.text).".escaped(for: .line))
        }
        guard !found.packages.isEmpty else { return lines + ["  Nothing new."] }
        lines += found.packages.map { "  \($0.nevra)  \($0.sha256)  \($0.repository)".escaped(for: .line) }
        for advisory in found.advisories {
            lines.append("  \(advisory.line)".escaped(for: .line))
            guard withTexts, !advisory.text.isEmpty else { continue }
            lines += advisory.text.split(separator: "\n").map { "      \($0)".escaped(for: .line) }
        }
        let count = found.packages.count == 1 ? "1 package" : "\(found.packages.count) packages"
        lines.append("  \(count), \(found.size) bytes. \(RestartAdvice.after(found.packages).sentence)")
        return lines
    }
}
