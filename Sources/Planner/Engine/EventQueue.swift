/// What ends when, in the order of time; equal times come out in the order in which they went in.
struct EventQueue {
    enum Kind: UInt8 { case moveEnds, updateEnds, stopEnds, startEnds, soakEnds }

    struct Event {
        var time: Int32
        var order: UInt32
        var kind: Kind
        var subject: Int32

        static func < (a: Event, b: Event) -> Bool { a.time == b.time ? a.order < b.order : a.time < b.time }
    }

    private var heap: [Event] = []
    private var pushed: UInt32 = 0

    var isEmpty: Bool { heap.isEmpty }
    var nextTime: Int32? { heap.first?.time }

    mutating func reset() {
        heap.removeAll(keepingCapacity: true)
        pushed = 0
    }

    mutating func push(_ kind: Kind, _ subject: Int32, at time: Int32) {
        let event = Event(time: time, order: pushed, kind: kind, subject: subject)
        pushed &+= 1
        heap.append(event)
        heap.withUnsafeMutableBufferPointer { heap in
            var child = heap.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                guard event < heap[parent] else { break }
                heap[child] = heap[parent]
                child = parent
            }
            heap[child] = event
        }
    }

    mutating func pop() -> Event? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap.withUnsafeMutableBufferPointer { heap in
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < last else { break }
                heap[parent] = heap[child]
                parent = child
            }
            heap[parent] = last
        }
        return first
    }
}
