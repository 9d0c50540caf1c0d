/// What a hypervisor host can do for Pitstop. A driver makes one for each host of its pool.
///
/// A host does what it is told and reports what it sees. It decides nothing: which VM goes where, whether a restart is
/// allowed and what a result means is settled on the floors above.
public protocol Host: Sendable {
    /// The host's uuid in the pool.
    var uuid: String { get }

    /// What the host says of itself now.
    ///
    /// - Throws: ``HostError/unreachable(host:reason:)`` while the host is down or restarting.
    func facts() async throws(HostError) -> HostFacts

    /// The packages in the host's own databases of packages (rpm's, dpkg's), in name order.
    func installedPackages() async throws(HostError) -> [InstalledPackage]

    /// Compares packages on the host with what its RPM database says of them, as `rpm -V` does: versions, digests, modes
    /// and owners of their files. Nothing is changed. ``RPMVerification`` has the script to run and reads its answer.
    ///
    /// - Parameter packages: names, or `name-version-release.architecture` for exactly that package.
    /// - Returns: one check for each, in the same order; one that is not installed is no error.
    /// - Throws: ``HostError`` where the host could not be asked.
    func verifyPackages(_ packages: [String]) async throws(HostError) -> [PackageCheck]

    /// Compares Debian packages on the host with what dpkg says of them, as `dpkg --verify` does: digests of their files,
    /// which is all that dpkg keeps. Nothing is changed. ``DebVerification`` has the script to run and reads its answer.
    ///
    /// - Parameter packages: names, as `name:architecture` for exactly that package.
    /// - Returns: one check for each, in the same order; one that is not installed is no error.
    /// - Throws: ``HostError`` where the host could not be asked.
    func verifyDebs(_ packages: [String]) async throws(HostError) -> [PackageCheck]

    /// Runs a verified package program on the host with one argument (`info`, `precheck` or `apply`).
    ///
    /// Standard input is empty; standard output and error come back merged, as XenAPI returns them. The program sees the
    /// host's own tree as its world. It is copied to the host for the run and deleted afterwards.
    ///
    /// - Parameters:
    ///   - program: path, on this machine, of the verified payload.
    ///   - argument: the program's only argument.
    ///   - limits: how long it may run and how much it may print.
    /// - Returns: how it ended; a program that fails is a result, not an error.
    /// - Throws: ``HostError`` where the host could not be asked, or can not run programs safely.
    func run(program: String, argument: String, limits: ProgramLimits) async throws(HostError) -> ProgramResult

    /// A piece of a file on the host.
    ///
    /// - Parameters:
    ///   - path: the file's absolute path; its names hold letters, digits and `. _ -` only.
    ///   - offset: where the piece begins, in bytes.
    ///   - count: how many bytes are wanted, some MiB at most.
    /// - Returns: the bytes; fewer where the file ends before.
    /// - Throws: ``HostError``, also where the path is no file.
    func read(_ path: String, from offset: Int64, count: Int) async throws(HostError) -> [UInt8]

    /// Every stamp of `/var/patch/applied`, unparsed.
    func stamps() async throws(HostError) -> [Stamp]

    /// Writes the stamp `/var/patch/applied/<uuid>` (mode 0440), replacing one of that name.
    func writeStamp(uuid: String, contents: String) async throws(HostError)

    /// Begins a restart and returns. ``facts()`` then fails until the host is back, with another boot id.
    func reboot() async throws(HostError)

    /// Restarts the host's agent; VMs and the boot id stay as they are.
    func restartAgent() async throws(HostError)

    /// Brings storage back that the host should reach and does not, where the driver knows how.
    func plugStorage() async throws(HostError)

    /// Begins to switch the host off and returns. ``facts()`` then fails until ``powerOn()`` has brought it back.
    ///
    /// - Throws: ``HostError/unsupported(host:operation:)`` where the driver can not, as without more the others below.
    func shutdown() async throws(HostError)

    /// Begins to switch on a host that is off and returns. It comes up with another boot id.
    func powerOn() async throws(HostError)

    /// An archive (tar) of what the host would be missed for: `/etc`, the stamps of patches, and `packages`, the list of
    /// its RPM database.
    ///
    /// - Parameter limit: the most bytes that it may have; one that would be larger is an error.
    func backup(limit: Int) async throws(HostError) -> [UInt8]
}

extension Host {
    public func plugStorage() async throws(HostError) {}

    public func shutdown() async throws(HostError) { throw .unsupported(host: uuid, operation: "shut down") }

    public func powerOn() async throws(HostError) { throw .unsupported(host: uuid, operation: "powered on") }

    public func backup(limit: Int) async throws(HostError) -> [UInt8] {
        throw .unsupported(host: uuid, operation: "backed up")
    }

