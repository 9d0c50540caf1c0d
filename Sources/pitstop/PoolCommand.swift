import ArgumentParser
import Foundation
import LibvirtHosts
import RemotePools

/// `pitstop pool`: pools of real hosts, and pools that speak XenAPI themselves.
struct PoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool",
        abstract: "Describe a pool of real hosts, or one that speaks XenAPI, and check that everything is there.",
        discussion: """
            A pool.yaml names the hosts, how SSH and libvirt reach them, and the storage that they share. \
            docs/pool-yaml.md tells of every key. The shortest one:

              name: My pool
              hosts:
                - {name: h1, address: 192.0.2.1}
                - {name: h2, address: 192.0.2.2}
              storage:
                - {name: Images, path: /srv/images}

            A XenServer or XCP-ng pool is described by its address alone: 'pitstop pool discover https://MASTER/' writes it.
            """,
        subcommands: [Check.self, Facts.self, Init.self, PoolDiscoverCommand.self, PoolRecordCommand.self]
    )

    /// Prints what a command found for programs: keys in order, so that two answers can be compared.
    static func printJSON(_ lines: some Encodable) throws {
        try StandardOutput.write(json: lines)
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try every connection and right that Pitstop needs; exit 3 where something is missing."
        )

        @Argument(help: "The file that describes the pool.")
        var file: String
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let lines = try await XenAPIFile.describesPool(file: file) ? remote() : real()
            if json {
                try PoolCommand.printJSON(lines)
            } else {
                for line in lines { print(line.line) }
            }
            guard lines.contains(where: \.isMissing) else { return }
            throw ExitCode(3)
        }

        private func real() async throws -> [Line] {
            let pool = try LibvirtPool(PoolFile.read(file: file))
            let findings = await PoolCheck(pool).findings()
            await pool.shutdown()
            return findings.map { Line(host: $0.host, subject: $0.subject, isRight: $0.isRight, text: $0.text) }
        }

        private func remote() async throws -> [Line] {
            try await RemotePoolCheck(file: file).findings().map {
                Line(host: $0.host, subject: $0.subject, isRight: $0.isRight, text: $0.text)
            }
        }

        private struct Line: Encodable {
            let host: String
            let subject: String
            let result: String
            let text: String

            init(host: String, subject: String, isRight: Bool?, text: String) {
                (self.host, self.subject, self.text) = (host, subject, text)
                result = isRight.map { $0 ? "right" : "missing" } ?? "note"
            }

            var isMissing: Bool { result == "missing" }

            var line: String {
                let mark = ["right": "✓", "missing": "✗"][result] ?? "!"
                return "\(mark) \(host)  \(subject): \(text)"
            }
        }
    }

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask for a pool's hosts and write its pool.yaml."
        )

        @Argument(help: "The file to write; it must not exist yet.")
        var file = "pool.yaml"

        func run() throws {
            guard !FileManager.default.fileExists(atPath: file) else {
                throw OperatorError("\(file) exists already: name another file, or edit it.")
            }
            let name = ask("Name of the pool", default: "My pool")
            var hosts: [(name: String, address: String)] = []
            while let host = question("Name of host \(hosts.count + 1) (master first; empty to end)"), !host.isEmpty {
                hosts.append((host, ask("Address of \(host)", default: host)))
            }
            guard !hosts.isEmpty else { throw OperatorError("A pool needs at least one host; nothing was written.") }
            let user = ask("SSH user: root, or an account with sudo", default: "root")
            let uri = ask("libvirt's URI on each host (qemu:///system or xen:///system)", default: "qemu:///system")
            let path = ask("Folder of the shared disk images, the same on each host (empty for none)", default: "")
            var lines = ["name: \(quoted(name))"]
            if user != "root" { lines += ["ssh:", "  sudo: true"] }
            lines.append("hosts:")
            for (index, host) in hosts.enumerated() {
                lines += ["  - name: \(quoted(host.name))", "    address: \(quoted(host.address))"]
                lines += ["    ssh: \(quoted("\(user)@\(host.address)"))", "    libvirt: \(quoted(uri))"]
                if index == 0 { lines.append("    master: true") }
            }
            if !path.isEmpty { lines += ["storage:", "  - name: Shared images", "    path: \(quoted(path))"] }
            let text = lines.joined(separator: "\n") + "\n"
            // What was typed has to be what is read.
            _ = try PoolFile(yaml: text, file: file, folder: ".")
            try Data(text.utf8).write(to: URL(filePath: file), options: .withoutOverwriting)
            print("\(file) is written. Next: pitstop pool check \(file)")
        }

        private func question(_ text: String) -> String? {
            StandardError.write(text: text + ": ", terminator: "")
            return readLine()?.trimmingCharacters(in: .whitespaces)
        }

        private func ask(_ text: String, default standard: String) -> String {
            let answer = question(standard.isEmpty ? text : "\(text) [\(standard)]") ?? ""
            return answer.isEmpty ? standard : answer
        }

        /// As a YAML string that means nothing else.
        private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
    }
}
