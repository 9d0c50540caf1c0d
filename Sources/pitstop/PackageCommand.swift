import ArgumentParser
import UpdatePackage

/// `pitstop package`: look into, verify and build update packages.
struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Look into, verify and build update packages.",
        subcommands: [Inspect.self, Verify.self, Build.self, WriteArticle.self, SamplePackages.self]
    )

    struct Inspect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what an update file is and holds, without running any of it."
        )

        @Argument(help: "An .xsupdate package, a 7.x update image, or the zip around one.")
        var file: String
        @Option(help: "A file of OpenPGP public keys to check signatures with.")
        var keyring: String?
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let policy = TrustPolicy(keyring: keyring.map(Keyring.init(path:)))
            let inspection = try await inspect(file: file, policy: policy)
            StandardOutput.write(text: json ? inspection.json.text : inspection.text, terminator: json ? "\n" : "")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check where a file comes from; exit 0 only if it is what it should be."
        )

        @Argument(help: "The file: a package, a 7.x update image, the zip, or (with --article) the source archive.")
        var file: String
        @Option(help: "A file of OpenPGP public keys that are trusted.")
        var keyring: String?
        @Option(help: "The SHA-256 that the file must have. It is then trusted whoever signed it.")
        var sha256: String?
        @Option(help: "An article's text, whose checksums and RPM list the file must agree with.")
        var article: String?
        @Option(help: "How many different keys must have signed.")
        var signers = 1

        func validate() throws {
            guard keyring != nil || sha256 != nil || article != nil else {
                throw ValidationError("Say what to check against: --keyring, --sha256 or --article.")
            }
        }

        func run() async throws {
            let kind = try PackageFile.sniff(file: file)
            let policy = TrustPolicy(
                keyring: keyring.map(Keyring.init(path:)),
                pinned: sha256.map { [$0] } ?? [],
                requiredSigners: signers
            )
            let isSigned = kind == .signedBinary || kind == .signedCleartext
            let digests = isSigned && article == nil ? try await open(policy) : try await look(policy, kind)
            print("\(file) sha256 \(digests.sha256) OK")
        }

        /// A classic package, read once.
        private func open(_ policy: TrustPolicy) async throws -> Digests {
            do {
                let digests = try await Digests.verifying(file: file, policy: policy)
                try check(digests)
                return digests
            } catch let error as PackageError where error.isFaultOfTheFile && sha256 != nil {
                // A file with another checksum is simply another file; that says more than whose signature it lacks.
                try check(try await Digests.of(file: file))
                throw error
            }
        }

        private func check(_ digests: Digests) throws {
            guard let sha256, sha256.lowercased() != digests.sha256 else { return }
            throw PackageError(file, .wrongDigest(expected: sha256.lowercased(), found: digests.sha256))
        }

        /// Everything else, looked into.
        private func look(_ policy: TrustPolicy, _ kind: PackageFile.Kind) async throws -> Digests {
            let digests = try await Digests.of(file: file)
            try check(digests)
            if let article { try await compare(with: article, digests, policy, kind) }
            if keyring != nil || (sha256 != nil && kind != .other) { try await establishTrust(policy) }
            return digests
        }

        private func compare(with article: String, _ digests: Digests, _ policy: TrustPolicy, _ kind: PackageFile.Kind)
            async throws
        {
            let facts = try Article.read(file: article).facts
            let check =
                kind == .other
                ? facts.check(fileNamed: file.split(separator: "/").last.map(String.init) ?? file, digests)
                : facts.check(try await inspect(file: file, policy: policy))
            for line in check.confirmed { print("agrees: \(line)") }
            for line in check.unchecked { print("not checked: \(line)") }
            for line in check.contradicted { print("contradicts: \(line)") }
            guard check.contradicted.isEmpty, !check.confirmed.isEmpty else {
                throw ArticleError(
                    reason: "\(file) is not the file that \(article) describes; download it again from its publisher."
                )
            }
        }

        private func establishTrust(_ policy: TrustPolicy) async throws {
            let inspection = try await inspect(file: file, policy: policy)
            // A pinned zip is trusted with all that is in it.
            if inspection.kind == .zip, policy.pinned.contains(inspection.digests.sha256) { return }
            let packages = inspection.kind == .zip ? inspection.packages : [inspection]
            guard !packages.isEmpty else { throw PackageError(file, .deliveryZip(packages: [])) }
            for package in packages {
                if let problem = package.distrust { throw PackageError(package.file, problem) }
            }
        }
    }

    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Build a hotfix: package, sources, zip, article, bill of materials and checksums."
        )

        @Argument(help: "The manifest, in YAML.")
        var manifest: String
        @Option(help: "The folder for the results.")
        var output: String
        @Option(
            name: .customLong("sign"),
            help: "The key to sign with, as gpg takes it; repeat it for several signers."
        )
        var keys: [String] = []
        @Option(help: "The folder of the RPMs, instead of the manifest's.")
        var rpms: String?
        @Option(help: "The folder of the Debian packages, for a hotfix that carries those instead of RPMs.")
        var debs: String?
        @Option(help: "The folder of the sources, instead of the manifest's.")
        var sources: String?
        @Flag(
            help: "Don't try the package's info and precheck on an embedded host, which needs bubblewrap and rpmbuild."
        )
        var skipTrial = false

        func validate() throws {
            guard rpms == nil || debs == nil else {
                throw ValidationError("A hotfix carries RPMs or Debian packages: give --rpms or --debs.")
            }
        }

        func run() async throws {
            let plan = try Manifest.read(file: manifest)
            // Ended by a signal, it cleans up as it does where something fails.
            let work = PackageBuild(
                manifest: manifest,
                output: output,
                keys: keys,
                rpms: rpms,
                debs: debs,
                sources: sources,
                skipTrial: skipTrial
            )
            let built = try await untilSignalled { try await work.run(plan) }
            switch built.verdict {
            case .passed: print("precheck passes on a host of \(plan.productVersion)")
            case .refused(let refusal):
                StandardError.write(
                    "warning: precheck refuses an embedded host of \(plan.productVersion), which has only the "
                        + "demonstration's packages: \(refusal.code) \(refusal.parameters.joined(separator: ", "))"
                )
            case nil: break
            }
            let companions = try built.writeCompanions(to: output)
            for file in [built.package, built.sources, built.zip].compactMap({ $0 }) {
                print(file.path)
                print("  md5    \(file.digests.md5)")
                print("  sha256 \(file.digests.sha256)")
            }
            for path in companions { print(path) }
        }
    }

    struct WriteArticle: AsyncParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, html, json }

        static let configuration = CommandConfiguration(
            commandName: "article",
            abstract: "Write a package's article, or read one and write it in another format."
        )

        @Argument(help: "A package or zip to describe, or an article's text.")
        var file: String
        @Option(help: "The format to write.")
        var format = Format.text

        func run() async throws {
            let article: Article
            if try PackageFile.sniff(file: file) == .other {
                article = try Article.read(file: file)
            } else {
                article = try Article(describing: try await inspect(file: file, policy: TrustPolicy()))
            }
            switch format {
            case .text: StandardOutput.write(document: article.text)
            case .markdown: StandardOutput.write(document: article.markdown)
            case .html: StandardOutput.write(document: article.html)
            case .json: StandardOutput.write(text: article.json.text)
            }
        }
    }
}
