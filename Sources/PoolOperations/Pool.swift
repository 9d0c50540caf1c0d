public import Hosts
public import PoolDatabase
public import XenAPI

/// What the messages of a pool work with: its memory, its hosts, a clock and a source of uuids.
public struct Pool: Sendable {
    /// The pool's memory.
    public let database: PoolDatabase
    /// The pool's hosts.
    public let hosts: any HostPool
    /// The time of day.
    public let now: @Sendable () -> Timestamp
    /// A uuid that nobody has used.
    public let makeUUID: @Sendable () -> String
    let shutdownOrders = ShutdownOrders()

    /// Brings the parts together.
    public init(
        database: PoolDatabase,
        hosts: any HostPool,
        now: @escaping @Sendable () -> Timestamp,
        makeUUID: @escaping @Sendable () -> String
    ) {
        self.database = database
        self.hosts = hosts
        self.now = now
        self.makeUUID = makeUUID
    }

    /// A reference that nobody has used.
    public func makeRef() -> Ref { Ref("OpaqueRef:" + makeUUID()) }

    /// The driver of the host that `ref` names.
    ///
    /// - Throws: `HANDLE_INVALID` for an unknown host, `HOST_OFFLINE` where its driver knows no such host.
    public func driver(_ ref: Ref) throws(APIError) -> any Host {
        let row = try database.snapshot.require("host", ref)
        guard let host = hosts.host(row.uuid) else { throw APIError("HOST_OFFLINE", [ref.rawValue]) }
        return host
    }
}

/// Takes the part of a long operation that is done, from 0 to 1.
public typealias ProgressReport = @Sendable (Double) async -> Void
