extension Double {
    /// A part of a whole, from 0 to 1, as a number of steps, rounded down.
    ///
    /// Less than nothing, more than all, and what is no number, come to the nearest end: others' servers may say anything.
    ///
    /// - Parameter steps: of the whole, such as 100 for per cent.
    public func portion(of steps: Int) -> Int { self > 0 ? Int(min(self, 1) * Double(steps)) : 0 }
}
