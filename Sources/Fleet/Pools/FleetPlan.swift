/// What a fleet run would do, and where: nothing is changed by asking.
public struct FleetPlan: Codable, Hashable, Sendable {
    /// One pool, and what would be done there.
    public struct Line: Codable, Hashable, Sendable {
        /// What a program reads.
        public enum Outlook: String, Codable, Hashable, Sendable {
            case begins, upload, hasIt, waits, skipped, refused
        }

        public var pool: String
        public var ring: String
        public var isCanary: Bool
        public var outlook: Outlook
        public var text: String
    }

    public var spec: FleetSpec
    /// In the order in which they would begin.
    public var lines: [Line]

    /// Whether a pool can not take part, whatever is waited for.
    public var isRefusing: Bool { lines.contains { $0.outlook == .refused } }
}

extension FleetPools {
    /// Asks every pool whether it could begin.
    public nonisolated func plan(_ spec: FleetSpec, atOnce: Int = 32, within limit: Duration = .seconds(900)) async
        -> FleetPlan
    {
        var looking = spec
        // Nothing is sent anywhere for a plan.
        looking.update?.package = nil
        var start = FleetMachine()
        start.handle(.start(spec, at: 0))
        let late = FleetOutcome.prepared(.obstacle(Obstacle(.unreachable, "It did not answer in time.")))
        let answers = await each(of: start.pools.map(\.name), atOnce: atOnce, within: limit, late: late) {
            [looking] name in
            await self.perform(.prepare(pool: name), for: looking) ?? late
        }
        let lines = start.pools.map { pool in
            guard case .prepared(let preparation) = answers[pool.name] ?? late else {
                return FleetPlan.Line(pool, spec, .unreachableInTime)
            }
            return FleetPlan.Line(pool, spec, preparation)
        }
        return FleetPlan(spec: spec, lines: lines)
    }
}

extension Preparation {
    fileprivate static let unreachableInTime = Preparation.obstacle(
        Obstacle(.unreachable, "It did not answer in time.")
    )
}

extension FleetPlan.Line {
    fileprivate init(_ pool: PoolRecord, _ spec: FleetSpec, _ preparation: Preparation) {
        (self.pool, isCanary) = (pool.name, pool.isCanary)
        ring = spec.rings.indices.contains(pool.ring) ? spec.rings[pool.ring].name : ""
        switch preparation {
        case .ready: (outlook, text) = (.begins, "its run begins")
        case .hasIt: (outlook, text) = (.hasIt, "every host has it already")
        case .obstacle(let obstacle):
            if obstacle.kind == .lacking, spec.update?.package != nil {
                (outlook, text) = (.upload, "the package is uploaded, and its prechecks are asked then")
                return
            }
            text = obstacle.text
            switch spec.policy.remedy(for: obstacle.kind) {
            case .wait: outlook = .waits
            case .skip: outlook = .skipped
            case nil: outlook = .refused
            }
        }
    }
}

extension FleetPlan {
    /// The plan for a terminal.
    public var text: String {
        var lines = [
            "\(spec.title): at most \(spec.atOnce.of("pool")) at once; \(spec.failedPools.of("pool")) and "
                + "\(spec.failedHosts.of("host")) may fail."
        ]
        for ring in spec.rings {
            var facts = [ring.pools.count.of("pool")]
            if !ring.windows.isEmpty {
                facts.append("begins \(ring.windows.map(\.description).joined(separator: " or ")) (\(ring.zone))")
            }
            if ring.atOnce < spec.atOnce { facts.append("\(ring.atOnce) at once") }
            if ring.soak > 0 { facts.append("soaks \(ring.soak / 60) min") }
            if ring.needsApproval { facts.append("waits to be approved") }
            lines.append("Ring \(ring.name): \(facts.joined(separator: ", "))")
            for line in self.lines where line.ring == ring.name {
                let word = ["waits": "waited for: ", "skipped": "left out: ", "refused": "refused: "][
                    line.outlook.rawValue
                ]
                lines.append("  \(line.pool)\(line.isCanary ? " (canary)" : "")  \(word ?? "")\(line.text)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
