@testable import Planner
import Testing

/// Bounds are closest to plans where VMs are small and alike, because memory flows then as the bounds suppose: a bound that claims too
/// much would be beaten here first.
@Suite("Bounds where memory flows almost like water")
struct FluidBoundTests {
    private func pool(_ kind: SyntheticPool.Kind, _ hosts: Int, _ load: Double, _ nic: Int) -> UpdateInstance {
        var pool = SyntheticPool(kind: kind, hosts: hosts, utilisation: load, vmScale: 0.125).instance()
        pool.parameters.migrationOverhead = 0
        for host in pool.hosts.indices { pool.hosts[host].nicRate = nic }
        for vm in pool.vms.indices {
            pool.vms[vm].memory = 1024
            pool.vms[vm].dirtyPercent = 100
        }
        // As many more VMs of that size as their hosts had memory in use.
        var used: [String: Int] = [:]
        for vm in pool.vms { used[vm.host, default: 0] += 1 }
        for host in pool.hosts {
            let wanted = Int(Double(host.memory / 1024) * load)
            for extra in 0..<max(0, wanted - used[host.id, default: 0]) {
                pool.vms.append(
                    .init(id: "\(host.id)-\(extra)", memory: 1024, vcpus: 1, host: host.id, dirtyPercent: 100)
                )
            }
        }
        return pool
    }

    @Test("no plan beats them", arguments: [3, 4, 5, 6, 8])
    func unbeaten(hosts: Int) throws {
        for kind in [SyntheticPool.Kind.plain, .unequal] {
            for load in [0.35, 0.5, 0.65] {
                for nic in [300, 1200] {
                    let pool = pool(kind, hosts, load, nic)
                    guard let planned = try planned(pool, quick(.fastest, passes: 40)) else { continue }
                    #expect(
                        planned.report.mixedSeconds >= planned.certificate.mixedSeconds,
                        "\(pool.name), NIC \(nic): \(planned.certificate.binding?.name ?? "")"
                    )
                }
            }
        }
    }
}
