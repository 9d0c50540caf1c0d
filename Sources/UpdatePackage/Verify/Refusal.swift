/// What a refusal means for the operator: which kind it is, which key and which bytes it is about, and what to do.
extension PackageError {
    /// The kinds of refusal, for doors that show each in its own way.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The key that signed is not known here, or not trusted for updates: add it, or pin the file.
        case untrustedKey
        /// Fewer trusted keys signed than the policy demands, or more signed than it expects.
        case signerCount
        /// The key or its signature has expired, was revoked, or is dated in the future.
        case outOfDate
        /// The signature rests on a weak hash function, or leaves bytes open that differ from what signers write.
        case weakSignature
        /// There is no signature at all.
        case unsigned
        /// The file ends too early: the download broke off.
        case cut
        /// The bytes are not those that were signed, or there are more of them.
        case damaged
        /// The file is none that can be installed: a zip, an image, a script, or no update at all.
        case notAPackage
        /// It is an update, but not the one that was asked for.
        case anotherFile
        /// What is inside is too large, or an archive that is not safe to read.
        case unsafeContents
        /// The file is not to blame: this machine could not look at it.
        case machine
    }

    /// Which kind of refusal this is.
    public var reason: Reason {
        switch problem {
        case .unknownKey, .untrustedKey: .untrustedKey
        case .tooFewSigners, .severalSignatures: .signerCount
        case .keyExpired, .keyRevoked, .signatureExpired, .signatureFromFuture: .outOfDate
        case .weakDigest, .textSignature, .unsignedLineEnds, .unsignedFrame: .weakSignature
        case .unsigned, .unsignedScript: .unsigned
        case .truncated, .empty: .cut
        case .tampered, .surroundingData, .severalMessages, .malformed: .damaged
        case .deliveryZip, .updateISO, .armored, .notAPackage: .notAPackage
        case .wrongDigest: .anotherFile
        case .payloadTooLarge, .badArchive: .unsafeContents
        case .unreadable, .timedOut, .toolMissing, .toolFailed, .cannotWrite: .machine
        }
    }

    /// The key in question: its fingerprint where the keyring holds it, else its id of 16 digits; nil where it is about none.
    public var key: String? {
        switch problem {
        case .unknownKey(let key), .untrustedKey(let key), .tampered(let key), .keyExpired(let key),
            .keyRevoked(let key), .signatureExpired(let key), .signatureFromFuture(let key, _),
            .textSignature(let key):
            key
        default: nil
        }
    }

    /// Whether an operator who vouches for these very bytes may pin them: nothing else is wrong with the file.
    public var mayBePinned: Bool {
        switch reason {
        case .untrustedKey, .signerCount, .outOfDate, .weakSignature: true
        default: false
        }
    }

    /// What is wrong, and what to do about it, with the file's SHA-256 where that helps. It does not name the file.
    public var explanation: String {
        guard let sha256 else { return problem.sentence }
        switch reason {
        case .untrustedKey:
            return problem.sentence
                + " To trust it: 'pitstop trust add-key KEYFILE', or for this one file 'pitstop trust pin \(sha256)'."
        case _ where mayBePinned:
            return problem.sentence + " If you vouch for this one file: 'pitstop trust pin \(sha256)'."
        case .cut, .damaged: return problem.sentence + " The SHA-256 of what arrived is \(sha256)."
        default: return problem.sentence
        }
    }
}
