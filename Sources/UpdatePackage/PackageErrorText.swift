extension PackageError.Problem {
    /// The sentence for the operator, without the file's name. It may quote the file, but drives no terminal.
    public var sentence: String {
        printable(aboutFile ?? aboutSignature ?? aboutMachine ?? "The file can not be used.")
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
        case .notAPackage: "This is not an update package; choose a file that ends in .xsupdate."
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
