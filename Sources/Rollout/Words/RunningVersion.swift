/// What has to run on a host once an update is in effect, where one of its packages says so: a package is on the disk long
/// before the kernel or the hypervisor in it runs, and a boot loader may start the old one for ever.
struct RunningVersion: Hashable, Sendable {
    /// The part of the system, as `software_version` spells it.
    enum Component: String, Sendable, CaseIterable {
        case linux, xen

        /// For sentences.
        var name: String { self == .linux ? "kernel" : "hypervisor" }
    }

    /// What was compared with what.
    enum Verdict: Hashable, Sendable {
        case runs
        /// Another version runs.
        case runsAnother
        /// The host spells its version so that nobody can tell.
        case unknown
    }

    let component: Component
    /// One of these versions, each as `version-release`.
    let versions: [String]

    /// What the packages of an update promise, by their names and versions; empty for most updates.
    static func promised(by packages: [String: String]) -> [RunningVersion] {
        Component.allCases.compactMap { component in
            let versions = packages.compactMap { component.version(name: $0, version: $1) }.sorted()
            return versions.isEmpty ? nil : RunningVersion(component: component, versions: versions)
        }
    }

    /// What a host runs is, or is not, what was promised.
    ///
    /// - Parameter running: what the host says of this component; nil where it says nothing.
    func verdict(_ running: String?) -> Verdict {
        guard let running, !running.isEmpty else { return .unknown }
        let verdicts = versions.map { component.compare(running, with: $0) }
        return verdicts.contains(.runs) ? .runs : verdicts.contains(.unknown) ? .unknown : .runsAnother
    }
}

extension RunningVersion.Component {
    /// Packages whose version is what runs once they are booted. Others of the kind (headers, tools, modules, a kernel for
    /// crash dumps) say nothing of that.
    private var packages: Set<String> {
        switch self {
        case .linux:
            [
                "kernel", "kernel-xen", "kernel-core", "kernel-default", "kernel-PAE", "kernel-smp", "kernel-uek",
                "kernel-uek-core", "kernel-rt", "kernel-rt-core", "kernel-alt", "kernel-lt", "kernel-lt-core",
                "kernel-ml", "kernel-ml-core",
            ]
        case .xen: ["xen-hypervisor"]
        }
    }

    /// Debian's names of the packages, before the version that they carry in their name.
    private var debianPrefixes: [String] {
        self == .linux ? ["linux-image-unsigned-", "linux-image-"] : ["xen-hypervisor-"]
    }

    /// The version that has to run, by a package; nil where it does not say.
    fileprivate func version(name: String, version: String) -> String? {
        if packages.contains(name) { return version }
        let plain = name.prefix { $0 != ":" }
        for prefix in debianPrefixes where plain.hasPrefix(prefix) {
            var rest = String(plain.dropFirst(prefix.count))
            // `xen-hypervisor-4.17-amd64`: the architecture is no part of what runs.
            if self == .xen, let dash = rest.firstIndex(of: "-") { rest = String(rest[..<dash]) }
            return rest.first?.isNumber ?? false && !rest.hasSuffix("-dbg") ? rest : nil
        }
        return nil
    }

    /// Hosts add a flavour or an architecture to the version (`…170665xen`, `….x86_64`, `…-default`), some show it without
    /// its release (`4.1.2`), and some kernels have a version of their own (`4.19.0+1`).
    fileprivate func compare(_ running: String, with promised: String) -> RunningVersion.Verdict {
        if running.continues(promised) { return .runs }
        let parts = running.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let version = String(parts[0])
        guard parts.count == 2, parts[1].first?.isNumber ?? false else {
            // Without a release only the hypervisor's version says something, and only where it is another one.
            let isAnother = self == .xen && !promised.continues(version)
            return isAnother ? .runsAnother : .unknown
        }
        // SUSE leaves the last number of the release out of the name of the kernel.
        let flavour = running.lastIndex(of: "-").map { running[running.index(after: $0)...] } ?? ""
        if flavour.first?.isLetter ?? false, promised.continues(String(running.dropLast(flavour.count + 1))) {
            return .runs
        }
        return .runsAnother
    }
}

extension String {
    /// Whether it is this version, or begins with it and goes on with something else than more digits of its last number.
    fileprivate func continues(_ version: String) -> Bool {
        guard hasPrefix(version), !version.isEmpty else { return false }
        guard let next = dropFirst(version.count).first else { return true }
        return !(next.isNumber && version.last?.isNumber ?? false)
    }
}

extension UpdateFacts {
    /// The first component that does not run in the version that this update brings; nil where all do, or nobody can tell.
    func contradiction(_ softwareVersion: [String: String]) -> (promised: RunningVersion, found: String)? {
        for promised in RunningVersion.promised(by: packages) {
            let found = softwareVersion[promised.component.rawValue]
            if promised.verdict(found) == .runsAnother { return (promised, found ?? "") }
        }
        return nil
    }
}
