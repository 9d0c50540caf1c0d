/// A fixed-size array of plain values that a pass writes to millions of times.
///
/// Swift's array checks uniqueness and exclusive access on every write through a class; in the planner's inner loop that
/// costs more than the work itself. Bounds are checked in debug builds, in which the tests run.
final class Column<Element: BitwiseCopyable> {
    private let storage: UnsafeMutableBufferPointer<Element>
    let count: Int

    init(repeating value: Element, count: Int) {
        storage = .allocate(capacity: count)
        storage.initialize(repeating: value)
        self.count = count
    }

    deinit { storage.deallocate() }

    subscript(index: Int32) -> Element {
        get {
            assert(index >= 0 && Int(index) < count)
            return storage[Int(index)]
        }
        set {
            assert(index >= 0 && Int(index) < count)
            storage[Int(index)] = newValue
        }
    }

    func fill(_ value: Element) { storage.update(repeating: value) }

    func copy(_ values: [Element]) {
        assert(values.count == count)
        _ = storage.update(fromContentsOf: values)
    }
}
