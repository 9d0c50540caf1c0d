import Rollout

/// What is so for as long as nobody does something about it: looked at now and then, and told once.
public struct Standing: Sendable {
    /// An update that hosts lack.
    public struct Missing: Sendable {
        public var uuid: String
        public var label: String
        /// Since when it could be had, in seconds since the epoch.
        public var since: Int64
        /// The names of the hosts.
        public var hosts: [String]

        /// An update that hosts lack.
        public init(uuid: String, label: String, since: Int64, hosts: [String]) {
            (self.uuid, self.label, self.since, self.hosts) = (uuid, label, since, hosts)
        }
    }

    /// When the server's certificate ends, in seconds since the epoch; nil where it does not say.
    public var certificateEnds: Int64?
    /// When the pool's metadata were saved last, in seconds since the epoch; nil where nobody knows.
    public var lastBackup: Int64?
    public var missing: [Missing]

    /// What is so.
    public init(certificateEnds: Int64?, lastBackup: Int64?, missing: [Missing]) {
        (self.certificateEnds, self.lastBackup, self.missing) = (certificateEnds, lastBackup, missing)
    }

    private static let day: Int64 = 86_400
    /// Days before its end at which a certificate is told of, the nearest first; 0 is once it has ended.
    private static let certificateDays: [Int64] = [0, 7, 30]
    /// Days after which a backup is old, and after which an update should have been installed.
    private static let (backupDays, updateDays): (Int64, Int64) = (30, 14)

    /// What of it is worth telling. Each has the same id for as long as nothing changes about it.
    ///
    /// - Parameter now: seconds since the epoch.
    func notices(pool: String, now: Int64) -> [Notice] {
        func notice(_ event: Notice.Event, _ id: String, _ text: String, title: String = "") -> Notice {
            Notice(id: id, event: event, at: now, pool: pool, run: "", title: title, text: text)
        }
        var notices: [Notice] = []
        if let ends = certificateEnds,
            let days = Self.certificateDays.first(where: {
                now >= ends.subtractingReportingOverflow($0 * Self.day).partialValue
            })
        {
            let text =
                "The server's certificate \(days == 0 ? "has ended" : "ends") on \(ends.asTime): put a new one in its place; it is read "
                + "again when its files change, and at SIGHUP."
            notices.append(notice(.certificateEnding, "certificate/\(ends)/\(days)", text))
        }
        if let backup = lastBackup, now.subtractingReportingOverflow(backup).partialValue > Self.backupDays * Self.day {
            let text =
                "The pool's metadata were saved last on \(backup.asTime): save them again (xe pool-dump-database file-name=FILE)."
            notices.append(notice(.backupOld, "backup/\(backup)", text))
        }
        for update in missing
        where now.subtractingReportingOverflow(update.since).partialValue > Self.updateDays * Self.day {
            let text =
                "\(update.label) can be had since \(update.since.asTime), and is missing on \(update.hosts.joined(separator: ", ")): "
                + "pitstop rollout start --update \(update.uuid)."
            notices.append(notice(.updateMissing, "missing/\(update.uuid)", text, title: update.label))
        }
        return notices
    }
}
