import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Making sure that nothing is left of a program.
extension Supervised {
    /// Waits until a process of this machine is gone (dead, and reaped or about to be).
    ///
    /// The kernel takes a moment to end a PID namespace after its init was killed; a few seconds are a safe bound.
    static func waitUntilGone(_ pid: Int32) async {
        for _ in 0..<2000 where isAlive(pid) {
            if kill(pid, SIGKILL) != 0, errno == ESRCH { return }
            // A cancelled task must wait too, which `Task.sleep` would refuse.
            await Task.detached { try? await Task.sleep(for: .milliseconds(2)) }.value
        }
    }

    private static func isAlive(_ pid: Int32) -> Bool {
        guard let stat = try? FileSystem.read(FilePath("/proc/\(pid)/stat"), limit: 4096) else { return false }
        // "PID (NAME) STATE …", where the name may hold anything, parentheses too.
        let text = String(decoding: stat, as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return false }
        return !text[close...].dropFirst(2).hasPrefix("Z") && !text[close...].dropFirst(2).hasPrefix("X")
    }

    /// Kills every process of this user that has `variable` (`NAME=VALUE`) in its environment, until there is none.
    static func killAll(with variable: String) {
        var isClean = false
        for _ in 0..<100 where !isClean {
            isClean = true
            for name in (try? FileSystem.names(in: "/proc")) ?? [] {
                guard let pid = Int32(name), isAlive(pid),
                    let bytes = try? FileSystem.read(FilePath("/proc/\(pid)/environ"), limit: 1 << 20),
                    String(decoding: bytes, as: UTF8.self).split(separator: "\0").contains(Substring(variable))
                else { continue }
                isClean = false
                kill(pid, SIGKILL)
            }
        }
    }
}
