import CLibvirt

/// Live migration, as libvirt does it: from one host to another, with nobody in between.
extension LibvirtConnection {
    /// What a migration may do.
    struct Migration: Hashable, Sendable {
        /// Where the source host reaches the destination's libvirt.
        var peer: String
        /// MiB per second; nil for no bound.
        var bandwidth: Int?
        /// Whether the guest is slowed down if it writes faster than the link carries.
        var converges: Bool
    }

    /// How far a domain's migration is.
    struct Job: Hashable, Sendable {
        /// Bytes sent.
        var sent: UInt64
        /// Bytes that are left now.
        var left: UInt64

        /// The part that is done, from 0 to 1.
        var part: Double {
            // As fractions: what a host says may be more than fits a whole number.
            let all = Double(sent) + Double(left)
            return all == 0 ? 0 : Double(sent) / all
        }
    }

    /// Moves a domain, and returns when it runs on the other host.
    ///
    /// The hosts do it between them: a coordinator that dies meanwhile breaks nothing off.
    ///
    /// - Returns: false where the host has no such domain.
    func migrate(_ uuid: String, _ migration: Migration) throws(LibvirtError) -> Bool {
        let abilities = try abilities()
        return try withDomain(uuid) { domain throws(LibvirtError) in
            let flags = abilities.flags(for: migration, isPersistent: virDomainIsPersistent(domain) == 1)
            var parameters: virTypedParameterPtr?
            var (count, most): (Int32, Int32) = (0, 0)
            defer { virTypedParamsFree(parameters, count) }
            if let bandwidth = abilities.bandwidth(for: migration) {
                let name = VIR_MIGRATE_PARAM_BANDWIDTH
                guard virTypedParamsAddULLong(&parameters, &count, &most, name, UInt64(bandwidth)) == 0 else {
                    throw .last()
                }
            }
            guard virDomainMigrateToURI3(domain, migration.peer, parameters, UInt32(count), flags) == 0 else {
                throw .last()
            }
            return true
        } ?? false
    }

    /// What the hypervisor's migrations can be told.
    func abilities() throws(LibvirtError) -> MigrationAbilities {
        guard let type = virConnectGetType(try open()) else { throw .last() }
        return MigrationAbilities(hypervisor: String(cString: type))
    }

    /// What a domain is busy with; nil where it is not, or the host has none.
    func job(of uuid: String) throws(LibvirtError) -> Job? {
        try withDomain(uuid) { domain throws(LibvirtError) -> Job? in
            var info = virDomainJobInfo()
            guard virDomainGetJobInfo(domain, &info) == 0 else {
                // A domain that has just left, or is off, has no job.
                return nil
            }
            let isActive = [VIR_DOMAIN_JOB_BOUNDED.rawValue, VIR_DOMAIN_JOB_UNBOUNDED.rawValue].contains(
                UInt32(bitPattern: info.type)
            )
            return isActive ? Job(sent: info.dataProcessed, left: info.dataRemaining) : nil
        } ?? nil
    }

    /// Breaks off what a domain is busy with: it then runs on where it is.
    func abort(_ uuid: String) throws(LibvirtError) {
        _ = try withDomain(uuid) { domain throws(LibvirtError) in
            guard virDomainAbortJob(domain) == 0 else { throw .last() }
        }
    }
}
