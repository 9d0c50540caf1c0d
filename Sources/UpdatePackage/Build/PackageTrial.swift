/// Lets a builder try its own product where it can do no harm: runs a program with one argument on a host that is of the
/// manifest's product version and build, and has what it requires applied. The caller has the hosts.
public struct PackageTrial: Sendable {
    /// What a program said, and how it ended.
    public struct Run: Hashable, Sendable {
        /// Its exit status; nil where a signal or a limit ended it.
        public var status: Int32?
        /// Standard output and error, merged.
        public var output: String

        /// Creates a run's result.
        public init(status: Int32?, output: String) {
            self.status = status
            self.output = output
        }
    }

    /// Runs the program once for each argument, all on one host, and gives the results in that order.
    public var run: @Sendable (_ program: String, _ arguments: [String], _ manifest: Manifest) async throws -> [Run]

    /// Creates a trial from what carries it out.
    public init(
        run: @escaping @Sendable (_ program: String, _ arguments: [String], _ manifest: Manifest) async throws -> [Run]
    ) {
        self.run = run
    }
}

/// What the package's own precheck said in its trial.
public enum TrialVerdict: Hashable, Sendable {
    /// It would apply to the trial's host.
    case passed
    /// It refused, as packages do: the trial's host lacks what the RPMs need, or space.
    case refused(PrecheckFailure)
}

extension PackageTrial {
    /// Runs `info` and `precheck` of a package that was just built.
    ///
    /// - Throws: ``PackageError`` where `info` does not say what the manifest says, `precheck` ends otherwise than packages
    ///   do, or refuses a host that is made as the manifest wants it.
    func judge(_ program: String, of package: String, _ manifest: Manifest) async throws -> TrialVerdict {
        let runs = try await run(program, ["info", "precheck"], manifest)
        guard runs.count == 2, runs[0].status == 0, (try? PatchInfo(parsing: runs[0].output)) == manifest.info else {
            throw failure(
                package,
                "info does not print what the manifest says: \(runs.first?.output.prefix(500) ?? "")"
            )
        }
        switch runs[1].status {
        case 0: return .passed
        case 1: break
        default: throw failure(package, "precheck ended otherwise than packages do: \(runs[1].output.prefix(500))")
        }
        let refusal = PrecheckFailure(parsing: runs[1].output)
        switch refusal {
        case .unknown, .outOfSpace: return .refused(refusal)
        case .wrongServerBuild where manifest.exampleBuild == nil: return .refused(refusal)
        default:
            let words = refusal.parameters.joined(separator: ", ").prefix(500)
            throw failure(package, "precheck refuses a host that is as the manifest wants it: \(refusal.code) \(words)")
        }
    }

    private func failure(_ package: String, _ reason: String) -> PackageError {
        PackageError(package, .toolFailed(name: "the trial", reason: reason))
    }
}

extension Manifest {
    /// A build number that ``build`` matches, where one can be told: the baseline's for nil, the first character of each
    /// bracket otherwise; nil where the expression has more in it than that.
    public var exampleBuild: String? {
        guard let build else { return nil }
        var example = ""
        var rest = Substring(build)
        while let character = rest.popFirst() {
            switch character {
            case "[":
                guard let first = rest.first, let end = rest.firstIndex(of: "]"), first != "^", first != "]" else {
                    return nil
                }
                example.append(first)
                rest = rest[rest.index(after: end)...]
            case _ where character.isASCII && (character.isLetter || character.isNumber) || "-_".contains(character):
                example.append(character)
            default: return nil
            }
        }
        return example
    }
}
