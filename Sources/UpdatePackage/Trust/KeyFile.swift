import Basics

/// Public keys in a file, looked at by gpg in a home directory that exists only for that.
enum KeyFile {
    /// The keys of a file, binary or armored.
    static func keys(in file: String) async throws(TrustStoreError) -> [TrustStore.Key] {
        let listing = try await inTemporaryHome { (home: String) async throws(TrustStoreError) -> Tool.Outcome in
            let options = ["--with-colons", "--fixed-list-mode", "--import-options", "show-only"]
            return try await gpg(home, options + ["--import", "--", "/in/key"], file)
        }
        return keys(listing: listing.output)
    }

    /// The bytes of one key of a file.
    static func export(_ fingerprint: String, from file: String) async throws(TrustStoreError) -> [UInt8] {
        try await inTemporaryHome { (home: String) async throws(TrustStoreError) -> Tool.Outcome in
            _ = try await gpg(home, ["--import", "--", "/in/key"], file)
            return try await gpg(home, ["--export", fingerprint], file)
        }.output
    }

    /// Reads gpg's colon listing: after each `pub`, the first `fpr` and `uid` are the key's own.
    static func keys(listing: [UInt8]) -> [TrustStore.Key] {
        var keys: [TrustStore.Key] = []
        for line in outputLines(listing) {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard fields.count > 9 else { continue }
            switch fields[0] {
            case "pub":
                // Seconds since the epoch; empty for a key that never expires.
                var key = TrustStore.Key(fingerprint: "", userID: "", expires: Int64(fields[6]))
                key.isRevoked = fields[1] == "r"
                keys.append(key)
            case "fpr":
                if let last = keys.last, last.fingerprint.isEmpty { keys[keys.count - 1].fingerprint = fields[9] }
            case "uid": if let last = keys.last, last.userID.isEmpty { keys[keys.count - 1].userID = fields[9] }
            default: break
            }
        }
        return keys.filter { !$0.fingerprint.isEmpty }
    }

    private static func inTemporaryHome(
        _ body: (String) async throws(TrustStoreError) -> Tool.Outcome
    ) async throws(TrustStoreError) -> Tool.Outcome {
        let home: String
        do { home = try makeTemporaryDirectory() } catch {
            throw TrustStoreError(reason: "A temporary folder can not be made: \(describe(error)).")
        }
        defer { removeTree(home) }
        return try await body(home)
    }

    private static func gpg(_ home: String, _ arguments: [String], _ file: String) async throws(TrustStoreError)
        -> Tool.Outcome
    {
        let options = ["--homedir", "/out", "--no-options", "--batch", "--no-tty", "--quiet", "--no-autostart"]
        let tool = OutsideTool(name: "gpg", inputs: ["key": file], output: home, timeLimit: .seconds(60))
        do {
            return try await tool.require(options + arguments)
        } catch .failed(let tool, let reason) where tool == "gpg" {
            throw TrustStoreError(
                reason: "\(file) holds no public key that can be read (\(reason.escaped(for: .line)));"
                    + " choose the file that the publisher's key was exported to."
            )
        } catch {
            throw TrustStoreError(reason: "\(file): \(PackageError.Problem(error).sentence)")
        }
    }
}
