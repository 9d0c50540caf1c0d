import ArgumentParser
import LibvirtHosts

extension PoolCommand {
    struct Facts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what every host says of itself; exit 3 where one does not answer."
        )

        @Argument(help: "The pool.yaml.")
        var file: String
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let pool = try LibvirtPool(PoolFile.read(file: file))
            let facts = await PoolFacts(pool)
            await pool.shutdown()
            if json {
                try PoolCommand.printJSON(facts.lines)
            } else {
                for line in facts.lines { StandardOutput.write(Self.text(line)) }
            }
            if facts.lines.contains(where: { $0.problem != nil }) { throw ExitCode(3) }
        }

        private static func text(_ line: PoolFacts.Line) -> String {
            if let problem = line.problem { return "✗ \(line.host)  \(problem)" }
            let product = [line.software["product_brand"], line.software["product_version"]].compactMap { $0 }
            let clock = abs(line.clockOffset) < 2 ? "" : ", clock off by \(Int(line.clockOffset.rounded())) s"
            let lacks = line.obstacles.map { "; \($0)" }.joined()
            return
                "\(line.host)  \(product.joined(separator: " ")), \(line.memory >> 20) MiB, \(line.cpus) × \(line.cpu), "
                + "\(line.free >> 20) MiB free, boot \(line.bootID)\(clock)\(lacks)"
        }
    }
}
