/// When an input was taken: by the clock on the wall, for people and windows, and by one that never jumps, for limits.
public struct Moment: Codable, Hashable, Sendable {
    /// Seconds since the epoch. May jump in both directions.
    public var wall: Int64
    /// Seconds since the controller started. Never goes back in one life of the controller.
    public var steady: Int64

    /// Creates a moment.
    public init(wall: Int64, steady: Int64) {
        self.wall = wall
        self.steady = steady
    }
}

// Two numbers: a journal is full of moments.
extension Moment {
    public init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        wall = try values.decode(Int64.self)
        steady = try values.decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.unkeyedContainer()
        try values.encode(wall)
        try values.encode(steady)
    }
}

/// What a run knows of time: only what its inputs told it.
struct RunClock: Hashable, Sendable {
    /// The wall clock of the newest input, in seconds since the epoch.
    private(set) var wall: Int64 = 0
    /// Seconds that the run has been looked after; time in which no controller lived does not count.
    private(set) var elapsed: Int64 = 0
    private var steady: Int64 = 0

    /// Takes over the time of an input.
    mutating func advance(to moment: Moment, isNewLife: Bool) {
        wall = moment.wall
        if !isNewLife { elapsed += max(0, moment.steady - steady) }
        steady = isNewLife ? moment.steady : max(steady, moment.steady)
    }
}
