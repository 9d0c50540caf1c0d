/// How a downloaded file agrees with its article.
public struct ArticleCheck: Hashable, Sendable {
    /// What agrees, a line each.
    public var confirmed: [String] = []
    /// What does not, a sentence each. Nothing here means that the download is the one of the article.
    public var contradicted: [String] = []
    /// What the article says but the file does not show, a line each.
    public var unchecked: [String] = []
}

extension ArticleFacts {
    /// Compares what an inspection found with what the article promises. For a zip, its members are compared too.
    public func check(_ inspection: Inspection) -> ArticleCheck {
        var check = ArticleCheck()
        switch inspection.kind {
        case .zip:
            compare(zip, inspection.digests, as: "zip", &check)
            for (promised, role) in [(package, "package"), (sources, "source archive")] {
                guard let promised else { continue }
                let member = inspection.files.first { lastComponent($0.path) == promised.name }
                if let member {
                    compare(promised, member.digests, as: role, &check)
                } else {
                    check.contradicted.append("The zip does not hold \(promised.name).")
                }
            }
            for inner in inspection.packages where lastComponent(inner.file) == package?.name {
                compareContents(inner, &check)
            }
        default:
            compare(package, inspection.digests, as: "package", &check)
            compareContents(inspection, &check)
            for file in [sources, zip].compactMap({ $0 }) { check.unchecked.append(file.name) }
        }
        return check
    }

    /// Compares a file of which only the digests are known, such as a source archive, with the article.
    public func check(fileNamed name: String, _ digests: Digests) -> ArticleCheck {
        var check = ArticleCheck()
        let roles = [(package, "package"), (sources, "source archive"), (zip, "zip")]
        guard let (promised, role) = roles.first(where: { $0.0?.name == name }) else {
            check.contradicted.append("The article knows no file \(name).")
            return check
        }
        compare(promised, digests, as: role, &check)
        return check
    }

    private func compare(_ promised: File?, _ digests: Digests, as role: String, _ check: inout ArticleCheck) {
        guard let promised else { return check.contradicted.append("The article describes no \(role).") }
        var compared = false
        for (name, wanted, found) in [
            ("MD5", promised.md5, digests.md5), ("SHA-256", promised.sha256, digests.sha256),
        ] {
            guard let wanted else { continue }
            compared = true
            if wanted == found {
                check.confirmed.append("\(promised.name) \(name) \(found)")
            } else {
                check.contradicted.append("The \(role) has the \(name) \(found), the article says \(wanted).")
            }
        }
        if !compared { check.unchecked.append(promised.name) }
    }

    private func compareContents(_ inspection: Inspection, _ check: inout ArticleCheck) {
        if let uuid, let info = inspection.info {
            if uuid.lowercased() == info.uuid.lowercased() {
                check.confirmed.append("uuid \(uuid)")
            } else {
                check.contradicted.append("The package's uuid is \(info.uuid), the article says \(uuid).")
            }
        }
        guard !rpms.isEmpty else { return }
        if inspection.packageFileNames.isEmpty, inspection.files.isEmpty {
            return check.unchecked.append("\(rpms.count) packages, which can not be listed")
        }
        let found = Set(inspection.packageFileNames)
        let missing = rpms.filter { !found.contains($0) }
        let extra = inspection.packageFileNames.filter { !rpms.contains($0) }
        if !missing.isEmpty { check.contradicted.append("The package lacks \(missing.joined(separator: ", ")).") }
        if !extra.isEmpty {
            check.contradicted.append("The package holds \(extra.joined(separator: ", ")), unknown to the article.")
        }
        for rpm in inspection.rpms where rpm.fileName != rpm.canonicalFileName && rpms.contains(rpm.fileName) {
            check.contradicted.append("\(rpm.fileName) is really \(rpm.nevra).")
        }
        for deb in inspection.debs where deb.fileName != "\(deb.fullName).deb" && rpms.contains(deb.fileName) {
            check.contradicted.append("\(deb.fileName) is really \(deb.fullName).")
        }
        let kind = inspection.debs.isEmpty ? "RPMs" : "Debian packages"
        if missing.isEmpty, extra.isEmpty { check.confirmed.append("\(rpms.count) \(kind)") }
    }
}

extension RPMFile {
    /// The file name that follows from the package's own name, version and architecture.
    var canonicalFileName: String { "\(name)-\(version)-\(release).\(architecture).rpm" }
}
