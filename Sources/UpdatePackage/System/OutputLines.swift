/// The lines that a program printed, of which empty ones are left out. Nothing but a line feed ends them: what is a line
/// end to people, such as U+2028, may stand in a name within a line, and must not begin another.
func outputLines(_ bytes: some Collection<UInt8>) -> [String] {
    bytes.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
}
