import Basics
import CLibvirt
import Glibc
import Hosts

/// An error of libvirt, in its own words.
struct LibvirtError: Error, Hashable, Sendable {
    /// libvirt's number of the error (`virErrorNumber`).
    var code: Int32
    var message: String

    /// What the calling thread's last call of libvirt failed with.
    static func last() -> LibvirtError {
        guard let error = virGetLastError() else { return LibvirtError(code: 0, message: "libvirt gave no reason") }
        let message = error.pointee.message.map { HostAnswer.text(String(cString: $0), bytes: 1_024) }
        return LibvirtError(code: error.pointee.code, message: message ?? "libvirt gave no reason")
    }

    /// Whether there is no such domain on the host.
    var isMissingDomain: Bool { code == Int32(VIR_ERR_NO_DOMAIN.rawValue) }
}

/// One connection to a hypervisor. Its calls wait on a thread of their own; a second call waits for the first.
///
/// The pointers of libvirt never leave the actor.
actor LibvirtConnection {
    private let executor: BlockingExecutor
    private var connection: OpaquePointer?
    let uri: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(uri: String) {
        self.uri = uri
        executor = BlockingExecutor(label: "libvirt")
        // Errors are returned; libvirt would print each as well.
        virSetErrorFunc(nil) { _, _ in }
    }

    isolated deinit {
        if let connection { virConnectClose(connection) }
    }

    /// The connection, made by the first call.
    func open() throws(LibvirtError) -> OpaquePointer {
        if let connection { return connection }
        guard LibvirtEvents.isRunning, let opened = virConnectOpen(uri) else { throw .last() }
        // A host that has gone is noticed within a quarter of a minute; drivers without a network need none of it.
        virConnectSetKeepAlive(opened, 5, 2)
        connection = opened
        return opened
    }

    /// Ends the connection.
    func close() {
        if let connection { virConnectClose(connection) }
        connection = nil
    }

    /// The version of libvirt on the host: a million for each major, a thousand for each minor number.
    func version() throws(LibvirtError) -> UInt {
        var version: UInt = 0
        guard virConnectGetLibVersion(try open(), &version) == 0 else { throw .last() }
        return version
    }

    /// What the hypervisor has to give.
    struct Node: Hashable, Sendable {
        /// Physical memory, in bytes.
        var memory: Int64
        /// Memory that nobody has, in bytes; nil where the hypervisor does not tell.
        var free: Int64?
        /// Logical processors.
        var cpuCount: Int
    }

    /// The machine as the hypervisor sees it. Under Xen the host's own system sees a part of it only.
    func node() throws(LibvirtError) -> Node {
        let connection = try open()
        var info = virNodeInfo()
        guard virNodeGetInfo(connection, &info) == 0 else { throw .last() }
        let free = virNodeGetFreeMemory(connection)
        return Node(
            memory: Int64(clamping: min(UInt64(info.memory), UInt64(HostAnswer.mostBytes) >> 10)) << 10,
            free: free == 0 ? nil : min(Int64(clamping: free), HostAnswer.mostBytes),
            cpuCount: min(Int(info.cpus), HostAnswer.mostProcessors)
        )
    }

    /// Everything that is defined or runs on the host.
    func domains() throws(LibvirtError) -> [Domain] {
        var list: UnsafeMutablePointer<virDomainPtr?>?
        let count = virConnectListAllDomains(try open(), &list, 0)
        guard count >= 0 else { throw .last() }
        var domains: [Domain] = []
        for index in 0..<Int(count) {
            guard let domain = list?[index] else { continue }
            // One that ended while we looked is not there any more.
            if let description = Self.describe(domain) { domains.append(description) }
            virDomainFree(domain)
        }
        free(list)
        return domains
    }

    private static func describe(_ domain: virDomainPtr) -> Domain? {
        var info = virDomainInfo()
        guard virDomainGetInfo(domain, &info) == 0, let text = virDomainGetXMLDesc(domain, 0) else { return nil }
        defer { free(text) }
        var autostart: Int32 = 0
        virDomainGetAutostart(domain, &autostart)
        return Domain(
            xml: String(cString: text),
            state: Domain.State(info.state),
            isSaved: virDomainHasManagedSaveImage(domain, 0) == 1,
            startsWithHost: autostart == 1
        )
    }

    /// Calls `body` with the domain of that uuid; nil where the host has none.
    func withDomain<R>(_ uuid: String, _ body: (OpaquePointer) throws(LibvirtError) -> R) throws(LibvirtError) -> R? {
        guard let domain = virDomainLookupByUUIDString(try open(), uuid) else {
            let error = LibvirtError.last()
            if error.isMissingDomain { return nil }
            throw error
        }
        defer { virDomainFree(domain) }
        return try body(domain)
    }

    /// The state of a domain; nil where the host has none of that uuid.
    func state(of uuid: String) throws(LibvirtError) -> Domain.State? {
        try withDomain(uuid) { domain throws(LibvirtError) in
            var info = virDomainInfo()
            guard virDomainGetInfo(domain, &info) == 0 else { throw .last() }
            return Domain.State(info.state)
        }
    }

    /// Waits on the connection's thread.
    func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }
}
