import Foundation
import Synchronization
import TestSupport
public import XenAPI

/// XenServer 7.1 to 8.2: update images in a VDI, by class `pool_update`.
///
/// Real are the image (ISO 9660 with detached OpenPGP signatures, which gpgv checks), the room on storage, the twin of class
/// `pool_patch`, which hosts have it, and what it does there: beside its signed description an image holds a package for
/// the embedded pool, which is brought in and applied. Faked are the VDI, whose bytes are kept here, the place of that
/// package in the image, and the answer about what runs.
public final class XenServer7: GenerationProfile {
    private struct State {
        var images: [String: String] = [:]
        var update: Update?
        var refusals: [String: APIError] = [:]
        var isFull = false
        var isMending = false
    }

    private struct Update {
        let uuid: String
        let patch: String
        /// Hosts that have it, and the boot in which they got it.
        var applied: [String: String] = [:]
    }

    private let version: String
    private let keyring: String
    private let folder: TemporaryDirectory
    private let state = Mutex(State())
    private static let reference = "OpaqueRef:pool-update"

    /// - Parameters:
    ///   - version: such as `8.2.1`.
    ///   - keyring: the publisher's public key.
    public init(version: String, keyring: String) throws {
        (self.version, self.keyring) = (version, keyring)
        folder = try TemporaryDirectory()
    }

    public var softwareVersion: KeyValuePairs<String, String> {
        ["product_brand": "XenServer", "product_version": version, "product_version_text": version]
    }
    public let classes: Set<String> = ["pool_update"]

    /// Has the precheck on a host, by its name, refuse; with nil no longer.
    public func refuse(on host: String, _ error: APIError?) { state.withLock { $0.refusals[host] = error } }

    /// Has all storage be full.
    public func fillStorage() { state.withLock { $0.isFull = true } }

    /// Has updates mend hosts while they run, and the precheck say so. What the embedded host runs is another matter, and is not
    /// looked at.
    public func mend() { state.withLock { $0.isMending = true } }

    /// How many images lie on storage.
    public var images: Int { state.withLock { $0.images.count } }

    public func fields(_ record: Value, _ table: String, _ ref: String) -> [String: Value] {
        let (update, isMending) = state.withLock { ($0.update, $0.isMending) }
        switch table {
        case "host":
            let boot = update?.applied[ref]
            return [
                "updates": .strings(boot == nil ? [] : [Self.reference]),
                "updates_requiring_reboot": .strings(boot == record.bootTime && !isMending ? [Self.reference] : []),
            ]
        case "SR":
            guard state.withLock(\.isFull), let size = record["physical_size"] else { return [:] }
            return ["physical_utilisation": size]
        case "pool_patch":
            guard let update, update.patch == ref else { return ["pool_update": .string("OpaqueRef:NULL")] }
            return ["pool_update": .string(Self.reference), "uuid": .string(Self.twin(of: update.uuid))]
        default: return [:]
        }
    }

    /// The uuid of an update's older twin.
    private static func twin(of uuid: String) -> String {
        var parts = uuid.split(separator: "-").map(String.init)
        if parts.count == 5 { (parts[1], parts[2]) = ("0000", "0000") }
        return parts.joined(separator: "-")
    }

    // MARK: Images

    public func took(_ bytes: [UInt8], at path: String, _ query: [String: String], _ front: GenerationFront)
        async throws -> String
    {
        guard path == "/import_raw_vdi" else { throw APIError("INTERNAL_ERROR", ["no door \(path)"]) }
        let storage = query["sr_id"] ?? ""
        let record = dressed(try await front.real("SR", record: storage), "SR", storage)
        let free = Self.number(record["physical_size"]) - Self.number(record["physical_utilisation"])
        guard free >= bytes.count else { throw APIError("SR_FULL", ["\(bytes.count)", "\(free)"]) }
        let reference = "OpaqueRef:image-\(UUID().uuidString.lowercased())"
        let file = try folder.write(Data(bytes), to: String(reference.dropFirst(10)))
        state.withLock { $0.images[reference] = file }
        front.rows.put(
            "VDI",
            reference,
            [
                "uuid": .string(String(reference.suffix(36))), "name_label": .string("update"),
                "SR": .string(storage), "virtual_size": .string("\(bytes.count)"),
            ]
        )
        return "<value>\(reference)</value>"
    }

    private static func number(_ value: Value?) -> Int {
        switch value {
        case .int(let number): Int(clamping: number)
        case .string(let text): Int(text) ?? 0
        default: 0
        }
    }

