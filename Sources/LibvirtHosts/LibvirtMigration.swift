import Hosts

/// One live migration between two real hosts.
///
/// The hosts carry it out between them. So a coordinator that comes back finds it under way and goes on watching, and what
/// counts in the end is where the VM is seen to run, not what a call returned.
struct LibvirtMigration: Sendable {
    let vm: RunningVM
    let source: LibvirtHost
    let destination: LibvirtHost
    let limits: PoolFile.Limits

    /// How often progress is looked at.
    private static let pace: UInt32 = 200
    /// How long a host may be out of reach before it is given up to find out what became of the VM.
    private static let patience = Duration.seconds(60)

    func run(_ progress: @Sendable (Double) -> Void) async throws(HostError) {
        switch try await place() {
        case .destination: return progress(1)
        case .nowhere: throw failure("it does not run on \(source.name)")
        case .source: break
        }
        let observer = try await openLibvirt()
        // libvirt does not take this along.
        let startsWithHost = (try? await observer.startsWithHost(vm.uuid)) == true
        try await move(observer, progress)
        if startsWithHost { await keepStarting() }
    }

    /// Has the VM start with its new host, as it did with the old one. It has moved all the same where this fails.
    private func keepStarting() async {
        let uuid = vm.uuid
        _ = try? await destination.ask { connection throws(LibvirtError) in
            try await connection.setStartsWithHost(true, uuid)
        }
    }

    private func move(_ observer: LibvirtConnection, _ progress: @Sendable (Double) -> Void) async throws(HostError) {
        // One that an earlier coordinator has begun.
        if try await isUnderWay(observer) {
            try await watch(observer, progress) { () async in await isSettled(observer) }
            if try await place() == .destination { return progress(1) }
        }
        try await begin(observer, progress)
    }

    private func begin(_ observer: LibvirtConnection, _ progress: @Sendable (Double) -> Void) async throws(HostError) {
        let mover = try await openLibvirt()
        let order = LibvirtConnection.Migration(
            peer: destination.machine.peer,
            bandwidth: limits.bandwidth,
            converges: limits.converge
        )
        let uuid = vm.uuid
        let call = Task { () async -> LibvirtError? in
            do throws(LibvirtError) {
                return try await mover.migrate(uuid, order)
                    ? nil : LibvirtError(code: 0, message: "it is not on that host any more")
            } catch {
                return error
            }
        }
        let ended = Ended()
        let notice = Task {
            _ = await call.value
            await ended.set()
        }
        let abortion = try await watch(observer, progress) { () async in await ended.isSet }
        await notice.value
        let error = await call.value
        if error == nil { return progress(1) }
        // The call may have failed because nobody could tell how it ended.
        if try await settledPlace(observer) == .destination { return progress(1) }
        throw failure(abortion ?? error?.message ?? "libvirt gave no reason")
    }

    /// Reports progress until `isOver`; breaks the migration off when the task is cancelled or its time is over.
    ///
    /// - Returns: why it was broken off, nil where it was not.
    @discardableResult
    private func watch(
        _ observer: LibvirtConnection,
        _ progress: @Sendable (Double) -> Void,
        until isOver: () async -> Bool
    ) async throws(HostError) -> String? {
        let deadline = ContinuousClock().now + .seconds(limits.migrationTime)
        let canBeBrokenOff = (try? await observer.abilities())?.canBeBrokenOff ?? true
        var best = 0.0
        var abortion: String?
        while await !isOver() {
            await observer.pause(milliseconds: Self.pace)
            if let job = (try? await observer.job(of: vm.uuid)) ?? nil, job.part > best {
                best = min(job.part, 0.99)
                progress(best)
            }
            let isLate = ContinuousClock().now > deadline
            guard abortion == nil, canBeBrokenOff, isLate || Task.isCancelled else { continue }
            // Where it can not be broken off it has just ended, one way or the other.
            guard (try? await observer.abort(vm.uuid)) != nil else { continue }
            abortion =
                isLate ? "it did not end within \(limits.migrationTime) seconds" : "the migration was cancelled"
        }
        return abortion
    }

    // MARK: Where the VM is

    private enum Place { case source, destination, nowhere }

    private func place() async throws(HostError) -> Place {
        let uuid = vm.uuid
        let here = try await source.ask { connection throws(LibvirtError) in try await connection.state(of: uuid) }
        if here == .running { return .source }
        let there = try await destination.ask { connection throws(LibvirtError) in
            try await connection.state(of: uuid)
        }
        return there == .running ? .destination : here == .paused ? .source : .nowhere
    }

    /// Where the VM is once no migration is under way and both hosts can be asked.
    private func settledPlace(_ observer: LibvirtConnection) async throws(HostError) -> Place {
        let deadline = ContinuousClock().now + Self.patience
        while true {
            do throws(HostError) {
                if await isSettled(observer) { return try await place() }
            } catch {
                guard ContinuousClock().now < deadline else { throw error }
            }
            guard ContinuousClock().now < deadline else { return try await place() }
            await observer.pause(milliseconds: 500)
        }
    }

    private func isUnderWay(_ observer: LibvirtConnection) async throws(HostError) -> Bool {
        do throws(LibvirtError) {
            return try await observer.job(of: vm.uuid) != nil
        } catch {
            throw failure(error.message)
        }
    }

    private func isSettled(_ observer: LibvirtConnection) async -> Bool {
        let uuid = vm.uuid
        do throws(HostError) {
            return try await source.ask { connection throws(LibvirtError) in try await connection.job(of: uuid) } == nil
        } catch {
            return false
        }
    }

    private func openLibvirt() async throws(HostError) -> LibvirtConnection {
        let connection = try await source.openLibvirt()
        do throws(LibvirtError) {
            _ = try await connection.version()
        } catch {
            throw .unreachable(host: source.name, reason: "libvirt does not answer: \(error.message)")
        }
        return connection
    }

    private func failure(_ reason: String) -> HostError { .migrationFailed(vm: vm.name, reason: reason) }

    /// Whether the call has ended.
    private actor Ended {
        private(set) var isSet = false

        func set() { isSet = true }
    }
}
