import PoolRollout
import Rollout

/// A run drawn: what has happened to each host, and what is expected of the rest; it moves with the run.
struct RunChart: Sendable {
    let run: RunDetails
    /// Seconds since the epoch.
    let now: Int64
    /// How much faster than the clock modelled hosts go; 1 for real ones.
    let speed: Double

    /// A host's times, in seconds from the run's beginning.
    private struct Span {
        var look: String
        var start: Int
        var end: Int
        var title: String
    }

    var html: HTML {
        section(.id("run-chart"), .class("sheet")) {
            if !spans.isEmpty {
                div(.class("scroll"), .tabindex("0"), .role("region"), .aria("aria-label", "The run, drawn")) {
                    drawing
                }
                p(.class("quiet")) {
                    "Amber: VMs leave. Blue: the host \(run.aim == .install ? "is updated and restarts" : "restarts"). "
                    if run.finished == nil { "Pale: expected." }
                }
            }
        }
    }

    /// When the run is expected to be over, in seconds since the epoch; nil where nobody can say.
    var end: Int64? {
        guard run.finished == nil, let rest = run.remainingSeconds else { return nil }
        return now + Int64(real(rest))
    }

    private var drawing: HTML {
        let spans = spans
        let hosts = run.hosts.filter { spans[$0.uuid] != nil }
        let length = max(seconds(run.finished ?? end ?? now), spans.values.joined().map(\.end).max() ?? 0)
        let chart = Chart(seconds: length, lanes: hosts.count)
        let done = Words.count(run.hosts.count(where: \.isUpdated), "host", "hosts")
        return chart.drawing(
            "\(done) of \(run.hosts.count) \(run.aim.participle)",
            hosts.enumerated().map { index, host in
                chart.lane(index, host.name) { y in
                    for span in spans[host.uuid] ?? [] {
                        chart.bar(span.look, span.start, span.end, y + 4, 16, span.title)
                    }
                }
            } + (run.finished == nil ? [chart.line(at: seconds(now), "Now")] : [])
        )
    }

    /// By the hosts' uuids.
    private var spans: [String: [Span]] {
        var found: [String: [Span]] = [:]
        for host in run.hosts {
            let spans = past(host) + rest(host)
            if !spans.isEmpty { found[host.uuid] = spans }
        }
        return found
    }

    private func past(_ host: RunDetails.Host) -> [Span] {
        guard let begun = host.begun else { return [] }
        let end = host.ended ?? run.finished ?? now
        let changed = host.changed ?? end
        var spans: [Span] = []
        if changed > begun {
            let time = Words.duration(Int(clamping: changed - begun))
            spans.append(
                Span(
                    look: "move",
                    start: seconds(begun),
                    end: seconds(changed),
                    title: "\(host.name): emptied in \(time)"
                )
            )
        }
        if let changed = host.changed {
            let time = Words.duration(Int(clamping: end - changed))
            let title = "\(host.name): \(host.phase.words(run.aim)), \(time)"
            let look = host.phase == .failed ? "stop" : "update"
            spans.append(Span(look: look, start: seconds(changed), end: seconds(end), title: title))
        }
        return spans
    }

    private func rest(_ host: RunDetails.Host) -> [Span] {
        guard let expectation = host.expectation else { return [] }
        let start = seconds(now) + real(expectation.start)
        let end = seconds(now) + real(expectation.end)
        let title = "\(host.name): expected in \(Words.duration(real(expectation.start)))"
        return [Span(look: "expected", start: start, end: end, title: title)]
    }

    private func seconds(_ time: Int64) -> Int { Int(clamping: max(0, time - run.started)) }

    private func real(_ planned: Int) -> Int { Int((Double(planned) / max(speed, 0.001)).rounded()) }
}
