/// Finds the tar archive behind a package's script.
enum PayloadArchive {
    /// The offset of the first 4 KiB block that begins with a tar header, or nil where there is none.
    static func offset(in head: [UInt8]) -> Int? {
        let magic = Array("ustar".utf8)
        return stride(from: PackageScript.blockSize, to: head.count, by: PackageScript.blockSize).first { start in
            let at = start + 257
            return at + magic.count <= head.count && head[at..<(at + magic.count)].elementsEqual(magic)
        }
    }
}
