/// Something that an operator can say so that a problem goes away. A run never says it by itself.
public enum Offer: Codable, Hashable, Sendable {
    /// Allow a VM to be stopped in this way while its host is updated.
    case stop(vm: String, way: Consent.Way)
    /// Leave a host out of this run.
    case leaveOut(host: String)

    /// The offer, taken up.
    public func word(run: String, by operatorName: String) -> OperatorWord {
        switch self {
        case .stop(let vm, let way): .consent(Consent(run: run, vm: vm, way: way, givenBy: operatorName))
        case .leaveOut(let host): .skip(host: host)
        }
    }
}
