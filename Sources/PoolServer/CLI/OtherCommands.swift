/// Commands of XenServer's `xe` that are no part of Pitstop's job: what it says to those who type them.
enum OtherCommands {
    /// One sentence on why a command does nothing here; nil for a word that is no command of XenServer either.
    static func reason(for name: String) -> String? {
        areas.first { $0.commands.contains(name) }.map { "\(name) is not part of Pitstop: \($0.reason)" }
    }

    /// All of them, in order.
    static var names: [String] { areas.flatMap(\.commands).sorted() }

    private struct Area {
        let reason: String
        let commands: Set<String>

        init(_ reason: String, _ commands: String) {
            self.reason = reason
            self.commands = Set(commands.split(whereSeparator: \.isWhitespace).map(String.init))
        }
    }

    private static let areas: [Area] = [
        Area(
            "VMs are made, copied, changed and deleted with the tools of the hypervisor.",
            """
            vm-assert-can-be-recovered vm-cd-add vm-cd-eject vm-cd-insert vm-cd-remove vm-checkpoint vm-clone
            vm-compute-maximum-memory vm-copy vm-copy-bios-strings vm-crashdump-list vm-create vm-destroy vm-disk-add
            vm-disk-remove vm-export vm-import vm-install vm-is-bios-customized vm-memory-balloon vm-memory-target-wait
            vm-recover vm-snapshot vm-snapshot-with-quiesce vm-uninstall vm-vcpu-hotplug console snapshot-clone
            snapshot-copy snapshot-destroy snapshot-export-to-template snapshot-reset-powerstate snapshot-revert
            snapshot-uninstall template-export template-uninstall regenerate-built-in-templates vgpu-create vgpu-destroy
            """
        ),
        Area(
            "storage is set up with the tools of the hypervisor; sr-list, pbd-list, vdi-list and vbd-list show it.",
            """
            sr-create sr-destroy sr-disable-database-replication sr-enable-database-replication sr-forget sr-introduce
            sr-probe sr-scan sr-update pbd-create pbd-destroy pbd-plug pbd-unplug vbd-create vbd-destroy vbd-eject
            vbd-insert vbd-pause vbd-plug vbd-unpause vbd-unplug vdi-clone vdi-copy vdi-create vdi-destroy vdi-forget
            vdi-generate-config vdi-import vdi-introduce vdi-resize vdi-snapshot vdi-unlock vdi-update
            host-sm-dp-destroy host-get-sm-diagnostics host-enable-local-storage-caching
            host-disable-local-storage-caching pool-enable-local-storage-caching pool-disable-local-storage-caching
            """
        ),
        Area(
            "networks are set up with the tools of the hypervisor; network-list, pif-list and vif-list show them.",
            """
            bond-create bond-destroy bond-set-mode network-attach network-create network-destroy pif-db-forget
            pif-forget pif-introduce pif-plug pif-reconfigure-ip pif-scan pif-unplug pool-vlan-create
            pool-set-vswitch-controller tunnel-create tunnel-destroy vif-create vif-destroy vif-plug vif-unplug
            vlan-create vlan-destroy host-emergency-management-reconfigure host-management-disable
            host-management-reconfigure host-signal-networking-change host-set-hostname-live
            """
        ),
        Area(
            "the users of this server are kept with 'pitstop users'.",
            """
            subject-add subject-remove subject-role-add subject-role-remove role-create host-enable-external-auth
            host-disable-external-auth pool-enable-external-auth pool-disable-external-auth secret-create secret-destroy
            """
        ),
        Area(
            "this server keeps one pool with one coordinator, so hosts do not join, leave or take over.",
            """
            pool-join pool-eject pool-designate-new-master pool-emergency-reset-master
            pool-emergency-transition-to-master host-introduce host-forget host-ha-query host-ha-xapi-healthcheck
            host-emergency-ha-disable host-fence host-notify host-sync-data pool-ha-prevent-restarts-for
            pool-ha-compute-hypothetical-max-host-failures-to-tolerate
            pool-ha-compute-max-host-failures-to-tolerate pool-enable-redo-log pool-disable-redo-log
            pool-enable-binary-storage pool-disable-binary-storage
            """
        ),
        Area(
            "it needs no workload balancing server: 'pitstop plan' says where VMs would go.",
            """
            pool-initialize-wlb pool-deconfigure-wlb pool-retrieve-wlb-configuration pool-retrieve-wlb-diagnostics
            pool-retrieve-wlb-recommendations pool-retrieve-wlb-report pool-send-wlb-configuration
            host-retrieve-wlb-evacuate-recommendations vm-retrieve-wlb-recommendations pool-send-test-post
            """
        ),
        Area(
            "it has no licences.",
            "host-all-editions host-apply-edition host-license-add host-refresh-pack-info diagnostic-license-status"
        ),
        Area(
            "certificates and revocation lists lie in the tls folder of --state.",
            """
            pool-certificate-install pool-certificate-list pool-certificate-sync pool-certificate-uninstall
            pool-crl-install pool-crl-list pool-crl-uninstall host-get-server-certificate
            """
        ),
        Area(
            "logs, figures and crash dumps are looked at with the host's own tools.",
            """
            audit-log-get diagnostic-compact diagnostic-db-log diagnostic-db-stats diagnostic-event-deltas
            diagnostic-gc-stats diagnostic-net-stats diagnostic-timing-stats diagnostic-vdi-status diagnostic-vm-status
            host-bugreport-upload host-crashdump-destroy host-crashdump-upload host-data-source-forget
            host-data-source-list host-data-source-query host-data-source-record host-dmesg host-get-system-status
            host-get-system-status-capabilities host-get-thread-diagnostics host-logs-download host-send-debug-keys
            host-syslog-reconfigure log-get log-get-keys log-reopen log-set-output vm-data-source-forget
            vm-data-source-list vm-data-source-query vm-data-source-record host-call-plugin host-shutdown-agent
            """
        ),
        Area(
            "what host-backup saved is brought back with the host's own tools.",
            "host-restore"
        ),
        Area(
            "CPU masks are set with the tools of the hypervisor.",
            "host-get-cpu-features host-reset-cpu-features host-set-cpu-features"
        ),
        Area("hosts are not powered on from afar.", "host-set-power-on-mode"),
        Area(
            "appliances, protection policies, blobs and disaster recovery are for the tools of the hypervisor.",
            """
            appliance-assert-can-be-recovered appliance-create appliance-destroy appliance-recover appliance-shutdown
            appliance-start blob-create blob-get blob-put drtask-create drtask-destroy vmpp-create vmpp-destroy
            alert-create alert-destroy
            """
        ),
        Area(
            "updates are uploaded with patch-upload; this one is for the appliance edition of XenServer 6.",
            "update-upload"
        ),
    ]
}
