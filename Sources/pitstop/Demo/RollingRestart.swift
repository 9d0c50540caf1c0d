/// Restarts hosts by `xe`, as the article asks: VMs moved off first, and back in service before the next.
struct RollingRestart {
    let xe: XE
    let bar: DemoProgress

    /// A host that is not back by then will not come back.
    private static let patience = Duration.seconds(120)

    func restart(_ host: DemoProof.HostState) async throws {
        let boot = host.bootID
        bar.advance("\(host.name): disable")
        try await xe.run("host-disable", "uuid=\(host.uuid)")
        bar.advance("\(host.name): move its VMs")
        try await xe.run("host-evacuate", "uuid=\(host.uuid)")
        bar.advance("\(host.name): restart")
        try await xe.run("host-reboot", "uuid=\(host.uuid)")
        bar.advance("\(host.name): wait for it")
        let clock = ContinuousClock()
        let deadline = clock.now + Self.patience
        while clock.now < deadline {
            if try await isBack(host.uuid, since: boot) { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw OperatorError("Host \(host.name) did not come back within \(Self.patience): look at its console.")
    }

    /// Back means: booted anew, alive, and enabled.
    private func isBack(_ host: String, since boot: String) async throws -> Bool {
        let live = try await xe.run("host-param-get", "uuid=\(host)", "param-name=host-metrics-live")
        let enabled = try await xe.run("host-param-get", "uuid=\(host)", "param-name=enabled")
        let now = try await xe.run("host-param-get", "uuid=\(host)", "param-name=other-config", "param-key=boot_id")
        return live == "true" && enabled == "true" && now != boot
    }
}
