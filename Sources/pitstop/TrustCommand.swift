import ArgumentParser
import FoundationEssentials
import UpdatePackage

/// `pitstop trust`: whom and what this server believes.
struct TrustCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Say whose packages, and which files, this server believes.",
        subcommands: [List.self, AddKey.self, Pin.self, AllowWeak.self, RequireSigners.self, Remove.self]
    )

    struct Options: ParsableArguments {
        @Option(help: "The server's state folder.")
        var state = ".pitstop/state"

        var store: TrustStore { get throws { TrustStore(folder: try StateDirectory(existing: state).trust) } }

        /// For the decisions that may be made before a server has had the folder.
        var firstStore: TrustStore { get throws { TrustStore(folder: try StateDirectory(preparing: state).trust) } }

        var audit: CommandAudit { CommandAudit(state: state) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List keys, pinned files and exceptions.")
        @OptionGroup var options: Options
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let keys = try await options.store.keys()
            let decisions = try options.store.decisions()
            if json {
                StandardOutput.write(text: decisions.json(keys: keys).text)
                return
            }
            for key in keys {
                let since = key.added.map { "  \($0.added)  \($0.note)" } ?? ""
                let over = key.isOver(at: secondsNow()).map { "  (\($0): its signatures do not count)" } ?? ""
                StandardOutput.write("key     \(key.fingerprint)  \(key.userID)\(since)\(over)")
            }
            for pin in decisions.pinned {
                StandardOutput.write("pinned  \(pin.sha256)  \(pin.added)  \(pin.note)")
            }
            for pin in decisions.weakDigestsAllowed {
                StandardOutput.write("weak    \(pin.sha256)  \(pin.added)  \(pin.note)")
            }
            print("signers required: \(decisions.requiredSigners)")
        }
    }

    struct AddKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Trust packages signed by the keys of a file.")
        @OptionGroup var options: Options
        @Argument(help: "A file of OpenPGP public keys, binary or armored.")
        var file: String
        @Option(help: "Why, for those who read the list later.")
        var note = ""

        func run() async throws {
            let addition = TrustStore.Addition(note: note, now: secondsNow())
            let keys = try await options.audit.recordWaiting("trust.add_key", about: "file \(file)") {
                try await options.firstStore.addKeys(from: file, addition)
            }
            for key in keys {
                // Each by its fingerprint: a file's name says little.
                try options.audit.record("trust.add_key", about: "key \(key.fingerprint)") {}
                StandardOutput.write("\(key.fingerprint)  \(key.userID)")
                guard let over = key.isOver(at: secondsNow()) else { continue }
                StandardError.write(
                    "warning: the key \(key.fingerprint) is \(over): its signatures do not count; ask its owner for a newer one"
                )
            }
        }
    }

    struct Pin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Trust one file by its SHA-256, whoever signed it.")
        @OptionGroup var options: Options
        @Argument(help: "The file's SHA-256.")
        var sha256: String
        @Option(help: "Why, for those who read the list later.")
        var note = ""

        func run() async throws {
            try options.audit.record("trust.pin", about: sha256) {
                try options.firstStore.pin(sha256, note: note, now: secondsNow())
            }
        }
    }

    struct AllowWeak: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let one file's good signature rest on MD5, SHA-1 or RIPEMD-160."
        )
        @OptionGroup var options: Options
        @Argument(help: "The file's SHA-256.")
        var sha256: String
        @Option(help: "Why, for those who read the list later.")
        var note = ""

        func run() async throws {
            try options.audit.record("trust.allow_weak_digest", about: sha256) {
                try options.firstStore.allowWeakDigest(sha256, note: note, now: secondsNow())
            }
        }
    }

    struct RequireSigners: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set how many trusted keys must have signed a package."
        )
        @OptionGroup var options: Options
        @Argument(help: "The number, usually 1.")
        var count: Int

        func run() async throws {
            try options.audit.record("trust.require_signers", about: "\(count)") {
                try options.store.requireSigners(count)
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop trusting a key or a file.")
        @OptionGroup var options: Options
        @Argument(help: "The key's fingerprint, or the file's SHA-256.")
        var name: String

        func run() async throws {
            try options.audit.record("trust.remove", about: name) { try options.store.remove(name) }
        }
    }
}

/// The time by the machine's clock, in seconds since the epoch.
func secondsNow() -> Int64 { Int64(Date().timeIntervalSince1970) }
