"""Writes database dumps of pools of any size, with every column that a VM of a real pool has."""
import uuid
from xml.sax.saxutils import quoteattr

HOSTS = 16
SPACE = uuid.UUID("9a1e1d3c-8a43-4b5f-9d0c-000000000000")


def name(kind, number):
    return str(uuid.uuid5(SPACE, f"{kind}{number}"))


def ref(kind, number):
    return "OpaqueRef:" + name("ref " + kind, number)


def row(kind, number, **columns):
    me = ref(kind, number)
    texts = {"__ctime": "1", "__mtime": "2", "_ref": me, "uuid": name(kind, number), **columns}
    return f"<row ref={quoteattr(me)} " + " ".join(f"{key}={quoteattr(str(text))}" for key, text in texts.items()) + "/>"


def table(kind, rows):
    return f'<table name="{kind}">' + "".join(rows) + "</table>"


def vm(number):
    words = "(('auto_poweron' 'true') ('base_template_name' 'Debian Squeeze 6.0') ('install-methods' 'cdrom,nfs,http'))"
    return row(
        "VM", number, name__label=f"vm-{number}", name__description="A virtual machine of a benchmark",
        power_state="Running", resident_on=ref("host", number % HOSTS), affinity=ref("host", number % HOSTS),
        is_a_template="false", is_a_snapshot="false", is_control_domain="false", user_version="1",
        memory__static_max=1 << 30, memory__dynamic_max=1 << 30, memory__dynamic_min=1 << 30, memory__static_min=1 << 28,
        memory__target=1 << 30, memory__overhead=10485760, VCPUs__max=2, VCPUs__at_startup=2, VCPUs__params="()",
        actions__after_shutdown="destroy", actions__after_reboot="restart", actions__after_crash="restart",
        HVM__boot_policy="", HVM__boot_params="(('order' 'cdn'))", HVM__shadow_multiplier="1",
        PV__bootloader="pygrub", PV__args="-- quiet console=hvc0", platform="(('nx' 'true') ('acpi' 'true') ('apic' 'true') ('pae' 'true') ('viridian' 'true'))",
        other_config=words, metrics=ref("VM_metrics", number), guest_metrics=ref("VM_guest_metrics", number),
        recommendations='<restrictions><restriction field="memory-static-max" max="137438953472"/></restrictions>',
        snapshot_time="19700101T00:00:00Z", domid=number + 1, last_booted_record="x" * 200)


def dump(vms):
    numbers = range(vms)
    hosts = range(HOSTS)
    parts = [
        "<database><manifest><pair key=\"schema_major_vsn\" value=\"5\"/><pair key=\"schema_minor_vsn\" value=\"63\"/>"
        "<pair key=\"generation_count\" value=\"1000\"/></manifest>",
        table("pool", [row("pool", 0, name_label="benchmark", master=ref("host", 0), default_SR=ref("SR", 0))]),
        table("host", [row("host", n, name__label=f"host-{n}", enabled="true", metrics=ref("host_metrics", n),
                           software_version="(('product_version' '6.0.2'))") for n in hosts]),
        table("host_metrics", [row("host_metrics", n, live="true", memory__total=1 << 40) for n in hosts]),
        table("SR", [row("SR", 0, name__label="shared", shared="true", type="nfs", content_type="user")]),
        table("PBD", [row("PBD", n, host=ref("host", n), SR=ref("SR", 0), currently_attached="true") for n in hosts]),
        table("network", [row("network", 0, name__label="network", bridge="xenbr0")]),
        table("PIF", [row("PIF", n, host=ref("host", n), network=ref("network", 0), device="eth0") for n in hosts]),
        table("VM", [vm(n) for n in numbers]),
        table("VM_metrics", [row("VM_metrics", n, memory__actual=1 << 30, VCPUs__number=2) for n in numbers]),
        table("VM_guest_metrics", [row("VM_guest_metrics", n, PV_drivers_version="(('major' '6') ('minor' '0'))",
                                       PV_drivers_up_to_date="true", os_version="(('name' 'Debian'))") for n in numbers]),
        table("VDI", [row("VDI", n, name__label=f"disk {n}", SR=ref("SR", 0), virtual_size=8 << 30) for n in numbers]),
        table("VBD", [row("VBD", n, VM=ref("VM", n), VDI=ref("VDI", n), device="xvda", userdevice="0",
                          currently_attached="true") for n in numbers]),
        table("VIF", [row("VIF", n, VM=ref("VM", n), network=ref("network", 0), device="0", MAC="02:00:00:00:00:01",
                          currently_attached="true") for n in numbers]),
        "</database>",
    ]
    return "".join(parts)
