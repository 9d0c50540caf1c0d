"""Pools that speak XenAPI themselves: an embedded pool that one process serves, driven through its XenAPI by another.

The peer is the way that a plain script updates such a pool: host by host, the master first, and everything home at the end.

    run.py PITSTOP [HOSTS…]        writes Benchmarks/results/remote.md
"""

import hashlib
import json
import os
import pathlib
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

here = pathlib.Path(__file__).parent
for folder in ("console", "door"):
    sys.path.insert(0, str(here.parent / folder))

import pools
from service import Site, delays, package

# Percent of a host's 64 GiB that its four VMs take, in equal parts. At 75 % no one of four hosts could be emptied: of its
# VMs one would find no room on the other three.
SHARES = {4: (50, 65), 16: (50, 75), 64: (50, 75)}
# Mixed state that is wanted to be so many times shorter than the peer's.
WANTED = {4: 2, 16: 5, 64: 15}
# Seconds of modelled time in one of the machine's. What the machine itself takes, for the packages of a whole wave at once as for
# one host's, counts that many times over: slower is truer, and takes longer.
SPEEDS = {4: 30, 16: 30, 64: 30}
CHANGES = 40
rows = []


def report(what, measured, goal, met):
    rows.append((what, measured, goal, "yes" if met else "no"))
    print(" | ".join(rows[-1]), file=sys.stderr)


class Restarts(threading.Thread):
    """When the first host goes down and when the last is up again, seen at the hosts' own records of their boots."""

    def __init__(self, state):
        super().__init__(daemon=True)
        self.files = sorted((state / "embedded" / "hosts").glob("*/boot.json"))
        if not self.files:
            raise RuntimeError(f"{state} has no hosts")
        self.before = [self.boot(file)[1] for file in self.files]
        self.first_down = self.last_up = None
        self.ended = threading.Event()

    @staticmethod
    def boot(file):
        record = json.loads(file.read_text())
        return "up" in record["phase"], record["bootID"]

    def run(self):
        new = set()
        while not self.ended.wait(0.02):
            for index, file in enumerate(self.files):
                is_up, boot = self.boot(file)
                if not is_up and self.first_down is None:
                    self.first_down = time.monotonic()
                if is_up and boot != self.before[index] and index not in new:
                    new.add(index)
                    self.last_up = time.monotonic()
        if len(new) != len(self.files):
            raise RuntimeError(f"{len(new)} of {len(self.files)} hosts booted anew")

    def seconds(self):
        self.ended.set()
        self.join()
        return self.last_up - self.first_down


