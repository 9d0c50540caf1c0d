/// The text of the spec file from which `rpmbuild` makes the packages of one architecture.
struct ReplicaSpec: Hashable, Sendable {
    let set: ReplicaPackages.Set
    /// Packages of one architecture, and any of `noarch`.
    let packages: [ReplicaPackage]

    /// The spec: a main package without files, which is not built, and a subpackage for each package.
    var text: String {
        var text = """
            Name: xenserver-replica
            Version: 6.0.2
            Release: 1
            Summary: Small packages with the names and versions of XenServer's
            License: Apache-2.0

            %description
            Small packages with the names and versions of XenServer's.

            %install
            cp -a %{_sourcedir}/. %{buildroot}/


            """
        for package in packages {
            guard let version = package.version(in: set) else { continue }
            text += section(package, version)
        }
        return text
    }

    private func section(_ package: ReplicaPackage, _ version: String) -> String {
        let parts = version.split(separator: "-", maxSplits: 1).map(String.init)
        var lines = [
            "%package -n \(package.name)", "Version: \(parts[0])", "Release: \(parts.last ?? "1")",
            "Summary: Replica of \(package.name)", "AutoReqProv: no",
        ]
        if package.architecture == "noarch" { lines.append("BuildArch: noarch") }
        lines += package.provides.map { "Provides: \($0)" }
        lines += package.requires.map { requirement in
            "Requires: "
                + requirement.split(separator: " ").map { $0 == "%{self}" ? version : String($0) }
                .joined(separator: " ")
        }
        lines += ["", "%description -n \(package.name)", "Replica of \(package.name) \(version).", ""]
        // The real packages' scriptlets restart daemons; these leave a line, so that a rehearsal shows that they ran.
        for scriptlet in ["post", "preun"] {
            lines += ["%\(scriptlet) -n \(package.name)"]
            lines += ["echo \"\(scriptlet) \(package.name)-\(version) $1\" >>/var/log/rpm-scriptlets.log", ""]
        }
        lines += ["%files -n \(package.name)", "%defattr(-,root,root)"]
        lines += package.files.map { file in
            if case .configuration(let path) = file { "%config(noreplace) \(path)" } else { file.path }
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// The contents of a package's file, nil for a link.
    func contents(of file: ReplicaPackage.File, in package: ReplicaPackage) -> String? {
        let version = package.version(in: set) ?? ""
        switch file {
        case .text(let path): return "\(path) of \(package.name)-\(version)\n"
        case .configuration(let path): return "# \(path) of \(package.name)\n"
        case .command(_, let says): return "#!/bin/sh\n# \(package.name)-\(version)\necho '\(says)'\n"
        case .program(_, let text): return text
        case .link: return nil
        }
    }
}
