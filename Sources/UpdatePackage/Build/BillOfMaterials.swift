extension BuiltPackage {
    /// The software bill of materials, as SPDX 2.3 in JSON: the hotfix and every package in it. The same build gives the same text.
    public var billOfMaterials: JSONText {
        let root = "SPDXRef-Package-hotfix"
        let entries =
            rpms.enumerated().map { index, rpm in rpmEntry(rpm, id: "SPDXRef-Package-rpm-\(index)") }
            + debs.enumerated().map { index, deb in debEntry(deb, id: "SPDXRef-Package-deb-\(index)") }
        let relationships =
            [relationship("SPDXRef-DOCUMENT", "DESCRIBES", root)]
            + rpms.indices.map { relationship(root, "CONTAINS", "SPDXRef-Package-rpm-\($0)") }
            + debs.indices.map { relationship(root, "CONTAINS", "SPDXRef-Package-deb-\($0)") }
        return .fields([
            "spdxVersion": .string("SPDX-2.3"), "dataLicense": .string("CC0-1.0"),
            "SPDXID": .string("SPDXRef-DOCUMENT"), "name": .string(manifest.label),
            "documentNamespace": .string("urn:pitstop:\(manifest.label):\(package.digests.sha256)"),
            "creationInfo": .fields([
                "created": .string(isoDate(manifest.date)), "creators": .strings(["Tool: pitstop"]),
            ]),
            "packages": .list([hotfixEntry(id: root)] + entries), "relationships": .list(relationships),
        ])
    }

    private func hotfixEntry(id: String) -> JSONText {
        .fields([
            "SPDXID": .string(id), "name": .string(manifest.label), "versionInfo": .string(manifest.version),
            "packageFileName": .string(package.name), "summary": .string(manifest.description),
            "downloadLocation": .string("NOASSERTION"), "filesAnalyzed": .bool(false),
            "licenseConcluded": .string("NOASSERTION"), "licenseDeclared": .string("NOASSERTION"),
            "copyrightText": .string("NOASSERTION"), "checksums": checksums(package.digests),
        ])
    }

    /// RPM's licence field is free text, so it is quoted as a comment and not passed off as an SPDX expression.
    private func rpmEntry(_ rpm: RPMFile, id: String) -> JSONText {
        .fields([
            "SPDXID": .string(id), "name": .string(rpm.name), "versionInfo": .string("\(rpm.version)-\(rpm.release)"),
            "packageFileName": .string(rpm.fileName), "downloadLocation": .string("NOASSERTION"),
            "filesAnalyzed": .bool(false), "licenseConcluded": .string("NOASSERTION"),
            "licenseDeclared": .string("NOASSERTION"),
            "licenseComments": .string("The package declares: \(rpm.license)"), "copyrightText": .string("NOASSERTION"),
            "sourceInfo": .string(rpm.sourcePackage.isEmpty ? "no source package named" : rpm.sourcePackage),
            "checksums": packageDigests[rpm.fileName].map(checksums) ?? .list([]),
            "externalRefs": .list([
                .fields([
                    "referenceCategory": .string("PACKAGE-MANAGER"), "referenceType": .string("purl"),
                    "referenceLocator": .string(packageURL(rpm)),
                ])
            ]),
        ])
    }

    /// A Debian package has no field for its licence: it is in a file of it.
    private func debEntry(_ deb: DebFile, id: String) -> JSONText {
        let locator = "pkg:deb/\(deb.name)@\(escaped(deb.version.description))?arch=\(deb.architecture)"
        return .fields([
            "SPDXID": .string(id), "name": .string(deb.name), "versionInfo": .string(deb.version.description),
            "packageFileName": .string(deb.fileName), "downloadLocation": .string("NOASSERTION"),
            "filesAnalyzed": .bool(false), "licenseConcluded": .string("NOASSERTION"),
            "licenseDeclared": .string("NOASSERTION"), "copyrightText": .string("NOASSERTION"),
            "sourceInfo": .string(deb.sourcePackage),
            "checksums": packageDigests[deb.fileName].map(checksums) ?? .list([]),
            "externalRefs": .list([
                .fields([
                    "referenceCategory": .string("PACKAGE-MANAGER"), "referenceType": .string("purl"),
                    "referenceLocator": .string(locator),
                ])
            ]),
        ])
    }

    private func packageURL(_ rpm: RPMFile) -> String {
        let epoch = rpm.epoch == 0 ? "" : "&epoch=\(rpm.epoch)"
        return
            "pkg:rpm/\(escaped(rpm.name))@\(escaped("\(rpm.version)-\(rpm.release)"))?arch=\(rpm.architecture)\(epoch)"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("+", with: "%2B").replacing("^", with: "%5E")
    }

    private func checksums(_ digests: Digests) -> JSONText {
        .list([
            .fields(["algorithm": .string("SHA256"), "checksumValue": .string(digests.sha256)]),
            .fields(["algorithm": .string("MD5"), "checksumValue": .string(digests.md5)]),
        ])
    }

    private func relationship(_ from: String, _ type: String, _ to: String) -> JSONText {
        .fields([
            "spdxElementId": .string(from), "relationshipType": .string(type), "relatedSpdxElement": .string(to),
        ])
    }
}
