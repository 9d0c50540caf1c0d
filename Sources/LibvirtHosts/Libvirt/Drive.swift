import UpdatePackage

/// A domain's drive for removable media, as libvirt wants it described when something is put in.
struct Drive: Hashable, Sendable {
    /// The guest's name for it, such as `sda`.
    let device: String
    /// What it hangs on, such as `sata`; nil for libvirt's choice.
    let bus: String?
    /// Such as `cdrom`.
    let kind: String

    /// Finds a drive in a domain's XML; nil where there is none of that name that takes media.
    init?(device: String, inDomain text: String) {
        guard let domain = try? XMLReader.read(text, limits: .large) else { return nil }
        let disks = domain.child("devices")?.children("disk") ?? []
        guard let disk = disks.first(where: { $0.child("target")?["dev"] == device }), let kind = disk["device"],
            ["cdrom", "floppy"].contains(kind)
        else { return nil }
        self.device = device
        self.kind = kind
        bus = disk.child("target")?["bus"]
    }

    /// The drive with that medium, or with none.
    func xml(holding source: String?) -> String {
        let isBlock = source?.hasPrefix("/dev/") ?? false
        let medium = source.map { "<source \(isBlock ? "dev" : "file")='\($0.inXML)'/>" } ?? ""
        let bus = bus.map { " bus='\($0.inXML)'" } ?? ""
        return "<disk type='\(isBlock ? "block" : "file")' device='\(kind.inXML)'>\(medium)"
            + "<target dev='\(device.inXML)'\(bus)/><readonly/></disk>"
    }
}

extension String {
    /// As an attribute's value.
    fileprivate var inXML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("'", with: "&apos;")
    }
}
