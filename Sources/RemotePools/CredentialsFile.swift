import Basics
import Foundation
public import XenAPIClient

/// User and password out of a file that only its owner reads, or from the service manager.
public enum CredentialsFile {
    /// The name under which the service manager offers the credential (`LoadCredential=xenapi:…`).
    public static let systemName = "xenapi"

    /// Reads the user from the first line, the password from the second. Line ends of every kind are line ends, and a mark at
    /// the file's beginning is none of its text.
    ///
    /// - Parameters:
    ///   - path: the file; nil for the service manager's.
    ///   - environment: where the service manager says in which folder it put them.
    public static func read(_ path: String?, environment: [String: String]) throws(CredentialsError) -> Credentials {
        let file: String
        if let path {
            file = path
            try checkOwner(path)
        } else if let folder = environment["CREDENTIALS_DIRECTORY"] {
            file = folder + "/" + systemName
        } else {
            throw CredentialsError(
                "No credentials are named: write 'credentials: FILE' (user and password on a line each), or give them to the "
                    + "service as LoadCredential=\(systemName):FILE."
            )
        }
        guard let bytes = try? GivenFile.bytes(file, limit: 4096, takesPipes: true),
            String(validating: bytes, as: UTF8.self) != nil
        else { throw CredentialsError("The credentials \(file) can not be read: check the path and its permissions.") }
        let lines = TextLines(bytes).lines
        guard lines.count >= 2, !lines[0].isEmpty, !lines[1].isEmpty else {
            throw CredentialsError(
                "The credentials \(file) must hold the user in the first line and the password in the second."
            )
        }
        return Credentials(user: lines[0], password: lines[1])
    }

    /// A password that others can read is none.
    private static func checkOwner(_ path: String) throws(CredentialsError) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 else { return }
        throw CredentialsError("Others can read the credentials \(path): close the file with 'chmod 600 \(path)'.")
    }
}

/// Credentials can not be used; the text is for the operator, and holds none of them.
public struct CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    init(_ sentence: String) { description = sentence }
}
