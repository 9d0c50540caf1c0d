import Hosts
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A host's directory tree: the `/` of the programs that run on it.
struct HostTree: Sendable {
    /// The tree's place on this machine.
    let path: FilePath
    /// The host's name, for messages.
    let host: String

    /// Folders that every tree has.
    ///
    /// Those below `usr` lie over the machine's `/usr`. A normal user's sandbox knows one uid only, so a folder of the
    /// machine is writable in it just when the tree has it too.
    static let folders = [
        "boot", "dev", "etc/alternatives", "etc/rpm", "home", "media", "mnt", "opt", "proc", "root", "run", "srv",
        "sys",
        "tmp", "usr/bin", "usr/lib", "usr/lib64", "usr/libexec", "usr/local/bin", "usr/local/sbin", "usr/sbin",
        "usr/share", "var/cache", "var/empty", "var/lib/rpm", "var/log", "var/patch/applied", "var/run", "var/spool",
        "var/tmp",
    ]

    /// More folders to write to, where that costs nothing: with `proot`, each name in them would be a link of its own.
    private static let overlayFolders = [
        "usr/include", "usr/share/doc", "usr/share/licenses", "usr/share/man/man1", "usr/share/man/man3",
        "usr/share/man/man5", "usr/share/man/man8", "usr/src",
    ]

    /// Where the sandbox lays something over the tree; each has to be a real folder.
    private static let mountPoints = ["usr", "proc", "dev", "tmp", "etc", "etc/alternatives"]

    /// Makes what is there before the first package: folders, links and the handful of files that rpm and shells want.
    ///
    /// - Parameter kind: a tree for `proot` has links to the machine's programs, where others have an overlay.
    func makeSkeleton(for kind: Sandbox.Kind, with more: [String] = []) throws(Errno) {
        let overlay = kind == .namespaces ? Self.overlayFolders : []
        for folder in Self.folders + overlay + more { try FileSystem.makeFolders(path.appending(folder)) }
        for name in ["bin", "lib", "lib64", "sbin"] { try FileSystem.link(path.appending(name), to: "usr/\(name)") }
        try linkShell(for: kind)
        try linkPackageDatabase()
        for (name, text) in Self.files {
            try FileSystem.write(path.appending(name), Array(text.utf8))
        }
        if kind == .proot { try linkMachinePrograms() }
    }

    private static let files = [
        ("etc/rpm/macros", "%_dbpath /var/lib/rpm\n%_db_backend sqlite\n"),
        // XenServer's control domain is a 32-bit one, whatever this machine is.
        ("etc/rpm/platform", "i686-redhat-linux\n"),
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
        ("etc/group", "root:x:0:\n"),
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
    ]

    /// Makes bash the host's `sh`, as in a control domain; the machine's own may be another shell.
    private func linkShell(for kind: Sandbox.Kind) throws(Errno) {
        let bash = kind == .proot ? Sandbox.prootMachineUsr + "/bin/bash" : "bash"
        try FileSystem.link(path.appending("usr/bin/sh"), to: bash)
    }

    /// Lets `rpm --root TREE` of the machine find the database where that rpm looks for it.
    ///
    /// Debian's rpm uses `~/.rpmdb`, with the home of the user who asks, inside of the tree.
    private func linkPackageDatabase() throws(Errno) {
        for home in Set(["/root", getenv("HOME").map { String(cString: $0) } ?? "/root"]) {
            let names = FilePath(home).components.map(\.string)
            guard FilePath(home).isAbsolute, !names.isEmpty, !names.contains("..") else { continue }
            let folder = path.appending(names.joined(separator: "/"))
            try FileSystem.makeFolders(folder)
            let up = String(repeating: "../", count: names.count)
            try FileSystem.link(folder.appending(".rpmdb"), to: up + "var/lib/rpm")
        }
    }

    /// Fills the tree's `/usr` with links to the machine's, which `proot` shows at another place.
    ///
    /// Some thousand names: plain strings, because each `FilePath` would be checked and copied anew.
    private func linkMachinePrograms() throws(Errno) {
        try FileSystem.makeFolders(path.appending(String(Sandbox.prootMachineUsr.dropFirst())))
        let usr = path.string + "/usr"
        var open = [""]
        while let folder = open.popLast() {
            guard FileSystem.mode("/usr" + folder).map({ $0 & S_IFMT == S_IFDIR }) ?? false else { continue }
            for name in try FileSystem.names(in: FilePath("/usr" + folder)) {
                let inside = "\(folder)/\(name)"
                if FileSystem.mode(usr + inside).map({ $0 & S_IFMT == S_IFDIR }) ?? false {
                    open.append(inside)
                } else {
                    guard symlink(Sandbox.prootMachineUsr + inside, usr + inside) == 0 || errno == EEXIST else {
                        throw .current
                    }
                }
            }
        }
    }

    /// Refuses a tree whose mount points a program has replaced: the sandbox would follow a link laid there.
    func checkMountPoints() throws(HostError) {
        for name in Self.mountPoints where !FileSystem.isFolder(path.appending(name)) {
            throw .failed(
                host: host,
                reason: "its tree is damaged, /\(name) is no folder any more; remove \(path.string) to make it anew"
            )
        }
    }
}
