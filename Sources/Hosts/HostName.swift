/// What a host may be called: hostnames become names of folders, and are what hosts say inside of themselves.
public enum HostName {
    /// Why a text is no hostname; nil where it is one: a letter or digit, then up to 62 letters, digits or hyphens.
    ///
    /// - Returns: the second half of a sentence.
    public static func problem(with name: String) -> String? {
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d: true
            default: false
            }
        }
        if isName, (1...63).contains(name.utf8.count), !name.hasPrefix("-") { return nil }
        let shown = HostAnswer.text(name, bytes: 64).debugDescription
        return
            "\(shown) is no hostname: it has to be 1 to 63 letters, digits and hyphens, and not to begin with a hyphen"
    }

    /// The same for a host that is to be called so beside others: no two hosts of a pool have one name, whatever its case.
    ///
    /// - Parameter others: the names of the pool's other hosts.
    public static func problem(with name: String, beside others: some Sequence<String>) -> String? {
        if let problem = problem(with: name) { return problem }
        guard others.contains(where: { $0.lowercased() == name.lowercased() }) else { return nil }
        return "another host of the pool is called \(name)"
    }
}
