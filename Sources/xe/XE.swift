import Basics
import Foundation

/// `xe`: a thin client. It sends its words to the server, which knows the commands, and does what the server asks.
@main
struct XE {
    static func main() async {
        // A server that hangs up must not end us silently, nor a reader of our output loudly.
        StandardStream.prepare()
        exit(await run())
    }

    private static let usage = """
        Usage: xe <command> [-s server] [-p port] ([-u username] [-pw password] or [-pwf <password file>]) \
        [--nossl] [--debug] <command parameters>

        A full list of commands can be obtained by running
        \txe help -s <server> -p <port> ([-u <username>] [-pw <password>] or [-pwf <password file>])

        """

    private static func run() async -> Int32 {
        let environment = ProcessInfo.processInfo.environment
        var options = Options()
        do throws(Options.Mistake) {
            try options.take(defaults: rcFile(environment))
            try options.take(defaults: Options.parse(extraArguments: environment["XE_EXTRA_ARGS"] ?? ""))
            try options.take(arguments: Array(CommandLine.arguments.dropFirst()))
            if let file = options.passwordFile { try options.take(passwordFile: passwords(file)) }
            try options.refuseLineEnds()
        } catch {
            Output.report(error.message + "\n\n" + usage)
            return 1
        }
        switch options.request {
        case .version:
            Output.write("ThinCLI protocol: 0.2\n")
            return 0
        case .usage:
            Output.report(usage)
            return 0
        case .run: return await talk(options, certificate: environment["XE_CA_FILE"])
        }
    }

    private static func talk(_ options: Options, certificate: String?) async -> Int32 {
        let trace = Trace(options.debug)
        let code = await talk(options, certificate, trace)
        if code != 0 { trace.showFailure() }
        return code
    }

    private static func talk(_ options: Options, _ certificate: String?, _ trace: Trace) async -> Int32 {
        do {
            let endpoint = try Endpoint(
                host: options.server,
                port: options.effectivePort,
                useTLS: options.useTLS,
                certificate: certificate
            )
            return try await Session(options: options, endpoint: endpoint, trace: trace).run()
        } catch let failure as Failure {
            Output.report(failure.message + "\n")
        } catch {
            Output.report(Failure.connectionLost.message + "\n")
            trace.add("\(error)")
        }
        return 1
    }

    private static func rcFile(_ environment: [String: String]) -> [String] {
        guard let home = environment["HOME"], let bytes = try? GivenFile.bytes(home + "/.xe", limit: 1 << 20)
        else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(Options.Mistake) {
            return try Options.parse(rc: text)
        } catch {
            Output.report(error.message + "\n")
            return []
        }
    }

    private static func passwords(_ file: String) throws(Options.Mistake) -> String {
        do throws(GivenFile.Refusal) {
            return String(decoding: try GivenFile.bytes(file, limit: 64 << 10, takesPipes: true), as: UTF8.self)
        } catch {
            throw Options.Mistake(message: "The password file '\(file)' can not be read: \(error.reason)")
        }
    }
}
