import Basics
import Crypto
import SystemPackage

extension Digests {
    /// Reads a file once and computes its digests.
    ///
    /// - Throws: ``PackageError`` with ``PackageError/Problem/unreadable(reason:)``.
    public static func of(file: String) async throws(PackageError) -> Digests {
        do {
            let descriptor = try FileDescriptor.reading(file)
            do {
                let digests = try await of(descriptor)
                try descriptor.close()
                return digests
            } catch {
                try? descriptor.close()
                throw error
            }
        } catch {
            throw PackageError(file, .unreadable(reason: describe(error)))
        }
    }

    /// SHA-256 of a file, as 64 lower-case hexadecimal digits.
    ///
    /// - Throws: ``PackageError`` with ``PackageError/Problem/unreadable(reason:)``.
    public static func sha256(of file: String) async throws(PackageError) -> String {
        do {
            return try await Task.detached {
                let descriptor = try FileDescriptor.reading(file)
                return try descriptor.closeAfter {
                    var hash = SHA256()
                    var piece = [UInt8](repeating: 0, count: DigestStream.batchSize)
                    while true {
                        let count = try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                        guard count > 0 else { return hash.finalize().hex }
                        piece.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
                    }
                }
            }.value
        } catch {
            throw PackageError(file, .unreadable(reason: describe(error)))
        }
    }

    /// Reads an open file from its beginning, leaving the descriptor's own position alone.
    static func of(_ descriptor: FileDescriptor) async throws -> Digests {
        var stream = DigestStream()
        var offset: Int64 = 0
        while true {
            try Task.checkCancellation()
            let position = offset
            let chunk = try [UInt8](unsafeUninitializedCapacity: DigestStream.batchSize) { buffer, count in
                count = try descriptor.read(fromAbsoluteOffset: position, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if chunk.isEmpty { return await stream.finish() }
            offset += Int64(chunk.count)
            await stream.update(chunk)
        }
    }
}
