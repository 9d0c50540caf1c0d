/// What an operator can say to a run.
public enum OperatorWord: Codable, Hashable, Sendable {
    /// Begin nothing new. What a host has begun with applying goes on until it is back.
    case pause
    /// Go on, also after a hold.
    case resume
    /// Let the hosts that have begun finish, then end.
    case stopAfterHost
    /// End at the next safe point: hosts that have not been changed yet go back into service unchanged.
    case cancel
    /// Leave a host out that has not been changed yet, or has failed.
    case skip(host: String)
    /// Do the failed step of a host again, and only that.
    case retry(host: String)
    /// A host may begin.
    case approve(host: String)
    /// Go on past the barrier.
    case proceed
    /// Fix every problem that has a fix.
    case fixAll
    /// A VM may be stopped.
    case consent(Consent)
    /// Pay an open obligation now.
    case pay(obligation: Int)
}
