import Basics

extension PackageError.Problem {
    /// The sentence for the operator, without the file's name. It may quote the file, but drives no terminal.
    public var sentence: String {
        (aboutFile ?? aboutSignature ?? aboutMachine ?? "The file can not be used.").escaped(for: .line)
    }

    private var aboutFile: String? {
        switch self {
        case .empty: "The file is empty; download it again."
        case .deliveryZip(let packages):
            switch packages.count {
            case 0: "This is a zip file without an update in it; download the hotfix's own zip."
            case 1: "This is the zip file of the download; extract \(packages[0]) from it and use that."
            default:
                "This zip file holds several updates (\(packages.joined(separator: ", "))); extract the one you want."
            }
        case .updateISO: "This is an update image of XenServer 7; this pool takes .xsupdate packages."
        case .unsignedScript: "This is a shell script without a signature; only signed packages are run."
        case .armored:
            "This is an OpenPGP message in ASCII armor, and packages are binary; convert it with 'gpg --dearmor' or download the package again."
        case .notAPackage:
            "This is not an update package: whatever its name, it does not begin as a signed message does; download the hotfix again."
        case .badArchive(let reason): "The archive is not safe to read: \(reason)."
        case .payloadTooLarge(let limit): "Unpacked, the package exceeds \(limit) bytes; it was given up at that size."
        case .wrongDigest(let expected, let found):
            "The file has the checksum \(found), not \(expected); download it again from its publisher."
        default: nil
        }
    }

    private var aboutSignature: String? {
        switch self {
        case .unsigned: "The package carries no signature; ask its publisher for a signed one."
        case .truncated: "The package ends before its signature does; download it again."
        case .tampered(let key): "The package was changed after key \(key) signed it; download it again."
        case .surroundingData: "There are bytes before or after the signed message; download the package again."
        case .unsignedLineEnds(let line):
            "Line \(line) ends with blanks or a carriage return, which the signature of such a message does not cover; pin the file's SHA-256 if it is meant to be so."
        case .textSignature(let key):
            "Key \(key) signed the package as text, which leaves open how its lines end; ask for one that is signed as binary, or pin the file's SHA-256."
        case .unsignedFrame(let part):
            "The signature does not cover \(part), and it is not as signers write it; download the package again, or pin the file's SHA-256."
        case .severalMessages: "The file holds more than one signed message; only one is allowed."
        case .severalSignatures(let count):
            "The package carries \(count) signatures where one is expected; raise the number of required signers if that is meant."
        case .unknownKey(let key):
            "The package is signed by key \(key), which is not in the keyring; add the key or pin the file's SHA-256."
        case .untrustedKey(let fingerprint): "The package is signed by \(fingerprint), which is not a trusted key."
        case .weakDigest(let algorithm, let sha256):
            "The signature uses \(algorithm), which can be forged; if you trust this file, allow its SHA-256 \(sha256)."
        case .keyExpired(let key): "The key \(key) that signed the package has expired; ask for a newer package or key."
        case .keyRevoked(let key): "The key \(key) that signed the package was revoked; do not use the package."
        case .signatureExpired(let key): "The signature by key \(key) has expired; ask for a newer package."
        case .signatureFromFuture(let key, let created):
            "The signature by key \(key) is dated \(isoDate(created)), which is yet to come; set this machine's clock, or ask the publisher."
        case .tooFewSigners(let found, let required):
            "The package has \(found) trusted signatures, and \(required) are required."
        case .malformed(let reason): "The package is not a well-formed signed message (\(reason)); download it again."
        default: nil
        }
    }

    private var aboutMachine: String? {
        switch self {
        case .unreadable(let reason): "The file can not be read: \(reason)."
        case .timedOut: "Checking the package took too long and was stopped; try again when the machine is less busy."
        case .toolMissing("bwrap"):
            "The program bwrap is not installed on this machine, and strangers' files are looked at only inside of it; install bubblewrap and try again."
        case .toolMissing(let name): "The program \(name) is not installed on this machine; install it and try again."
        case .toolFailed(let name, let reason): "The program \(name) failed: \(reason)."
        case .cannotWrite(let path, let reason): "\(path) can not be written: \(reason)."
        default: nil
        }
    }
}

extension PackageError.Problem {
    /// What a tool's failure means for the file at hand.
    init(_ error: ToolError) {
        self =
            switch error {
            case .missing(let tool): .toolMissing(name: tool)
            case .timedOut: .timedOut
            case .failed(let tool, let reason): .toolFailed(name: tool, reason: reason)
            }
    }
}
