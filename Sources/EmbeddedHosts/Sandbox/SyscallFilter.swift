/// The system calls that no program in a sandbox may make, as a seccomp filter for `bwrap --seccomp`.
///
/// A package's program copies files, runs rpm and restarts nothing: it needs none of these. Each has been, or is likely to
/// be, a way around namespaces: large parts of the kernel that are reachable without any capability, and things of the
/// machine that belong to no namespace, such as keyrings.
enum SyscallFilter {
    /// One system call.
    struct Call: Hashable, Sendable {
        var name: String
        /// Its numbers on x86-64, 32-bit x86 and 64-bit ARM; nil where that architecture has none.
        var x86_64: UInt32?
        var i386: UInt32?
        var arm64: UInt32?

        init(_ name: String, _ x86_64: UInt32?, _ i386: UInt32?, _ arm64: UInt32?) {
            (self.name, self.x86_64, self.i386, self.arm64) = (name, x86_64, i386, arm64)
        }

        /// One whose number is the same everywhere, as for all that came since Linux 5.0.
        init(_ name: String, _ number: UInt32) { self.init(name, number, number, number) }
    }

    /// What is refused, with `EPERM`.
    static let refused: [Call] = [
        // Large and often broken parts of the kernel.
        Call("io_uring_setup", 425), Call("io_uring_enter", 426), Call("io_uring_register", 427),
        Call("perf_event_open", 298, 336, 241), Call("bpf", 321, 357, 280), Call("userfaultfd", 323, 374, 282),
        // Keyrings belong to users and sessions of the machine.
        Call("add_key", 248, 286, 217), Call("request_key", 249, 287, 218), Call("keyctl", 250, 288, 219),
        // Another process's memory, descriptors and registers: the sandbox's own init is one.
        Call("ptrace", 101, 26, 117), Call("process_vm_readv", 310, 347, 270), Call("process_vm_writev", 311, 348, 271),
        Call("kcmp", 312, 349, 272), Call("pidfd_getfd", 438), Call("process_madvise", 440),
        // The kernel itself.
        Call("kexec_load", 246, 283, 104), Call("kexec_file_load", 320, nil, 294), Call("init_module", 175, 128, 105),
        Call("finit_module", 313, 350, 273), Call("delete_module", 176, 129, 106), Call("reboot", 169, 88, 142),
        Call("syslog", 103, 103, 116), Call("acct", 163, 51, 89), Call("quotactl", 179, 131, 60),
        Call("swapon", 167, 87, 224), Call("swapoff", 168, 115, 225), Call("iopl", 172, 110, nil),
        Call("ioperm", 173, 101, nil), Call("lookup_dcookie", 212, 253, 18),
        // Namespaces and mounts.
        Call("unshare", 272, 310, 97), Call("setns", 308, 346, 268), Call("mount", 165, 21, 40),
        Call("umount2", 166, 52, 39), Call("pivot_root", 155, 217, 41), Call("open_tree", 428), Call("move_mount", 429),
        Call("fsopen", 430), Call("fsconfig", 431), Call("fsmount", 432), Call("fspick", 433),
        Call("mount_setattr", 442), Call("open_by_handle_at", 304, 342, 265), Call("fanotify_init", 300, 338, 262),
    ]

    /// The architecture of this machine's kernel, and the older one whose programs it runs as well.
    private struct Architecture {
        /// `AUDIT_ARCH_…`
        var id: UInt32
        var number: (Call) -> UInt32?
    }

    /// The architectures whose programs may run here; nil where this file knows none, and no sandbox can be had.
    private static var architectures: [Architecture]? {
        #if arch(x86_64)
        [
            Architecture(id: 0xc000_003e) { $0.x86_64 },
            // A control domain of XenServer 6 is a 32-bit one, and so may be what its packages bring.
            Architecture(id: 0x4000_0003) { $0.i386 },
        ]
        #elseif arch(arm64)
        [Architecture(id: 0xc000_00b7) { $0.arm64 }]
        #else
        nil
        #endif
    }

    /// One instruction of classic BPF (`struct sock_filter`).
    private struct Instruction {
        var code: UInt16
        var ifTrue: UInt8 = 0
        var ifFalse: UInt8 = 0
        var operand: UInt32

        /// Loads a word of `struct seccomp_data`.
        static func load(at offset: UInt32) -> Instruction { Instruction(code: 0x20, operand: offset) }

        /// Goes on with the next instruction where the loaded word equals `operand`, else leaves out `skipped` of them.
        static func ifEqual(_ operand: UInt32, elseSkip skipped: UInt8) -> Instruction {
            Instruction(code: 0x15, ifFalse: skipped, operand: operand)
        }

        /// The same where the loaded word is no less than `operand`.
        static func ifAtLeast(_ operand: UInt32, elseSkip skipped: UInt8) -> Instruction {
            Instruction(code: 0x35, ifFalse: skipped, operand: operand)
        }

        static func end(_ verdict: UInt32) -> Instruction { Instruction(code: 0x06, operand: verdict) }

        var bytes: [UInt8] {
            // As the kernel of this machine keeps numbers.
            withUnsafeBytes(of: code) { Array($0) } + [ifTrue, ifFalse] + withUnsafeBytes(of: operand) { Array($0) }
        }
    }

    private static let allow: UInt32 = 0x7fff_0000
    /// `SECCOMP_RET_ERRNO` with `EPERM`.
    private static let refuse: UInt32 = 0x0005_0001
    private static let numberOffset: UInt32 = 0
    private static let architectureOffset: UInt32 = 4
    /// The numbers of x32, a third way of calling a 64-bit x86 kernel, begin here.
    private static let x32: UInt32 = 0x4000_0000

    /// The filter, as the kernel takes it; nil on an architecture that this file does not know.
    static var program: [UInt8]? {
        guard let architectures else { return nil }
        var program: [Instruction] = []
        for architecture in architectures {
            let numbers = refused.compactMap(architecture.number)
            var body: [Instruction] = [.load(at: numberOffset), .ifAtLeast(x32, elseSkip: 1), .end(refuse)]
            for number in numbers { body += [.ifEqual(number, elseSkip: 1), .end(refuse)] }
            body.append(.end(allow))
            // A jump reaches 255 instructions: two for each call.
            precondition(body.count <= 255)
            program += [.load(at: architectureOffset), .ifEqual(architecture.id, elseSkip: UInt8(body.count))] + body
        }
        // Calls of no architecture that is looked through.
        program.append(.end(refuse))
        return program.flatMap(\.bytes)
    }
}
