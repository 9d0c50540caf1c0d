"""The console: the first page with its files, the page of a run on 256 hosts, its way to the screen, 200 browsers on it,
and pages of a pool of 256 hosts with 10,000 VMs.

    run.py PITSTOP        writes Benchmarks/results/console.md
"""

import hashlib
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here))
sys.path.insert(0, str(here.parent / "door"))

import browser
import pools
from service import Site, delays, package

HOSTS = 256
VMS = 10_000
READERS = 200
CHANGES = 40
ROUNDS = 7
FILES = ["/", "/assets/console.css", "/assets/console.js", "/assets/live.js", "/assets/morph.js", "/assets/clock.js",
         "/assets/forms.js", "/assets/upload.js", "/assets/log.js", "/assets/keys.js"]


def milliseconds(times):
    return f"median {statistics.median(times):.0f} ms, worst of {len(times)} {max(times):.0f} ms"


def first_page(site):
    begun = time.monotonic()
    connection = site.connect()
    for path in FILES:
        connection.request("GET", path, headers={"Cookie": site.cookie})
        connection.getresponse().read()
    connection.close()
    return (time.monotonic() - begun) * 1000


def small_pool(pitstop, work):
    with Site(pitstop, work / "small", "embedded:3") as site:
        first_page(site)
        pages = [first_page(site) for _ in range(30)]
        yield "first page with style sheet and scripts, a new connection", "150 ms", milliseconds(pages)
        yield "a change of the pool until the browser has it", "500 ms", milliseconds(delays(site, site, CHANGES))


def begin_run(site, update):
    """A run that waits for the approval of its hosts."""
    run = site.ask("rollout.start", [update], {"approve_each_host": "true"})
    while True:
        details = json.loads(site.ask("rollout.describe", run))
        if any(host["needsApproval"] for host in details["hosts"]):
            return run, details["run"]
        if details.get("holds"):
            raise RuntimeError(details["sentence"])
        time.sleep(0.5)


