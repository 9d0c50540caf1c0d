/// Something went wrong between us and a server; its text is for the operator: what happened, where, what to do.
public struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Hashable, Sendable {
        /// Nobody knows the name.
        case unknownName
        /// Nothing listens there, or the way is blocked.
        case unreachable(String)
        /// Nothing came in time, in seconds.
        case silent(seconds: Int64)
        /// A certificate that may not be shown; nil where even that could not be read.
        case untrusted(shown: CertificateDigest?, expected: [CertificateDigest])
        /// TLS itself failed.
        case tls(String)
        /// The connection ended before the answer did.
        case cut
        /// The answer is longer than what is read, both in bytes.
        case tooLong(limit: Int64)
        /// HTTP with another status than 200.
        case status(Int, String)
        /// The answer is none of XenAPI's.
        case garbage(String)
        /// It points to somewhere that is not followed.
        case elsewhere(String)
        /// Hosts call each other master.
        case noMaster
        /// The server no longer knows the task: it has restarted meanwhile.
        case forgotten(String)
        /// A file here could not be read.
        case file(String)
    }

    /// Whom it was about.
    public let endpoint: Endpoint
    /// What went wrong.
    public let reason: Reason
    /// Whether the server may have done what was asked although nothing was heard of it.
    public let mayHaveArrived: Bool

    init(_ endpoint: Endpoint, _ reason: Reason, mayHaveArrived: Bool = false) {
        (self.endpoint, self.reason, self.mayHaveArrived) = (endpoint, reason, mayHaveArrived)
    }

    /// Whether a server that restarts would look the same.
    public var isPassing: Bool {
        switch reason {
        case .unreachable, .silent, .cut: true
        case .status(let status, _): (500...599).contains(status)
        default: false
        }
    }

    /// One or two sentences for the operator.
    public var description: String {
        switch reason {
        case .unknownName:
            "Nobody knows the name \(endpoint.host): check its spelling, or name the server by its address."
        case .unreachable(let why):
            "There is no connection to \(endpoint): \(why). Check the address and the port, and that the server runs."
        case .silent(let seconds):
            "\(endpoint) did not answer within \(seconds) s: check that the server runs and that nothing is in between."
        case .untrusted(let shown, let expected): Self.untrusted(endpoint, shown, expected)
        case .tls(let why):
            "TLS with \(endpoint) fails: \(why). XenServer up to 6.x knows TLS 1.0 only, which is taken with 'tls: legacy'."
        case .cut:
            "\(endpoint) ended the connection before its answer was whole: look what became of the call, and repeat it."
                + (endpoint.isSecure ? "" : " A server that speaks TLS does so where it is called by http://.")
        case .tooLong(let limit): "The answer of \(endpoint) is longer than \(limit >> 20) MiB, and was not read."
        case .status(let status, let words):
            "\(endpoint) answers with HTTP status \(status)\(words.isEmpty ? "" : " (\(words))") instead of what was asked."
        case .garbage(let why): "\(endpoint) answers what is not XenAPI: \(why). Check that this is the pool's address."
        case .elsewhere(let place):
            // What follows the question mark may hold a session.
            "\(endpoint) points to \(place.prefix { $0 != "?" }.prefix(100)), where this can not be followed."
        case .noMaster:
            "The hosts of the pool send us to each other for the master (last \(endpoint)): check which host is master, "
                + "and name that."
        case .forgotten(let what):
            "\(endpoint) restarted, and no longer knows what became of \(what): look at the pool before it is repeated."
        case .file(let why): why
        }
    }

    private static func untrusted(_ endpoint: Endpoint, _ shown: CertificateDigest?, _ expected: [CertificateDigest])
        -> String
    {
        guard let shown else {
            return "\(endpoint) shows no certificate that can be read: check that this is the server."
        }
        guard !expected.isEmpty else {
            return
                "\(endpoint) shows a certificate that no authority of this machine vouches for. Its SHA-256 is \(shown): "
                + "compare that with what the server's own machine says (openssl x509 -noout -fingerprint -sha256 -in FILE)."
        }
        return "\(endpoint) shows another certificate than expected. Shown: SHA-256 \(shown). Expected: SHA-256 "
            + expected.map(\.description).joined(separator: " or ")
            + ". Either somebody sits in between, or the server has a new one: compare it on the server's own machine "
            + "before you name the new one."
    }
}
