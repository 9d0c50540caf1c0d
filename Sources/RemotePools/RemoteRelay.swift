import Datamodel
public import PoolControl
import PoolDatabase
public import XenAPI
public import XenAPIClient

/// Passes messages on to a remote pool.
public struct RemoteRelay: MessageRelay {
    private let client: XenAPIClient
    private let mirror: PoolMirror
    private let onSynchronised: @Sendable () async -> Void

    /// A relay to the pool that a mirror follows.
    ///
    /// - Parameter onSynchronised: called where the pool has looked into its repositories, before the caller hears of it.
    public init(
        _ client: XenAPIClient,
        mirror: PoolMirror,
        onSynchronised: @escaping @Sendable () async -> Void = {}
    ) {
        (self.client, self.mirror, self.onSynchronised) = (client, mirror, onSynchronised)
    }

    public var mirrored: Set<String> { Self.followed }

    private static let followed = Set(RemoteDatamodel.followed)
    private static let models = Dictionary(Datamodel.offered.map { ($0.name, $0) }) { first, _ in first }

    public var freshness: Freshness { mirror.freshness }

    public func send(
        _ message: String,
        _ parameters: [Value],
        isLong: Bool,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws(APIError) -> Value {
        let model = Self.model(of: message)
        do throws(XenAPIError) {
            let value =
                if isLong {
                    try await client.run(message, parameters, onProgress: progress)
                } else {
                    try await client.call(message, parameters)
                }
            await refresh(parameters + [value], of: model)
            if message == "pool.sync_updates" { await onSynchronised() }
            return model.flatMap { $0.result.reading(value) } ?? value
        } catch {
            // What was refused may have been done in part.
            await refresh(parameters, of: model)
            switch error {
            case .refused(let refusal): throw refusal
            case .transport(let failure): throw .internalError(failure.description)
            case .cancelled: throw APIError("TASK_CANCELLED", [""])
            }
        }
    }

    private static func model(of message: String) -> Message? {
        let parts = message.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        return models[parts[0]]?.allMessages.first { $0.name == parts[1] }
    }

    /// Reads the objects again that a message names: whoever sent it may look at them next.
    private func refresh(_ values: [Value], of model: Message?) async {
        guard let model else { return }
        let types = model.parameters.map(\.type) + [model.result]
        for (type, value) in zip(types, values) {
            guard case .ref(let table) = type, mirrored.contains(table), let text = value.text else { continue }
            let ref = Ref(text)
            // The event of what can not be read now tells of it later.
            if !ref.isNull { try? await mirror.refresh(table, ref) }
        }
    }
}
