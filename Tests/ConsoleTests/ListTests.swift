import Foundation
import PoolDatabase
import Testing
import XenAPI

@testable import Console

@Suite("Lists")
struct ListTests {
    @Test("Names are sorted as people do")
    func natural() {
        let names = ["xs10", "XS2", "xs1", "db", "xs02b", "99999999999999999999999", "7"]
        let sorted = names.sorted { NaturalKey($0) < NaturalKey($1) }
        #expect(sorted == ["7", "99999999999999999999999", "db", "xs1", "XS2", "xs02b", "xs10"])
    }

    @Test("What a list is asked for stands in its address, and what makes no sense there asks for nothing")
    func addresses() {
        func asked(_ query: [String: String]) -> ListQuery {
            ListQuery("/vms", query, filters: ["all", "on"], sorts: ["name", "size"], others: ["host"])
        }
        let usual = asked([:])
        #expect(usual.filter == "all" && usual.sort == "name" && !usual.isDescending && usual.page == 1)
        let odd = asked(["show": "none", "sort": "-none", "page": "-3", "q": ""])
        #expect(odd.filter == "all" && odd.sort == "name" && !odd.isDescending && odd.page == 1)
        #expect(asked(["page": "99999999999999999999"]).page == 1)
        let all = asked(["q": "a&b", "show": "on", "sort": "-size", "page": "2", "host": "h", "evil": "x"])
        #expect(all.address() == "/vms?host=h&q=a%26b&show=on&sort=%2Dsize")
        #expect(all.address(["page": "3"]).contains("page=3"))
        #expect(all.finds("xa&b") && !all.finds("a b"))
        #expect(
            asked(["q": "WEB 3f2a"]).finds("web-1", uuid: "3f2a0000-")
                && !asked(["q": "3f"]).finds("web-1", uuid: "3f2a")
        )
        #expect(asked(["q": "web 3"]).finds("web-3", "Running") && !asked(["q": "web 4"]).finds("web-3"))
        // A page beyond the last shows the last.
        #expect(Array(asked(["page": "9"]).cut(Array(0..<150)).shown) == Array(100..<150))
        #expect(asked([:]).cut([Int]()).page == 1)
    }

    /// A pool with many VMs besides its own.
    private func desk(vms count: Int) async throws -> Desk {
        let desk = try await Desk()
        let host = HostOrder.hosts(desk.database.snapshot)[1].ref
        try await desk.database.transaction { transaction throws(APIError) in
            for number in 1...count {
                transaction.create(
                    "VM",
                    Ref("OpaqueRef:many-\(number)"),
                    [
                        "uuid": .string("many-\(number)"), "name_label": .string("many-\(number)"),
                        "power_state": .string(number % 2 == 0 ? "Running" : "Halted"),
                        "resident_on": .string(number % 2 == 0 ? host.rawValue : Ref.null.rawValue),
                        "memory_dynamic_max": .int(Int64(number) << 20),
                    ]
                )
            }
        }
        return desk
    }

    @Test("A page of 10,000 VMs has a hundred of them, and says how many there are")
    func manyVMs() async throws {
        let desk = try await desk(vms: 10_000)
        let first = try await desk.get("/vms?sort=-memory").text
        #expect(first.utf8.count < 500 << 10)
        #expect(first.contains("1 to 100 of 10008.") && first.contains("Page 1 of 101"))
        #expect(first.contains(">8.0 GiB<") || first.contains("many-10000"))
        let last = try await desk.get("/vms?sort=-memory&page=101").text
        #expect(last.contains("10001 to 10008 of 10008.") && !last.contains("rel=\"next\""))
        let found = try await desk.get("/vms?q=many-9999&show=Halted").text
        #expect(found.contains("1 to 1 of 1, out of 10008.") && found.contains("value=\"many-9999\""))
        #expect(try await desk.get("/vms?q=many-9999&show=Running").text.contains("None of 10008 is like this."))
        let host = HostOrder.hosts(desk.database.snapshot)[1]
        #expect(try await desk.get("/vms?host=" + host.uuid).text.contains("Only those on"))
        let page = try await desk.get("/hosts/" + host.uuid).text
        #expect(page.utf8.count < 500 << 10 && page.contains("All 5004 VMs"))
    }

    @Test("Hosts are filtered and sorted, and the head that sorts says which way")
    func hosts() async throws {
        let desk = try await Desk()
        let second = HostOrder.hosts(desk.database.snapshot)[1]
        try await desk.set("host", second, "enabled", .bool(false))
        let out = try await desk.get("/hosts?show=out").text
        #expect(out.contains("id=\"host-\(second.uuid)\"") && out.contains("1 to 1 of 1, out of 2."))
        let sorted = try await desk.get("/hosts?sort=-vms").text
        #expect(sorted.contains("aria-sort=\"descending\""))
        #expect(try await desk.get("/hosts?q=%3Cscript%3E").text.contains("None of 2 is like this."))
    }
}
