/// A catalogue that a server may go by: signed by whom the policy trusts, or an unsigned feed whose very bytes an operator
/// has pinned.
public struct InstalledCatalogue: Hashable, Sendable {
    /// The catalogue.
    public var catalogue: Catalogue
    /// The release's number and dates; nil for an unsigned feed, which has none.
    public var release: Release?
    /// Why it is believed.
    public var trust: Trust
    /// The SHA-256 of the file.
    public var sha256: String

    /// Which release of the publisher's catalogue it is.
    public struct Release: Hashable, Sendable {
        /// Counts up with every release.
        public var number: Int
        /// When it was issued, as `2016-04-20T12:00:00Z`.
        public var issued: String
        /// From when on it must not be used any more.
        public var expires: String
    }

    /// Opens a catalogue of either kind.
    ///
    /// - Parameters:
    ///   - last: what was remembered from the signed catalogue before; nil for the first.
    ///   - now: the time, in seconds since the epoch.
    /// - Throws: ``CatalogueError``; for a signed one see ``SignedCatalogue/open(file:policy:last:now:)``, and an unsigned
    ///   one has to be pinned.
    public static func open(
        file: String,
        policy: TrustPolicy,
        last: CatalogueMemory?,
        now: Int64
    ) async throws(CatalogueError) -> InstalledCatalogue {
        let kind: PackageFile.Kind
        do { kind = try PackageFile.sniff(file: file) } catch { throw CatalogueError(reason: error.description) }
        guard kind == .signedBinary || kind == .signedCleartext else { return try await openFeed(file, policy) }
        let signed = try await SignedCatalogue.open(file: file, policy: policy, last: last, now: now)
        let document = signed.document
        return InstalledCatalogue(
            catalogue: document.catalogue,
            release: Release(number: document.release, issued: document.issued, expires: document.expires),
            trust: signed.trust,
            sha256: signed.memory.sha256
        )
    }

    /// Nobody signs `updates.xml`, so that its origin, its age and its order are an operator's word.
    private static func openFeed(_ file: String, _ policy: TrustPolicy) async throws(CatalogueError)
        -> InstalledCatalogue
    {
        let sha256: String
        do { sha256 = try await Digests.of(file: file).sha256 } catch {
            throw CatalogueError(reason: error.description)
        }
        guard policy.pinned.contains(sha256) else {
            throw CatalogueError(
                reason: "\(file) is not signed; if you vouch for it, pin it first: pitstop trust pin \(sha256)"
            )
        }
        return InstalledCatalogue(
            catalogue: try Catalogue.readUntrusted(file: file),
            release: nil,
            trust: .pinned,
            sha256: sha256
        )
    }

    /// What to remember from now on; nil for an unsigned feed.
    var memory: CatalogueMemory? {
        release.map { CatalogueMemory(release: $0.number, sha256: sha256, signers: trust.signers) }
    }

    /// Whether it may still be used at a later time, in seconds since the epoch.
    public func isFresh(at now: Int64) -> Bool {
        guard let release, let expires = secondsSinceEpoch(release.expires) else { return release == nil }
        return now < expires
    }
}
