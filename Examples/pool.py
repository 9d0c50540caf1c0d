#!/usr/bin/env python3
"""Lists the hosts of a pool and the runs on it, by XML-RPC, with nothing but Python's standard library.

Usage: pool.py https://HOST:PORT CERTIFICATE USER PASSWORD-FILE
"""
import ssl
import sys
import xmlrpc.client


def main(url, certificate, user, password_file):
    with open(password_file, encoding="utf-8") as file:
        password = file.readline().rstrip("\n")
    # Only that certificate is believed.
    trust = ssl.create_default_context(cafile=certificate)
    server = xmlrpc.client.ServerProxy(url, context=trust)

    def call(method, *parameters):
        answer = getattr(server, method)(*parameters)
        if answer["Status"] != "Success":
            sys.exit(" ".join(answer["ErrorDescription"]))
        return answer["Value"]

    session = call("session.login_with_password", user, password)
    try:
        hosts = call("host.get_all_records", session)
        for host in sorted(hosts.values(), key=lambda host: host["name_label"]):
            state = "enabled" if host["enabled"] else "disabled"
            print(host["name_label"], state, host["software_version"]["product_version"])
        for run in call("rollout.get_all_records", session).values():
            print("run", run["uuid"], run["state"])
    finally:
        call("session.logout", session)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
