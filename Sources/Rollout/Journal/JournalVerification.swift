/// What `verify-journal` says: whether a journal is as it was written, and what its run came to.
public struct JournalVerification: Codable, Hashable, Sendable {
    /// The run; nil where not even the first record can be read.
    public var run: String?
    public var records: Int
    /// The digest of the last record. Compare it with the one in the run's report: records cut off the end show there.
    public var head: String
    /// Bytes of a last record that was not written whole.
    public var torn: Int
    /// What is wrong, in one sentence; nil for an intact journal.
    public var problem: String?
    /// What is to be known of an intact one, in one sentence: another version of this program would have gone on differently.
    public var remark: String?

    /// Reads the bytes, checks every link, and replays the run, which another version need not decide alike.
    ///
    /// - Parameter expectedHead: the head from a report; nil leaves the end unchecked.
    public init(_ bytes: [UInt8], digest: @escaping Journal.Digest = Journal.sha256, expectedHead: String? = nil) {
        (records, head, torn) = (0, "", 0)
        do throws(JournalError) {
            let contents = try Journal.read(bytes, digest: digest)
            run = contents.records.first?.opened?.run
            (records, head, torn) = (contents.records.count, contents.journal.head, contents.torn)
            guard !contents.records.isEmpty else {
                problem = "The journal holds no record: it was never written, or was emptied."
                return
            }
            do throws(JournalError) {
                _ = try Controller(replaying: contents)
            } catch {
                let writer = contents.records.first?.opened?.writer ?? "another program"
                remark = "It was written by \(writer); this program would have gone on differently somewhere."
            }
            if let expectedHead, expectedHead != head {
                problem =
                    "The journal's last record is not the one that the report names: records were cut off or added."
            }
        } catch {
            problem = error.description
        }
    }

    /// Whether nothing was changed.
    public var isIntact: Bool { problem == nil }

    /// For a terminal.
    public var text: String {
        if let problem { return problem }
        let rest =
            torn > 0 ? " The last \(torn) bytes are a record that was not written whole, and count for nothing." : ""
        let note = remark.map { " \($0)" } ?? ""
        return
            "Run \(run ?? "unknown"): \(records) records, each bound to the one before it. Head \(head).\(rest)\(note)"
    }
}
