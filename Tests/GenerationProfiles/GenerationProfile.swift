public import XenAPI

/// What a generation of servers has, says and does otherwise than an embedded pool.
public protocol GenerationProfile: Sendable {
    /// What hosts say of their version, over what they really run.
    var softwareVersion: KeyValuePairs<String, String> { get }
    /// Classes that the pool behind does not have.
    var classes: Set<String> { get }
    /// Classes of the pool behind whose objects nobody sees.
    var hidden: Set<String> { get }
    /// Messages that the profile answers itself, with what is done at the pool behind.
    var messages: [String: GenerationFront.Rule] { get }

    /// Makes what is there before anybody asks.
    func furnish(_ front: GenerationFront) async throws
    /// Fields of the pool's own records that are otherwise, or that it does not have.
    func fields(_ record: Value, _ table: String, _ ref: String) -> [String: Value]
    /// What becomes of a file; the task's result.
    func took(_ bytes: [UInt8], at path: String, _ query: [String: String], _ front: GenerationFront) async throws
        -> String
    /// A page; nil for none.
    func page(_ path: String, _ front: GenerationFront) async throws -> String?
}

extension GenerationProfile {
    public var classes: Set<String> { [] }
    public var hidden: Set<String> { [] }
    public func furnish(_ front: GenerationFront) async throws {}
    public func took(_ bytes: [UInt8], at path: String, _ query: [String: String], _ front: GenerationFront)
        async throws -> String
    { throw APIError("INTERNAL_ERROR", ["no door \(path)"]) }
    public func page(_ path: String, _ front: GenerationFront) async throws -> String? { nil }

    /// A record of the pool behind as this generation shows it.
    func dressed(_ record: Value, _ table: String, _ ref: String) -> Value {
        guard let members = record.members else { return record }
        var changes = fields(record, table, ref)
        if table == "host" {
            let version = Dictionary(softwareVersion.map { ($0.key, $0.value) }) { $1 }
            changes["software_version"] = changed(record["software_version"], version)
            // No generation but Pitstop's own has an id for each boot.
            changes["other_config"] = .map((record["other_config"]?.members ?? []).filter { $0.key != "boot_id" })
        }
        let kept = members.filter { changes[$0.key] == nil }
        return .map(kept + changes.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }

    private func changed(_ map: Value?, _ changes: [String: String]) -> Value {
        let kept = (map?.members ?? []).filter { changes[$0.key] == nil }
        return .map(kept + changes.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }
}

extension Value {
    /// When the host whose record this is has booted.
    var bootTime: String { self["other_config"]?["boot_time"]?.text ?? "" }
}
