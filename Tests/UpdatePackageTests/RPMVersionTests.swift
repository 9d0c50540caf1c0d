import Testing

@testable import UpdatePackage

@Suite("rpm's order of versions")
struct RPMVersionTests {
    private static let rows: [(String, String, Int)] = [
        ("1.0", "1.0", 0), ("1.0", "2.0", -1), ("2.0.1a", "2.0.1", 1), ("5.5p1", "5.5p2", -1), ("5.5p10", "5.5p1", 1),
        ("10xyz", "10.1xyz", -1), ("xyz10", "xyz10.1", -1), ("xyz.4", "8", -1), ("5.5p2", "5.6p1", -1),
        ("6.0.rc1", "6.0", 1), ("10b2", "10a1", 1), ("1.0010", "1.9", 1), ("1.05", "1.5", 0), ("2_0", "2.0", 0),
        ("1.0~rc1", "1.0", -1), ("1.0~rc1~git", "1.0~rc1", -1), ("1.0^", "1.0", 1), ("1.0^git1", "1.0^git2", -1),
        ("1.0^git", "1.01", -1), ("1.0~rc1^git1", "1.0~rc1", 1), ("", "1", -1), ("fc4", "fc.4", 0),
        ("0.9.8e", "0.9.8", 1), ("27.el5_10.3", "27.el5_10.1", 1), ("4611686018427387904000", "1", 1),
    ]

    @Test("is rpm's own, both ways round", arguments: rows)
    func order(one: String, other: String, expected: Int) {
        #expect(RPMVersion.compare(one, other).signum() == expected)
        #expect(RPMVersion.compare(other, one).signum() == -expected)
    }

    @Test("agrees with the rpm of this machine", .enabled("needs rpm") { await ToolBox.has("rpm") }, arguments: rows)
    func peer(one: String, other: String, expected: Int) async throws {
        guard !one.isEmpty else { return }
        let macro = "%{lua:print(rpm.vercmp('\(one)','\(other)'))}"
        #expect(try await Tool(name: "rpm").require(["--eval", macro]).text == "\(expected)\n")
    }

    @Test("has the epoch first and the release last")
    func parts() {
        let base = RPMVersion(epoch: 0, version: "2", release: "1")
        #expect(base < RPMVersion(epoch: 1, version: "1", release: "1"))
        #expect(base < RPMVersion(epoch: 0, version: "2", release: "1.1"))
        #expect(RPMVersion(epoch: 3, version: "1", release: "2").description == "3:1-2")
    }
}