def on_screen(window, site, run):
    """Milliseconds from an operator's word until the page shows it."""
    window.run("""
        window.seen = [[false, 0]];
        new MutationObserver(() => {
          const isPaused = document.querySelector('#run-head .state').innerText === 'Paused';
          if (isPaused !== window.seen.at(-1)[0]) window.seen.push([isPaused, Date.now()]);
        }).observe(document.querySelector('#run-head'), { subtree: true, childList: true, characterData: true });
    """)
    times = []
    for i in range(CHANGES // 2):
        begun = time.time() * 1000
        site.ask("rollout.pause" if i % 2 == 0 else "rollout.resume", run)
        window.wait(f"return window.seen.length > {i + 1}", seconds=30)
        times.append(window.run("return window.seen.at(-1)[1]") - begun)
        time.sleep(0.2)
    return times


def crowd(site, run, page):
    """The share of a core that so many readers cost while the run is paused and resumed twice a second."""
    counts = [0] * READERS
    for reader in range(READERS):
        site.follow(page, lambda at, line, reader=reader: counts.__setitem__(reader, counts[reader] + 1))
    time.sleep(20)
    before = list(counts)
    begun, used = time.monotonic(), site.cpu()
    for i in range(CHANGES):
        site.ask("rollout.pause" if i % 2 == 0 else "rollout.resume", run)
        time.sleep(0.5)
    time.sleep(1)
    share = (site.cpu() - used) / (time.monotonic() - begun)
    reached = sum(1 for now, then in zip(counts, before) if now > then)
    return f"{share * 100:.0f} % ({reached} of {READERS} readers reached, {sum(counts) - sum(before)} events)"


def run_page(pitstop, work, update, key):
    with Site(pitstop, work / "run", f"embedded:{HOSTS}", key) as site:
        run, uuid = begin_run(site, site.upload(update))
        page = "/runs/" + uuid
        yield f"size of the page of a run on {HOSTS} hosts", "1 MiB", f"{len(site.get(page)) / 1024:.0f} KiB"
        if browser.INSTALLED:
            with browser.Browser(site) as window:
                shown = [window.shown(page)["shown"] for _ in range(ROUNDS)]
                yield "the same until it is painted and loaded in Chromium", "500 ms", milliseconds(shown)
                window.run(browser.WATCH)
                yield "an operator's word until that page shows it", "500 ms", milliseconds(on_screen(window, site, run))
                longest = window.run("return window.longest")
                yield "its longest task while it changed", "none noticed", f"{longest:.0f} ms"
        yield f"{READERS} browsers on it, which changes twice a second", "50 % of a core", crowd(site, run, page)


def recording(update):
    """The dump of a large pool on whose coordinator an update lies. Nothing can be uploaded to a recorded pool."""
    pools.HOSTS = HOSTS
    data = update.read_bytes()
    patch = pools.row(
        "pool_patch", 0, name__label="BENCH", name__description="An update of a benchmark", version="1.0",
        filename=update, size=len(data), pool_applied="false", after_apply_guidance="('restartHost')",
        host_patches="()", other_config=f"(('sha256' '{hashlib.sha256(data).hexdigest()}'))")
    return pools.dump(VMS).replace("</database>", pools.table("pool_patch", [patch]) + "</database>")


def large_pool(pitstop, work, update, key):
    (work / "pool.xml").write_text(recording(update))
    with Site(pitstop, work / "large", f"dump:{work / 'pool.xml'}", key) as site, browser.Browser(site) as window:
        window.go("/")
        window.run("document.querySelector('form[action=\"/do/install\"]').requestSubmit()")
        window.wait("return location.pathname.startsWith('/install/')")
        wizard = window.run("return location.pathname").rsplit("/", 1)[0]
        # Further it does not go: no package can be asked on the hosts of a recording, and so its pre-checks never pass.
        steps = ["select-update", "select-servers", "pre-checks"]

        def onward(step):
            window.go(f"{wizard}/{step}")
            window.run("document.querySelector('button[value=next]').click()")
            window.wait(f"return !location.pathname.endsWith('{step}')")

        onward("before-you-start")
        window.run("document.querySelector('input[name=update]').click()")
        window.wait("return document.querySelector('#claims') !== null")
        window.run("document.querySelector('#claims').click()")
        for path in ["/", "/hosts", "/updates?by=server"] + [f"{wizard}/{step}" for step in steps]:
            name = path.rsplit("/", 1)[1] or "General"
            seen = [window.shown(path) for _ in range(ROUNDS)]
            frame = window.later(browser.SCROLL)
            yield (f"{name}: painted and loaded; size; longest frame while it is scrolled", "without jank",
                   f"{milliseconds([one['shown'] for one in seen])}; {seen[0]['bytes'] / 1024:.0f} KiB; {frame:.0f} ms")
            if name in steps[:-1]:
                onward(name)


def table(rows, begun):
    lines = ["| what | promise | measured |", "|---|---|---|"]
    for row in rows:
        lines.append("| " + " | ".join(row) + " |")
        print(f"{time.monotonic() - begun:6.0f} s  {row[0]}: {row[2]}", flush=True)
    return lines + [""]


def main(pitstop):
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        update, key = package(work)
        lines = table(small_pool(pitstop, work), begun)
        lines += [f"## A run on {HOSTS} hosts", ""] + table(run_page(pitstop, work, update, key), begun)
        lines += [f"## {HOSTS} hosts, {VMS:,} VMs (a recorded pool)", ""]
        if browser.INSTALLED:
            lines += table(large_pool(pitstop, work, update, key), begun)
        else:
            lines += ["Not measured: chromium and chromedriver are not installed.", ""]
    head = [
        "# The console",
        "",
        f"Measured over TLS with `{pathlib.Path(pitstop).parent.name}` binaries on {os.cpu_count()} cores, the browser on "
        f"the same; the machine's load was {os.getloadavg()[0]:.1f} at the end.",
        "",
    ]
    (here.parent / "results" / "console.md").write_text("\n".join(head + lines))


main(sys.argv[1])
