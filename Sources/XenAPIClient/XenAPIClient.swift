import NIOSSL
public import XenAPI

/// One client of one pool's XenAPI: it finds the master, signs in when it must, and never says what the password is.
///
/// A client may be called from many tasks at once. Nothing runs on its own: whatever waits does so within a call.
public actor XenAPIClient {
    /// The bounds of every call.
    public nonisolated let limits: ClientLimits
    nonisolated let exchange: HTTPExchange
    nonisolated let clock: any Clock<Duration>
    private let credentials: Credentials
    private let preferredWire: Wire

    /// Where the master is, as far as is known.
    public private(set) var master: Endpoint
    /// Other hosts of the pool, who know the master where it has changed.
    private var members: [Endpoint] = []
    private var wire: Wire
    private var session: Ref?
    private var isSigningIn = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Whether the server tells of single tasks by events; nil as long as that is not known.
    var tellsOfTasks: Bool?
    /// Whether tasks go on where whoever waits for them is cancelled.
    var leavesTasks = false
    /// The newest tasks that were begun as this program's own.
    var ownTasks: [Ref] = []

    /// A client of the pool at `endpoint`; no connection is made before the first call.
    ///
    /// - Parameters:
    ///   - endpoint: the master, or any host that knows it.
    ///   - policy: the certificates that its hosts may show.
    ///   - clock: measures deadlines and pauses.
    public init(
        _ endpoint: Endpoint,
        as credentials: Credentials,
        policy: TLSPolicy = TLSPolicy(),
        wire: Wire = .automatic,
        limits: ClientLimits = ClientLimits(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        master = endpoint
        self.credentials = credentials
        self.limits = limits
        self.clock = clock
        self.wire = wire
        preferredWire = wire
        exchange = HTTPExchange(policy: policy, limits: limits, clock: clock)
    }

    // MARK: Calls

    /// Signs in, where that is not done yet. A call does so by itself.
    public func signIn() async throws(XenAPIError) { _ = try await currentSession() }

    /// Calls a message with the session before its parameters, and waits for the result.
    ///
    /// An expired session is renewed once, and a changed master is followed. A message that only reads is asked again
    /// where the connection ended under it.
    ///
    /// - Parameter limit: how long it may take; nil for the usual time.
    @discardableResult
    public func call(_ method: String, _ parameters: [Value] = [], within limit: Duration? = nil)
        async throws(XenAPIError) -> Value
    {
        var isRenewed = false
        var isRepeated = false
        var hops = 0
        while true {
            let session = try await currentSession()
            do throws(XenAPIError) {
                return try await send(
                    method,
                    [.string(session.rawValue)] + parameters,
                    to: master,
                    limit ?? limits.call
                )
            } catch {
                switch error {
                case .refused(let refusal) where refusal.code == "SESSION_INVALID" && !isRenewed:
                    isRenewed = true
                    forget(session)
                case .refused(let refusal) where refusal.code == "HOST_IS_SLAVE" && hops < limits.hops:
                    hops += 1
                    forget(session)
                    try move(to: refusal.parameters.first ?? "", from: master)
                case .transport(let failure) where failure.reason == .cut && !isRepeated && Self.onlyReads(method):
                    isRepeated = true
                default: throw error
                }
            }
        }
    }

    /// Whether a message changes nothing, by XenAPI's own way of naming.
    private static func onlyReads(_ method: String) -> Bool {
        let message = method.split(separator: ".").last ?? ""
        return message.hasPrefix("get_") || method == "event.from"
    }

    /// Other hosts of the pool by name or address, to be asked for the master where it is no longer where it was.
    public func learn(members addresses: [String]) {
        members = addresses.prefix(limits.members).compactMap { master.moved(to: $0) }
    }

    /// Signs out and ends all connections. The client may not be used any longer.
    public func close() async {
        if let session {
            self.session = nil
            // Also where the task around this is cancelled.
            await Task { [master] in
                _ = try? await self.send(
                    "session.logout",
                    [.string(session.rawValue)],
                    to: master,
                    self.limits.farewell
                )
            }.value
        }
        await exchange.close()
    }

    // MARK: Sessions

    /// The session, made where there is none; callers at once share one login.
    func currentSession() async throws(XenAPIError) -> Ref {
        while isSigningIn { await withCheckedContinuation { waiting.append($0) } }
        if let session { return session }
        isSigningIn = true
        defer {
            isSigningIn = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        let made = try await login()
        session = made
        return made
    }

    private func forget(_ old: Ref) {
        if session == old { session = nil }
    }

    /// Signs in at the master, wherever that is now.
    private func login() async throws(XenAPIError) -> Ref {
        var failure: XenAPIError?
        var tried: Set<Endpoint> = []
        for candidate in [master] + members where !tried.contains(candidate) {
            var endpoint = candidate
            var hops = 0
            seeking: while tried.insert(endpoint).inserted {
                do throws(XenAPIError) {
                    let session = try await login(at: endpoint)
                    master = endpoint
                    return session
                } catch {
                    switch error {
                    case .refused(let refusal) where refusal.code == "HOST_IS_SLAVE":
                        hops += 1
                        guard hops <= limits.hops else {
                            throw .transport(TransportFailure(endpoint, .noMaster))
                        }
                        endpoint = try next(refusal.parameters.first ?? "", from: endpoint)
                    case .transport(let silence) where silence.isPassing:
                        failure = failure ?? error
                        break seeking
                    default: throw error
                    }
                }
            }
        }
        throw failure ?? .transport(TransportFailure(master, .noMaster))
    }

    private func login(at endpoint: Endpoint) async throws(XenAPIError) -> Ref {
        let pair: [Value] = [.string(credentials.user), .string(credentials.password)]
        let answer: Value
        do throws(XenAPIError) {
            answer = try await send(
                Self.login,
                pair + [.string("1.0"), .string("pitstop")],
                to: endpoint,
                limits.signingIn
            )
        } catch {
            guard error.code == "MESSAGE_PARAMETER_COUNT_MISMATCH" else { throw error }
            answer = try await send(Self.login, pair, to: endpoint, limits.signingIn)
        }
        guard let session = answer.text, !session.isEmpty else {
            throw .transport(TransportFailure(endpoint, .garbage("the login brought no session")))
        }
        return Ref(session)
    }

    private static let login = "session.login_with_password"

    /// The host that another one calls master.
    private func next(_ address: String, from endpoint: Endpoint) throws(XenAPIError) -> Endpoint {
        guard let next = endpoint.moved(to: address) else {
            throw .transport(TransportFailure(endpoint, .elsewhere("'\(address.prefix(100))'")))
        }
        return next
    }

    private func move(to address: String, from endpoint: Endpoint) throws(XenAPIError) {
        master = try next(address, from: endpoint)
        wire = preferredWire
    }

    // MARK: The wire

    private func send(_ method: String, _ parameters: [Value], to endpoint: Endpoint, _ limit: Duration)
        async throws(XenAPIError) -> Value
    {
        guard wire == .automatic else {
            return try await exchange(WireCall(method, parameters, asJSON: wire == .json), endpoint, limit)
        }
        do throws(XenAPIError) {
            let value = try await exchange(WireCall(method, parameters, asJSON: true), endpoint, limit)
            wire = .json
            return value
        } catch {
            switch error {
            case .refused: wire = .json
            case .transport(let failure):
                // A server without JSON-RPC answers something, and has not understood a word.
                switch failure.reason {
                case .garbage, .status: break
                default: throw error
                }
                let value = try await exchange(WireCall(method, parameters, asJSON: false), endpoint, limit)
                wire = .xml
                return value
            case .cancelled: break
            }
            throw error
        }
    }

    private func exchange(_ call: WireCall, _ endpoint: Endpoint, _ limit: Duration) async throws(XenAPIError) -> Value
    {
        let answer = try await exchange.post(call.path, call.body, type: call.type, to: endpoint, within: limit)
        return try call.read(answer, from: endpoint)
    }
}