    public func read(_ path: String, from offset: Int64, count: Int) async throws(HostError) -> [UInt8] {
        throw .unsupported(host: uuid, operation: "looked into")
    }
}

extension Host {
    /// A driver that can not look into packages refuses.
    public func verifyPackages(_ packages: [String]) async throws(HostError) -> [PackageCheck] {
        throw .failed(host: uuid, reason: "the packages of hosts of this kind can not be verified")
    }

    /// A driver of hosts that have no dpkg refuses.
    public func verifyDebs(_ packages: [String]) async throws(HostError) -> [PackageCheck] {
        throw .failed(host: uuid, reason: "hosts of this kind have no Debian packages to verify")
    }
}

/// What a host says of itself.
public struct HostFacts: Hashable, Sendable {
    /// A random id that each boot makes anew.
    public var bootID: String
    /// When the host booted, in seconds since the epoch.
    public var bootTime: Int64
    /// When its agent started, in seconds since the epoch.
    public var agentStartTime: Int64
    /// The versions *in effect*, as XenAPI's `host.software_version` spells them: what was booted, not what is installed.
    public var softwareVersion: [String: String]
    /// Bytes free where patches are stored.
    public var freeBytes: Int64
    /// What the host lacks for an update, each as the second half of a sentence: `it has neither rpm nor dpkg`.
    public var obstacles: [String]

    /// Creates the facts of one host.
    public init(
        bootID: String,
        bootTime: Int64,
        agentStartTime: Int64,
        softwareVersion: [String: String],
        freeBytes: Int64,
        obstacles: [String] = []
    ) {
        self.bootID = bootID
        self.bootTime = bootTime
        self.agentStartTime = agentStartTime
        self.softwareVersion = softwareVersion
        self.freeBytes = freeBytes
        self.obstacles = obstacles
    }
}

/// Whose package a package is.
public enum PackageFormat: String, Hashable, Sendable, Codable {
    /// RPM's.
    case rpm
    /// Debian's, dpkg's.
    case deb
}

/// One package of a host's database of packages.
public struct InstalledPackage: Hashable, Sendable {
    /// The package's name, such as `openssl`.
    public var name: String
    /// Version and release, such as `0.9.8e-27.el5_10.3`; of a Debian package all of its version, with the epoch.
    public var version: String
    /// The architecture that it was built for, such as `i386`.
    public var architecture: String

    /// Whose database it is in.
    public var format: PackageFormat

    /// Creates one entry.
    public init(name: String, version: String, architecture: String, format: PackageFormat = .rpm) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.format = format
    }

    /// What the package is known by where versions are compared: its name, for Debian's with the architecture
    /// (`openssl:amd64`), as dpkg may have it for several. So one kind is never taken for the other.
    public var identity: String { format == .deb ? "\(name):\(architecture)" : name }

    /// `name-version-release.architecture`, as `rpm -q` prints it.
    public var nevra: String { "\(name)-\(version).\(architecture)" }
}

/// How long a package program may run and how much it may print.
public struct ProgramLimits: Hashable, Sendable {
    /// Time after which the program and all it started are killed.
    public var time: Duration
    /// Bytes of output that are kept; a program that prints more is killed.
    public var outputBytes: Int

    /// Creates limits.
    public init(time: Duration, outputBytes: Int) {
        self.time = time
        self.outputBytes = outputBytes
    }
}

/// How a package program ended.
public struct ProgramResult: Hashable, Sendable {
    /// The way in which the program came to its end.
    public enum Ending: Hashable, Sendable {
        /// It exited by itself with this status.
        case exited(Int32)
        /// A signal ended it.
        case signalled(Int32)
        /// It ran into ``ProgramLimits/time`` and was killed.
        case timedOut
        /// It printed more than ``ProgramLimits/outputBytes`` and was killed.
        case outputTooLong
    }

    /// How it ended.
    public var ending: Ending
    /// Standard output and standard error, merged in the order in which they were written.
    public var output: String

    /// Creates a result.
    public init(ending: Ending, output: String) {
        self.ending = ending
        self.output = output
    }
}

extension ProgramResult {
    /// The first line of its output, for messages.
    public var firstLine: String {
        output.split(whereSeparator: \.isNewline).first.map { HostAnswer.text($0, bytes: 1_024) } ?? "it said nothing"
    }
}

/// One file of `/var/patch/applied`: what the `info` of an applied package printed.
public struct Stamp: Hashable, Sendable {
    /// The file's name: the uuid of the patch.
    public var name: String
    /// The file's text.
    public var contents: String
    /// The file's modification time, in seconds since the epoch.
    public var modified: Int64

    /// Creates a stamp.
    public init(name: String, contents: String, modified: Int64) {
        self.name = name
        self.contents = contents
        self.modified = modified
    }
}
