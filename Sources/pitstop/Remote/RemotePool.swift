import Foundation
import PoolControl
import PoolDatabase
import PoolPatching
import PoolPlanning
import RemotePools
import ServiceLifecycle
import Storage
import Synchronization
import XenAPI
import XenAPIClient

/// A pool that speaks XenAPI itself, and what follows it.
final class RemotePool: Sendable {
    let file: XenAPIFile
    let client: XenAPIClient
    let mirror: PoolMirror
    let control: RemoteControl
    private let made = Mutex<(any UpdateIntake)?>(nil)

    /// Reads the pool's file, and the credentials that it names.
    init(path: String, now: @escaping @Sendable () -> Timestamp) throws {
        do {
            file = try XenAPIFile.read(file: path)
            let credentials = try CredentialsFile.read(
                file.credentials,
                environment: ProcessInfo.processInfo.environment
            )
            client = try file.client(as: credentials)
            mirror = try PoolMirror(of: client, now: now)
        } catch {
            throw OperatorError("\(error)")
        }
        control = RemoteControl(client, mirror: mirror, wishes: file.wishes)
    }

    /// Passes messages on; what the pool has synchronised shows at once.
    func relay(_ offers: OfferBook, now: @escaping @Sendable () -> Timestamp) throws -> RemoteRelay {
        let intake = try intake()
        return RemoteRelay(client, mirror: mirror) { [control] in
            _ = try? await offers.look(intake, control, now: now())
        }
    }

    /// Reads the whole pool once. One that is away is waited for, as its master may be restarting.
    func connect() async throws {
        let patience = Persistence(for: .seconds(file.limits.silence))
        let told = Told()
        do throws(XenAPIError) {
            try await patience.run(
                onSilence: { silence in
                    if await told.first() { StandardError.write("\(silence) It is waited for.") }
                },
                { () throws(XenAPIError) in try await self.mirror.read() }
            )
        } catch {
            await client.close()
            throw OperatorError(RemoteWords(mirror.database.snapshot).sentence(ControlError(error)))
        }
        guard mirror.database.snapshot.rows("pool").count == 1 else {
            await client.close()
            throw OperatorError("\(file.url) tells of no pool: name the master of a XenServer or XCP-ng pool.")
        }
    }

