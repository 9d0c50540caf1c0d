"""The test bed, and a server over it."""
import os
import re
import subprocess
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
virsh = "virsh -q -c qemu:///system"


class Bed:
    """Three hosts and four guests, for as long as the block lasts."""

    def __init__(self, pitstop):
        self.pitstop = pitstop

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="pitstop-bench-")
        self.bed = f"{self.folder}/bed"
        self.environment = dict(os.environ, PITSTOP_TESTBED=self.bed, PITSTOP=self.pitstop)
        self.run("up", "3", str(os.getpid()))
        return self

    def __exit__(self, *_):
        self.run("down")
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def command(self, *words):
        return [f"{root}/Tests/TestBed/bed.sh", *words]

    def run(self, *words, check=True):
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True)
        if check and done.returncode:
            raise SystemExit(f"bed.sh {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def on(self, host, command, check=True):
        return self.run("on", host, command, check=check)

    def together(self, jobs):
        """Runs commands on hosts, all at once, and returns the seconds until the last is over."""
        before = time.monotonic()
        running = [subprocess.Popen(self.command("on", host, command), env=self.environment, stdout=subprocess.DEVNULL)
                   for host, command in jobs]
        if any([process.wait() for process in running]):
            raise SystemExit(f"failed: {jobs}")
        return time.monotonic() - before

    def boot(self, host):
        return self.on(host, "cat /proc/sys/kernel/random/boot_id", check=False)

    def restart(self, hosts):
        """Restarts hosts, all at once, and returns the seconds until their libvirt answers again."""
        old = {host: self.boot(host) for host in hosts}
        before = time.monotonic()
        for host in hosts:
            self.on(host, "setsid sh -c 'sleep 0.1; exec reboot' </dev/null >/dev/null 2>&1 &")
        for host in hosts:
            while True:
                now = self.boot(host)
                if re.fullmatch("[0-9a-f-]{36}", now) and now != old[host]:
                    break
                time.sleep(0.1)
            self.run("wait", host)
        return time.monotonic() - before

    def move(self, guest, source, target):
        return source, (f"{virsh} migrate --live --p2p --persistent --undefinesource {guest} "
                        f"qemu+ssh://root@198.51.100.{target[1:]}/system")

    def home(self):
        """Brings every guest to where it was at first."""
        for guest, host in {"guest1": "h1", "guest2": "h2", "guest3": "h3", "guest4": "h3"}.items():
            for other in ["h1", "h2", "h3"]:
                if other != host and guest in self.on(other, f"{virsh} list --name").split():
                    self.on(*self.move(guest, other, host))


class Server:
    """`pitstop serve` over the bed, which trusts a key."""

    def __init__(self, bed, key):
        self.bed, self.key = bed, key

    def __enter__(self):
        bin, self.state = os.path.dirname(self.bed.pitstop), f"{self.bed.folder}/state"
        subprocess.run([self.bed.pitstop, "trust", "add-key", self.key, "--state", self.state], check=True,
                       stdout=subprocess.DEVNULL)
        with open(f"{self.state}.password", "w") as file:
            file.write("bench\n")
        self.process = subprocess.Popen(
            [self.bed.pitstop, "serve", "--state", self.state, "--listen", "127.0.0.1:0", "--pool",
             f"libvirt:{self.bed.bed}/pool.yaml", "--password-file", f"{self.state}.password"],
            stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[1]
        self.xe_words = [f"{bin}/xe"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def xe(self, *words):
        port = self.url.rstrip("/").rsplit(":", 1)[1]
        return subprocess.run([*self.xe_words, *words, "-s", "127.0.0.1", "-p", port, "-u", "root", "-pw", "bench"],
                              check=True, capture_output=True, text=True).stdout.strip()

    def rollout(self, *words):
        return subprocess.run([self.bed.pitstop, "rollout", *words, "--server", self.url, "--password-file",
                               f"{self.state}.password", "--certificate", f"{self.state}/tls/server.crt"],
                              check=True, capture_output=True, text=True).stdout
