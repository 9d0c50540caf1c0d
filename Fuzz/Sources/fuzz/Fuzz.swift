// `fuzz PARSER [libFuzzer's options] [CORPUS…]`; without arguments it lists the parsers.

typealias OneInput = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>, _ body: OneInput)
    -> CInt

/// Chosen once in `main`, before libFuzzer starts, and only read from then on.
nonisolated(unsafe) var chosen: ([UInt8]) -> Void = { _ in }

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    chosen(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// All parsers, by the names of their seeds' folders.
let allParsers = parsers.merging(hostParsers) { first, _ in first }.merging(wireParsers) { first, _ in first }
    .merging(doors) { first, _ in first }

@main
enum Fuzz {
    static func main() {
        guard CommandLine.arguments.count > 1, let parser = allParsers[CommandLine.arguments[1]] else {
            for name in allParsers.keys.sorted() { print(name) }
            return
        }
        chosen = parser
        // libFuzzer sees the program's name and then its own options.
        var count = CommandLine.argc - 1
        var arguments: Arguments = CommandLine.unsafeArgv
        arguments[1] = arguments[0]
        arguments = arguments.advanced(by: 1)
        _ = runFuzzer(&count, &arguments) { testOneInput($0, $1) }
    }
}
