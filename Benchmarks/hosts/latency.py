"""Carries TCP connections on, each direction late by so many milliseconds.

    latency.py PORT MILLISECONDS ADDRESS[:PORT]…

Listens on all of 127.0.0.0/8; a connection to 127.1.0.N goes to the N-th address, round and round.
"""
import asyncio
import sys

port, delay = int(sys.argv[1]), float(sys.argv[2]) / 1000
targets = [target.split(":") for target in sys.argv[3:]]


async def carry(reader, writer):
    """What is read goes out `delay` later; reading goes on meanwhile, so that only latency is added, not a limit."""
    loop = asyncio.get_running_loop()
    line = asyncio.Queue()

    async def send():
        while True:
            due, data = await line.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.close()

    sending = asyncio.create_task(send())
    try:
        while data := await reader.read(1 << 16):
            line.put_nowait((loop.time() + delay, data))
    except ConnectionError:
        pass
    line.put_nowait((loop.time() + delay, b""))
    await asyncio.gather(sending, return_exceptions=True)


async def connect(reader, writer):
    number = int(writer.get_extra_info("sockname")[0].rsplit(".", 1)[1])
    address, *rest = targets[number % len(targets)]
    # The handshake takes a round trip, too.
    await asyncio.sleep(2 * delay)
    there = await asyncio.open_connection(address, int(rest[0]) if rest else 22)
    await asyncio.gather(carry(reader, there[1]), carry(there[0], writer), return_exceptions=True)


async def main():
    server = await asyncio.start_server(connect, "0.0.0.0", port, backlog=512)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
