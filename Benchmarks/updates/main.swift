// Measures what must be quick about updates, and prints one JSON line for each measurement.
//
//     update-bench verify FILE KEYRING       wall seconds to verify a signed package, digests included
//     update-bench solver [UPDATES] [HOSTS]  wall seconds to say what each host of a synthetic catalogue lacks

import FoundationEssentials
import Glibc
import UpdatePackage

/// A catalogue of versions with 500 updates each: chains of requirements, roll-ups that supersede, some conflicts.
func syntheticCatalogue(_ count: Int, perVersion: Int) -> Catalogue {
    var updates: [Catalogue.Update] = []
    var versions: [Catalogue.Version] = []
    for start in stride(from: 0, to: count, by: perVersion) {
        let members = start..<min(start + perVersion, count)
        for number in members {
            var update = Catalogue.Update(uuid: uuid(number), label: "XS\(number)")
            let place = number - start
            if place >= 2 { update.requires = [uuid(number - 1 - place % 2)] }
            if place % 10 == 9 { update.supersedes = (1...8).map { uuid(number - $0) } }
            if place % 97 == 96 { update.conflicts = [uuid(number - 50)] }
            updates.append(update)
        }
        versions.append(
            Catalogue.Version(value: "\(start / perVersion)", name: "V\(start)", updates: members.map(uuid))
        )
    }
    return Catalogue(versions: versions, updates: updates)
}

func uuid(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
}

/// Hosts that differ: each has applied another part of its version's updates.
func syntheticHosts(_ count: Int, updates: Int, perVersion: Int) -> [HostState] {
    let versions = (updates + perVersion - 1) / perVersion
    return (0..<count).map { host in
        let start = host % versions * perVersion
        let applied = (start..<min(start + perVersion, updates)).filter { ($0 &* 7 &+ host) % 11 < host % 7 }
        return HostState(uuid: uuid(host), productVersion: "\(host % versions)", applied: Set(applied.map(uuid)))
    }
}

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

/// Seconds of processor time that this process has used.
func processorSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

func report(_ name: String, _ duration: Duration, _ more: String = "") {
    print("{\"name\": \"\(name)\", \"seconds\": \(seconds(duration))\(more)}")
}

func solve(_ updates: Int, _ hosts: Int, perVersion: Int) throws {
    let catalogue = syntheticCatalogue(updates, perVersion: perVersion)
    let states = syntheticHosts(hosts, updates: updates, perVersion: perVersion)
    var missing = 0
    let processor = processorSeconds()
    let duration = try ContinuousClock().measure {
        let pool = Solver(try CatalogueIndex(catalogue)).resolve(states)
        missing = pool.hosts.reduce(0) { $0 + $1.missing.count }
    }
    report(
        "solver",
        duration,
        ", \"processor\": \(processorSeconds() - processor), \"updates\": \(updates), \"perVersion\": \(perVersion), \"hosts\": \(hosts), \"missing\": \(missing)"
    )
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "verify" where arguments.count == 3:
    let policy = TrustPolicy(keyring: Keyring(path: arguments[2]))
    let payload = arguments[1] + ".payload"
    let clock = ContinuousClock()
    let start = clock.now
    let package = try await verify(file: arguments[1], policy: policy, payloadTo: payload)
    report("verify", clock.now - start, ", \"bytes\": \(package.digests.size)")
    try FileManager.default.removeItem(atPath: payload)
case "solver":
    let updates = arguments.count > 1 ? Int(arguments[1]) ?? 10_000 : 10_000
    let hosts = arguments.count > 2 ? Int(arguments[2]) ?? 1_000 : 1_000
    try solve(updates, hosts, perVersion: 500)
    try solve(updates, hosts, perVersion: updates)
default:
    print("Usage: update-bench verify FILE KEYRING | update-bench solver [UPDATES] [HOSTS]")
}
