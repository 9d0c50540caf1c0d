import CLibvirt
import Glibc

/// What changes about a domain beside its power.
extension LibvirtConnection {
    /// Whether a domain starts with its host; nil where the host has none of that uuid.
    func startsWithHost(_ uuid: String) throws(LibvirtError) -> Bool? {
        try withDomain(uuid) { domain throws(LibvirtError) in
            var flag: Int32 = 0
            guard virDomainGetAutostart(domain, &flag) == 0 else { throw .last() }
            return flag == 1
        }
    }

    /// Sets whether a domain starts with its host.
    ///
    /// - Returns: false where the host has no such domain.
    func setStartsWithHost(_ starts: Bool, _ uuid: String) throws(LibvirtError) -> Bool {
        try withDomain(uuid) { domain throws(LibvirtError) in
            guard virDomainSetAutostart(domain, starts ? 1 : 0) == 0 else { throw .last() }
            return true
        } ?? false
    }

    /// Puts a medium into a drive, or empties it: in the running domain, and in what it boots with next.
    ///
    /// A guest that has locked its drive keeps what is in it: that is an error, and nothing is forced.
    ///
    /// - Returns: false where the host has no such domain.
    func insert(_ source: String?, into drive: String, of uuid: String) throws(LibvirtError) -> Bool {
        try withDomain(uuid) { domain throws(LibvirtError) in
            guard let text = virDomainGetXMLDesc(domain, 0) else { throw .last() }
            defer { free(text) }
            guard let device = Drive(device: drive, inDomain: String(cString: text)) else {
                throw LibvirtError(code: 0, message: "it has no drive \(drive)")
            }
            var flags: UInt32 = 0
            if virDomainIsActive(domain) == 1 { flags |= VIR_DOMAIN_AFFECT_LIVE.rawValue }
            if virDomainIsPersistent(domain) == 1 { flags |= VIR_DOMAIN_AFFECT_CONFIG.rawValue }
            guard virDomainUpdateDeviceFlags(domain, device.xml(holding: source), flags) == 0 else { throw .last() }
            return true
        } ?? false
    }
}
