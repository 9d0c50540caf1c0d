import Basics
import FoundationEssentials

/// Pitstop's own catalogue as it is published: the catalogue, which release it is, and until when it may be used.
///
/// It is JSON inside one OpenPGP message, so it is opened exactly as packages are. The release number only ever grows;
/// a server that has seen release 7 takes no release 6 (rollback) and no other release 7 (a mix), and nothing after
/// ``expires`` (freeze).
public struct CatalogueDocument: Hashable, Sendable, Codable {
    /// The format's number: 1.
    public var format: Int
    /// Counts the publisher's releases, from 1.
    public var release: Int
    /// When it was issued, as `2016-04-20T12:00:00Z`.
    public var issued: String
    /// From when on it must not be used any more.
    public var expires: String
    /// The catalogue itself.
    public var catalogue: Catalogue

    /// Creates a document of the current format.
    public init(release: Int, issued: String, expires: String, catalogue: Catalogue) {
        format = 1
        self.release = release
        self.issued = issued
        self.expires = expires
        self.catalogue = catalogue
    }

    /// Reads the JSON inside a signed catalogue.
    public init(json bytes: [UInt8]) throws(CatalogueError) {
        do {
            self = try JSONDecoder().decode(CatalogueDocument.self, from: Data(bytes.withoutByteOrderMark))
        } catch {
            throw CatalogueError(reason: "The catalogue is not understood: \(describe(error)).")
        }
        guard format == 1 else {
            throw CatalogueError(
                reason: "The catalogue has the format \(format); this version of Pitstop knows format 1."
            )
        }
        guard release >= 1, secondsSinceEpoch(expires) != nil, secondsSinceEpoch(issued) != nil else {
            throw CatalogueError(reason: "The catalogue's release number or dates are not valid.")
        }
        for update in catalogue.updates {
            guard isUUID(update.uuid) else {
                throw CatalogueError(
                    reason: "The catalogue names \(update.uuid.prefix(80).escaped(for: .line)), which is not a uuid."
                )
            }
            guard (0...Catalogue.Update.largestInstallation).contains(update.installationSize) else {
                throw CatalogueError(
                    reason:
                        "The catalogue says that \(update.label.escaped(for: .line)) takes \(update.installationSize) bytes."
                )
            }
        }
    }

    /// The JSON to sign, the same for the same catalogue.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [0x0a]
    }
}
