public import PoolControl
import XenAPI
public import XenAPIClient

extension ControlError {
    /// What an error of the client means for whoever asked the pool for something.
    public init(_ error: XenAPIError) {
        self =
            switch error {
            case .refused(let refusal): .refused(refusal)
            case .transport(let failure): .silent(failure.description, mayBeDone: failure.mayHaveArrived)
            case .cancelled: .cancelled
            }
    }
}

extension XenAPIClient {
    /// Calls a message, and tells its errors as the pool's.
    @discardableResult
    func ask(_ method: String, _ parameters: Value...) async throws(ControlError) -> Value {
        do throws(XenAPIError) { return try await call(method, parameters) } catch { throw ControlError(error) }
    }

    /// Calls a message's `Async.` twin, waits for its task, and tells its errors as the pool's.
    ///
    /// It goes on where the caller is cancelled, as when this server ends: half an update is worse than one that nobody waits
    /// for. The next server finds it where it is.
    @discardableResult
    func perform(_ method: String, _ parameters: Value...) async throws(ControlError) -> Value {
        let work = Task { () async -> Result<Value, XenAPIError> in
            do throws(XenAPIError) { return .success(try await self.run(method, parameters, isOwn: true)) } catch {
                return .failure(error)
            }
        }
        do throws(XenAPIError) { return try await work.value.get() } catch { throw ControlError(error) }
    }

    /// The same of what may be broken off: cancelling the caller cancels the task, unless this program ends.
    @discardableResult
    func performCancellable(
        _ method: String,
        _ parameters: Value...,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws(ControlError) -> Value {
        do throws(XenAPIError) {
            return try await run(method, parameters, isOwn: true, onProgress: progress)
        } catch {
            throw ControlError(error)
        }
    }

    /// A record of an object.
    func record(_ table: String, _ ref: Ref) async throws(ControlError) -> Value {
        try await ask("\(table).get_record", .ref(ref))
    }
}

extension Value {
    /// A reference as it goes over a wire.
    static func ref(_ ref: Ref) -> Value { .string(ref.rawValue) }

    /// A reference in a record; the null reference where there is none.
    func ref(_ field: String) -> Ref { Ref(self[field]?.text ?? Ref.null.rawValue) }

    /// References in a record.
    func refs(_ field: String) -> [Ref] { texts(field).map { Ref($0) } }

    /// Texts in a record.
    func texts(_ field: String) -> [String] { (self[field]?.elements ?? []).compactMap(\.text) }

    /// A truth value in a record; false where there is none.
    func flag(_ field: String) -> Bool { self[field] == .bool(true) }

    /// A number in a record, whatever way it came in; 0 where there is none.
    func number(_ field: String) -> Int64 {
        switch self[field] {
        case .int(let number): number
        case .string(let text): Int64(text) ?? 0
        case .float(let number): Int64(exactly: number.rounded()) ?? 0
        default: 0
        }
    }

    /// A map of texts in a record.
    func pairs(_ field: String) -> [String: String] {
        Dictionary((self[field]?.members ?? []).map { ($0.key, $0.value.text ?? "") }) { first, _ in first }
    }

    /// A point in time in a record, whatever way it came in.
    func time(_ field: String) -> Timestamp? {
        switch self[field] {
        case .date(let time): time
        case .string(let text): Timestamp(iso8601: text)
        default: nil
        }
    }
}
