import Datamodel
import Hummingbird
import NIOCore

/// The pages that somebody looks at now. Each is rendered once for all readers of one role when something has changed,
/// and only the parts that differ are sent.
actor LivePages {
    struct Key: Hashable, Sendable {
        let page: String
        let role: Role
    }

    /// Rings on every change that a page may show.
    nonisolated let bell = Bell()
    private var watches: [Key: PageWatch] = [:]
    private var feed: Task<Void, Never>?

    /// What changes on a page from now on, as server-sent events; first the whole page where `version` is an old one.
    func follow(
        _ key: Key,
        version: String?,
        feed source: @escaping @Sendable () async -> Void,
        render: @escaping @Sendable () async -> BodyVersion?
    ) async -> AsyncStream<ByteBuffer>? {
        if feed == nil { feed = Task { await source() } }
        if let watch = watches[key], let stream = await watch.follow(version, bell) { return stream }
        let heard = bell.count
        guard let body = await render() else { return nil }
        // Somebody else may have come first meanwhile.
        if let watch = watches[key], let stream = await watch.follow(version, bell) { return stream }
        let watch = PageWatch(body: body)
        watches[key] = watch
        let stream = await watch.follow(version, bell)
        Task { [bell] in
            await watch.run(bell: bell, heard: heard, render: render)
            self.forget(key, watch)
        }
        return stream
    }

    private func forget(_ key: Key, _ watch: PageWatch) {
        if watches[key] === watch { watches[key] = nil }
        guard watches.isEmpty else { return }
        feed?.cancel()
        feed = nil
    }
}

/// One page and those who look at it.
actor PageWatch {
    private var body: BodyVersion
    private var readers: [Int: Reader] = [:]
    private var next = 0
    private var isOver = false

    private struct Reader {
        let continuation: AsyncStream<ByteBuffer>.Continuation
        /// The version that the browser shows, where it is another one than ``body``.
        var shown: String?
    }

    /// Changes that come closer together than this are sent together.
    private static let pause = Duration.milliseconds(150)

    init(body: BodyVersion) { self.body = body }

    /// Nil where the watch has just ended.
    ///
    /// A browser that shows something else may have the older content, or a newer one of which no bell has told: the page
    /// is rendered again before anything is sent.
    func follow(_ version: String?, _ bell: Bell) -> AsyncStream<ByteBuffer>? {
        guard !isOver else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(64))
        next += 1
        let id = next
        readers[id] = Reader(continuation: continuation, shown: version == body.version ? nil : version ?? "")
        continuation.onTermination = { _ in Task { await self.leave(id) } }
        if version != body.version { bell.ring() }
        return stream
    }

    private func leave(_ id: Int) { readers[id] = nil }

    /// Renders again on every ring for as long as somebody looks.
    func run(bell: Bell, heard: Int, render: @Sendable () async -> BodyVersion?) async {
        var heard = heard
        while !readers.isEmpty, !Task.isCancelled {
            await waitBriefly(bell, after: heard)
            guard bell.count > heard, !readers.isEmpty else { continue }
            heard = bell.count
            let begun = ContinuousClock.now
            guard let new = await render() else { break }
            let length = ContinuousClock.now - begun
            send(from: body, to: new)
            body = new
            // What takes long, on a large pool, is done more seldom: a page never keeps a processor busy.
            try? await Task.sleep(for: max(Self.pause, length * 4))
        }
        isOver = true
        for reader in readers.values { reader.continuation.finish() }
        readers = [:]
    }

    /// Waits for the next ring; looks up now and then, whether anybody is still there.
    private func waitBriefly(_ bell: Bell, after heard: Int) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(after: heard) }
            group.addTask { try? await Task.sleep(for: .seconds(2)) }
            await group.next()
            group.cancelAll()
        }
    }

    private func send(from old: BodyVersion, to new: BodyVersion) {
        let isNew = old.version != new.version
        let difference = isNew ? ServerSentEvent.difference(from: old, to: new) : ByteBuffer()
        for (id, reader) in readers where isNew || reader.shown != nil {
            readers[id]?.shown = nil
            guard reader.shown != new.version else { continue }
            let event = reader.shown == nil ? difference : ServerSentEvent.all(new)
            // Who is too slow to take what happens comes back, and then gets the whole.
            if case .dropped = reader.continuation.yield(event) {
                reader.continuation.finish()
                readers[id] = nil
            }
        }
    }
}
