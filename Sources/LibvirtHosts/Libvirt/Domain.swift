import CLibvirt
import Hosts
import UpdatePackage

/// A domain as libvirt describes it.
struct Domain: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case running, paused, off

        /// Reads `virDomainState`.
        init(_ state: UInt8) {
            switch UInt32(state) {
            // A guest on its way down still has its memory.
            case VIR_DOMAIN_RUNNING.rawValue, VIR_DOMAIN_BLOCKED.rawValue, VIR_DOMAIN_SHUTDOWN.rawValue: self = .running
            case VIR_DOMAIN_PAUSED.rawValue, VIR_DOMAIN_PMSUSPENDED.rawValue: self = .paused
            default: self = .off
            }
        }
    }

    struct Disk: Hashable, Sendable {
        var device: String
        /// A path, or `protocol:name`; nil for an empty drive.
        var source: String?
        var isRemovable: Bool
    }

    struct Interface: Hashable, Sendable {
        var address: String
        /// The bridge, libvirt network or device that it leads to.
        var source: String
    }

    var uuid: String
    var name: String
    var state: State
    var isSaved: Bool
    var startsWithHost: Bool
    /// In bytes.
    var maxMemory: Int64
    /// In bytes.
    var memory: Int64
    var vcpus: Int
    var isHVM: Bool
    var hasACPI: Bool
    var disks: [Disk]
    var interfaces: [Interface]
    /// Devices of the host that are handed through.
    var devices: [String]

    /// Reads a domain's XML; nil for a text that describes none.
    init?(xml text: String, state: State, isSaved: Bool = false, startsWithHost: Bool = false) {
        guard let xml = try? XMLReader.read(text, limits: .large), let uuid = xml.child("uuid")?.trimmedText,
            let name = xml.child("name")?.trimmedText
        else { return nil }
        guard Self.isUUID(uuid) else { return nil }
        (self.uuid, self.name, self.state) = (uuid.lowercased(), HostAnswer.text(name), state)
        (self.isSaved, self.startsWithHost) = (isSaved, startsWithHost)
        maxMemory = Self.bytes(xml.child("memory"))
        memory = xml.child("currentMemory").map(Self.bytes) ?? maxMemory
        vcpus = min(max(1, xml.child("vcpu").flatMap { Int($0.trimmedText) } ?? 1), HostAnswer.mostProcessors)
        isHVM = xml.child("os")?.child("type")?.trimmedText == "hvm"
        hasACPI = xml.child("features")?.child("acpi") != nil
        let parts = xml.child("devices")
        disks = parts?.children("disk").map(Self.disk) ?? []
        interfaces =
            parts?.children("interface").filter { $0["type"] != "hostdev" }.compactMap(Self.interface) ?? []
        let handed = parts?.children("hostdev").map(Self.device) ?? []
        let cards = parts?.children("interface").filter { $0["type"] == "hostdev" }.map(Self.device) ?? []
        self.devices = handed + cards
    }

    /// Whether it is Xen's domain 0.
    var isControlDomain: Bool { uuid == "00000000-0000-0000-0000-000000000000" }

    private static func bytes(_ element: XMLElement?) -> Int64 {
        guard let element, let number = Int64(element.trimmedText), number >= 0 else { return 0 }
        let unit: Int64 =
            switch element["unit"] ?? "KiB" {
            case "b", "bytes": 1
            case "KB": 1_000
            case "MB": 1_000_000
            case "M", "MiB": 1 << 20
            case "GB": 1_000_000_000
            case "G", "GiB": 1 << 30
            case "T", "TiB": 1 << 40
            default: 1 << 10
            }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? HostAnswer.mostBytes : min(bytes, HostAnswer.mostBytes)
    }

    /// As the pool's database keeps them: nothing else may name an object there.
    private static func isUUID(_ text: String) -> Bool {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isHexadecimal = groups.joined().allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        return groups.map(\.count) == [8, 4, 4, 4, 12] && isHexadecimal
    }

    private static func disk(_ element: XMLElement) -> Disk {
        let source = element.child("source")
        var text = source?["file"] ?? source?["dev"] ?? source?["dir"]
        if let name = source?["name"], let kind = source?["protocol"] { text = "\(kind):\(name)" }
        if let pool = source?["pool"], let volume = source?["volume"] { text = "pool:\(pool)/\(volume)" }
        return Disk(
            device: HostAnswer.text(element.child("target")?["dev"] ?? ""),
            source: text.map { HostAnswer.text($0, bytes: 4_096) },
            isRemovable: element["device"] == "cdrom"
        )
    }

    private static func interface(_ element: XMLElement) -> Interface? {
        guard let source = element.child("source") else { return nil }
        guard let name = source["bridge"] ?? source["network"] ?? source["dev"] else { return nil }
        return Interface(
            address: HostAnswer.text(element.child("mac")?["address"] ?? ""),
            source: HostAnswer.text(name)
        )
    }

    private static func device(_ element: XMLElement) -> String {
        let source = element.child("source")
        let address = source?.child("address") ?? source
        let words = address?.attributes.map { "\($0.name) \($0.value)" }.joined(separator: ", ") ?? ""
        return HostAnswer.text("\(element["type"] ?? "device") (\(words))")
    }
}
