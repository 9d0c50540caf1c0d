import Foundation

/// Markdown that is printed as it grows.
struct Report {
    private(set) var text = ""

    mutating func line(_ line: String) {
        text += line + "\n"
        print(line)
    }

    /// Puts what was measured now into the place of the section "Speed" of an older page.
    mutating func replaceSpeed(of page: String) {
        guard let begin = page.range(of: "\n## Speed\n") else {
            text = page + text
            return
        }
        let rest = page[begin.upperBound...].range(of: "\n## ").map { page[$0.lowerBound...] } ?? ""
        text = page[..<begin.lowerBound] + text + rest
    }
}

/// Seconds that a piece of work takes.
func seconds<T>(_ work: () throws -> T) rethrows -> (T, Double) {
    let clock = ContinuousClock()
    let begin = clock.now
    let value = try work()
    return (value, (clock.now - begin) / .seconds(1))
}

/// Processor seconds of this thread that a piece of work takes, which other programs on the machine do not lengthen.
func processorSeconds<T>(_ work: () throws -> T) rethrows -> (T, Double) {
    let begin = processorNow()
    let value = try work()
    return (value, processorNow() - begin)
}

/// Processor seconds that this thread has used.
func processorNow() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func fixed(_ value: Double, _ places: Int = 2) -> String { String(format: "%.\(places)f", value) }

/// Peak resident memory of this process, MiB; nil where the system does not tell.
func peakMemory() -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
        return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 / 1024 }
    }
    return nil
}
