/// Asks a host's own rpm to verify packages, and reads what it says: for every driver whose hosts have rpm and a shell.
public enum RPMVerification {
    /// A program for `sh -c`, whose positional parameters (after `$0`) are the packages; it holds nothing that varies.
    ///
    /// It prints `absent PACKAGE`, or `package PACKAGE`, the digests of its header and rpm's findings. Old rpms don't know
    /// the tag of the SHA-256, and new ones may lack the SHA-1: each is asked for by itself.
    public static let script = #"""
        LC_ALL=C
        export LC_ALL
        for package; do
            if ! rpm -q --quiet "$package"; then
                printf 'absent %s\n' "$package"
                continue
            fi
            printf 'package %s\n' "$package"
            rpm -q --qf '%|SHA256HEADER?{header sha256:%{SHA256HEADER}\n}|' "$package" 2>/dev/null
            rpm -q --qf '%|SHA1HEADER?{header sha1:%{SHA1HEADER}\n}|' "$package" 2>/dev/null
            rpm -V "$package" 2>&1
        done
        exit 0
        """#

    /// The packages that rpm may be asked for: words that it can not take for options, files or patterns.
    public static func isPackage(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: [0x2b, 0x2d, 0x2e, 0x3a, 0x5e, 0x5f, 0x7e].contains(byte)  // + - . : ^ _ ~
            }
        }
        return isPlain && !name.isEmpty && name.utf8.count <= 512 && !name.hasPrefix("-")
    }

    /// Reads what ``script`` printed.
    ///
    /// - Returns: the checks, in the order of the output; nil where it is cut short or no output of the script at all.
    public static func parse(_ output: String, packages: [String]) -> [PackageCheck]? {
        var checks: [PackageCheck] = []
        for line in output.split(separator: "\n") {
            let next = checks.count < packages.count ? packages[checks.count] : nil
            if let next, line == "absent \(next)" {
                checks.append(PackageCheck(package: next, isInstalled: false))
            } else if let next, line == "package \(next)" {
                checks.append(PackageCheck(package: next, isInstalled: true))
            } else if checks.isEmpty {
                return nil
            } else if line.hasPrefix("header ") {
                checks[checks.count - 1].headers.insert(HostAnswer.text(line.dropFirst("header ".count)))
            } else {
                checks[checks.count - 1].findings.append(finding(line))
            }
        }
        return checks.count == packages.count ? checks : nil
    }

    /// One line of `rpm -V`: `S.5....T.  c /etc/file`, `missing     /usr/bin/file`, or words.
    private static func finding(_ line: Substring) -> PackageFinding {
        let words = line.prefix { $0 != "/" }.split(separator: " ")
        let path = HostAnswer.text(line[(line.firstIndex(of: "/") ?? line.endIndex)...], bytes: 4_096)
        guard let first = words.first, words.count <= 2, !path.isEmpty,
            words.count == 1 || (words[1].count == 1 && "cdglr".contains(words[1]))
        else { return .other(line.trimmed) }
        let isConfiguration = words.count == 2 && words[1] == "c"
        if first == "missing" { return .missing(path: path, isConfiguration: isConfiguration) }
        guard (8...9).contains(first.count), first.allSatisfy({ "SM5DLUGTP.?".contains($0) }) else {
            return .other(line.trimmed)
        }
        let attributes = first.filter { $0 != "." }
        return .changed(path: path, attributes: attributes, isConfiguration: isConfiguration)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var rest = self
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        return HostAnswer.text(rest, bytes: 4_096)
    }
}