    /// A pool as it is now, for a command that only looks.
    static func read(_ path: String) async throws -> (database: PoolDatabase, wishes: PoolWishes) {
        let pool = try RemotePool(path: path) { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
        try await pool.connect()
        await pool.shutdown()
        return (pool.mirror.database, pool.file.wishes)
    }

    /// How the pool takes updates: one for all, for it remembers what hosts have said.
    func intake() throws -> any UpdateIntake {
        if let made = made.withLock({ $0 }) { return made }
        do {
            let intake = try control.installer(file.installer)
            made.withLock { $0 = intake }
            return intake
        } catch { throw OperatorError("\(error)") }
    }

    /// How packages that were verified here get into the pool.
    ///
    /// - Parameter offers: where what a bundle brings is kept.
    func passingOn(_ offers: OfferBook, now: @escaping @Sendable () -> Timestamp) throws -> PatchService.PassingOn {
        let intake = try intake()
        let kind: PatchService.PassingOn.Kind =
            switch intake.kind {
            case .poolPatch, .xcpng: .packages
            case .poolUpdate: .images
            case .repository: .bundles
            }
        return PatchService.PassingOn(kind) { [control] file throws(APIError) in
            do throws(ControlError) {
                let update = try await intake.prepare(.file(file)) { _ in }
                if intake.kind == .repository {
                    try await offers.look(intake, control, now: now())
                    return try await control.enter(update, at: now())
                }
                let reference = Ref(update.reference)
                // Its row shows at once, for whoever has sent it.
                guard intake.kind == .poolUpdate else {
                    try await control.refresh("pool_patch", reference)
                    return reference
                }
                // Every door knows an image by its older twin.
                try await control.catchUp()
                let patches = control.database.snapshot.rows("pool_patch")
                return patches.first { $0.ref("pool_update") == reference }?.ref ?? reference
            } catch {
                guard case .refused(let refusal) = error else { throw .internalError(error.description) }
                throw refusal
            }
        }
    }

    /// Shows what was offered before.
    ///
    /// - Returns: what the operator has to be told, by the name and text of a notice.
    func open(_ book: OfferBook) async throws -> [(name: String, text: String)] {
        let unknown = file.wishes.remarks(on: mirror.database.snapshot).map { ("GROUP_UNKNOWN", $0) }
        let lost = try await book.open(in: control)
        return unknown + (lost.map { [("OFFERS_SET_ASIDE", $0)] } ?? [])
    }

    /// What goes on as long as the server does.
    ///
    /// - Parameter offers: where the pool's offers are kept.
    func services(_ offers: OfferBook, now: @escaping @Sendable () -> Timestamp) throws -> [any Service] {
        let intake = try intake()
        guard !intake.isShownInRows else { return [Following(mirror: mirror)] }
        return [Following(mirror: mirror), Offers(book: offers, intake: intake, control: control, now: now)]
    }

    /// Signs out.
    func shutdown() async { await client.close() }

    private struct Following: Service {
        let mirror: PoolMirror

        func run() async throws {
            await cancelWhenGracefulShutdown { await mirror.follow() }
        }
    }

    /// Asks now and then what the pool's repositories offer.
    private struct Offers: Service {
        let book: OfferBook
        let intake: any UpdateIntake
        let control: RemoteControl
        let now: @Sendable () -> Timestamp
        private static var interval: Duration { .seconds(900) }

        func run() async throws {
            await cancelWhenGracefulShutdown {
                await withTaskGroup { group in
                    group.addTask {
                        while !Task.isCancelled {
                            await told.look(book, intake, control, now: now())
                            try? await Task.sleep(for: Self.interval)
                        }
                    }
                    group.addTask {
                        for await _ in control.newOffers { await told.look(book, intake, control, now: now()) }
                    }
                }
            }
        }

        private let told = Looker()

        /// Tells what is in the way once, however often it is met.
        private actor Looker {
            private var last = ""

            func look(_ book: OfferBook, _ intake: any UpdateIntake, _ control: RemoteControl, now: Timestamp) async {
                do throws(ControlError) {
                    let notice = try await book.look(intake, control, now: now)
                    if let notice { StandardError.write("pitstop: \(notice)") }
                    last = ""
                } catch {
                    let sentence = RemoteWords(control.database.snapshot).sentence(error)
                    if sentence != last, error != .cancelled { StandardError.write("pitstop: \(sentence)") }
                    last = sentence
                }
            }
        }
    }

    private actor Told {
        private var isTold = false

        func first() -> Bool {
            defer { isTold = true }
            return !isTold
        }
    }
}

/// Which remote pool a state directory belongs to: runs of one pool are never carried on at another.
struct RemoteStateMark {
    let directory: StateDirectory
    private var path: String { directory.path + "/remote-pool" }

    /// - Throws: ``OperatorError`` where the directory is another pool's.
    func claim(_ pool: Row) throws {
        guard !FileManager.default.fileExists(atPath: directory.database) else {
            throw OperatorError(
                "\(directory.path) holds a pool that Pitstop keeps itself: name another --state directory."
            )
        }
        if let text = try? String(contentsOfFile: path, encoding: .utf8) {
            let known = text.split(separator: "\n").first.map(String.init) ?? ""
            guard known == pool.uuid else {
                throw OperatorError(
                    "\(directory.path) belongs to another pool (\(known)), and \(pool.nameLabel) is \(pool.uuid): name the "
                        + "--state directory of this pool, or a new one."
                )
            }
            return
        }
        try AtomicFile.replace(path, with: Array("\(pool.uuid)\n".utf8))
    }
}
