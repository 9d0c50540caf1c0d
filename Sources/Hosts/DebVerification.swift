/// Asks a host's own dpkg to verify packages, and reads what it says: for every driver whose hosts have dpkg and a shell.
public enum DebVerification {
    /// A program for `sh -c`, whose positional parameters (after `$0`) are the packages; it holds nothing that varies.
    ///
    /// It prints `absent PACKAGE`, or `package PACKAGE`, the digest of its list of checksums and dpkg's findings.
    public static let script = #"""
        LC_ALL=C
        export LC_ALL
        for package; do
            state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
            case $state in
                '' | not-installed | config-files)
                    printf 'absent %s\n' "$package"
                    continue
                    ;;
            esac
            printf 'package %s\n' "$package"
            [ "$state" = installed ] || printf 'it is %s\n' "$state"
            sums=$(dpkg-query --control-path "$package" md5sums 2>/dev/null)
            [ -z "$sums" ] || printf 'header md5sums:sha256:%s\n' "$(sha256sum <"$sums" | cut -c 1-64)"
            dpkg --verify "$package" 2>&1
        done
        exit 0
        """#

    /// Reads what ``script`` printed.
    ///
    /// - Returns: the checks, in the order of the output; nil where it is cut short or no output of the script at all.
    public static func parse(_ output: String, packages: [String]) -> [PackageCheck]? {
        guard var checks = RPMVerification.parse(output, packages: packages) else { return nil }
        for index in checks.indices { checks[index].findings = checks[index].findings.map(read) }
        return checks
    }

    /// dpkg writes as rpm does, but marks with `?` what it has not looked at.
    private static func read(_ finding: PackageFinding) -> PackageFinding {
        guard case .changed(let path, let attributes, let isConfiguration) = finding else { return finding }
        return .changed(
            path: path,
            attributes: attributes.contains("5") ? "5" : attributes,
            isConfiguration: isConfiguration
        )
    }
}
