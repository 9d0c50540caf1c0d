import SystemPackage

extension Digests {
    /// Reads a file once and computes its digests.
    ///
    /// - Throws: ``PackageError`` with ``PackageError/Problem/unreadable(reason:)``.
    public static func of(file: String) async throws(PackageError) -> Digests {
        do {
            let descriptor = try FileDescriptor.open(FilePath(file), .readOnly)
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
