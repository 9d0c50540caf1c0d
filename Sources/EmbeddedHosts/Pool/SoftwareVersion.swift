import Hosts

/// A host's `software_version`, as XenAPI spells it, from the packages that it booted with.
///
/// The keys are those of recorded XenServer 6.0 pools. `xen` holds the whole version and release of the hypervisor's
/// package, where XenServer shows `4.1.2` alone: only so can one see that a hotfix of the hypervisor is in effect.
enum SoftwareVersion {
    static let productVersion = "6.0.2"
    static let buildNumber = "53456p"
    static let kernelVersion = "2.6.32.12-0.7.1.xs6.0.2.542.170665xen"

    /// The versions that a boot with these packages puts in effect.
    static func booted(with packages: [InstalledPackage], hostname: String) -> [String: String] {
        func version(_ name: String) -> String? { packages.first { $0.name == name }?.version }
        var versions = [
            "product_version": productVersion,
            "product_version_text": "6.0.2",
            "product_version_text_short": "6.0.2",
            "product_brand": "XenServer",
            "platform_name": "XCP",
            "platform_version": "1.1.99",
            "build_number": buildNumber,
            "hostname": hostname,
            "date": "2012-03-08",
            "dbv": "2010.0521",
            "xapi": "1.3",
            "xencenter_min": "1.9",
            "xencenter_max": "1.9",
            "network_backend": "openvswitch",
            "package-linux": "installed",
            "xs:main": "XenServer Pack, version \(productVersion), build \(buildNumber)",
            "xcp:main": "Base Pack, version 1.1.99, build \(buildNumber)",
        ]
        versions["xen"] = version("xen-hypervisor")
        versions["linux"] = version("kernel-xen").map { "\($0)xen" }
        versions["xs:xenserver-transfer-vm"] = version("xenserver-transfer-vm").map { version in
            let parts = version.split(separator: "-", maxSplits: 1)
            return "XenServer Transfer VM, version \(parts.first ?? ""), build \(parts.last ?? "")"
        }
        return versions
    }
}
