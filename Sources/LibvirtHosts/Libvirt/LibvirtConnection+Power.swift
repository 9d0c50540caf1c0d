import CLibvirt
import Hosts

/// Power, as libvirt switches it. Whether a VM may be stopped was settled long before.
extension LibvirtConnection {
    /// Begins the change; all but a clean shutdown or restart is over when it returns.
    ///
    /// - Returns: false where the host has no such domain.
    func change(_ uuid: String, _ change: PowerChange) throws(LibvirtError) -> Bool {
        try withDomain(uuid) { domain throws(LibvirtError) in
            let result =
                switch change {
                // A domain with a saved memory goes on from it, any other boots.
                case .start(let paused), .resume(let paused):
                    virDomainCreateWithFlags(domain, paused ? VIR_DOMAIN_START_PAUSED.rawValue : 0)
                case .suspend: virDomainManagedSave(domain, 0)
                case .cleanShutdown: virDomainShutdown(domain)
                case .hardShutdown: virDomainDestroy(domain)
                case .cleanReboot: virDomainReboot(domain, 0)
                case .hardReboot: virDomainReset(domain, 0)
                case .pause: virDomainSuspend(domain)
                case .unpause: virDomainResume(domain)
                }
            guard result == 0 else { throw .last() }
            return true
        } ?? false
    }
}
