"""A Pitstop server under measurement: what it takes of the processor and of memory."""
import os
import re
import ssl
import subprocess
import tempfile
import time
import xmlrpc.client

import processes


class Server:
    def __init__(self, pitstop, pool):
        self.folder = tempfile.TemporaryDirectory(prefix="pitstop-bench-")
        password = os.path.join(self.folder.name, "password")
        with open(password, "w") as file:
            file.write("secret\n")
        started = time.monotonic()
        self.process = subprocess.Popen(
            [pitstop, "serve", "--state", os.path.join(self.folder.name, "state"), "--listen", "127.0.0.1:0",
             "--pool", pool, "--password-file", password], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.start_seconds = time.monotonic() - started
        self.port = int(re.search(r":(\d+)/", line).group(1))
        self.proxy = self.connect()
        self.session = self.call("session.login_with_password", "root", "secret")

    def connect(self):
        return xmlrpc.client.ServerProxy(
            f"https://127.0.0.1:{self.port}/", context=ssl._create_unverified_context())

    def call(self, method, *arguments):
        answer = getattr(self.proxy, method)(*arguments)
        if answer["Status"] != "Success":
            raise RuntimeError(answer["ErrorDescription"])
        return answer["Value"]

    def request(self, method, *arguments, keep=True):
        """One call as the bytes of an HTTP request."""
        body = xmlrpc.client.dumps(arguments, method).encode()
        kept = "keep-alive" if keep else "close"
        head = f"POST / HTTP/1.1\r\nHost: x\r\nConnection: {kept}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    @property
    def processor_seconds(self):
        return processes.processor_seconds(self.process.pid)

    @property
    def mebibytes(self):
        return processes.mebibytes(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
