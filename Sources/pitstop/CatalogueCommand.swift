import ArgumentParser
import UpdatePackage

/// `pitstop catalogue`: what hotfixes exist, and what a host lacks.
struct CatalogueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Check a catalogue of hotfixes, show it, and see what a host lacks.",
        subcommands: [Check.self, Show.self, Missing.self, Install.self, Sign.self]
    )

    struct Source: ParsableArguments {
        @Argument(help: "A signed catalogue, or an updates.xml.")
        var file: String
        @Option(help: "A file of OpenPGP public keys that may sign catalogues.")
        var keyring: String?
        @Flag(help: "Print JSON.")
        var json = false

        /// A signed catalogue must be signed by a key of the keyring; other files are used as they are, and it is said so.
        func catalogue() async throws -> Catalogue {
            switch try PackageFile.sniff(file: file) {
            case .signedBinary, .signedCleartext:
                let policy = TrustPolicy(keyring: keyring.map(Keyring.init(path:)))
                return try await SignedCatalogue.open(file: file, policy: policy, last: nil, now: secondsNow())
                    .document.catalogue
            default:
                guard keyring == nil else {
                    throw CatalogueError(reason: "\(file) is not signed, so --keyring can not vouch for it.")
                }
                return try Catalogue.readUntrusted(file: file)
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find mistakes: unknown uuids, and requirements in a circle. Exit 1 where there are any."
        )
        @OptionGroup var source: Source

        func run() async throws {
            let problems = try CatalogueIndex(try await source.catalogue()).problems()
            if source.json {
                print(JSONText.strings(problems).text)
            } else {
                for problem in problems { print(problem) }
                if problems.isEmpty { print("\(source.file) is consistent") }
            }
            if !problems.isEmpty { throw ExitCode(1) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the hotfixes, for one product version or all.")
        @OptionGroup var source: Source
        @Option(name: .customLong("version"), help: "A product version, such as 6.0.2.")
        var product: String?

        func run() async throws {
            let catalogue = try await source.catalogue()
            let versions = catalogue.versions.filter { product == nil || $0.value == product }
            let members = Set(versions.flatMap(\.updates))
            let updates = catalogue.updates.filter { product == nil || members.contains($0.uuid) }
            if source.json {
                print(JSONText.list(updates.map(\.json)).text)
                return
            }
            for update in updates { print("\(update.uuid)  \(update.label)  \(update.description)") }
        }
    }

    struct Missing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a host lacks, what can be applied now, and in which order it is brought up to date."
        )
        @OptionGroup var source: Source
        @Option(name: .customLong("version"), help: "The host's product version.")
        var product: String
        @Option(help: "The host's build number.")
        var build: String?
        @Option(help: "The uuid of an applied hotfix; repeat it for each.")
        var applied: [String] = []

        func run() async throws {
            let solver = Solver(try CatalogueIndex(try await source.catalogue()))
            let host = HostState(uuid: "", productVersion: product, build: build, applied: Set(applied))
            let resolution = solver.resolve(host)
            guard resolution.version != nil else {
                throw CatalogueError(reason: "The catalogue does not know the product version \(product).")
            }
            if source.json {
                print(solver.index.json(resolution).text)
                return
            }
            for (update, verdict) in resolution.verdicts {
                let entry = solver.index.catalogue.updates[update]
                let now = resolution.applicableNow.contains(update) ? ", applicable now" : ""
                print("\(entry.uuid)  \(entry.label)  \(solver.index.explain(verdict))\(now)")
            }
        }
    }

    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have a server go by a catalogue, once it is verified.",
            discussion: """
                A signed catalogue must be signed by the keys that 'pitstop trust list' shows, must not have expired, and \
                must not be older than the one before. An updates.xml is not signed: it is taken when its SHA-256 is \
                pinned ('pitstop trust pin'). A running server uses the new catalogue from its next question on.
                """
        )
        @Argument(help: "A signed catalogue, or an updates.xml that is pinned.")
        var file: String
        @Option(help: "The server's state folder.")
        var state = ".pitstop/state"

        func run() async throws {
            let directory = try StateDirectory(state)
            let taken = try await CatalogueStore(folder: directory.catalogue)
                .takeIn(file, policy: try TrustStore(folder: directory.trust).policy(), now: secondsNow())
            let release = taken.release.map { "release \($0.number), to be used until \($0.expires)" }
            print("\(taken.catalogue.updates.count) updates, \(release ?? "an unsigned feed without a date")")
        }
    }

    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish a catalogue: sign the JSON of a release."
        )
        @Argument(help: "The catalogue's JSON.")
        var file: String
        @Option(help: "The signed catalogue to write.")
        var output: String
        @Option(
            name: .customLong("sign"),
            help: "The key to sign with, as gpg takes it; repeat it for several signers."
        )
        var keys: [String] = []

        func run() async throws {
            let document = try CatalogueDocument.read(file: file)
            for problem in try CatalogueIndex(document.catalogue).problems() { print("warning: \(problem)") }
            try await Signer(keys: keys).sign(document, to: output)
            print(output)
        }
    }
}
