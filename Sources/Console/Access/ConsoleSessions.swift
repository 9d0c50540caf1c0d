import XenAPI

/// Who is signed in to the console. Only digests of the cookies are kept, on disk too: whoever had the pages open before
/// the server was started again goes on where they were.
actor ConsoleSessions {
    /// One browser that has signed in.
    struct Entry: Codable, Sendable {
        var user: String
        var mark: String
        /// Seconds since the epoch.
        var lastUsed: Int64
    }

    /// A browser that is idle for this long, in seconds, has to sign in again.
    static let idleLimit: Int64 = 12 * 3600
    /// More than this many are not kept: the one that was idle longest makes room.
    static let limit = 400

    private let access: any PoolAccess
    private let now: @Sendable () -> Int64
    private let file: StateFile<[String: Entry]>
    private var entries: [String: Entry]
    /// The XenAPI sessions of this life of the server.
    private var open: [String: Ref] = [:]

    init(access: any PoolAccess, path: String, now: @escaping @Sendable () -> Int64) {
        (self.access, self.now) = (access, now)
        file = StateFile(path: path)
        entries = file.read() ?? [:]
    }

    /// Opens a session under a new secret, which no browser has had before: this is what the cookie holds.
    func signIn(_ user: String, password: String) async throws(APIError) -> String {
        let signedIn = try await access.signIn(user, password: password)
        let secret = Secret.make()
        let key = Secret.digest(secret)
        forgetIdle()
        entries[key] = Entry(user: user, mark: signedIn.mark, lastUsed: now())
        open[key] = signedIn.session
        keep()
        return secret
    }

    /// Who has a secret; nil where nobody has, or has been idle for too long.
    func find(_ secret: String) async -> SignedIn? {
        let key = Secret.digest(secret)
        guard let entry = entries[key], now() - entry.lastUsed < Self.idleLimit else { return nil }
        if let session = open[key] {
            let signedIn = try? access.signedIn(session)
            // Another password or role is another sign-in, whoever gave it and wherever.
            guard let signedIn, signedIn.mark == entry.mark else {
                forget(key)
                if signedIn != nil { await access.signOut(session) }
                return nil
            }
            touch(key)
            return signedIn
        }
        guard let signedIn = try? await access.resume(entry.user, mark: entry.mark) else {
            forget(key)
            return nil
        }
        // Another request of the same browser may have been quicker.
        if let other = open[key] {
            await access.signOut(signedIn.session)
            return try? access.signedIn(other)
        }
        open[key] = signedIn.session
        touch(key)
        return signedIn
    }

    func signOut(_ secret: String) async {
        let key = Secret.digest(secret)
        let session = open[key]
        forget(key)
        if let session { await access.signOut(session) }
    }

    /// The time of use is written at most every minute: a page more or less does not matter after a crash.
    private func touch(_ key: String) {
        guard let entry = entries[key], now() - entry.lastUsed >= 60 else { return }
        entries[key]?.lastUsed = now()
        keep()
    }

    private func forget(_ key: String) {
        entries[key] = nil
        open[key] = nil
        keep()
    }

    private func forgetIdle() {
        let oldest = entries.sorted { $0.value.lastUsed < $1.value.lastUsed }
        for (index, (key, entry)) in oldest.enumerated()
        where now() - entry.lastUsed >= Self.idleLimit || index <= oldest.count - Self.limit {
            entries[key] = nil
            open[key] = nil
        }
    }

    /// Where the disk is full people stay signed in until the server ends; that is no reason to turn them away.
    private func keep() { try? file.write(entries) }
}
