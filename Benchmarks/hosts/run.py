"""Measures real hosts, on the test bed, and writes Benchmarks/results/hosts.md.

    run.py PITSTOP [RESULTS.md]

Needs root, as the test bed does; says so otherwise, and leaves the results as they are.
"""
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time

from bed import Bed, Server, root, virsh

count, latency, port = 100, 20, 2222
rows = []


def report(what, measured, goal, good):
    rows.append((what, measured, goal, "yes" if good else "**no**"))
    print(f"{what}: {measured} (goal: {goal}){'' if good else '  MISSED'}", flush=True)


def facts(bed):
    """The facts of 100 SSH targets behind a latency, beside ssh by itself."""
    addresses = [f"127.1.0.{number}" for number in range(1, count + 1)]
    keys = [open(f"{bed.bed}/host-key-h{number}.pub").read().split()[:2] for number in (1, 2, 3)]
    with open(f"{bed.bed}/many_hosts", "w") as file:
        for number, address in enumerate(addresses, 1):
            file.write(f"[{address}]:{port} {' '.join(keys[number % 3])}\n")
    with open(f"{bed.bed}/many.yaml", "w") as file:
        file.write("name: Many\nssh: {known-hosts: many_hosts, identity: key}\nhosts:\n")
        for number, address in enumerate(addresses, 1):
            file.write(f"  - {{name: n{number}, address: {address}, port: {port}}}\n")
    proxy = subprocess.Popen(
        bed.command("inside", sys.executable, "-B", f"{root}/Benchmarks/hosts/latency.py", str(port), str(latency),
                    "198.51.100.1", "198.51.100.2", "198.51.100.3"),
        env=bed.environment, stdout=subprocess.PIPE, text=True)
    try:
        proxy.stdout.readline()

        def ask():
            before = time.monotonic()
            done = subprocess.run(bed.command("inside", bed.pitstop, "pool", "facts", f"{bed.bed}/many.yaml", "--json"),
                                  env=bed.environment, capture_output=True, text=True)
            seconds = time.monotonic() - before
            lines = json.loads(done.stdout)
            assert len(lines) == count and not any(line.get("problem") for line in lines), done.stdout[:2000]
            return seconds

        ours = sorted(ask() for _ in range(3))[1]
        script = "cat /proc/meminfo /proc/cpuinfo /proc/sys/kernel/random/boot_id /proc/uptime; date; uname -a; df /var"
        ssh = (f"ssh -T -F none -o BatchMode=yes -o UserKnownHostsFile={bed.bed}/many_hosts -o LogLevel=ERROR "
               f"-i {bed.bed}/key -p {port} root@$0 '{script}' </dev/null >/dev/null")

        def peer(parallel, some):
            before = time.monotonic()
            subprocess.run(bed.command("inside", "xargs", "-n", "1", "-P", str(parallel), "sh", "-c", ssh),
                           env=bed.environment, input="\n".join(some), text=True, check=True)
            return time.monotonic() - before

        one_by_one, at_once = peer(1, addresses), peer(count, addresses)
    finally:
        proxy.terminate()
        proxy.wait()
    report(f"facts of {count} hosts, {latency} ms away in each direction", f"{ours:.1f} s", "< 10 s", ours < 10)
    report("… peer: `ssh`, one host after another, fewer facts", f"{one_by_one:.1f} s", "slower", one_by_one > ours)
    report("… peer: `ssh`, all at once (`xargs -P`), fewer facts", f"{at_once:.1f} s", "",  True)


def hotfix(bed):
    """The replica of XS602ECC031, signed, and its program as it runs on a host."""
    home = f"{bed.folder}/gnupg"
    os.makedirs(home, mode=0o700)
    environment = dict(os.environ, GNUPGHOME=home)

    def gpg(*words, **options):
        return subprocess.run(["gpg", "--quiet", "--batch", *words], env=environment, check=True, capture_output=True,
                              **options)

    gpg("--passphrase", "", "--quick-generate-key", "Bench <bench@example.invalid>", "rsa2048", "sign", "never")
    gpg("--armor", "--output", f"{bed.folder}/key.asc", "--export")
    subprocess.run([bed.pitstop, "package", "build", f"{root}/Demo/XS602ECC031/manifest.yaml", "--output",
                    f"{bed.folder}/hotfix", "--rpms", f"{bed.bed}/shared/packages/updated", "--sign", "Bench",
                    "--skip-trial"], env=environment, check=True, stdout=subprocess.DEVNULL)
    package = f"{bed.folder}/hotfix/XS602ECC031.xsupdate"
    gpg("--output", f"{bed.bed}/shared/program", "--decrypt", package)
    os.chmod(f"{bed.bed}/shared/program", 0o755)
    subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)
    return package, f"{bed.folder}/key.asc"


def by_hand(bed):
    """What a run does at the least, by ssh and virsh, as parallel as its plan, and without one check: the phases that can
    not overlap."""
    apply = "/shared/program precheck >/dev/null && /shared/program apply >/dev/null"
    phases = []
    for hosts, moves in [(["h1"], [("guest1", "h1", "h3")]),
                         (["h2", "h3"], [("guest2", "h2", "h1"), ("guest1", "h3", "h1"), ("guest3", "h3", "h1"),
                                         ("guest4", "h3", "h1")])]:
        phases.append(("migration", bed.together([bed.move(*move) for move in moves])))
        phases.append(("apply", bed.together([(host, apply) for host in hosts])))
        phases.append(("boot", bed.restart(hosts)))
    return {name: sum(seconds for phase, seconds in phases if phase == name) for name in ("migration", "apply", "boot")}


def rollout(bed):
    package, key = hotfix(bed)
    least = by_hand(bed)
    bed.run("fresh")
    bed.home()
    with Server(bed, key) as server:
        update = server.xe("patch-upload", f"file-name={package}")
        before = time.monotonic()
        server.rollout("start", "--update", update, "--fix-all", "--wait")
        seconds = time.monotonic() - before
        waves = re.search(r"\d+ waves?: [^.;]*", server.rollout("report")).group(0)
    total = sum(least.values())
    ratio = seconds / total
    report(f"rollout of 3 hosts with 4 guests ({waves}), from the order to the last proof", f"{seconds:.1f} s",
           "at most 1.3 times the phases that can not overlap", ratio <= 1.3)
    shares = ", ".join(f"{name} {part:.1f} s" for name, part in least.items())
    report("… peer: those phases by `ssh` and `virsh`, in the same two waves, without a check",
           f"{total:.1f} s ({shares}); the rollout takes {ratio:.2f} times that", "", True)


def main():
    if os.geteuid() != 0:
        print("The benchmark of real hosts needs root, as the test bed does: skipped.")
        return
    pitstop = os.path.abspath(sys.argv[1])
    results = sys.argv[2] if len(sys.argv) > 2 else f"{root}/Benchmarks/results/hosts.md"
    with Bed(pitstop) as bed:
        facts(bed)
        rollout(bed)
    with open(results, "w") as file:
        file.write("# Real hosts\n\n")
        file.write(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end; written by "
                   "`Benchmarks/hosts/run.py`, on the test bed, whose hosts share these processors.\n\n")
        file.write("| what | measured | goal | met |\n|---|---|---|---|\n")
        for row in rows:
            file.write("| " + " | ".join(row) + " |\n")


main()
