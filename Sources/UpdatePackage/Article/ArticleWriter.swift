extension Article {
    /// Writes the article of a built package: who it is for, what it does, how to install it, and every file's checksums.
    public init(of built: BuiltPackage) {
        self.init(
            manifest: built.manifest,
            package: built.package,
            sources: built.sources,
            zip: built.zip,
            rpms: built.packageFileNames
        )
    }

    /// Writes an article from its facts; a zip or source archive that is not at hand is left out of the table of files.
    init(manifest: Manifest, package: BuiltFile, sources: BuiltFile?, zip: BuiltFile?, rpms: [String]) {
        blocks = []
        writeAudience(manifest)
        writeIssues(manifest)
        writeInstallation(manifest)
        if sources != nil {
            let at = blocks.firstIndex(of: ArticleSection.console.heading) ?? blocks.endIndex
            blocks.insert(
                .paragraph(
                    "Note: The zip holds the package and, beside it, the sources of the open source components that it changes. The sources are there because their licences ask for it; installing does not need them."
                ),
                at: at
            )
        }
        begin(.files)
        begin(.hotfixFile)
        blocks += [.row(["Component", "Details"]), .rule(columns: 2)]
        for (title, file) in [("Hotfix", package), ("Hotfix Source", sources), ("Hotfix Zip", zip)] {
            if let file { writeFile(title, file) }
        }
        begin(.filesUpdated)
        for rpm in rpms { blocks.append(.row([rpm])) }
    }

    private mutating func add(_ text: String) { blocks.append(.paragraph(text)) }
    private mutating func begin(_ section: ArticleSection) { blocks.append(section.heading) }

    private mutating func writeAudience(_ manifest: Manifest) {
        let fields = manifest.article
        let product = fields.product.isEmpty ? "product version \(manifest.productVersion)" : fields.product
        begin(.audience)
        add("\(manifest.label) is a hotfix for hosts that run \(product).")
        if !fields.bulletin.isEmpty {
            let title = fields.bulletinTitle.isEmpty ? "" : ": \(fields.bulletinTitle)"
            add("It is recommended to everyone whom the security bulletin \(fields.bulletin)\(title) concerns.")
        }
        if !manifest.requires.isEmpty {
            add("These hotfixes must be applied before it:")
            for hotfix in manifest.requires { blocks.append(.item(hotfix.named)) }
        }
        if !manifest.conflicts.isEmpty {
            add("It can not be applied to hosts that have one of these hotfixes:")
            for hotfix in manifest.conflicts { blocks.append(.item(hotfix.named)) }
        }
    }

    private mutating func writeIssues(_ manifest: Manifest) {
        let fields = manifest.article
        begin(.issues)
        add(
            fields.bulletin.isEmpty
                ? manifest.description : "It closes the vulnerabilities of the security bulletin \(fields.bulletin)."
        )
        if !fields.issues.isEmpty {
            add("It also resolves:")
            for issue in fields.issues { blocks.append(.item(issue)) }
        }
        if let affects = fields.affectsSecurityClaims {
            add(
                affects
                    ? "Note: For deployments in the evaluated Common Criteria configuration, this hotfix touches the security claims of the product's Security Target."
                    : "Note: For deployments in the evaluated Common Criteria configuration, this hotfix leaves the security claims of the product's Security Target as they are."
            )
        }
        if !manifest.includes.isEmpty {
            add("It contains these earlier hotfixes, which count as applied with it:")
            for hotfix in manifest.includes {
                if hotfix.article.isEmpty {
                    blocks.append(.item(hotfix.named))
                    continue
                }
                let number = hotfix.article
                let product = fields.product.isEmpty ? "" : " - For \(fields.product)"
                blocks.append(.item("\(number) - Hotfix \(hotfix.label)\(product)"))
            }
        }
    }

    private mutating func writeInstallation(_ manifest: Manifest) {
        begin(.installing)
        add(
            "Use a console or the xe command line. Back up what you can not lose first. Update all hosts of a pool one after the other, and keep the time short in which some hosts are updated and others are not: a pool in this mixed state is not meant for normal operation."
        )
        add(effect(manifest.guidance))
        if manifest.guidance.contains(.restartHost) {
            add("pitstop rollout start does all of this, moving the virtual machines off each host before its restart.")
        }
        begin(.console)
        for step in [
            "Download \(manifest.zipName) and extract \(manifest.packageName) from it.",
            "Open Tools, Install New Update, and add \(manifest.packageName).",
            "Choose the hosts, and follow what the prechecks ask for.",
            "Choose whether the restarts happen automatically or by hand, and install.",
        ] { blocks.append(.item(step)) }
        begin(.commandLine)
        blocks.append(.item("Download \(manifest.zipName) and extract \(manifest.packageName) from it."))
        blocks.append(.item("Upload it to the pool master, which prints its uuid, \(manifest.uuid):"))
        blocks.append(
            .command("xe patch-upload -s <hostname> -u root -pw <password> file-name=\(manifest.packageName)")
        )
        blocks.append(.item("Apply it to every host of the pool:"))
        blocks.append(.command("xe -s <hostname> -u root -pw <password> patch-pool-apply uuid=\(manifest.uuid)"))
        blocks.append(.item("See that the hosts field names every host of the pool:"))
        blocks.append(.command("xe patch-list -s <hostname> -u root -pw <password> name-label=\(manifest.label)"))
    }

    private func effect(_ guidance: [Guidance]) -> String {
        if guidance.contains(.restartHost) {
            return
                "The hotfix takes effect on a host when it is restarted. Move its virtual machines to other hosts before that."
        }
        if guidance.contains(.restartXAPI) { return "The hotfix takes effect when the host's agent is restarted." }
        if !guidance.isEmpty { return "The hotfix takes effect for a virtual machine when it is restarted." }
        return "The hotfix takes effect at once; nothing needs a restart."
    }

    private mutating func writeFile(_ title: String, _ file: BuiltFile) {
        blocks.append(.row(["\(title) Filename", file.name]))
        blocks.append(.row(["\(title) File md5sum", file.digests.md5]))
        blocks.append(.row(["\(title) File sha256sum", file.digests.sha256]))
    }
}
