import Glibc
import SystemPackage

/// Files without a name, which are gone with their last descriptor: what a process reads, or has written.
package enum ScratchFile {
    /// A new one, to be read from its beginning.
    package static func make(with text: String = "") throws -> FileDescriptor {
        var template = Array("/tmp/pitstop-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        unlink(template)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        let file = FileDescriptor(rawValue: number)
        do {
            try file.writeAll(text.utf8)
            _ = try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }

    /// What was written into it, from its beginning.
    ///
    /// - Parameter limit: bytes.
    package static func bytes(of file: FileDescriptor, upTo limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let batch = min(1 << 16, limit - bytes.count)
            if batch == 0 { return bytes }
            let position = Int64(bytes.count)
            let read = try [UInt8](unsafeUninitializedCapacity: batch) { buffer, count in
                count = try file.read(fromAbsoluteOffset: position, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if read.isEmpty { return bytes }
            bytes += read
        }
    }
}
