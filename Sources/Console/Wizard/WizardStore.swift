import Rollout

/// The wizards that people have begun, in one file.
actor WizardStore {
    /// Older ones that lead to no run make room for newer ones.
    static let limit = 50

    private let file: StateFile<[String: Wizard]>
    private let bell: Bell
    private let now: @Sendable () -> Int64
    private var wizards: [String: Wizard]

    init(path: String, bell: Bell, now: @escaping @Sendable () -> Int64) {
        file = StateFile(path: path)
        (self.bell, self.now) = (bell, now)
        wizards = file.read() ?? [:]
    }

    /// The newest first.
    var all: [Wizard] { wizards.values.sorted { ($1.begun, $1.id) < ($0.begun, $0.id) } }

    subscript(id: String) -> Wizard? { wizards[id] }

    /// The wizard that led to a run.
    func wizard(of run: String) -> Wizard? { wizards.values.first { $0.run == run } }

    func begin(by user: String, _ purpose: RunPurpose = .install) throws(PageError) -> Wizard {
        var wizard = Wizard(id: Secret.make(), startedBy: user, begun: now())
        wizard.purpose = purpose
        var next = wizards
        for old in all.filter({ $0.run == nil }).dropFirst(Self.limit - 1) { next[old.id] = nil }
        // A run is found without its wizard, too: those of long ago are not missed.
        for old in all.filter({ $0.run != nil }).dropFirst(Self.limit) { next[old.id] = nil }
        next[wizard.id] = wizard
        try keep(next)
        return wizard
    }

    /// Changes a wizard; the answers are on disk when this returns, and as they were where they could not be kept.
    @discardableResult
    func change(_ id: String, _ body: @Sendable (inout Wizard) -> Void) throws(PageError) -> Wizard {
        var next = wizards
        guard var wizard = next[id] else { throw .notFound }
        body(&wizard)
        next[id] = wizard
        try keep(next)
        return wizard
    }

    func remove(_ id: String) throws(PageError) {
        var next = wizards
        next[id] = nil
        try keep(next)
    }

    private func keep(_ next: [String: Wizard]) throws(PageError) {
        do { try file.write(next) } catch {
            throw PageError(
                507,
                "The answers could not be kept",
                "The server can not write \(file.path) (\(error)): make room on its disk, then try again."
            )
        }
        wizards = next
        bell.ring()
    }
}
