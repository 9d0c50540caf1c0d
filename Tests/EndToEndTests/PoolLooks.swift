import Foundation
import TestSupport

/// What tests compare before and after a run, as a pool itself tells it.
extension ServerProcess {
    /// The values that `xe … --minimal` prints.
    func values(_ command: String, _ words: [String]) async throws -> [String] {
        let text = try await xe([command, "--minimal"] + words).output.trimmingCharacters(in: .newlines)
        return text.split(separator: ",").map(String.init)
    }

    /// Boot ids by host, as the hosts themselves say.
    func bootIDs() async throws -> [String: String] {
        var boots: [String: String] = [:]
        for host in try await values("host-list", ["params=uuid"]) {
            boots[host] = try await xe(
                "host-param-get",
                "uuid=\(host)",
                "param-name=other-config",
                "param-key=boot_id"
            ).output
        }
        return boots
    }

    /// When each VM was started, and that all run: a VM that was stopped meanwhile has another time.
    func startTimes() async throws -> [String: String] {
        var times: [String: String] = [:]
        for vm in try await values("vm-list", ["is-control-domain=false", "power-state=running", "params=uuid"]) {
            times[vm] = try await xe("vm-param-get", "uuid=\(vm)", "param-name=start-time").output
        }
        return times
    }
}
