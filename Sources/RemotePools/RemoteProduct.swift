public import PoolControl
public import PoolDatabase
import XenAPI

/// What a remote pool runs, by what its master says of itself.
public struct RemoteProduct: Hashable, Sendable, CustomStringConvertible {
    /// `product_brand`, or what stands for it: `XenServer`, `XCP-ng`, …
    public let brand: String
    /// `product_version`, or where that is missing `platform_version`.
    public let version: String

    /// Reads a host's `software_version`.
    public init(softwareVersion: [String: String]) {
        let brand = softwareVersion["product_brand"].flatMap { $0.isEmpty ? nil : $0 }
        self.brand = brand ?? softwareVersion["platform_name"] ?? "XenServer"
        version = softwareVersion["product_version"] ?? softwareVersion["platform_version"] ?? ""
    }

    /// The product of a pool's master; nil where the rows hold none.
    public init?(_ snapshot: Snapshot) {
        guard let master = snapshot.rows("pool").first?.ref("master"), let row = snapshot.stored("host", master) else {
            return nil
        }
        self.init(softwareVersion: row.pairs("software_version"))
    }

    /// As `XenServer 7.1.2`.
    public var description: String { version.isEmpty ? brand : "\(brand) \(version)" }

    /// How such a pool takes updates.
    public var installer: InstallerKind {
        if brand.lowercased().contains("xcp-ng") { return .xcpng }
        if !isOlder(than: [8, 3]) { return .repository }
        if !isOlder(than: [7, 1]) { return .poolUpdate }
        return .poolPatch
    }

    /// Whether the version is before another one; one that says nothing is taken for old.
    private func isOlder(than other: [Int]) -> Bool {
        let own = version.split(separator: ".").map { part in Int(part.prefix { $0.isASCII && $0.isNumber }) ?? 0 }
        for (index, number) in other.enumerated() {
            let mine = index < own.count ? own[index] : 0
            if mine != number { return mine < number }
        }
        return false
    }
}

extension Row {
    /// A map of texts.
    func pairs(_ field: String) -> [String: String] {
        Dictionary((self[field].members ?? []).map { ($0.key, $0.value.text ?? "") }) { first, _ in first }
    }
}
