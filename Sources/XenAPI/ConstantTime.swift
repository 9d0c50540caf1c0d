extension Collection<UInt8> {
    /// Whether these are the same bytes, of the same number. Takes as long wherever they differ, so that nobody can guess a
    /// secret byte by byte from how long the answer takes.
    public func isSame(inConstantTime other: some Collection<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
