/// An operator's word that one VM may be stopped, in one way, by one run.
public struct Consent: Codable, Hashable, Sendable {
    /// How the VM may be stopped.
    public enum Way: String, Codable, Hashable, Sendable, CaseIterable {
        case suspend, shutdown

        /// For sentences: `it may be suspended`.
        public var participle: String { self == .suspend ? "suspended" : "shut down" }
    }

    /// The run that may do it.
    public let run: String
    /// The VM's uuid.
    public let vm: String
    public let way: Way
    /// Who said so.
    public let givenBy: String

    /// Creates a consent.
    public init(run: String, vm: String, way: Way, givenBy: String) {
        self.run = run
        self.vm = vm
        self.way = way
        self.givenBy = givenBy
    }
}

/// The right to stop one VM. Only a consent that names the VM and the run gives it; no effect that stops a VM can be
/// built without it. It can not be read from a file either: a replay earns it again from the consent in the journal.
public struct ConsentedStop: Hashable, Sendable {
    /// The consent that allows it.
    public let consent: Consent

    /// Nil where `consent` does not name this VM and this run.
    init?(_ consent: Consent, vm: String, run: String) {
        guard consent.vm == vm, consent.run == run else { return nil }
        self.consent = consent
    }
}
