import SystemPackage

/// An error of the operating system in its own short words, such as `No space left on device`.
func describe(_ error: any Error) -> String {
    if let errno = error as? Errno { return errno.description }
    if let package = error as? PackageError { return package.description }
    return "\(error)"
}

/// `text` with a question mark for each character that drives a terminal or turns the direction of what follows: file names,
/// scripts and hosts of strangers must not make a line look like another one.
public func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) ? $0 : "?" }))
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
}
