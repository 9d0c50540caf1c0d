import Basics
import Crypto

/// Computes SHA-256 and MD5 of a stream, side by side.
///
/// Bytes are gathered into batches of 256 KiB, which fit into a processor's cache. While one batch is being hashed by two
/// tasks (MD5 takes more than twice as long as SHA-256), the next one fills up; a third is never begun, so at most two
/// batches are in memory and a fast sender waits. Use it from an upload like this:
///
/// ```swift
/// var stream = DigestStream()
/// for try await chunk in body { await stream.update(chunk) }
/// let digests = await stream.finish()
/// ```
public struct DigestStream: Sendable {
    /// Bytes that are hashed at a time.
    public static let batchSize = 1 << 18

    private var batch: [UInt8] = []
    private var size: Int64 = 0
    private var sha256 = Lane(SHA256())
    private var md5 = Lane(Insecure.MD5())

    /// Creates a stream that has seen no bytes yet.
    public init() {}

    /// Takes the next bytes; waits while the two hashers are a whole batch behind.
    public mutating func update(_ bytes: [UInt8]) async {
        if batch.isEmpty, bytes.count >= Self.batchSize {
            // Large pieces are hashed where they lie.
            size += Int64(bytes.count)
            return await hash(bytes)
        }
        append(bytes)
        await hashIfFull()
    }

    /// Copies the next bytes without waiting, for buffers that are only valid in a closure. Call ``hashIfFull()`` after it.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        if batch.capacity == 0 { batch.reserveCapacity(Self.batchSize) }
        batch.append(contentsOf: bytes)
        size += Int64(bytes.count)
    }

    /// Begins to hash the gathered bytes once they fill a batch.
    public mutating func hashIfFull() async {
        if batch.count >= Self.batchSize { await hashBatch() }
    }

    /// Ends the stream.
    public mutating func finish() async -> Digests {
        if !batch.isEmpty { await hashBatch() }
        return Digests(
            sha256: (await sha256.finish()).hex,
            md5: (await md5.finish()).hex,
            size: size
        )
    }

    private mutating func hashBatch() async {
        let full = batch
        batch = []
        await hash(full)
    }

    private mutating func hash(_ bytes: [UInt8]) async {
        await sha256.hash(bytes)
        await md5.hash(bytes)
    }
}

/// One hash function, and the task that is at work on its latest batch.
private struct Lane<Function: HashFunction & Sendable>: Sendable {
    private var state: Function
    private var running: Task<Function, Never>?

    init(_ function: Function) { state = function }

    mutating func hash(_ bytes: [UInt8]) async {
        let before = await settled()
        running = Task {
            var function = before
            bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
            return function
        }
    }

    mutating func finish() async -> [UInt8] {
        state = await settled()
        running = nil
        return Array(state.finalize())
    }

    private func settled() async -> Function { await running?.value ?? state }
}
