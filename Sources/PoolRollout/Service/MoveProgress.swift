import Synchronization

/// How far the migrations of a run are, from 0 to 1, by the VM's uuid. Never journaled: it is only shown.
public final class MoveProgress: Sendable {
    private let byVM = Mutex<[String: Double]>([:])

    /// Nothing under way.
    public init() {}

    var parts: [String: Double] { byVM.withLock { $0 } }

    func set(_ vm: String, _ part: Double?) { byVM.withLock { $0[vm] = part } }

    func clear() { byVM.withLock { $0 = [:] } }
}
