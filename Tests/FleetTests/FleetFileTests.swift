@testable import Fleet
import Foundation
import Storage
import TestSupport
import Testing
import UpdatePackage

@Suite("A fleet file")
struct FleetFileTests {
    private let whole = """
        at-once: 2
        failed-pools: 1
        patience: 12
        policy: {unreachable: skip}
        run: {fix_problems: true, go_home: true}
        rings:
          - name: first
            canaries: [berlin]
            soak: 30
            windows: ["Sat,Sun 20:00-06:00"]
            zone: Europe/Berlin
          - {name: rest, at-once: 5, approve: true}
        pools:
          - {name: berlin, url: "https://berlin.example/", credentials: b.credentials, ring: first, labels: [eu]}
          - {name: paris, url: "https://paris.example:8443/", credentials: /etc/p, ring: first, labels: [eu, fr]}
          - {name: tokyo, url: "https://tokyo.example/", credentials: t, ring: rest}
        """

    private func read(_ text: String) throws -> FleetFile {
        try FleetFile(yaml: text, file: "fleet.yaml", folder: "/f")
    }

    @Test("says what pools there are, and in which order they go")
    func good() throws {
        let file = try read(whole)
        #expect(file.pools.map(\.credentials) == ["/f/b.credentials", "/etc/p", "/f/t"])
        let spec = file.spec(run: "r", by: "root", update: FleetUpdate(id: "u", label: "U"))
        #expect(spec.rings.map(\.pools) == [["berlin", "paris"], ["tokyo"]])
        #expect(spec.rings[0].soak == 1800)
        #expect(spec.rings[1].needsApproval)
        #expect(spec.policy.patience == 43_200)
        #expect(spec.policy.unreachable == .skip)
        #expect(spec.policy.running == .wait)
        #expect(spec.options == ["fix_problems": "true", "go_home": "true"])
    }

    @Test("chooses pools by label, and leaves out rings that have none of them")
    func labels() throws {
        let spec = try read(whole).spec(run: "r", by: "root", update: nil, labels: ["fr"])
        #expect(spec.rings.map(\.pools) == [["paris"]])
        #expect(spec.rings[0].canaries == [])
        #expect(spec.options["restart_only"] == "true")
    }

    @Test(
        "is refused in words that name the line and its pool or ring",
        arguments: [
            (
                "ring: rest}", "ring: lost}", "16: pool tokyo: ",
                "the ring lost, which does not exist; there are first, rest"
            ),
            ("name: paris", "name: berlin", "15: ", "the pool berlin stands here twice"),
            ("https://paris.example:8443/", "https://berlin.example", "15: ", "the pool paris is the same as berlin"),
            ("credentials: t,", "password: t,", "16: pool tokyo: ", "the key password is not known"),
            ("credentials: t, ", "", "16: pool tokyo: ", "credentials is missing"),
            ("https://tokyo.example/", "ftp://tokyo", "16: pool tokyo: ", "is no address of a server"),
            ("canaries: [berlin]", "canaries: [tokyo]", "8: ", "no pool of the ring first, but of rest"),
            ("zone: Europe/Berlin", "zone: Europe/Bonn", "11: ring first: ", "Europe/Bonn is no time zone"),
            ("Sat,Sun 20:00-06:00", "weekend", "10: ring first: ", "'weekend' is no window"),
            ("at-once: 2", "at-once: 0", "1: ", "at-once is a number from 1 to 10000, not 0"),
            ("unreachable: skip", "unreachable: pray", "4: ", "unreachable is skip or wait, not pray"),
            ("patience: 12", "patiense: 12", "3: ", "the key patiense is not known"),
            ("name: rest,", "name: first,", "12: ", "there are two rings first"),
        ]
    )
    func refused(old: String, new: String, place: String, reason: String) throws {
        let error = try #require(throws: ManifestError.self) { try read(whole.replacing(old, with: new)) }
        #expect(error.description.contains(reason), "\(error)")
        // A ring that does not exist is told at the pool.
        let at = place.replacing("pool tokyo: ", with: reason.contains("does not exist") ? "" : "pool tokyo: ")
        #expect(error.description.contains("fleet.yaml:\(at)"), "\(error)")
    }

    @Test("a pool is not believed to be another one, nor to be two, and may get another name")
    func known() async throws {
        let folder = try TemporaryDirectory()
        let storage = try DirectoryStorage(folder.file("state"))
        let known = try KnownPools(storage, names: ["a", "b"])
        #expect(try await known.note("a", uuid: "1", at: 0) == nil)
        #expect(try await known.note("a", uuid: "2", at: 0)?.contains("a is another pool than last time") == true)
        #expect(try await known.note("b", uuid: "1", at: 0)?.contains("b is the same pool as a") == true)
        let renamed = try KnownPools(storage, names: ["b"])
        #expect(try await renamed.note("b", uuid: "1", at: 9) == nil)
        #expect(try await renamed.all() == ["b": .init(uuid: "1", seen: 9)])
    }
}

@Suite("A window of the week")
struct WindowTests {
    private func seconds(_ text: String) throws -> Int64 {
        Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970)
    }

    @Test(
        "is meant by the wall clock of its zone, and may go past midnight",
        arguments: [
            // 2026-11-28 is a Saturday.
            ("Sat 22:00-04:00", "2026-11-28T21:00:00Z", true), ("Sat 22:00-04:00", "2026-11-28T20:59:00Z", false),
            ("Sat 22:00-04:00", "2026-11-29T02:59:00Z", true), ("Sat 22:00-04:00", "2026-11-29T03:00:00Z", false),
            ("Sat 22:00-04:00", "2026-11-28T02:00:00Z", false), ("22:00-04:00", "2026-11-28T02:00:00Z", true),
            ("Fri-Mon 10:00-11:00", "2026-11-29T09:30:00Z", true),
            ("Tue,Wed 10:00-24:00", "2026-11-29T09:30:00Z", false),
            // In summer the clock is an hour further.
            ("Sat 22:00-23:00", "2026-07-04T20:30:00Z", true), ("Sat 22:00-23:00", "2026-07-04T21:30:00Z", false),
        ]
    )
    func open(text: String, time: String, isOpen: Bool) throws {
        let window = try #require(FleetWindow(text))
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(window.isOpen(at: try seconds(time), in: zone) == isOpen)
    }

    @Test(
        "is refused where it makes no sense",
        arguments: ["", "22-04", "25:00-26:00", "Sat", "Foo 22:00-23:00", "22:00-22:00"]
    )
    func refused(text: String) { #expect(FleetWindow(text) == nil) }
}
