/// Whether what repositories showed is as new as it should be. Signatures do not tell: an old state was signed, too.
public struct Freshness: Sendable {
    private let now: Int64
    private let mostDays: Int64?
    private static let day: Int64 = 86_400

    /// Creates a judge.
    ///
    /// - Parameters:
    ///   - now: seconds since the epoch.
    ///   - mostDays: days that metadata may be old; nil for any age.
    public init(now: Int64, mostDays: Int64? = nil) { (self.now, self.mostDays) = (now, mostDays) }

    /// Days since the newest part of a repository's metadata was made; nil where they do not say.
    public func days(_ repository: Repository) -> Int64? {
        repository.time > 0 ? max(0, now - repository.time) / Self.day : nil
    }

    /// Looks at a snapshot, and at the one that it is to replace.
    ///
    /// - Throws: ``RepositoryError/tooOld(repository:days:limit:)`` or ``RepositoryError/wentBack(repository:days:)``.
    public func check(_ snapshot: UpdateSnapshot, after earlier: UpdateSnapshot?) throws(RepositoryError) {
        let known = earlier?.classes.flatMap(\.repositories) ?? []
        for repository in snapshot.classes.flatMap(\.repositories) {
            if let mostDays {
                guard let days = days(repository), days <= mostDays else {
                    throw .tooOld(repository: repository.id, days: days(repository), limit: mostDays)
                }
            }
            let newest = known.filter { $0.isSame(as: repository) }.map(\.time).max() ?? 0
            if repository.time < newest {
                throw .wentBack(repository: repository.id, days: (newest - repository.time) / Self.day)
            }
        }
    }
}
