/// Something that people want to know of without looking.
public struct Notice: Codable, Hashable, Sendable {
    /// What happened.
    public enum Event: String, Codable, Hashable, Sendable, CaseIterable {
        case runBegun = "run-begun"
        /// It begins nothing new until somebody says a word.
        case runHeld = "run-held"
        /// It ended as it was to end.
        case runEnded = "run-ended"
        /// It ended otherwise, or can not go on at all.
        case runFailed = "run-failed"
        case hostFailed = "host-failed"
        case approvalAwaited = "approval-awaited"
        case consentAwaited = "consent-awaited"
        /// Something that a run switched off stays off until somebody sees to it.
        case debtUnpaid = "debt-unpaid"
        /// The server's certificate ends soon, or has ended.
        case certificateEnding = "certificate-ending"
        /// The pool's metadata were not saved for a long time.
        case backupOld = "backup-old"
        /// Hosts lack an update that could be had for a long time.
        case updateMissing = "update-missing"
        case test

        /// Whether somebody has to do something.
        public var isUrgent: Bool {
            switch self {
            case .runBegun, .runEnded, .test: false
            default: true
            }
        }
    }

    /// The same for the same happening, however often it is told: receivers know by it what they have.
    public var id: String
    public var event: Event
    /// Seconds since the epoch.
    public var at: Int64
    /// The pool's name.
    public var pool: String
    /// The run's id; empty where it is about none.
    public var run: String
    /// What the run does, such as the label of its update.
    public var title: String
    /// The host's name, where it is about one.
    public var host: String?
    /// What happened and what to do, in sentences.
    public var text: String

    /// A notice that tries a receiver.
    public static func test(pool: String, at: Int64, id: String) -> Notice {
        Notice(
            id: "test/" + id,
            event: .test,
            at: at,
            pool: pool,
            run: "",
            title: "",
            text: "This is a test: whoever reads it will be told of runs on this pool."
        )
    }

    /// One line: what, and where.
    public var subject: String {
        let what =
            switch event {
            case .runBegun: "a run has begun"
            case .runHeld: "a run holds"
            case .runEnded: "a run has ended"
            case .runFailed: "a run has not come to its end as planned"
            case .hostFailed: "host \(host ?? "") failed"
            case .approvalAwaited: "host \(host ?? "") waits for an approval"
            case .consentAwaited: "a run waits for a consent"
            case .debtUnpaid: "a run owes something"
            case .certificateEnding: "the certificate ends"
            case .backupOld: "the last backup is old"
            case .updateMissing: "hosts lack an update"
            case .test: "a test"
            }
        return "\(pool.isEmpty ? "Pitstop" : pool): \(what)\(title.isEmpty ? "" : " (\(title))")"
    }
}