    /// Reads an image, checks its signatures, and brings what it installs into the pool behind.
    private func introduce(_ image: String, _ front: GenerationFront) async throws -> Value {
        guard let file = state.withLock({ $0.images[image] }) else { throw APIError("HANDLE_INVALID", ["VDI", image]) }
        let contents = folder.file(UUID().uuidString)
        try DiscImage.unpack(file, into: contents)
        for document in ["update.xml", "repodata/repomd.xml"] {
            let signed = "\(contents)/\(document)"
            guard FileManager.default.fileExists(atPath: signed) else {
                throw APIError("INVALID_UPDATE", ["missing \(document)"])
            }
            let check = try await Tools.run("gpgv", ["--keyring", keyring, signed + ".asc", signed])
            guard check.code == 0 else { throw APIError("INVALID_UPDATE", ["Invalid signature"]) }
        }
        let xml = try String(contentsOfFile: contents + "/update.xml", encoding: .utf8)
        guard let uuid = xml.firstMatch(of: /\buuid="([^"]*)"/)?.output.1,
            let label = xml.firstMatch(of: /name-label="([^"]*)"/)?.output.1,
            let guidance = xml.firstMatch(of: /after-apply-guidance="([^"]*)"/)?.output.1
        else { throw APIError("INVALID_UPDATE", ["missing uuid in update.xml"]) }
        guard state.withLock({ $0.update }) == nil else { throw APIError("UPDATE_ALREADY_EXISTS", [String(uuid)]) }
        let patch = try await front.bring(contents + "/packages/update.xsupdate")
        state.withLock { $0.update = Update(uuid: String(uuid), patch: patch) }
        front.rows.put(
            "pool_update",
            Self.reference,
            [
                "uuid": .string(String(uuid)), "name_label": .string(String(label)), "name_description": .string(""),
                "version": .string("1.0"), "installation_size": .string("0"), "key": .string(""),
                "after_apply_guidance": .strings([String(guidance)]), "vdi": .string(image), "hosts": .set([]),
                "enforce_homogeneity": .bool(true), "other_config": .map([]),
            ]
        )
        front.rows.touch("pool_patch", patch)
        return .string(Self.reference)
    }

    // MARK: Messages

    public var messages: [String: GenerationFront.Rule] {
        [
            "pool_update.introduce": { [self] front, parameters in
                try await introduce(parameters[0].text ?? "", front)
            },
            "pool_update.precheck": { [self] front, parameters in
                try await precheck(parameters[0].text ?? "", parameters[1].text ?? "", front)
                return .string(state.withLock(\.isMending) ? "ok_livepatch_complete" : "ok")
            },
            "pool_update.apply": { [self] front, parameters in
                try await apply(parameters[0].text ?? "", parameters[1].text ?? "", front)
                return .void
            },
            "pool_update.pool_clean": { [self] front, parameters in
                let image = front.rows["pool_update", parameters[0].text ?? ""]?["vdi"]?.text ?? ""
                state.withLock { _ = $0.images.removeValue(forKey: image) }
                front.rows.remove("VDI", image)
                front.rows.put("pool_update", Self.reference, ["vdi": .string("OpaqueRef:NULL")])
                return .void
            },
            "VDI.destroy": { [self] front, parameters in
                let image = parameters[0].text ?? ""
                guard state.withLock({ $0.images.removeValue(forKey: image) }) != nil else {
                    return try await front.real("VDI.destroy", .string(image))
                }
                front.rows.remove("VDI", image)
                return .void
            },
        ]
    }

    private func known(_ update: String) throws -> Update {
        guard update == Self.reference, let known = state.withLock(\.update) else {
            throw APIError("HANDLE_INVALID", ["pool_update", update])
        }
        return known
    }

    private func precheck(_ update: String, _ host: String, _ front: GenerationFront) async throws {
        let known = try known(update)
        guard known.applied[host] == nil else { throw APIError("UPDATE_ALREADY_APPLIED", [update]) }
        guard front.rows["pool_update", update]?["vdi"] != .string("OpaqueRef:NULL") else {
            throw APIError("CANNOT_FIND_UPDATE")
        }
        let name = try await front.real("host.get_name_label", .string(host)).text ?? ""
        if let refusal = state.withLock({ $0.refusals[name] }) { throw refusal }
        _ = try await front.real("pool_patch.precheck", .string(known.patch), .string(host))
    }

    private func apply(_ update: String, _ host: String, _ front: GenerationFront) async throws {
        try await precheck(update, host, front)
        let known = try known(update)
        let boot = try await front.real("host", record: host).bootTime
        try await front.applyReal(known.patch, to: host)
        let hosts = state.withLock { state in
            state.update?.applied[host] = boot
            return state.update?.applied.keys.sorted() ?? []
        }
        front.rows.put("pool_update", update, ["hosts": .strings(hosts)])
        front.rows.touch("host", host)
    }
}
