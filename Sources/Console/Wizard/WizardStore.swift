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

    func begin(by user: String) throws(PageError) -> Wizard {
        let wizard = Wizard(id: Secret.make(), startedBy: user, begun: now())
        for old in all.dropFirst(Self.limit - 1) { wizards[old.id] = nil }
        wizards[wizard.id] = wizard
        try keep()
        return wizard
    }

    /// Changes a wizard; the answers are on disk when this returns.
    @discardableResult
    func change(_ id: String, _ body: @Sendable (inout Wizard) -> Void) throws(PageError) -> Wizard {
        guard var wizard = wizards[id] else { throw .notFound }
        body(&wizard)
        wizards[id] = wizard
        try keep()
        return wizard
    }

    func remove(_ id: String) throws(PageError) {
        wizards[id] = nil
        try keep()
    }

    private func keep() throws(PageError) {
        do { try file.write(wizards) } catch {
            throw PageError(
                507,
                "The answers could not be kept",
                "The server can not write \(file.path) (\(error)): make room on its disk, then try again."
            )
        }
        bell.ring()
    }
}
