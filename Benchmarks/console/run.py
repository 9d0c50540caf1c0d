"""The console: the first page with its files, a change on its way to the screen, and 200 browsers on one page.

    run.py PITSTOP        writes Benchmarks/results/console.md
"""

import http.client
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
import urllib.parse

READERS = 200
CHANGES = 40
FILES = ["/", "/assets/console.css", "/assets/console.js", "/assets/live.js", "/assets/morph.js", "/assets/clock.js"]

tls = ssl.create_default_context()
tls.check_hostname = False
tls.verify_mode = ssl.CERT_NONE


class Site:
    def __init__(self, port):
        self.port = port
        connection = self.connect()
        form = urllib.parse.urlencode({"user": "root", "password": "secret", "to": "/"})
        connection.request("POST", "/do/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
        self.cookie = connection.getresponse().getheader("Set-Cookie").split(";")[0]
        self.session = self.call("session.login_with_password", "root", "secret")
        self.host = self.call("host.get_all", self.session)[0]

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=tls, timeout=60)

    def call(self, method, *parameters):
        connection = self.connect()
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        connection.request("POST", "/jsonrpc", json.dumps(body))
        return json.load(connection.getresponse())["result"]

    def rename(self, name):
        self.call("host.set_name_label", self.session, self.host, name)

    def first_page(self):
        begun = time.monotonic()
        connection = self.connect()
        for path in FILES:
            connection.request("GET", path, headers={"Cookie": self.cookie})
            connection.getresponse().read()
        connection.close()
        return time.monotonic() - begun

    def follow(self, seen):
        """Tells when each event comes, in a thread of its own."""

        def run():
            connection = self.connect()
            connection.request("GET", "/live?page=/hosts", headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            try:
                while line := answer.readline():
                    if line.startswith(b"data: "):
                        seen(time.monotonic(), line)
            except OSError:
                pass

        threading.Thread(target=run, daemon=True).start()


def cpu(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latency(site):
    found = {}
    site.follow(lambda at, line: [found.setdefault(i, at) for i in range(CHANGES) if f"name{i}-".encode() in line])
    time.sleep(2)
    begun = {}
    for i in range(CHANGES):
        begun[i] = time.monotonic()
        site.rename(f"name{i}-")
        time.sleep(0.5)
    return [found[i] - begun[i] for i in found]


def crowd(site, process):
    counts = [0] * READERS
    for reader in range(READERS):
        site.follow(lambda at, line, reader=reader: counts.__setitem__(reader, counts[reader] + 1))
    time.sleep(15)
    before = list(counts)
    (begun, used) = (time.monotonic(), cpu(process))
    for i in range(CHANGES):
        site.rename(f"crowd{i}-")
        time.sleep(0.5)
    time.sleep(1)
    share = (cpu(process) - used) / (time.monotonic() - begun)
    return share, sum(counts) - sum(before)


def main(pitstop):
    with tempfile.TemporaryDirectory() as work:
        pathlib.Path(work, "password").write_text("secret\n")
        server = subprocess.Popen(
            [pitstop, "serve", "--state", work + "/state", "--listen", "127.0.0.1:0", "--pool", "embedded:3",
             "--password-file", work + "/password"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        try:
            site = Site(int(server.stdout.readline().rstrip("/\n").rsplit(":", 1)[1]))
            pages = [site.first_page() for _ in range(30)]
            delays = latency(site)
            share, events = crowd(site, server.pid)
        finally:
            server.terminate()
            server.wait()
    load = os.getloadavg()[0]
    lines = [
        "# The console",
        "",
        f"Measured over TLS with `{pathlib.Path(pitstop).parent.name}` binaries on {os.cpu_count()} cores; "
        f"the machine's load was {load:.1f} at the end.",
        "",
        "| what | promise | measured |",
        "|---|---|---|",
        f"| first page with style sheet and scripts, a new connection | 150 ms | median {statistics.median(pages) * 1000:.0f} ms, "
        f"worst of {len(pages)} {max(pages) * 1000:.0f} ms |",
        f"| a change of the pool until the browser has it | 500 ms | median {statistics.median(delays) * 1000:.0f} ms, "
        f"worst of {len(delays)} {max(delays) * 1000:.0f} ms |",
        f"| {READERS} browsers on one page that changes twice a second | 50 % of a core | {share * 100:.0f} % "
        f"({events} of {READERS * CHANGES} events received) |",
        "",
    ]
    text = "\n".join(lines)
    pathlib.Path(__file__).parent.parent.joinpath("results/console.md").write_text(text)
    print(text)


main(sys.argv[1])
