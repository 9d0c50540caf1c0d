public import XenAPI

extension XenAPIClient {
    /// Calls a message's `Async.` twin and waits for the task's end.
    ///
    /// Where the caller is cancelled, so is the task, as far as the server can; but not after ``leaveTasks()``.
    ///
    /// - Parameters:
    ///   - isOwn: whether ``isOwn(_:)`` knows the task.
    ///   - onProgress: told how far it is, from 0 to 1, each time that changes.
    /// - Returns: the result.
    /// - Throws: `refused` with the task's own error; `forgotten` where the server no longer knows the task.
    @discardableResult
    public func run(
        _ method: String,
        _ parameters: [Value] = [],
        isOwn: Bool = false,
        onProgress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws(XenAPIError) -> Value {
        let task = Ref(try await call("Async.\(method)", parameters).text ?? "")
        if isOwn { remember(task) }
        let text = try await outcome(of: task, of: method, onProgress: onProgress)
        return Self.value(ofResult: text)
    }

    /// Waits for a task's end, and removes its record.
    ///
    /// - Parameters:
    ///   - what: what the task does, for a sentence about it.
    /// - Returns: its result as it stands in the task: XML of a value, or bare text after a transfer.
    public func outcome(
        of task: Ref,
        of what: String,
        onProgress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws(XenAPIError) -> String {
        do throws(XenAPIError) {
            let text = try await end(of: task, of: what, onProgress: onProgress)
            await remove(task)
            return text
        } catch {
            if error == .cancelled, !leavesTasks { await cancel(task) }
            if case .refused = error { await remove(task) }
            throw error
        }
    }

    /// From now on tasks go on where whoever waits for them is cancelled: this program ends, and what it has begun is not to end
    /// with it.
    public func leaveTasks() { leavesTasks = true }

    /// Whether a task was begun here, as this program's own.
    public func isOwn(_ task: Ref) -> Bool { ownTasks.contains(task) }

    func remember(_ task: Ref) { ownTasks = ownTasks.suffix(mostOwnTasks - 1) + [task] }

    /// Makes a task of our own, for a transfer to tell its outcome by.
    func makeTask(_ label: String) async throws(XenAPIError) -> Ref {
        Ref(try await call("task.create", [.string(label), .string("")]).text ?? "")
    }

    /// Removes a task's record; where that fails, the server does so some day. Also where the caller is cancelled.
    func remove(_ task: Ref) async { await farewell("task.destroy", task) }

    private func cancel(_ task: Ref) async { await farewell("task.cancel", task) }

    private func farewell(_ method: String, _ task: Ref) async {
        await Task { _ = try? await self.call(method, [.string(task.rawValue)], within: self.limits.farewell) }.value
    }

    private func end(of task: Ref, of what: String, onProgress: @Sendable (Double) -> Void) async throws(XenAPIError)
        -> String
    {
        var watch = TaskWatch()
        var told = -1.0
        let persistence = Persistence(for: limits.silence, pauses: limits.pauses, clock: clock)
        while true {
            let record: Value?
            do throws(XenAPIError) {
                let (next, seen) = try await persistence.run { [watch] () throws(XenAPIError) in
                    try await self.look(at: task, watch)
                }
                (watch, record) = (next, seen)
            } catch {
                guard error.code == "HANDLE_INVALID" else { throw error }
                throw .transport(TransportFailure(master, .forgotten(what), mayHaveArrived: true))
            }
            guard let record else { continue }
            if let progress = record["progress"]?.number, progress > told {
                told = progress
                onProgress(min(1, progress))
            }
            switch record["status"]?.text?.lowercased() {
            case "success": return record["result"]?.text ?? ""
            case "failure":
                let words = record["error_info"]?.elements?.compactMap(\.text) ?? []
                throw .refused(APIError(words.first ?? "INTERNAL_ERROR", Array(words.dropFirst())))
            case "cancelled": throw .refused(APIError("TASK_CANCELLED", [task.rawValue]))
            default: continue
            }
        }
    }

    /// One look at a task: by an event where the server tells of single objects, else by its record after a pause.
    ///
    /// The first question for events is answered at once with the task itself; a server that answers it with nothing
    /// (before 6.1) does not know this form.
    private func look(at task: Ref, _ before: TaskWatch) async throws(XenAPIError) -> (TaskWatch, Value?) {
        var watch = before
        if tellsOfTasks != false {
            do throws(XenAPIError) {
                let answer = try await call(
                    "event.from",
                    [
                        .strings(["task/\(task.rawValue)"]), .string(watch.token), .float(limits.taskWait.seconds),
                    ],
                    within: limits.taskWait + limits.eventGrace
                )
                let events = EventBatch.events(of: answer).filter { $0.ref == task }
                if let last = events.last {
                    tellsOfTasks = true
                    guard last.operation != .delete else { throw .refused(.handleInvalid("task", task)) }
                    watch.token = answer["token"]?.text ?? ""
                    return (watch, last.snapshot)
                }
                if tellsOfTasks == true {
                    watch.token = answer["token"]?.text ?? ""
                    // Nothing in all this time: the record is looked at once, in case an event was lost.
                    return (watch, try await call("task.get_record", [.string(task.rawValue)]))
                }
            } catch {
                switch error.code {
                case "EVENT_FROM_TOKEN_PARSE_FAILURE", "EVENTS_LOST":
                    watch.token = ""
                    return (watch, nil)
                case _ where error.isUnknownMessage: break
                default: throw error
                }
            }
            tellsOfTasks = false
        }
        if watch.looks > 0 {
            let pause = min(limits.pauses.lowerBound * (1 << min(watch.looks, 8)), limits.pauses.upperBound)
            do { try await clock.sleep(for: pause) } catch { throw .cancelled }
        }
        watch.looks += 1
        return (watch, try await call("task.get_record", [.string(task.rawValue)]))
    }

    /// The value that the result of a task is the text of: XML of one, or bare text.
    public static func value(ofResult text: String) -> Value {
        guard !text.isEmpty else { return .void }
        do throws(CodecError) { return try XMLRPC.readValue(Array(text.utf8)) } catch { return .string(text) }
    }
}

/// Older ones have ended long ago.
private let mostOwnTasks = 1000

/// How far the looking at a task has come.
struct TaskWatch: Sendable {
    var token = ""
    var looks = 0

}

extension Value {
    /// A number, whatever way it came in.
    var number: Double? {
        switch self {
        case .float(let number): number
        case .int(let number): Double(number)
        case .string(let text): Double(text)
        default: nil
        }
    }
}
