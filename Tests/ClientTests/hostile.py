"""Sends a server what no client should, and prints what comes back. Usage: hostile.py PORT PASSWORD"""
import http.client
import json
import re
import socket
import ssl
import sys
import time

port, password = int(sys.argv[1]), sys.argv[2]
context = ssl._create_unverified_context()
facts = {}


def post(path, body, headers={}):
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=60)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def fault(body):
    status, text = post("/", body)
    found = re.search(r"<name>faultCode</name><value><i4>(\d+)</i4>", text)
    return [status, int(found.group(1)) if found else text[:200]]


def call(method, *parameters):
    values = "".join(f"<param>{parameter}</param>" for parameter in parameters)
    return f"<methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>"


login = call("session.login_with_password", "<value>root</value>", f"<value>{password}</value>")
session = re.search(r"OpaqueRef:[-0-9a-f]+", post("/RPC2", login)[1]).group(0)
me = f"<value>{session}</value>"

facts["cut XML"] = fault(login[:-20])
facts["no XML"] = fault("hello")
facts["empty"] = fault("")
facts["entity"] = fault('<!DOCTYPE a [<!ENTITY b "cccc">]>' + call("pool.get_all", "<value>&b;</value>"))
facts["deep"] = fault(call("pool.get_all", "<value><array><data>" * 5000 + "</data></array></value>" * 5000))
facts["just fits"] = fault(call("pool.get_all", "<value>" + "x" * (300 * 1024 - 200) + "</value>"))
facts["too long"] = fault(call("pool.get_all", "<value>" + "x" * (400 * 1024) + "</value>"))
facts["bytes"] = fault(bytes(range(256)))


def description(text):
    return re.findall(r"<value>([^<]*)</value>", text.split("ErrorDescription")[1])


facts["wrong type"] = description(post("/", call("host.get_enabled", me, "<value><boolean>1</boolean></value>"))[1])
facts["bad ref"] = description(post("/any/path", call("VM.get_uuid", me, "<value>OpaqueRef:x</value>"))[1])
facts["bad number"] = description(
    post("/", call("VM.set_user_version", me, "<value>OpaqueRef:x</value>", "<value>12a</value>"))[1])

for name, body in {
    "JSON cut": '{"jsonrpc": "2.0", "method"',
    "JSON deep": "[" * 50_000,
    "JSON no id": '{"method": "pool.get_all", "params": ["%s"]}' % session,
    "JSON list": "[]",
}.items():
    status, text = post("/jsonrpc", body)
    facts[name] = [status, "error" in json.loads(text)]
status, text = post("/jsonrpc", json.dumps({"method": "pool.get_all", "params": [session], "id": 1}))
facts["JSON 1.0"] = [status, json.loads(text)["error"], len(json.loads(text)["result"])]
status, text = post("/jsonrpc", json.dumps({"jsonrpc": "2.0", "method": "VM.get_uuid", "params": [session, "x"], "id": 2}))
facts["JSON 2.0"] = json.loads(text)["error"]


def raw(*parts):
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except (ConnectionError, ssl.SSLError):
            pass
        return answer


facts["no length"] = raw(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").split(b"\r\n")[0].decode()
facts["cli too long"] = raw(b"POST /cli HTTP/1.0\r\ncontent-length: 99999999\r\n\r\n").split(b"\r\n")[0].decode()
facts["transfer without session"] = raw(
    b"PUT /pool_patch_upload HTTP/1.0\r\ncontent-length: 0\r\n\r\n").split(b"\r\n")[0].decode()
facts["kept alive"] = raw(
    (f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(login)}\r\n\r\n{login}").encode() * 2
    + b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").count(b"Success")


def half_closed(body):
    """What a call is told whose client stops sending at once, and the seconds that it took."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        def talk(work):
            while True:
                try:
                    result = work()
                    connection.sendall(outgoing.read())
                    return result
                except ssl.SSLWantReadError:
                    connection.sendall(outgoing.read())
                    received = connection.recv(65536)
                    incoming.write(received) if received else incoming.write_eof()
        talk(tls.do_handshake)
        talk(lambda: tls.write(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()))
        try:
            tls.unwrap()
        except ssl.SSLWantReadError:
            connection.sendall(outgoing.read())
        started, answer = time.monotonic(), b""
        try:
            while b"</methodResponse>" not in answer:
                answer += talk(lambda: tls.read(65536))
        except (ssl.SSLError, OSError) as error:
            answer += repr(error).encode()
        return answer.decode(), time.monotonic() - started


def waiting(token, timeout):
    return call("event.from", me, "<value><array><data><value>pool</value></data></array></value>",
                f"<value>{token}</value>", f"<value><double>{timeout}</double></value>")


token = re.search(r"token</name><value>([^<]*)", post("/", waiting("", 0))[1]).group(1)
text, seconds = half_closed(waiting(token, 50))
facts["gone"] = ["Success" in text, seconds < 40]
# After all that it still works.
facts["alive"] = "Success" in post("/", call("pool.get_all", me))[1]
print(json.dumps(facts))
