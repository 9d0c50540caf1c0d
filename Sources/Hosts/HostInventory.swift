/// A host that can say what it is made of and what lives on it: one whose VMs are not kept by Pitstop alone.
public protocol InventoryHost: Host {
    /// The host's name in the pool.
    var name: String { get }

    /// What the host has and which VMs are known there now.
    func inventory() async throws(HostError) -> HostInventory

    /// Tells that something happened to a VM there, as far as the driver hears of it. One listener hears it.
    var changes: AsyncStream<Void> { get }
}

extension InventoryHost {
    /// A driver that hears of nothing is asked now and then instead.
    public var changes: AsyncStream<Void> { AsyncStream { $0.finish() } }
}

/// What a host is made of, and what lives on it.
public struct HostInventory: Hashable, Sendable {
    /// Where other hosts reach it.
    public var address: String
    /// Physical memory, in bytes.
    public var memory: Int64
    /// Memory that VMs can not have, being the host's own, in bytes.
    public var reserved: Int64
    /// Logical processors.
    public var cpuCount: Int
    /// The processors' model, such as `AMD EPYC 7313`.
    public var cpuModel: String
    /// What the processors can do, in Linux's words, such as `avx2`.
    public var cpuFeatures: [String]
    /// Seconds by which the host's clock is ahead of this machine's.
    public var clockOffset: Double
    /// Storage that the host reaches.
    public var storages: [Storage]
    /// Names of the networks that the host reaches.
    public var networks: [String]
    /// Words that people gave the host.
    public var labels: [String]
    /// The VMs that are defined or run there.
    public var vms: [VM]

    /// Storage as one host sees it.
    public struct Storage: Hashable, Sendable {
        /// Its name; shared storage has the same on every host.
        public var name: String
        /// Whether other hosts reach it.
        public var isShared: Bool
        /// Where it is on the host.
        public var path: String

        /// Creates storage.
        public init(name: String, isShared: Bool, path: String) {
            (self.name, self.isShared, self.path) = (name, isShared, path)
        }
    }

    /// A VM as one host sees it.
    public struct VM: Hashable, Sendable {
        /// XenAPI's `power_state`.
        public enum Power: String, Hashable, Sendable {
            case running = "Running"
            case paused = "Paused"
            case halted = "Halted"
            case suspended = "Suspended"
        }

        /// A disk or drive.
        public struct Disk: Hashable, Sendable {
            /// The guest's name for it, such as `vda`.
            public var device: String
            /// The file or volume, for people.
            public var source: String
            /// The name of the storage that it lies in, nil where nothing is inserted.
            public var storage: String?
            /// Whether it is a drive for removable media.
            public var isRemovable: Bool

            /// Creates a disk.
            public init(device: String, source: String, storage: String?, isRemovable: Bool) {
                (self.device, self.source, self.storage, self.isRemovable) = (device, source, storage, isRemovable)
            }
        }

        /// A network interface.
        public struct Interface: Hashable, Sendable {
            /// Its hardware address.
            public var address: String
            /// The network's name.
            public var network: String

            /// Creates an interface.
            public init(address: String, network: String) { (self.address, self.network) = (address, network) }
        }

        /// The VM's uuid, the same on every host.
        public var uuid: String
        /// Its name.
        public var name: String
        /// Whether and how it runs here.
        public var power: Power
        /// The most memory that it may have, in bytes.
        public var maxMemory: Int64
        /// The memory that it has, in bytes.
        public var memory: Int64
        /// Virtual processors.
        public var vcpus: Int
        /// Whether it is fully virtualized.
        public var isHVM: Bool
        /// Whether it can be asked to shut down.
        public var listens: Bool
        /// Whether it starts with the host.
        public var startsWithHost: Bool
        /// Its disks and drives.
        public var disks: [Disk]
        /// Its network interfaces.
        public var interfaces: [Interface]
        /// Devices of the host that it holds: it can not leave the host.
        public var devices: [String]
        /// What people say of it, as keys of XenAPI's `VM.other_config`.
        public var notes: [String: String]

        /// Creates a VM.
        public init(
            uuid: String,
            name: String,
            power: Power,
            maxMemory: Int64,
            memory: Int64,
            vcpus: Int = 1,
            isHVM: Bool = true,
            listens: Bool = true,
            startsWithHost: Bool = false,
            disks: [Disk] = [],
            interfaces: [Interface] = [],
            devices: [String] = [],
            notes: [String: String] = [:]
        ) {
            (self.uuid, self.name, self.power) = (uuid, name, power)
            (self.maxMemory, self.memory, self.vcpus) = (maxMemory, memory, vcpus)
            (self.isHVM, self.listens, self.startsWithHost) = (isHVM, listens, startsWithHost)
            (self.disks, self.interfaces, self.devices, self.notes) = (disks, interfaces, devices, notes)
        }
    }

    /// Creates an inventory.
    public init(
        address: String,
        memory: Int64,
        reserved: Int64 = 0,
        cpuCount: Int = 1,
        cpuModel: String = "",
        cpuFeatures: [String] = [],
        clockOffset: Double = 0,
        storages: [Storage] = [],
        networks: [String] = [],
        labels: [String] = [],
        vms: [VM] = []
    ) {
        (self.address, self.memory, self.reserved) = (address, memory, reserved)
        (self.cpuCount, self.cpuModel, self.cpuFeatures) = (cpuCount, cpuModel, cpuFeatures)
        (self.clockOffset, self.storages, self.networks) = (clockOffset, storages, networks)
        (self.labels, self.vms) = (labels, vms)
    }
}
