import Basics

/// Why a file is not accepted as an update, in one sentence for the operator.
public struct PackageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as the operator named it.
    public var file: String
    /// What is wrong.
    public var problem: Problem
    /// The file's SHA-256, by which an operator can vouch for it; nil where it was not read to its end.
    public var sha256: String?

    /// Creates an error about one file.
    public init(_ file: String, _ problem: Problem, sha256: String? = nil) {
        self.file = file
        self.problem = problem
        self.sha256 = sha256
    }

    /// What can be wrong with an update file, or with the machine that looks at it.
    public enum Problem: Hashable, Sendable, Codable {
        /// The file can not be read.
        case unreadable(reason: String)
        /// The file holds no bytes.
        case empty
        /// The delivery zip was given, not the package in it. `packages` are the update files found inside.
        case deliveryZip(packages: [String])
        /// A 7.x update image was given where a classic package is needed.
        case updateISO
        /// A shell script without any signature.
        case unsignedScript
        /// An OpenPGP message in ASCII armor, where packages are binary.
        case armored
        /// Nothing that Pitstop knows.
        case notAPackage
        /// An OpenPGP message that carries no signature.
        case unsigned
        /// The message ends before its signature does.
        case truncated
        /// The signature does not belong to these bytes.
        case tampered(keyID: String)
        /// Bytes before or after the signed message.
        case surroundingData
        /// The signature leaves open how lines end, and the text has carriage returns or blanks at the end of this line.
        case unsignedLineEnds(line: Int)
        /// The signature was made over text: how lines end is left open by it.
        case textSignature(keyID: String)
        /// A part of the message that no signature covers is not as the signer writes it, such as `the key id before the text`.
        case unsignedFrame(part: String)
        /// More than one message in the file.
        case severalMessages
        /// More signatures than the policy expects.
        case severalSignatures(count: Int)
        /// The key that signed is not in the keyring.
        case unknownKey(keyID: String)
        /// The key that signed is in the keyring, but not among the trusted fingerprints.
        case untrustedKey(fingerprint: String)
        /// The signature rests on a hash function for which collisions can be made.
        case weakDigest(algorithm: String, sha256: String)
        /// The key was past its expiry date.
        case keyExpired(keyID: String)
        /// The key's owner has revoked it.
        case keyRevoked(keyID: String)
        /// The signature itself carries an expiry date that has passed.
        case signatureExpired(keyID: String)
        /// The signature claims a time, in seconds since the epoch, that this machine's clock has not reached.
        case signatureFromFuture(keyID: String, created: Int64)
        /// Fewer trusted signers than the policy demands.
        case tooFewSigners(found: Int, required: Int)
        /// The file is not the one that was asked for.
        case wrongDigest(expected: String, found: String)
        /// The OpenPGP tool could make no sense of the file.
        case malformed(reason: String)
        /// The payload is larger than allowed, or grows out of proportion to the file.
        case payloadTooLarge(limit: Int64)
        /// An archive breaks a limit or a rule, such as a path that leads out of it.
        case badArchive(reason: String)
        /// Verification took longer than allowed.
        case timedOut
        /// A tool that Pitstop needs is not installed.
        case toolMissing(name: String)
        /// A tool failed for a reason of its own.
        case toolFailed(name: String, reason: String)
        /// Something could not be written.
        case cannotWrite(path: String, reason: String)
    }

    /// Whether the file is to blame, and not this machine. If so, trying the same file again is useless.
    public var isFaultOfTheFile: Bool {
        switch problem {
        case .unreadable, .timedOut, .toolMissing, .toolFailed, .cannotWrite: false
        default: true
        }
    }

    /// XenAPI's code: `INVALID_PATCH` for a bad file, `INTERNAL_ERROR` where the machine is at fault.
    public var code: String { isFaultOfTheFile ? "INVALID_PATCH" : "INTERNAL_ERROR" }

    /// XenAPI's parameters, in raised order: none for `INVALID_PATCH`, the sentence for `INTERNAL_ERROR`.
    public var parameters: [String] { isFaultOfTheFile ? [] : [description] }

    /// One sentence: which file, what is wrong, what to do.
    public var description: String { "\(file.escaped(for: .line)): \(problem.sentence)" }
}
