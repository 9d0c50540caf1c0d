import ArgumentParser
import UpdatePackage

/// `pitstop catalogue`: what hotfixes exist, and what a host lacks.
struct CatalogueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Check a catalogue of hotfixes, show it, and see what a host lacks.",
        subcommands: [Check.self, Show.self, CatalogueMissing.self, Install.self, Sign.self]
    )

    struct Source: ParsableArguments {
        @Argument(help: "A signed catalogue, or an updates.xml.")
        var file: String
        @Option(help: "A file of OpenPGP public keys that may sign catalogues.")
        var keyring: String?
        @Flag(help: "Print JSON.")
        var json = false

        func catalogue() async throws -> Catalogue { try await Self.catalogue(file, keyring: keyring) }

        /// A signed catalogue must be signed by a key of the keyring; other files are used as they are, and it is said so.
        static func catalogue(_ file: String, keyring: String?) async throws -> Catalogue {
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
                StandardOutput.write(text: JSONText.strings(problems).text)
            } else {
                for problem in problems { StandardOutput.write(problem) }
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
                StandardOutput.write(text: JSONText.list(updates.map(\.json)).text)
                return
            }
            for update in updates { StandardOutput.write("\(update.uuid)  \(update.label)  \(update.description)") }
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
            let directory = try StateDirectory(existing: state)
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
