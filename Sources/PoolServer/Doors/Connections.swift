import Glibc
import Logging
import NIOCore
import Synchronization

/// The connections of all doors of a server, and how many there may be: in all, and from one address.
///
/// Where there are too many, one that wants nothing now makes room for the new one: first those that have said no whole
/// request yet, the oldest of them before the others. So somebody who opens connections and says nothing closes the door
/// on nobody else. Callers at the UNIX socket are always let in: it is the operator's own way.
final class Connections: Sendable {
    /// How many connections there may be.
    struct Limits: Sendable {
        var inAll: Int
        /// From one address; of IPv6, from one network of 64 bits, which is what one customer gets.
        var fromOne: Int

        /// What a process may have that can open so many files: a quarter of them, 256 at least, stay for the server
        /// itself, its database, the packages that it reads and the programs that it runs.
        init(descriptors: Int) {
            inAll = max(16, min(10_000, descriptors - max(256, descriptors / 4)))
            fromOne = max(8, inAll / 2)
        }
    }

    /// One connection's place.
    final class Standing: Sendable {
        fileprivate let number: Int
        fileprivate let address: String?
        private let busy = Atomic<Bool>(false)

        fileprivate init(_ number: Int, _ address: String?) {
            self.number = number
            self.address = address
        }

        /// Whether a request is read or answered on it: then it makes room for nobody.
        var isBusy: Bool {
            get { busy.load(ordering: .relaxed) }
            set { busy.store(newValue, ordering: .relaxed) }
        }
    }

    private struct Entry {
        let standing: Standing
        let hangUp: @Sendable () -> Void
    }

    private struct State {
        var open: [Int: Entry] = [:]
        var counts: [String: Int] = [:]
        var next = 0
        /// Connections that were closed for others, or not let in, and when that was last said.
        var turnedAway = 0
        var lastSaid: ContinuousClock.Instant?
    }

    private let limits: Limits
    private let logger: Logger
    private let state = Mutex(State())

    init(limits: Limits, logger: Logger) {
        self.limits = limits
        self.logger = logger
    }

    /// How many there are.
    var count: Int { state.withLock { $0.open.count } }

    /// Lets a connection in, or not: nil.
    ///
    /// - Parameters:
    ///   - address: where it comes from; nil for the UNIX socket.
    ///   - hangUp: closes it, should it have to make room for another one.
    func admit(from address: String?, hangUp: @escaping @Sendable () -> Void) -> Standing? {
        let address = address.map(Self.origin)
        let (standing, leaving) = state.withLock { state -> (Standing?, (@Sendable () -> Void)?) in
            var leaving: Entry?
            if let address {
                let isFullForOne = state.counts[address, default: 0] >= limits.fromOne
                if isFullForOne || state.open.count >= limits.inAll {
                    leaving = Self.idlest(of: state.open.values) { !isFullForOne || $0 == address }
                    guard let leaving else { return (nil, nil) }
                    Self.remove(leaving.standing, &state)
                }
            }
            state.next += 1
            let standing = Standing(state.next, address)
            state.open[standing.number] = Entry(standing: standing, hangUp: hangUp)
            if let address { state.counts[address, default: 0] += 1 }
            return (standing, leaving?.hangUp)
        }
        leaving?()
        if standing == nil || leaving != nil { tellOfMany(address) }
        return standing
    }

    /// Takes note that a connection is closed.
    func leave(_ standing: Standing) { state.withLock { Self.remove(standing, &$0) } }

    private static func remove(_ standing: Standing, _ state: inout State) {
        guard state.open.removeValue(forKey: standing.number) != nil, let address = standing.address else { return }
        let left = state.counts[address, default: 1] - 1
        state.counts[address] = left > 0 ? left : nil
    }

    private static func idlest(
        of entries: some Collection<Entry>,
        where isEligible: (String) -> Bool
    ) -> Entry? {
        // In one pass and without a copy: whoever floods a server has it look here for each connection.
        var idlest: Entry?
        for entry in entries where entry.standing.number < idlest?.standing.number ?? .max {
            if !entry.standing.isBusy, let address = entry.standing.address, isEligible(address) { idlest = entry }
        }
        return idlest
    }

    /// Says at most once a minute that there are too many.
    private func tellOfMany(_ address: String?) {
        let number = state.withLock { state -> Int? in
            state.turnedAway += 1
            let now = ContinuousClock.now
            if let last = state.lastSaid, now - last < .seconds(60) { return nil }
            state.lastSaid = now
            defer { state.turnedAway = 0 }
            return state.turnedAway
        }
        guard let number else { return }
        logger.warning(
            "There are more connections than this server takes: idle ones were closed for new ones",
            metadata: [
                "closed": "\(number)", "last from": "\(address ?? "")", "most": "\(limits.inAll)",
                "most from one address": "\(limits.fromOne)",
            ]
        )
    }

    /// Whom an address counts for.
    private static func origin(_ address: String) -> String {
        guard address.contains(":") else { return address }
        var parsed = in6_addr()
        guard inet_pton(AF_INET6, address, &parsed) == 1 else { return address }
        let bytes = withUnsafeBytes(of: &parsed) { Array($0) }
        // An address of IPv4 in IPv6's clothes stands for itself.
        if bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] { return address }
        return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":")
    }
}

/// How many files the process may have open at once.
enum Descriptors {
    /// Enough for any server of this kind; some systems allow a thousand million, for which tools make tables.
    private static let most: rlim_t = 65_536

    /// Raises the limit to what the system lets the process have.
    ///
    /// - Returns: the limit now.
    static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let wanted = max(limit.rlim_cur, min(limit.rlim_max, most))
        if wanted > limit.rlim_cur {
            var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(clamping: min(limit.rlim_cur, most))
    }
}

extension Channel {
    /// Has the kernel find out whether the other end is still there, where nothing is sent and where nothing is taken.
    func detectVanishedPeer() throws {
        guard let options = syncOptions else { return }
        try options.setOption(.socketOption(.so_keepalive), value: 1)
        for (name, value) in [
            (TCP_KEEPIDLE, 60), (TCP_KEEPINTVL, 15), (TCP_KEEPCNT, 4), (TCP_USER_TIMEOUT, 120_000),
        ] as [(Int32, ChannelOptions.Types.SocketOption.Value)] {
            try options.setOption(.tcpOption(.init(rawValue: name)), value: value)
        }
    }
}
