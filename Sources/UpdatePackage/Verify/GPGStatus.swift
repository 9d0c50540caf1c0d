/// What `gpgv --status-fd` said about one file. Reading it is pure; the words are GnuPG's (its `doc/DETAILS`).
struct GPGStatus: Hashable, Sendable {
    /// Signed texts found; exactly one is right.
    var plaintexts = 0
    /// The signatures, in the order of the file.
    var signatures: [Signature] = []
    /// The tool met the end of the file, or garbage, where it wanted more.
    var lacksData = false
    /// The tool's own errors, such as `proc_pkt.plaintext 89_BAD_DATA`.
    var errors: [String] = []
    /// The file ended in the middle of a packet.
    var readProblem = false
    /// The text was not written whole.
    var unwrappingFailed = false
    /// A packet in the file is not OpenPGP.
    var invalidPacket = false

    /// Reads the tool's standard error: status lines and messages. Names of keys stand in these lines as their owners wrote
    /// them, so that only a line feed, which gpgv writes as `\n`, begins another.
    init(_ text: some Collection<UInt8>) {
        for line in outputLines(text) {
            if let status = line[...].dropPrefix("[GNUPG:] ") {
                read(status.split(separator: " ", omittingEmptySubsequences: false).map(String.init))
            } else if line.contains("problem reading source") || line.contains("length byte missing") {
                readProblem = true
            } else if line.contains("handle plaintext failed") {
                unwrappingFailed = true
            } else if line.contains("invalid packet") {
                invalidPacket = true
            }
        }
    }

    private mutating func read(_ words: [String]) {
        let arguments = Array(words.dropFirst())
        switch words.first {
        case "PLAINTEXT": plaintexts += 1
        case "NODATA": lacksData = true
        case "ERROR", "FAILURE": errors.append(arguments.joined(separator: " "))
        case "NEWSIG": signatures.append(.unseen)
        case "GOODSIG": judge(.good, arguments)
        case "BADSIG": judge(.bad, arguments)
        case "EXPKEYSIG": judge(.keyExpired, arguments)
        case "REVKEYSIG": judge(.keyRevoked, arguments)
        case "EXPSIG": judge(.expired, arguments)
        case "VALIDSIG": readValid(arguments)
        case "ERRSIG": readError(arguments)
        default: break
        }
    }

    private mutating func judge(_ state: Signature.State, _ arguments: [String]) {
        change {
            $0.state = state
            $0.keyID = arguments.first ?? ""
            $0.userID = arguments.dropFirst().joined(separator: " ")
        }
    }

    /// `VALIDSIG fingerprint date time expiry version reserved key-algorithm hash-algorithm class primary-fingerprint`
    private mutating func readValid(_ arguments: [String]) {
        guard arguments.count >= 10 else { return }
        change {
            $0.fingerprint = arguments[0]
            $0.created = Int64(arguments[2]) ?? 0
            $0.digest = DigestAlgorithm(id: Int(arguments[7]) ?? 0)
            $0.isOfText = arguments[8] == "01"
            $0.primaryFingerprint = arguments[9]
        }
    }

    /// `ERRSIG keyid key-algorithm hash-algorithm class time reason …`; reason 9 is a missing key.
    private mutating func readError(_ arguments: [String]) {
        guard arguments.count >= 6 else { return }
        change {
            $0.state = arguments[5] == "9" ? .unknownKey : .unchecked
            $0.keyID = arguments[0]
            $0.digest = DigestAlgorithm(id: Int(arguments[2]) ?? 0)
            $0.created = Int64(arguments[4]) ?? 0
        }
    }

    private mutating func change(_ body: (inout Signature) -> Void) {
        guard !signatures.isEmpty else { return errors.append("a verdict without a signature") }
        body(&signatures[signatures.count - 1])
    }
}

extension Signature {
    /// A signature of which nothing is known yet.
    fileprivate static var unseen: Signature {
        Signature(
            state: .unchecked,
            keyID: "",
            fingerprint: "",
            primaryFingerprint: "",
            userID: "",
            digest: DigestAlgorithm(id: 0),
            created: 0,
            isOfText: false
        )
    }
}

extension Substring {
    /// The rest after `prefix`, or nil where the text does not begin with it.
    func dropPrefix(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
