import Glibc

/// Standard output and standard error as they are: pipes that somebody closes, files on disks that are full, or nothing.
///
/// Neither Foundation's file handles nor `print` will do: the first end the program where a write fails, the second loses
/// what could not be written without a word.
public struct StandardStream: Sendable {
    /// Why something could not be written.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// Whoever read has gone.
        case closed
        /// The system's own words, such as `No space left on device`.
        case refused(String)

        /// One sentence for the operator.
        public var description: String {
            switch self {
            case .closed: "Nobody reads the output any more."
            case .refused(let reason): "The output can not be written: \(reason)."
            }
        }
    }

    /// Where results go.
    public static let output = StandardStream(descriptor: STDOUT_FILENO)
    /// Where remarks go.
    public static let error = StandardStream(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    /// Makes a stream of an open descriptor.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Whether a person reads it as it comes.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes all bytes, as they are.
    ///
    /// - Throws: ``Failure`` where not all could be written.
    public func write(_ bytes: some Sequence<UInt8>) throws(Failure) {
        let bytes = Array(bytes)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count >= 0 {
                written += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable()
            case EPIPE: throw .closed
            case let code: throw .refused(String(cString: strerror(code)))
            }
        }
    }

    /// Some parent processes leave a pipe that does not wait.
    private func waitUntilWritable() {
        var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&place, 1, -1)
    }

    /// Makes writing to a stream that nobody reads an error, in place of a signal that ends the program; and keeps the three
    /// standard descriptors from being given to the first files and connections that are opened, where they came closed.
    ///
    /// To be called before anything else.
    public static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            // Opened the wrong way round on purpose: who reads or writes there is told that it is closed.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes a command's result; where that can not be done, the command has failed and ends.
    ///
    /// Whoever has closed the pipe has read enough: the end is quiet, with the code that the pipe's own signal has. Everything
    /// else is said in a sentence, with exit code 1. Nothing that goes on, such as a server, may call this.
    public func writeResult(_ bytes: some Sequence<UInt8>) {
        do throws(Failure) { try write(bytes) } catch {
            if error == .closed { exit(128 + SIGPIPE) }
            try? Self.error.write("\(error.description)\n".utf8)
            exit(EXIT_FAILURE)
        }
    }
}
