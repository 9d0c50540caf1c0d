"""A server of its own for a benchmark, and what programs and pages ask of it."""

import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "door"))

import processes

tls = ssl.create_default_context()
tls.check_hostname = False
tls.verify_mode = ssl.CERT_NONE

PACKAGE = """#!/bin/sh
[ "$1" = info ] && echo '<info uuid="9a1e1d3c-8a43-4b5f-9d0c-0123456789ab" version="1.0" name-label="BENCH" \
name-description="An update of a benchmark" after-apply-guidance="restartHost"/>'
exit 0
"""


def package(folder):
    """A signed package, and the key that made it."""
    environment = dict(os.environ, GNUPGHOME=str(folder / "gnupg"))
    (folder / "gnupg").mkdir(mode=0o700)
    (folder / "program").write_text(PACKAGE)

    def gpg(*words):
        subprocess.run(["gpg", "-q", "--batch", "--yes", *words], env=environment, check=True)

    gpg("--passphrase", "", "--quick-generate-key", "Benchmark <bench@pitstop.invalid>", "ed25519", "sign", "never")
    gpg("--output", str(folder / "key.gpg"), "--export")
    gpg("--digest-algo", "SHA256", "--output", str(folder / "package"), "--sign", str(folder / "program"))
    subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)
    return folder / "package", folder / "key.gpg"


class Site:
    """A running server."""

    def __init__(self, pitstop, folder, pool, key=None, *words):
        folder.mkdir(exist_ok=True)
        (folder / "password").write_text("secret\n")
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [pitstop, "serve", "--state", folder / "state", "--listen", "127.0.0.1:0", "--pool", pool,
             "--password-file", folder / "password", *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.port = int(self.process.stdout.readline().rstrip("/\n").rsplit(":", 1)[1])
        self.seconds_to_start = time.monotonic() - begun
        if key:
            subprocess.run([pitstop, "trust", "add-key", key, "--state", folder / "state"], check=True,
                           stdout=subprocess.DEVNULL)
        connection = self.connect()
        form = urllib.parse.urlencode({"user": "root", "password": "secret", "to": "/"})
        connection.request("POST", "/do/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
        self.cookie = connection.getresponse().getheader("Set-Cookie").split(";")[0]
        self.session = self.call("session.login_with_password", "root", "secret")
        self.host = self.call("host.get_all", self.session)[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=tls, timeout=300)

    def call(self, method, *parameters):
        connection = self.connect()
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        connection.request("POST", "/jsonrpc", json.dumps(body))
        answer = json.load(connection.getresponse())
        if "result" not in answer:
            raise RuntimeError(f"{method}: {answer}")
        return answer["result"]

    def ask(self, method, *parameters):
        """A message in the session."""
        return self.call(method, self.session, *parameters)

    def upload(self, package):
        connection = self.connect()
        connection.request("PUT", f"/pool_patch_upload?session_id={self.session}", package.read_bytes())
        connection.getresponse().read()
        return self.ask("pool_patch.get_by_uuid", "9a1e1d3c-8a43-4b5f-9d0c-0123456789ab")

    def get(self, path):
        connection = self.connect()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        body = connection.getresponse().read()
        connection.close()
        return body

    def rename(self, name):
        self.ask("host.set_name_label", self.host, name)

    def follow(self, page, seen):
        """Tells when each event of a page comes, in a thread of its own."""

        def run():
            connection = self.connect()
            connection.request("GET", "/live?page=" + page, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            try:
                while line := answer.readline():
                    if line.startswith(b"data: "):
                        seen(time.monotonic(), line)
            except OSError:
                pass

        threading.Thread(target=run, daemon=True).start()

    def cpu(self):
        return processes.processor_seconds(self.process.pid)

    def mebibytes(self):
        return processes.mebibytes(self.process.pid)


def delays(writer, reader, count):
    """Milliseconds from each change of a name at one server until a page of another, or of the same, has it."""
    found, begun = {}, {}
    reader.follow("/hosts", lambda at, line: [found.setdefault(i, at) for i in range(count) if f"name{i}-".encode() in line])
    time.sleep(2)
    for i in range(count):
        begun[i] = time.monotonic()
        writer.rename(f"name{i}-")
        time.sleep(0.3)
    time.sleep(1)
    return [(found[i] - begun[i]) * 1000 for i in found]
