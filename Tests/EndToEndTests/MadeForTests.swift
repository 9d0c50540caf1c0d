import Testing

@testable import pitstop

@Suite("What a package is made for")
struct MadeForTests {
    @Test(
        "is compared as the package's own precheck does",
        arguments: [
            ("6.0.2", "6.0.2", true), ("6.0.2", "6.0.0", false), ("6.0.2", "60012", false),
            (#"^6\.5\.[[:digit:]]$"#, "6.5.0", true), (#"^6\.5\.[[:digit:]]$"#, "6.0.2", false),
            ("6.0.[02]", "6.0.2", true),
            ("6.0.[02]", "6.1.0", false), ("[", "6.1.0", true), ("6.0.2", "", true),
        ]
    )
    func versions(rule: String, version: String, fits: Bool) {
        #expect(MadeFor(label: "X", rule: rule).fits(version) == fits)
    }

    @Test("names the hosts of another version, and what to take for them")
    func refusal() throws {
        let rule = MadeFor(label: "XS65ESP1006", rule: #"^6\.5\.0$"#)
        try rule.check([("a", "6.5.0"), ("b", "")])
        let error = #expect(throws: MadeFor.Refused.self) { try rule.check([("xs1", "6.0.2"), ("xs2", "6.5.0")]) }
        #expect(
            error?.description
                == "XS65ESP1006 is made for version 6.5.0, and xs1 runs 6.0.2: take the update that is made for 6.0.2."
        )
    }
}
