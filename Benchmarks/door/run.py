"""Measures the XenAPI door of a release build, and writes Benchmarks/results/door.md.

    run.py PITSTOP [RESULTS.md]
"""
import asyncio
import json
import multiprocessing
import os
import platform
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import xmlrpc.client

from pools import dump
from server import Server

rows = []


def report(what, measured, goal, good):
    rows.append((what, measured, goal, "yes" if good else "**no**"))
    print(f"{what}: {measured} (goal: {goal}){'' if good else '  MISSED'}", flush=True)


def recorded(folder, vms):
    path = os.path.join(folder, f"{vms}.xml")
    with open(path, "w") as file:
        file.write(dump(vms))
    return path


def loading(pitstop, folder):
    with Server(pitstop, "dump:" + recorded(folder, 1)) as server:
        least = server.start_seconds
    path = recorded(folder, 5000)
    with Server(pitstop, "dump:" + path) as server:
        seconds = server.start_seconds
    size = os.path.getsize(path) / 1e6
    report("a dump of 5,000 VMs loads, is stored on disk and served",
           f"{seconds:.2f} s for {size:.0f} MB (of which {least:.2f} s start a server with one VM)", "< 2 s", seconds < 2)


def records(pitstop, folder):
    with Server(pitstop, "dump:" + recorded(folder, 10_000)) as server:
        times = []
        for _ in range(4):
            before = server.processor_seconds
            with socket.create_connection(("127.0.0.1", server.port)) as raw:
                tls = ssl._create_unverified_context().wrap_socket(raw)
                tls.sendall(server.request("VM.get_all_records", server.session, keep=False))
                answer = bytearray()
                while part := tls.recv(1 << 20):
                    answer += part
            times.append(server.processor_seconds - before)
        body = bytes(answer).split(b"\r\n\r\n", 1)[1]
    if not body.startswith(b"<"):
        raise RuntimeError("the answer came in chunks")
    # Encoding beside encoding: both write the records of that very answer, by turns, on the same machine.
    path = os.path.join(folder, "answer.xml")
    with open(path, "wb") as file:
        file.write(body)
    value = xmlrpc.client.loads(body)[0]
    encoder = os.path.join(os.path.dirname(pitstop), "wire-bench")
    own, peer = [], []
    for _ in range(3):
        own.append(json.loads(subprocess.check_output([encoder, "--answer", path]))["seconds"])
        before = time.process_time()
        xmlrpc.client.dumps(value, methodresponse=True)
        peer.append(time.process_time() - before)
    ours, theirs = min(own), min(peer)
    report(f"VM.get_all_records of 10,000 VMs encoded ({len(body) / 1e6:.0f} MB of XML-RPC)",
           f"{ours:.3f} s of one core; xmlrpc.client encodes the same records in {theirs:.3f} s: {theirs / ours:.1f} ×",
           "< 0.3 s, ≥ 2 × as fast as xmlrpc.client", ours < 0.3 and theirs >= 2 * ours)
    report("the whole of that call: records put together, encoded, encrypted and sent",
           f"{min(times):.2f} s of the server's processor, median {statistics.median(times):.2f} s", "none", True)


def hammer(port, request, connections, seconds, answers):
    """Calls over kept-alive connections, one after another on each, for so long."""
    async def one():
        context = ssl._create_unverified_context()
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        count = 0
        while time.monotonic() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            count += 1
        writer.close()
        return count

    async def every():
        return sum(await asyncio.gather(*(one() for _ in range(connections))))

    end = time.monotonic() + seconds
    answers.put(asyncio.run(every()))


def calls(pitstop, folder):
    with Server(pitstop, "dump:" + recorded(folder, 100)) as server:
        host = server.call("host.get_all", server.session)[0]
        request = server.request("host.get_enabled", server.session, host)
        answers = multiprocessing.Queue()
        seconds = 5
        before, started = server.processor_seconds, time.monotonic()
        workers = [multiprocessing.Process(target=hammer, args=(server.port, request, 8, seconds, answers)) for _ in range(2)]
        for worker in workers:
            worker.start()
        total = sum(answers.get() for _ in workers)
        for worker in workers:
            worker.join()
        passed = time.monotonic() - started
        used = server.processor_seconds - before
    rate = total / passed
    report("host.get_enabled over 16 kept-alive TLS connections, clients on the same two cores",
           f"{rate:.0f} calls a second, {used / total * 1e6:.0f} µs of the server's processor each", "≥ 2,000", rate >= 2000)


def listeners(pitstop, folder):
    count, seconds = 1000, 20

    async def listen(server, request_for, token, seen):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=ssl._create_unverified_context())
        while True:
            writer.write(request_for(token))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            if b"Failure" in body:
                raise RuntimeError(body)
            token = body.split(b"<name>token</name><value>")[1].split(b"<")[0].decode()
            seen.append(time.monotonic())

    async def run(server):
        host = server.call("host.get_all", server.session)[0]
        # A session may have four calls waiting.
        sessions = [server.call("session.login_with_password", "root", "secret") for _ in range(count // 4)]
        begin = getattr(server.proxy, "event.from")(server.session, ["host"], "", 0.0)["Value"]["token"]
        seen = []
        loop = asyncio.get_running_loop()
        tasks = [
            asyncio.create_task(listen(
                server, lambda token, s=session: server.request("event.from", s, ["host"], token, 600.0), begin, seen))
            for session in sessions for _ in range(4)
        ]
        await asyncio.sleep(10)
        failed = [task for task in tasks if task.done()]
        if failed:
            failed[0].result()
        seen.clear()
        before, started = server.processor_seconds, time.monotonic()
        for change in range(seconds):
            await loop.run_in_executor(
                None, server.call, "host.set_name_description", server.session, host, f"change {change}")
            await asyncio.sleep(max(0, started + change + 1 - time.monotonic()))
        used = (server.processor_seconds - before) / (time.monotonic() - started)
        memory = server.mebibytes
        for task in tasks:
            task.cancel()
        return used, memory, len(seen), len(tasks)

    with Server(pitstop, "dump:" + recorded(folder, 100)) as server:
        used, memory, told, there = asyncio.run(run(server))
    if told < there * seconds * 0.95:
        raise RuntimeError(f"only {told} of {there * seconds} events arrived")
    report(f"{there} event.from listeners over TLS, one change a second",
           f"{used * 100:.0f} % of a core, {memory:.0f} MiB, {told} events told", "< 20 %, < 300 MiB",
           used < 0.2 and memory < 300)


def main():
    pitstop = sys.argv[1]
    result = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), "../results/door.md")
    with tempfile.TemporaryDirectory(prefix="pitstop-bench-") as folder:
        for measure in (loading, records, calls, listeners):
            measure(pitstop, folder)
    with open(result, "w") as file:
        file.write(
            "# The XenAPI door\n\nWritten by `Benchmarks/door/run.py` against a release build on "
            f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}; load average "
            f"{os.getloadavg()[0]:.1f} when it ended.\n\n| what | measured | goal | met |\n|---|---|---|---|\n")
        for row in rows:
            file.write("| " + " | ".join(row) + " |\n")
    return 0 if all(row[3] == "yes" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
