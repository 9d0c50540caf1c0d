import CLibvirt
import Dispatch
import Glibc

/// libvirt's event loop: one thread of this process, by which all connections hear of changes and notice dead peers.
enum LibvirtEvents {
    /// Whether it runs; the first who asks starts it. It has to run before a connection is opened that wants events.
    static let isRunning: Bool = {
        // The loop writes to hosts that may be gone: that is an error there, and not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        guard virInitialize() == 0, virEventRegisterDefaultImpl() == 0 else { return false }
        DispatchQueue(label: "libvirt events").async {
            while virEventRunDefaultImpl() == 0 {}
        }
        return true
    }()

    /// Whom to tell, kept by libvirt as a bare pointer.
    final class Listener: Sendable {
        let notice: @Sendable () -> Void

        init(_ notice: @escaping @Sendable () -> Void) { self.notice = notice }

        static func tell(_ opaque: UnsafeMutableRawPointer?) {
            guard let opaque else { return }
            Unmanaged<Listener>.fromOpaque(opaque).takeUnretainedValue().notice()
        }

        static func release(_ opaque: UnsafeMutableRawPointer?) {
            guard let opaque else { return }
            Unmanaged<Listener>.fromOpaque(opaque).release()
        }
    }
}

extension LibvirtConnection {
    /// Has every change of a domain's life told: it starts, stops, is paused, defined, moved; and the end of the connection.
    func listen(_ notice: @escaping @Sendable () -> Void) throws(LibvirtError) {
        let connection = try open()
        let listener = Unmanaged.passRetained(LibvirtEvents.Listener(notice)).toOpaque()
        let lifecycle:
            @convention(c) (OpaquePointer?, OpaquePointer?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
                LibvirtEvents.Listener.tell($4)
                return 0
            }
        let number = virConnectDomainEventRegisterAny(
            connection,
            nil,
            Int32(VIR_DOMAIN_EVENT_ID_LIFECYCLE.rawValue),
            // libvirt's own macro for this casts the same way: the event's number says which type it is.
            unsafeBitCast(lifecycle, to: virConnectDomainEventGenericCallback.self),
            listener,
            { LibvirtEvents.Listener.release($0) }
        )
        guard number >= 0 else {
            LibvirtEvents.Listener.release(listener)
            throw .last()
        }
        let end = Unmanaged.passRetained(LibvirtEvents.Listener(notice)).toOpaque()
        let status = virConnectRegisterCloseCallback(
            connection,
            { LibvirtEvents.Listener.tell($2) },
            end,
            { LibvirtEvents.Listener.release($0) }
        )
        if status < 0 { LibvirtEvents.Listener.release(end) }
    }
}
