/// A package whose origin is established, and its payload, ready to be run on a host.
public struct VerifiedPackage: Hashable, Sendable {
    /// The signed file.
    public var file: String
    /// Its digests: the identity of this build.
    public var digests: Digests
    /// In which of the two forms it was signed.
    public var kind: PackageFile.Kind
    /// Why it is believed.
    public var trust: Trust
    /// Every signature on it, whether it counted or not.
    public var signatures: [Signature]
    /// The program inside, written with mode 0600.
    public var payload: String
    /// Bytes of the program.
    public var payloadSize: Int64
    /// What is wrong with the outside of the message, for later judgements: pinned files are let pass with some of it.
    var framing: Framing
}

/// How much a package may cost before it is trusted.
public struct VerificationLimits: Hashable, Sendable {
    /// Largest payload, in bytes.
    public var payloadBytes: Int64
    /// Largest payload as a multiple of the signed file's size. Payloads below ``freeBytes`` are never refused for it.
    public var ratio: Int64
    /// Payload size up to which ``ratio`` does not apply, in bytes.
    public var freeBytes: Int64
    /// Longest time for the whole check.
    public var time: Duration

    /// Creates limits; the defaults fit packages of up to 8 GiB.
    public init(
        payloadBytes: Int64 = 8 << 30,
        ratio: Int64 = 100,
        freeBytes: Int64 = 64 << 20,
        time: Duration = .seconds(600)
    ) {
        self.payloadBytes = payloadBytes
        self.ratio = ratio
        self.freeBytes = freeBytes
        self.time = time
    }

    /// The largest payload that a file of `size` bytes may unpack to.
    func payloadLimit(forFileOf size: Int64) -> Int64 {
        let (product, overflow) = size.multipliedReportingOverflow(by: ratio)
        return min(payloadBytes, max(freeBytes, overflow ? payloadBytes : product))
    }
}
