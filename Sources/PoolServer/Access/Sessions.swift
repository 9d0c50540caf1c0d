import Datamodel
import PoolDatabase
import Synchronization
import XenAPI

/// One caller who has signed in.
struct Session: Sendable {
    let ref: Ref
    let uuid: String
    let user: String
    let role: Role
    /// Who opened it, as the client calls itself.
    let originator: String
    var lastActive: Timestamp
}

/// The sessions that are open. They live in memory only: a restart of the server ends them, and clients sign in again.
final class Sessions: Sendable {
    /// More than this many are not kept: the one that was idle longest makes room.
    static let limit = 400
    /// A session that is idle for this long ends.
    static let idleLimit: Int64 = 24 * 3600

    private let open = Mutex<[Ref: Session]>([:])

    func add(_ session: Session) {
        open.withLock { open in
            if open.count >= Self.limit, let idle = open.values.min(by: { $0.lastActive < $1.lastActive }) {
                open[idle.ref] = nil
            }
            open[session.ref] = session
        }
    }

    /// The session that `ref` names; using it keeps it alive.
    ///
    /// - Throws: `SESSION_INVALID` where there is none (any more).
    func use(_ ref: Ref, at now: Timestamp) throws(APIError) -> Session {
        let session = open.withLock { open -> Session? in
            guard var session = open[ref] else { return nil }
            guard now.seconds - session.lastActive.seconds < Self.idleLimit else {
                open[ref] = nil
                return nil
            }
            session.lastActive = now
            open[ref] = session
            return session
        }
        guard let session else { throw APIError("SESSION_INVALID", [ref.rawValue]) }
        return session
    }

    func remove(_ ref: Ref) { open.withLock { $0[ref] = nil } }

    var all: [Session] { open.withLock { Array($0.values) } }
}
