import Basics

/// What the first bytes of a message tell.
enum MessageFraming {
    /// Whether the first packet of a binary message is literal data: then nothing in it is signed.
    static func beginsUnsigned(_ head: [UInt8]) -> Bool {
        guard let first = head.first, first & 0x80 != 0 else { return false }
        return (first & 0x40 != 0 ? first & 0x3f : (first & 0x3c) >> 2) == 11
    }

    /// Why a file that begins like this is no package.
    static func problem(ofOther head: [UInt8]) -> PackageError.Problem {
        let isArmored = ["-----BEGIN PGP MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"]
            .contains { head.withoutByteOrderMark.starts(with: Array($0.utf8)) }
        return isArmored ? .armored : .notAPackage
    }
}