def fill(site, share):
    """Gives the running VMs so much memory that they take that share of their hosts."""
    # Besides its own, a VM takes some of the host's.
    memory = str((64 * 1024 * share // 400 - 256) << 20)
    for vm, record in site.ask("VM.get_all_records").items():
        if record["is_control_domain"] or record["is_a_template"] or record["power_state"] != "Running":
            continue
        host = record["resident_on"]
        site.ask("VM.hard_shutdown", vm)
        site.ask("VM.set_memory_limits", vm, "536870912", memory, memory, memory)
        site.ask("VM.start_on", vm, host, False, False)


def by_script(site, patch):
    """Host by host: disable, evacuate, apply, reboot, wait, enable. Then every VM goes home."""
    master = next(iter(site.ask("pool.get_all_records").values()))["master"]
    hosts = [master] + [host for host in site.ask("host.get_all") if host != master]
    homes = {vm: record["resident_on"] for vm, record in site.ask("VM.get_all_records").items()
             if not record["is_control_domain"] and record["power_state"] == "Running"}
    for host in hosts:
        site.ask("host.disable", host)
        site.ask("host.evacuate", host)
        site.ask("pool_patch.apply", patch, host)
        boot = site.ask("host.get_other_config", host)["boot_id"]
        site.ask("host.reboot", host)
        while True:
            try:
                metrics = site.ask("host.get_metrics", host)
                if site.ask("host.get_other_config", host)["boot_id"] != boot and site.ask("host_metrics.get_live", metrics):
                    break
            except RuntimeError:
                pass
            time.sleep(0.1)
        if not site.ask("host.get_enabled", host):
            site.ask("host.enable", host)
    # One that finds no room yet goes after others have made some.
    away = {vm: host for vm, host in homes.items() if site.ask("VM.get_resident_on", vm) != host}
    while away:
        before = len(away)
        for vm, host in list(away.items()):
            try:
                site.ask("VM.pool_migrate", vm, host, {"live": "true"})
                del away[vm]
            except RuntimeError:
                pass
        if len(away) == before:
            break


class Tools:
    """`pitstop` and `xe` by the command line."""

    def __init__(self, pitstop, work):
        self.pitstop, self.work = pitstop, work

    def describe(self, site, folder):
        """Writes the file that says how to reach a pool."""
        file = folder / "pool.yaml"
        begun = time.monotonic()
        certificate = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", site.port)))
        subprocess.run(
            [self.pitstop, "pool", "discover", site.url + "/", file, "--certificate", hashlib.sha256(certificate).hexdigest(),
             "--user", "root", "--password-file", folder / "password"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return file, time.monotonic() - begun

    def run(self, site, folder, update):
        begun = time.monotonic()
        done = subprocess.run(
            [self.pitstop, "rollout", "start", "--server", site.url, "--insecure", "--password-file", folder / "password",
             "--update", update, "--go-home", "--wait"], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        return time.monotonic() - begun


def mixed_state(pitstop, work, update, key, hosts, share):
    """Modelled seconds of mixed state by Pitstop from outside and by the script, on two pools that are alike; and the
    length of the run."""
    speed = SPEEDS[hosts]
    tools = Tools(pitstop, work)
    found = {}
    for way in ("script", "pitstop"):
        folder = work / f"{hosts}-{share}-{way}"
        with Site(pitstop, folder, f"embedded:{hosts}", key, "--speed", str(speed)) as remote:
            fill(remote, share)
            if way == "script":
                patch = remote.upload(update)
                restarts = Restarts(folder / "state")
                restarts.start()
                by_script(remote, patch)
            else:
                file, _ = tools.describe(remote, folder)
                with Site(pitstop, folder / "driver", f"xenapi:{file}", key) as driver:
                    driver.upload(update)
                    restarts = Restarts(folder / "state")
                    restarts.start()
                    tools.run(driver, folder, "BENCH")
            found[way] = restarts.seconds() * speed
    ratio = found["script"] / found["pitstop"]
    report(f"{hosts} hosts, {share} % of the memory in use: mixed state, host by host / in waves",
           f"{found['script']:.0f} s / {found['pitstop']:.0f} s = {ratio:.1f}", f"≥ {WANTED[hosts]}", ratio >= WANTED[hosts])


def beside_direct(pitstop, work, update, key, hosts=16):
    """The same run, once on the pool's own server and once through its XenAPI."""
    tools = Tools(pitstop, work)
    seconds = {}
    for way in ("direct", "remote"):
        folder = work / f"beside-{way}"
        with Site(pitstop, folder, f"embedded:{hosts}", key, "--speed", "30") as pool:
            if way == "direct":
                pool.upload(update)
                seconds[way] = tools.run(pool, folder, "BENCH")
            else:
                file, _ = tools.describe(pool, folder)
                with Site(pitstop, folder / "driver", f"xenapi:{file}", key) as driver:
                    driver.upload(update)
                    seconds[way] = tools.run(driver, folder, "BENCH")
    ratio = seconds["remote"] / seconds["direct"]
    report(f"a run on {hosts} hosts through XenAPI / on the pool's own server",
           f"{seconds['remote']:.1f} s / {seconds['direct']:.1f} s = {ratio:.2f}", "≤ 1.1", ratio <= 1.1)


def mirror(pitstop, work, hosts=64, vms=3000):
    pools.HOSTS = hosts
    (work / "large.xml").write_text(pools.dump(vms))
    folder = work / "large"
    with Site(pitstop, folder, f"dump:{work / 'large.xml'}") as remote:
        tools = Tools(pitstop, work)
        file, discovered = tools.describe(remote, folder)
        with Site(pitstop, folder / "driver", f"xenapi:{file}") as driver:
            if len(driver.ask("VM.get_all")) != vms:
                raise RuntimeError("the mirror is not whole")
            whole = discovered + driver.seconds_to_start
            report(f"discover and first mirror of {hosts} hosts and {vms} VMs",
                   f"{discovered:.2f} s + {driver.seconds_to_start:.2f} s", "< 5 s", whole < 5)
            time.sleep(10)
            begun, used = time.monotonic(), driver.cpu()
            time.sleep(60)
            share = (driver.cpu() - used) / (time.monotonic() - begun)
            memory = driver.mebibytes()
            report("the mirror of it, idle", f"{share * 100:.1f} % of a core, {memory:.0f} MiB", "< 3 %, < 200 MiB",
                   share < 0.03 and memory < 200)
    with Site(pitstop, work / "events", "embedded:3") as remote:
        file, _ = tools.describe(remote, work / "events")
        with Site(pitstop, work / "events" / "driver", f"xenapi:{file}") as driver:
            times = delays(remote, driver, CHANGES)
            report("a change of the pool until our console shows it",
                   f"median {statistics.median(times):.0f} ms, worst of {len(times)} {max(times):.0f} ms", "≤ 500 ms",
                   len(times) == CHANGES and max(times) <= 500)


def main():
    pitstop = pathlib.Path(sys.argv[1]).resolve()
    sizes = [int(word) for word in sys.argv[2:]] or sorted(WANTED)
    with tempfile.TemporaryDirectory(prefix="pitstop-bench-") as folder:
        work = pathlib.Path(folder)
        update, key = package(work)
        mirror(pitstop, work)
        beside_direct(pitstop, work, update, key)
        for hosts in sizes:
            for share in SHARES[hosts]:
                mixed_state(pitstop, work, update, key, hosts, share)
    text = ("# Pools that speak XenAPI themselves\n\nThe pool is Pitstop's own server in a process of its own, driven "
            "through its XenAPI alone. Mixed state is modelled\ntime at the hosts, from the first one's way down to the last "
            "one's way up. 'Host by host' is a script that disables,\nevacuates, applies, restarts and enables one host "
            f"after another, and brings the VMs home. Load at the end: {os.getloadavg()[0]:.1f}.\n\n"
            "| what | measured | goal | met |\n|---|---|---|---|\n")
    text += "".join("| " + " | ".join(row) + " |\n" for row in rows)
    (here.parent / "results" / "remote.md").write_text(text)
    return 0 if all(row[3] == "yes" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
