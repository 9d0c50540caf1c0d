import Basics
import Foundation
public import PoolControl
public import UpdatePackage
public import XenAPIClient

/// How to reach a pool that speaks XenAPI itself: what a `xenapi:FILE` says.
public struct XenAPIFile: Sendable {
    /// The master, or any host that knows it.
    public var url: Endpoint
    /// A file with user and password on a line each; nil for a credential of the service manager.
    public var credentials: String?
    /// The certificates that hosts may show.
    public var pins: Set<CertificateDigest>
    /// A PEM file with authorities; nil for none.
    public var authority: String?
    /// Whether TLS 1.0 is spoken.
    public var isLegacy: Bool
    /// How updates are installed; nil for whatever the pool's version calls for.
    public var installer: InstallerKind?
    /// VMs that belong together.
    public var groups: [Group]
    /// Bounds.
    public var limits: Limits

    /// VMs that belong together.
    public struct Group: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Names or uuids.
        public var vms: [String]
        /// With it they may share a host, but at least so many must run undisturbed at any time.
        public var available: Int?
    }

    /// Bounds of runs on the pool.
    public struct Limits: Hashable, Sendable {
        /// Most migrations that may touch a host at once; nil leaves that to the plan.
        public var migrations: Int?
        /// Seconds within which the pool has to answer a call.
        public var answerTime = 120
        /// Seconds for which a master that went away is waited for.
        public var silence = 1200
    }

    /// What it says of the pool that the pool's rows do not tell.
    public var wishes: PoolWishes {
        PoolWishes(
            migrations: limits.migrations,
            groups: groups.map { PoolWishes.Group(name: $0.name, vms: $0.vms, available: $0.available) }
        )
    }

    /// Reads a file. Paths in it are relative to it.
    ///
    /// - Throws: ``ManifestError`` with the file and the line.
    public static func read(file: String) throws(ManifestError) -> XenAPIFile {
        let path = URL(filePath: file).standardizedFileURL
        guard let bytes = try? GivenFile.bytes(path.path, limit: 1 << 20),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw ManifestError(
                file: file,
                line: 0,
                reason: "it can not be read as a text of at most 1 MiB; `pitstop pool discover` writes one"
            )
        }
        return try XenAPIFile(yaml: text, file: file, folder: path.deletingLastPathComponent().path)
    }

    /// Whether a file describes a pool that speaks XenAPI: it says at which `url`. One that can not be read does not.
    public static func describesPool(file: String) -> Bool {
        guard let bytes = try? GivenFile.bytes(file, limit: 1 << 20),
            let text = String(validating: bytes, as: UTF8.self),
            let yaml = try? YAMLMapping(yaml: text, file: file, what: "file")
        else { return false }
        return (try? yaml.optionalString("url")) != nil
    }

    /// Reads YAML.
    ///
    /// - Parameters:
    ///   - file: the name to use in errors.
    ///   - folder: what paths are relative to.
    public init(yaml text: String, file: String, folder: String) throws(ManifestError) {
        let yaml = try YAMLMapping(yaml: text, file: file, what: "file")
        try yaml.allow(["url", "credentials", "certificate", "tls", "installer", "groups", "limits"])
        let address = try yaml.string("url")
        do throws(EndpointError) { url = try Endpoint(address) } catch { throw yaml.error("url", error.description) }
        credentials = try yaml.optionalString("credentials").map { Self.path($0, folder) }
        (pins, authority) = try Self.certificate(yaml, folder)
        switch try yaml.optionalString("tls") {
        case nil, "modern": isLegacy = false
        case "legacy": isLegacy = true
        case let word?: throw yaml.error("tls", "tls is modern (1.2 and later) or legacy (from 1.0), not \(word)")
        }
        installer = try Self.installer(yaml)
        groups = []
        for entry in try yaml.mappings("groups") { groups.append(try Group(entry)) }
        limits = try Limits(try yaml.optionalMapping("limits"))
        guard url.isSecure || pins.isEmpty else {
            throw yaml.error("certificate", "a server that is called by http:// shows no certificate")
        }
    }

    /// A path of the file: relative ones are beside it.
    package static func path(_ text: String, _ folder: String) -> String {
        URL(filePath: text, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).standardizedFileURL.path
    }

    /// Digests, of which a pool has one for each host that may become master, and at most one file.
    package static func certificate(_ yaml: YAMLMapping, _ folder: String) throws(ManifestError)
        -> (Set<CertificateDigest>, String?)
    {
        var pins: Set<CertificateDigest> = []
        var authority: String?
        for word in try yaml.strings("certificate") {
            if let digest = CertificateDigest(word) {
                pins.insert(digest)
                continue
            }
            let path = path(word, folder)
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw yaml.error(
                    "certificate",
                    "\(word) is neither a SHA-256 (64 hexadecimal digits) nor a file that can be read"
                )
            }
            guard authority == nil else {
                throw yaml.error("certificate", "only one file with authorities can be named")
            }
            authority = path
        }
        return (pins, authority)
    }

    private static func installer(_ yaml: YAMLMapping) throws(ManifestError) -> InstallerKind? {
        guard let word = try yaml.optionalString("installer"), word != "auto" else { return nil }
        guard let kind = InstallerKind(rawValue: word) else {
            let words = ["auto"] + InstallerKind.allCases.map(\.rawValue)
            throw yaml.error("installer", "installer is one of \(words.joined(separator: ", ")), not \(word)")
        }
        return kind
    }

    /// What servers may show.
    public func policy() throws(TrustFileError) -> TLSPolicy {
        let authorities =
            try authority.map { path throws(TrustFileError) in try TLSPolicy.authorities(inFile: path) } ?? []
        return TLSPolicy(pins: pins, authorities: authorities, isLegacy: isLegacy)
    }

    /// A client of the pool.
    public func client(as credentials: Credentials) throws(TrustFileError) -> XenAPIClient {
        var bounds = ClientLimits()
        bounds.call = .seconds(limits.answerTime)
        bounds.silence = .seconds(limits.silence)
        return XenAPIClient(url, as: credentials, policy: try policy(), limits: bounds)
    }
}

extension XenAPIFile.Group {
    fileprivate init(_ yaml: YAMLMapping) throws(ManifestError) {
        try yaml.allow(["name", "vms", "available"])
        name = try yaml.string("name")
        vms = try yaml.strings("vms")
        available = try yaml.count("available", 1...100_000)
        guard vms.count > 1 else { throw yaml.error("vms", "a group needs at least two VMs") }
        if let available, available >= vms.count {
            throw yaml.error("available", "of \(vms.count) VMs at most \(vms.count - 1) can stay while one moves")
        }
    }
}

extension XenAPIFile.Limits {
    fileprivate init(_ yaml: YAMLMapping?) throws(ManifestError) {
        self.init()
        guard let yaml else { return }
        try yaml.allow(["migrations", "answer-time", "silence"])
        migrations = try yaml.count("migrations", 1...64)
        answerTime = try yaml.count("answer-time", 5...3600) ?? answerTime
        silence = try yaml.count("silence", 1...86_400) ?? silence
    }
}
