import Hosts

/// The way to one host: OpenSSH, with one connection that all commands share.
///
/// Scripts go to `sh` through standard input and their arguments are ``RemoteWord``s, so that no input ever becomes part
/// of a shell's line. A connection that breaks is made anew by the next command.
actor SSHConnection {
    /// What a command on the host came to.
    struct Reply: Hashable, Sendable {
        var status: Int32
        var bytes: [UInt8]
        var error: String

        /// What the command printed, with bytes that are no UTF-8 replaced.
        var output: String { String(decoding: bytes, as: UTF8.self) }

        /// Whether the host's disk was full.
        var isOutOfSpace: Bool { error.contains("No space left on device") }
        /// What to say of a command that failed and should not have.
        var complaint: String { "a command failed with status \(status): \(error.firstLine)" }
    }

    nonisolated let machine: PoolFile.Machine
    private let login: PoolFile.Login
    /// A folder of this process, for the sockets of connections.
    private let folder: String
    private var opening: Task<Result<Void, HostError>, Never>?
    private var isOpen = false
    private var forwarded: String?
    private var forwards = 0
    /// Seconds within which the host has to answer.
    private let answerTime: Int

    init(machine: PoolFile.Machine, login: PoolFile.Login, folder: String, answerTime: Int = 20) {
        self.machine = machine
        self.login = login
        self.folder = folder
        self.answerTime = answerTime
    }

    /// Runs a script on the host.
    ///
    /// - Parameters:
    ///   - script: POSIX sh; its exit status must not be 255, which is OpenSSH's own.
    ///   - arguments: its `$1`, `$2` and so on.
    /// - Throws: ``HostError/unreachable(host:reason:)``.
    func run(_ script: String, _ arguments: [RemoteWord] = [], within limit: Duration = .seconds(60))
        async throws(HostError) -> Reply
    {
        try await command(["sh", "-s", "--"] + arguments.map(\.description), .text(script), within: limit)
    }

    /// Runs a script on the host that reads a file of this machine as its standard input.
    ///
    /// - Parameters:
    ///   - script: POSIX sh of our own, without any input in it: it is the command itself here.
    ///   - file: path, on this machine.
    /// - Returns: nil where the connection broke after the script had printed something.
    /// - Throws: ``HostError/unreachable(host:reason:)`` where nothing was heard from it.
    func run(_ script: String, _ arguments: [RemoteWord], reading file: String, within limit: Duration)
        async throws(HostError) -> Reply?
    {
        let pieces = script.split(separator: "'", omittingEmptySubsequences: false)
        let words = ["sh", "-c", "'" + pieces.joined(separator: #"'\''"#) + "'", "sh"] + arguments.map(\.description)
        switch try await attempt(words, .file(file), within: limit) {
        case .reply(let reply): return reply
        case .broken(let error, let output):
            guard output.isEmpty else { return nil }
            throw error
        }
    }

    private func command(_ words: [String], _ input: Bounded.Input, within limit: Duration) async throws(HostError)
        -> Reply
    {
        switch try await attempt(words, input, within: limit) {
        case .reply(let reply): return reply
        case .broken(let error, _): throw error
        }
    }

    private enum Attempt {
        case reply(Reply)
        /// The connection broke; what the command had printed until then.
        case broken(HostError, output: String)
    }

    private func attempt(_ words: [String], _ input: Bounded.Input, within limit: Duration) async throws(HostError)
        -> Attempt
    {
        try await open()
        let sudo = login.sudo ? ["sudo", "-n", "--"] : []
        let outcome = await Bounded.run(
            "ssh",
            options + ["--", machine.ssh] + [(sudo + words).joined(separator: " ")],
            input: input,
            within: limit
        )
        if let status = outcome.status, status != 255 {
            return .reply(Reply(status: status, bytes: outcome.bytes, error: outcome.error))
        }
        await close()
        let reason =
            outcome.isTimedOut
            ? "a command did not end within \(limit.components.seconds) seconds"
            : SSHProblem(outcome.error).reason ?? "the connection broke"
        return .broken(.unreachable(host: machine.name, reason: reason), output: outcome.output)
    }

    // MARK: The shared connection

    /// Makes the connection, unless it is there.
    func open() async throws(HostError) {
        if isOpen { return }
        let task =
            opening
            ?? Task { () -> Result<Void, HostError> in
                let outcome = await knock()
                return outcome.status == 0 ? .success(()) : .failure(await explain(outcome))
            }
        opening = task
        let result = await task.value
        opening = nil
        try result.get()
        isOpen = true
    }

    /// A host that can not be reached and says so at once may be just booting: it is asked again, for a second, so that its
    /// return is seen when it happens.
    private func knock() async -> Bounded.Outcome {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(1)
        while true {
            let words = options + ["--", machine.ssh, "true"]
            let outcome = await Bounded.run("ssh", words, input: .text(""), within: .seconds(answerTime))
            let isDown = outcome.status != 0 && SSHProblem(outcome.error).mayPass
            guard isDown, clock.now < deadline else { return outcome }
            do { try await clock.sleep(for: .milliseconds(150)) } catch { return outcome }
        }
    }

    /// Ends the connection; a command after this makes another.
    func close() async {
        isOpen = false
        forwarded = nil
        _ = await Bounded.run(
            "ssh",
            options + ["-O", "exit", "--", machine.ssh],
            input: .text(""),
            within: .seconds(5)
        )
    }

    /// A socket of this machine that leads to libvirt's on the host.
    func libvirtSocket() async throws(HostError) -> String {
        try await open()
        if let forwarded { return forwarded }
        forwards += 1
        let local = "\(folder)/\(machine.name.prefix(20)).\(forwards)"
        let outcome = await Bounded.run(
            "ssh",
            options + ["-O", "forward", "-L", "\(local):\(machine.socket)", "--", machine.ssh],
            input: .text(""),
            within: .seconds(max(10, answerTime / 2))
        )
        guard outcome.status == 0 else {
            await close()
            throw .unreachable(
                host: machine.name,
                reason: "its SSH server does not lead to libvirt's socket: \(outcome.error.firstLine)"
            )
        }
        forwarded = local
        return local
    }

    private func explain(_ outcome: Bounded.Outcome) async -> HostError {
        if outcome.isTimedOut {
            return .unreachable(host: machine.name, reason: "no answer on SSH within \(answerTime) seconds")
        }
        let problem = SSHProblem(outcome.error)
        guard problem == .changedKey else {
            return .unreachable(host: machine.name, reason: problem.reason ?? outcome.error.firstLine)
        }
        let found = SSHProblem.fingerprint(in: outcome.error) ?? "unknown"
        let expected = await expectedFingerprints()
        return .unreachable(
            host: machine.name,
            reason: "its SSH key has changed: \(expected) was expected and \(found) was shown; unless you know why, "
                + "somebody else may be answering in its place"
        )
    }

    /// What the known-hosts file says of the host.
    private func expectedFingerprints() async -> String {
        guard let file = login.knownHosts else { return "another key" }
        let name = machine.ssh.split(separator: "@").last.map(String.init) ?? machine.ssh
        let outcome = await Bounded.run(
            "ssh-keygen",
            ["-l", "-F", machine.port.map { "[\(name)]:\($0)" } ?? name, "-f", file],
            input: .text(""),
            within: .seconds(5)
        )
        let words = outcome.output.split(whereSeparator: \.isWhitespace)
        let prints = words.filter { $0.hasPrefix("SHA256:") }
        return prints.isEmpty ? "another key" : prints.joined(separator: " or ")
    }

    private nonisolated var options: [String] {
        var words = ["-T"]
        if let config = login.config { words += ["-F", config] }
        if let file = login.knownHosts { words += ["-o", "UserKnownHostsFile=\(file)"] }
        if let identity = login.identity { words += ["-i", identity, "-o", "IdentitiesOnly=yes"] }
        if let port = machine.port { words += ["-p", String(port)] }
        for option in [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=\(max(8, answerTime * 2 / 5))",
            "ServerAliveInterval=\(max(3, answerTime / 6))",
            "ServerAliveCountMax=3", "ControlMaster=auto", "ControlPersist=30", "ControlPath=\(folder)/%C",
            "ForwardAgent=no", "ForwardX11=no", "EscapeChar=none", "LogLevel=ERROR",
        ] { words += ["-o", option] }
        return words
    }
}

extension String {
    /// The first line that says something, as it may be shown.
    var firstLine: String {
        split(whereSeparator: \.isNewline).first.map { HostAnswer.text($0, bytes: 1_024) } ?? "it said nothing"
    }

    /// What a tool gave as its reason, all of it on one line: virsh says what failed first, and why behind it.
    var reason: String {
        let lines = split(whereSeparator: \.isNewline).prefix(8).map { line in
            line.hasPrefix("error: ") ? line.dropFirst("error: ".count) : line
        }
        return lines.isEmpty ? "it said nothing" : HostAnswer.text(lines.joined(separator: ": "), bytes: 1_024)
    }
}
