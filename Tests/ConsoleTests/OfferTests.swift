import PoolDatabase
import Testing
import XenAPI

@Suite("What a pool's repositories offer, in the console")
struct OfferTests {
    @Test("An offer shows what its publisher says and what was pinned, and can be installed")
    func shown() async throws {
        let desk = try await Desk()
        let uuid = "11111111-2222-3333-4444-555555555555"
        try await desk.database.transaction { transaction throws(APIError) in
            transaction.create(
                "pool_patch",
                Ref("OpaqueRef:\(uuid)"),
                [
                    "uuid": .string(uuid), "name_label": .string("Updates 123456"),
                    "name_description": .string("Security updates."),
                    "after_apply_guidance": .strings(["restartHost"]),
                    "other_config": .pairs([
                        "packages": "xen-4.17-1 <b>-1-2", "severity": "High", "vulnerabilities": "CVE-2026-1000",
                        "restarting_packages": "xen", "recommended_guidance": "RestartDeviceModel",
                    ]),
                ]
            )
        }
        let page = try await desk.get("/updates/\(uuid)").text
        for fact in ["xen-4.17-1, &lt;b&gt;-1-2", "High", "CVE-2026-1000", "RestartDeviceModel", "Hosts restart for"] {
            #expect(page.contains(fact), "\(fact) is not in \(page)")
        }
        #expect(page.contains("Not applied") && page.contains("Install…"))
    }
}
