import Testing

@testable import PoolRollout

@Suite("Prechecks that were just passed")
struct PassedPrechecksTests {
    @Test("count once, for that update on that host, and not for long")
    func once() {
        let (passed, now) = (PassedPrechecks(), ContinuousClock.now)
        passed.add("u1", "h1", at: now)
        #expect(!passed.take("u1", "h2", at: now))
        #expect(!passed.take("u2", "h1", at: now))
        #expect(passed.take("u1", "h1", at: now + .seconds(9)))
        #expect(!passed.take("u1", "h1", at: now + .seconds(9)))
        passed.add("u1", "h1", at: now)
        #expect(!passed.take("u1", "h1", at: now + PassedPrechecks.shelfLife))
    }
}
