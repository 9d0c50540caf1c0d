/// Every bound of a client, in one place.
public struct ClientLimits: Sendable {
    /// How long a connection may take until TLS stands.
    public var connecting: Duration = .seconds(15)
    /// Connections to one host at once: each wait for a task or an event takes one.
    public var connections = 64
    /// How long a call may take, from its first byte to the answer's last.
    public var call: Duration = .seconds(120)
    /// How long signing in may take: a server that checks passwords elsewhere, or delays wrong ones, takes some seconds.
    public var signingIn: Duration = .seconds(60)
    /// Bytes of the longest answer that is read.
    public var answer: Int64 = 256 << 20
    /// For how long one question for events waits at the server.
    public var eventWait: Duration = .seconds(30)
    /// What an answer to such a question may take longer than asked.
    public var eventGrace: Duration = .seconds(30)
    /// How long one look at a task waits at the server.
    public var taskWait: Duration = .seconds(10)
    /// How often HOST_IS_SLAVE and redirections are followed in a row.
    public var hops = 4
    /// How many other hosts are asked who is master, where that does not answer.
    public var members = 16
    /// For how long a server that went away is waited for while a task runs there.
    public var silence: Duration = .seconds(300)
    /// The first and the longest pause between two tries.
    public var pauses: ClosedRange<Duration> = .milliseconds(250)...(.seconds(5))
    /// For how long a transfer waits for the server's go-ahead, which older ones send before they read.
    public var goAhead: Duration = .seconds(5)
    /// For how long, after a transfer broke off, its task may still say why.
    public var lastWords: Duration = .seconds(10)
    /// How long a server may work on what was sent after the last byte.
    public var digestion: Duration = .seconds(1200)
    /// How long a call may take that leaves nothing behind if it fails: logout, the end of a task's record.
    public var farewell: Duration = .seconds(5)
    /// Bytes that are read from a file and sent at once.
    public var chunk = 256 << 10

    /// The usual bounds.
    public init() {}
}
