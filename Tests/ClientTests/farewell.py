"""Keeps connections to a server that is told to end, and prints what they heard. Usage: farewell.py PORT PASSWORD PID"""
import http.client
import json
import os
import re
import signal
import ssl
import sys
import threading
import time

port, password, pid = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
context = ssl._create_unverified_context()


def call(method, *parameters):
    values = "".join(f"<param><value>{parameter}</value></param>" for parameter in parameters)
    return f"<methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>"


def connect():
    return http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=60)


def post(connection, body):
    connection.request("POST", "/", body)
    return connection.getresponse().read().decode()


login = connect()
session = re.search(r"OpaqueRef:[-0-9a-f]+", post(login, call("session.login_with_password", "root", password))).group(0)
idle = [login] + [connect() for _ in range(20)]
for connection in idle:
    post(connection, call("pool.get_all", session))
silent = [connect() for _ in range(5)]
for connection in silent:
    connection.connect()
heard = []
classes = "<array><data><value>pool</value></data></array>"
token = re.search(
    r"token</name><value>([^<]*)",
    post(login, call("event.from", session, classes, "", "<double>0</double>"))).group(1)
waiter = threading.Thread(target=lambda: heard.append(
    post(connect(), call("event.from", session, classes, token, "<double>50</double>"))))
waiter.start()
time.sleep(0.5)
started = time.monotonic()
os.kill(pid, signal.SIGTERM)
waiter.join()
# The idle connections stay as they are: nobody reads them or closes them until the server has ended.
while os.path.exists(f"/proc/{pid}") and open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
    time.sleep(0.01)
print(json.dumps({"waiting": "Success" in heard[0], "seconds": time.monotonic() - started}))
