/// `text` as one word of a POSIX shell, whatever is in it.
func shellQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

/// A shell comment can not be left: control characters become spaces.
func shellComment(_ text: String) -> String {
    "# " + String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
}
