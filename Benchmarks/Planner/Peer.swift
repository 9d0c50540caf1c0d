import Foundation
import Planner

/// Ganeti's `hroller` (Debian: ganeti-htools) on equivalent clusters: shared storage, same nodes, memory and instances.
struct Peer {
    func run(_ report: inout Report) {
        report.line("")
        report.line("## Ganeti's hroller beside it")
        report.line("")
        guard let hroller = ["/usr/bin/hroller", "/usr/local/bin/hroller"].first(where: FileManager.default.isExecutableFile) else {
            report.line("Not installed (Debian: ganeti-htools), so not measured.")
            return
        }
        report.line("hroller plans groups of nodes to reboot together against the first placement, without times and with every")
        report.line("instance moved back. Pitstop's time is the whole search with proof and check.")
        report.line("")
        report.line("| hosts | memory used | hroller s | hroller's groups | pitstop s | waves | bound |")
        report.line("|--:|--:|--:|---|--:|--:|--:|")
        for hosts in [16, 64, 256, 1024] {
            for load in [0.5, 0.65, 0.8] { row(hroller, hosts, load, &report) }
        }
    }

    private func row(_ hroller: String, _ hosts: Int, _ load: Double, _ report: inout Report) {
        let pool = SyntheticPool(hosts: hosts, utilisation: load).instance()
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("hroller-\(UUID().uuidString).data")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data(cluster(pool).utf8).write(to: file)) != nil else { return }
        let (answer, time) = seconds { ask(hroller, file.path) }
        var options = Planner.Options()
        options.explains = false
        let (result, own) = seconds { try? Planner.plan(pool, options: options) }
        var waves = ("-", "-")
        if case .planned(let planned)? = result { waves = ("\(planned.waves.count)", "\(planned.certificate.waves.value)") }
        report.line("| \(hosts) | \(Int(load * 100)) % | \(fixed(time)) | \(answer) | \(fixed(own)) | \(waves.0) | \(waves.1) |")
    }

    private func ask(_ hroller: String, _ file: String) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: hroller)
        process.arguments = ["-t", file, "--no-headers"]
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        guard (try? process.run()) != nil else { return "did not start" }
        let text = String(decoding: (try? out.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        let errors = String(decoding: (try? err.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let groups = text.split(separator: "\n").filter { $0.contains(",") || $0.hasPrefix("h") }.map { $0.split(separator: ",").count }
        guard process.terminationStatus == 0 else {
            return String(errors.split(separator: "\n").last ?? "failed").replacingOccurrences(of: "|", with: "/")
        }
        return groups.isEmpty ? "none" : "\(groups.count): " + groups.prefix(6).map(String.init).joined(separator: "/")
    }

    /// The text format of htools: groups, nodes, instances, tags, policies, with empty lines between.
    private func cluster(_ pool: UpdateInstance) -> String {
        var used: [String: Int] = [:]
        for vm in pool.vms { used[vm.host, default: 0] += vm.memory }
        var text = "default|g0|preferred||\n\n"
        for host in pool.hosts {
            let free = host.memory - (used[host.id] ?? 0)
            let master = host.isMaster ? "M" : "N"
            text += "\(host.id)|\(host.memory)|0|\(free)|10000000|10000000|1000|\(master)|g0|1||N|0|1|1.0\n"
        }
        text += "\n"
        for vm in pool.vms {
            text += "\(vm.id)|\(vm.memory)|1024|\(max(1, vm.vcpus))|running|Y|\(vm.host)||sharedfile||1|-\n"
        }
        text += "\n\n"
        text += "|128,1,1024,1,1,1|128,1,1,1,0,1;1048576,1024,10485760,16,8,12|sharedfile|1000.0|1000.0\n"
        text += "default|128,1,1024,1,1,1|128,1,1,1,0,1;1048576,1024,10485760,16,8,12|sharedfile|1000.0|1000.0\n"
        return text
    }
}
