import SystemPackage

/// An error of the operating system in its own short words, such as `No space left on device`.
func describe(_ error: any Error) -> String {
    if let errno = error as? Errno { return errno.description }
    if let package = error as? PackageError { return package.description }
    return "\(error)"
}
