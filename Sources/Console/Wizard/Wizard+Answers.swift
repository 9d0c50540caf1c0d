import Rollout

extension Wizard {
    /// Another update is another installation: what was promised for the one before, and the steps behind, are gone.
    mutating func choose(update: String) {
        guard !update.isEmpty, update != self.update else { return }
        self.update = update
        (fixes, consents) = ([], [:])
        reached = min(reached, .selectUpdate)
    }

    mutating func take(update: String, claims: String) {
        choose(update: update)
        acknowledged = claims.isEmpty ? nil : claims
    }

    /// A press on a link that lets the run stop a VM, or takes that back: `suspend:UUID`, `shutdown:UUID`, `none:UUID`.
    mutating func take(consent: String) {
        let words = consent.split(separator: ":", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return }
        consents[words[1]] = Consent.Way(rawValue: words[0])
    }

    /// - Parameter now: seconds since the epoch.
    mutating func take(mode form: Form, now: Int64) {
        mode = RunSpec.Mode(rawValue: form["mode"]) ?? mode
        further.take(form)
        // Fields that manual mode does not show keep their answers.
        guard form.has("canary-minutes") else { return }
        isOneAtATime = form.has("one")
        ending = Ending(rawValue: form["ending"]) ?? ending
        approvesEach = form.has("approve")
        hasBarrier = form.has("barrier")
        canary = form["canary"]
        canaryMinutes = min(1440, max(0, Int64(form["canary-minutes"]) ?? canaryMinutes))
        let wish = form["finish-by"]
        finishBy = LocalTime.seconds(wish).flatMap { $0 > now ? $0 : nil }
        unusableFinishBy = finishBy == nil && !wish.isEmpty ? wish : nil
    }
}
