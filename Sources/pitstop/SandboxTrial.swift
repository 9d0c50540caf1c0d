import EmbeddedHosts
import Foundation
import Hosts
import UpdatePackage

extension PackageTrial {
    /// On an embedded host that is made for the trial and thrown away after it.
    static let sandbox = PackageTrial { program, arguments, manifest in
        let scratch = try ScratchFolder(named: FileManager.default.temporaryDirectory.path + "/pitstop-trial")
        defer { scratch.remove() }
        let limits = ProgramLimits(time: .seconds(600), outputBytes: 1 << 20)
        return try await TrialHost.use(
            in: scratch.path,
            productVersion: manifest.productVersion,
            build: manifest.exampleBuild,
            stamps: manifest.requires.map(\.uuid)
        ) { host throws(HostError) in
            var runs: [Run] = []
            for argument in arguments {
                let result = try await host.run(program: program, argument: argument, limits: limits)
                var status: Int32?
                if case .exited(let code) = result.ending { status = code }
                runs.append(Run(status: status, output: result.output))
            }
            return runs
        }
    }
}
