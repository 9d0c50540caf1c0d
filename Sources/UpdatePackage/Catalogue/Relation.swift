/// What each update of a catalogue has to do with others: numbers laid end to end, so that a pool of a thousand hosts is
/// resolved without touching an array of its own for each update.
struct Relation: Sendable {
    private var starts: [Int] = [0]
    private var others: [Int] = []

    /// Lays the lists end to end; the first is that of the update with number 0.
    init(_ lists: [[Int]]) {
        starts.reserveCapacity(lists.count + 1)
        others.reserveCapacity(lists.reduce(0) { $0 + $1.count })
        for list in lists {
            others += list
            starts.append(others.count)
        }
    }

    /// The updates that it tells something about: `0..<count`.
    var count: Int { starts.count - 1 }

    /// How many others the update has to do with.
    func count(of update: Int) -> Int { starts[update + 1] - starts[update] }

    /// One of the others, by its place.
    subscript(update: Int, place: Int) -> Int { others[starts[update] + place] }

    /// All the others.
    subscript(update: Int) -> ArraySlice<Int> { others[starts[update]..<starts[update + 1]] }

    /// The first of the others for which something holds.
    func first(of update: Int, where holds: (Int) -> Bool) -> Int? {
        for edge in starts[update]..<starts[update + 1] where holds(others[edge]) { return others[edge] }
        return nil
    }
}
