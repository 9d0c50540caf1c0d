import CoreMetrics
import Foundation
import Monitoring
import Testing

@Suite("Metrics in Prometheus' text form") struct MetricsTests {
    @Test("Each family has its help and type once, in the order of names, and its numbers below")
    func form() {
        let text = MetricsText.write([
            .gauge("pitstop_vms", "VMs.", by: "power_state", ["running": 3, "halted": 1]),
            .gauge("pitstop_ha_enabled", "Whether HA is on.", 1),
        ])
        #expect(
            text == """
                # HELP pitstop_ha_enabled Whether HA is on.
                # TYPE pitstop_ha_enabled gauge
                pitstop_ha_enabled 1
                # HELP pitstop_vms VMs.
                # TYPE pitstop_vms gauge
                pitstop_vms{power_state="halted"} 1
                pitstop_vms{power_state="running"} 3

                """
        )
    }

    @Test("A family without numbers is left out, since its type alone tells nothing")
    func empty() { #expect(MetricsText.write([.init("pitstop_hosts", "Hosts.", .gauge, [])]).isEmpty) }

    @Test("A label's text can not end the line or the quotes that it stands in")
    func escaping() {
        let family = MetricFamily("m", "one\ntwo \\", .gauge, [.init(1, [.init("l", "a\"b\\c\r\nd")])])
        #expect(
            MetricsText.write([family])
                == "# HELP m one\\ntwo \\\\\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\r\\nd\"} 1\n"
        )
    }

    @Test("Numbers that are none have Prometheus' names")
    func numbers() {
        let samples = [Double.nan, .infinity, -.infinity, 0.25, 1e18].map { MetricFamily.Sample($0) }
        let lines = MetricsText.write([.init("m", "M.", .gauge, samples)]).split(separator: "\n").suffix(5)
        #expect(lines.map { $0.dropFirst(2) } == ["NaN", "+Inf", "-Inf", "0.25", "1000000000000000000"])
    }

    @Test("What is counted under one name and one label comes together, whoever counts; others count apart")
    func counters() {
        let registry = MetricsRegistry()
        registry.describe("requests_total", "Requests.")
        for door in ["cli", "rpc", "cli"] {
            Counter(label: "requests_total", dimensions: [("door", door)], factory: registry).increment()
        }
        #expect(
            MetricsText.write(registry.families).hasSuffix(
                "requests_total{door=\"cli\"} 2\nrequests_total{door=\"rpc\"} 1\n"
            )
        )
    }

    @Test("Durations are counted up to each bound, with their number and sum in seconds")
    func durations() throws {
        let registry = MetricsRegistry()
        let timer = Timer(label: "move_seconds", factory: registry)
        timer.recordSeconds(2)
        timer.recordSeconds(20_000)
        let lines = MetricsText.write(registry.families).split(separator: "\n")
        #expect(lines.contains("move_seconds_bucket{le=\"1\"} 0"))
        #expect(lines.contains("move_seconds_bucket{le=\"5\"} 1"))
        #expect(lines.contains("move_seconds_bucket{le=\"+Inf\"} 2"))
        #expect(lines.contains("move_seconds_count 2") && lines.contains("move_seconds_sum 20002"))
    }

    @Test("A name that is taken by another kind of metric harms nobody, and stays what it was")
    func clash() {
        let registry = MetricsRegistry()
        Counter(label: "m", factory: registry).increment()
        Timer(label: "m", factory: registry).recordSeconds(1)
        #expect(MetricsText.write(registry.families).hasSuffix("m 1\n"))
    }
}
