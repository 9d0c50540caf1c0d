import Basics

extension Inspection {
    /// Everything found, for programs.
    public var json: JSONText {
        .fields([
            "file": .string(file), "kind": .string(kind.rawValue), "size": .number(digests.size),
            "md5": .string(digests.md5), "sha256": .string(digests.sha256), "payloadSize": .number(payloadSize),
            "uuid": .optional(info?.uuid), "nameLabel": .optional(info?.nameLabel), "version": .optional(info?.version),
            "nameDescription": .optional(info?.nameDescription),
            "guidance": .strings(info?.guidance.map(\.rawValue) ?? []), "productVersion": .optional(productVersion),
            "requires": .strings(requires), "conflicts": .strings(conflicts), "includes": .strings(includes),
            "trusted": .bool(distrust == nil && kind != .zip), "distrust": .optional(distrust?.sentence),
            "signatures": .list(signatures.map(\.json)), "rpms": .list(rpms.map(\.json)),
            "debs": .list(debs.map(\.json)),
            "files": .list(files.map(\.json)), "packages": .list(packages.map(\.json)),
        ])
    }

    /// Everything found, for people: a line for each fact, `name: value`.
    public var text: String {
        var lines = [
            line("file", file), line("kind", kind.rawValue), line("size", "\(digests.size)"),
            line("md5", digests.md5), line("sha256", digests.sha256),
        ]
        if let info {
            lines += [
                line("uuid", info.uuid), line("name-label", info.nameLabel), line("version", info.version),
                line("name-description", info.nameDescription),
                line("after-apply-guidance", info.guidance.map(\.rawValue).joined(separator: ", ")),
            ]
        }
        if let productVersion { lines.append(line("product-version", productVersion)) }
        for (name, values) in [("requires", requires), ("conflicts", conflicts), ("includes", includes)]
        where !values.isEmpty { lines.append(line(name, values.joined(separator: ", "))) }
        for signature in signatures { lines.append(line("signature", signature.summary)) }
        if kind != .zip { lines.append(line("trusted", distrust.map { "no. \($0.sentence)" } ?? "yes")) }
        for rpm in rpms { lines.append(line("rpm", "\(rpm.nevra) (\(rpm.fileCount) files)")) }
        for deb in debs { lines.append(line("deb", "\(deb.identity) \(deb.version) (\(deb.fileCount) files)")) }
        if kind == .zip {
            for file in files { lines.append(line("holds", "\(file.path) (\(file.digests.size) bytes)")) }
        }
        return lines.joined(separator: "\n") + "\n" + packages.map { "\n" + $0.text }.joined()
    }

    private func line(_ name: String, _ value: String) -> String {
        String(repeating: " ", count: max(0, 20 - name.count)) + "\(name): \(value.escaped(for: .line))"
    }
}

extension Signature {
    fileprivate var summary: String {
        let who =
            userID.isEmpty ? "key \(keyID)" : "\(userID), \(primaryFingerprint.isEmpty ? keyID : primaryFingerprint)"
        return "\(word), \(who), \(digest), \(isoDate(created))"
    }

    private var word: String {
        switch state {
        case .good: "good"
        case .bad: "bad"
        case .unknownKey: "unknown key"
        case .keyExpired: "key expired"
        case .keyRevoked: "key revoked"
        case .expired: "expired"
        case .unchecked: "can not be checked"
        }
    }

    fileprivate var json: JSONText {
        .fields([
            "state": .string(word), "keyID": .string(keyID), "fingerprint": .string(fingerprint),
            "primaryFingerprint": .string(primaryFingerprint), "userID": .string(userID),
            "digest": .string(digest.description), "weak": .bool(digest.isWeak), "created": .string(isoDate(created)),
        ])
    }
}

extension RPMFile {
    fileprivate var json: JSONText {
        .fields([
            "file": .string(fileName), "nevra": .string(nevra), "name": .string(name), "epoch": .number(Int64(epoch)),
            "version": .string(version), "release": .string(release), "architecture": .string(architecture),
            "installedSize": .number(installedSize), "files": .number(Int64(fileCount)), "license": .string(license),
        ])
    }
}

extension DebFile {
    fileprivate var json: JSONText {
        .fields([
            "file": .string(fileName), "name": .string(name), "version": .string(version.description),
            "architecture": .string(architecture), "installedSize": .number(installedSize),
            "files": .number(Int64(fileCount)), "source": .string(sourcePackage),
        ])
    }
}

extension ArchiveFile {
    fileprivate var json: JSONText {
        .fields([
            "path": .string(path), "size": .number(digests.size), "md5": .string(digests.md5),
            "sha256": .string(digests.sha256),
        ])
    }
}
