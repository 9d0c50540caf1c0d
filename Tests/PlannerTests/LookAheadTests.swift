import Planner
import Testing

@Suite("Look-ahead over a plan")
struct LookAheadTests {
    private func facts(after: [Int], features: UInt32) -> [String: LookAhead.HostFacts] {
        var facts: [String: LookAhead.HostFacts] = [:]
        for index in 0..<3 {
            facts["h\(index)"] = .init(
                versionBefore: [6, 0, 2],
                versionAfter: after,
                featuresBefore: [0b0111],
                featuresAfter: [features]
            )
        }
        return facts
    }

    @Test("with a newer version, the first crossing is the point of no return")
    func newerVersion() throws {
        let planned = try #require(try planned(threeHosts(), quick()))
        let ahead = LookAhead(planned.plan, for: threeHosts(), facts: facts(after: [6, 2], features: 0b0111))
        let point = try #require(ahead.pointOfNoReturn)
        #expect(point.time > planned.waves[0].end)
        #expect(point.event.hasPrefix("VM "))
        #expect(ahead.moments.contains { $0.versions == [[6, 0, 2], [6, 2]] })
        #expect(ahead.moments.last?.versions == [[6, 2]])
        #expect(ahead.obstacles.isEmpty)
    }

    @Test("a hotfix that changes neither version nor features leaves the way back open")
    func sameVersion() throws {
        let planned = try #require(try planned(threeHosts(), quick()))
        let ahead = LookAhead(planned.plan, for: threeHosts(), facts: facts(after: [6, 0, 2], features: 0b0111))
        #expect(ahead.pointOfNoReturn == nil)
    }

    @Test("a CPU feature that the update hides stops the first crossing, by name")
    func hiddenFeature() throws {
        let planned = try #require(try planned(threeHosts(), quick()))
        let ahead = LookAhead(planned.plan, for: threeHosts(), facts: facts(after: [6, 2], features: 0b0011))
        #expect(ahead.obstacles.contains { $0.contains("uses CPU features that h0 does not have") })
        #expect(ahead.moments.contains { $0.commonFeatures == [0b0011] })
    }
}
