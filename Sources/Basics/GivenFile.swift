import Glibc

/// Reads files that somebody named: only what is a file. A pipe waits for a writer who may never come, and a device may have
/// no end.
public enum GivenFile {
    /// Why a file is not read.
    public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// The file, as it was named.
        public var path: String
        /// The half of a sentence: `it is a pipe, not a file`.
        public var reason: String
        /// Whether there is nothing of that name.
        public var isMissing = false

        /// One sentence for the operator.
        public var description: String { "\(path.escaped(for: .line)) can not be read: \(reason)." }
    }

    /// Opens a file for reading. It is the caller's to close.
    public static func open(_ path: String) throws(Refusal) -> Int32 {
        // Without O_NONBLOCK opening a pipe would wait for its writer.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            let refusal = refusal(path)
            if descriptor >= 0 { close(descriptor) }
            throw refusal
        }
        if let kind = kind(status.st_mode) {
            close(descriptor)
            throw Refusal(path: path, reason: "it is \(kind), not a file")
        }
        return descriptor
    }

    /// The whole of a file.
    ///
    /// - Parameters:
    ///   - limit: the most bytes that it may have.
    ///   - takesPipes: whether it may also be a pipe or device, as a shell's `<(…)` is one. It is read up to the limit.
    public static func bytes(_ path: String, limit: Int, takesPipes: Bool = false) throws(Refusal) -> [UInt8] {
        let descriptor = takesPipes ? Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : try open(path)
        guard descriptor >= 0 else { throw refusal(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw refusal(path) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limit else {
                throw Refusal(path: path, reason: "it has more than the \(limit) bytes that such a file may have")
            }
        }
    }

    private static func kind(_ mode: mode_t) -> String? {
        switch mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a folder"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }

    /// Why the system just refused.
    private static func refusal(_ path: String) -> Refusal {
        switch errno {
        case ENOENT, ENOTDIR: Refusal(path: path, reason: "there is no such file", isMissing: true)
        case ENXIO: Refusal(path: path, reason: "it is a socket or a missing device, not a file")
        case EACCES, EPERM: Refusal(path: path, reason: "its permissions do not allow it")
        default: Refusal(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
