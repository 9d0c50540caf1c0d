"""Drives a Pitstop server with PyPI's XenAPI as other people's scripts do. Usage: client.py URL PASSWORD PACKAGE"""
import http.client
import json
import ssl
import sys
import threading
import time
import urllib.parse

import XenAPI

url, password = sys.argv[1:3]
package = sys.argv[3] if len(sys.argv) > 3 else None
facts = {}

try:
    XenAPI.Session(url, ignore_ssl=True).xenapi.login_with_password("root", "wrong", "1.0", "test")
except XenAPI.Failure as failure:
    facts["wrong password"] = failure.details[0]

session = XenAPI.Session(url, ignore_ssl=True)
session.xenapi.login_with_password("root", password, "1.0", "test")
api = session.xenapi
facts["api version"] = session.API_version

pool = api.pool.get_all()[0]
hosts = api.host.get_all_records()
facts["hosts"] = sorted(host["name_label"] for host in hosts.values())
vms = api.VM.get_all_records_where('field "is_control_domain" = "false"')
facts["vms"] = len(vms)
vm = api.VM.get_by_name_label("web-1")[0]
facts["memory is text"] = isinstance(vms[vm]["memory_static_max"], str)
facts["snapshot time"] = str(vms[vm]["snapshot_time"])
facts["free memory"] = int(api.host.compute_free_memory(vms[vm]["resident_on"])) > 0

# Errors come as failures with their parameters.
try:
    api.VM.get_record("OpaqueRef:nothing")
except XenAPI.Failure as failure:
    facts["bad handle"] = failure.details
try:
    api.VM.snapshot(vm, "copy")
except XenAPI.Failure as failure:
    facts["not performed"] = failure.details

# A task, followed to its end.
target = [ref for ref in hosts if ref != vms[vm]["resident_on"]][0]
task = session.xenapi.Async.VM.pool_migrate(vm, target, {"live": "true"})
while api.task.get_status(task) == "pending":
    time.sleep(0.05)
facts["task"] = api.task.get_status(task)
facts["task name"] = api.task.get_name_label(task)
api.task.destroy(task)
facts["moved"] = api.VM.get_resident_on(vm) == target

# Events: everything first, then what changes.
first = api.event_from(["vm"], "", 5.0)
facts["first events"] = len(first["events"]) >= len(vms)
facts["counts are numbers"] = isinstance(first["valid_ref_counts"]["vm"], int)
timer = threading.Timer(0.5, lambda: other.xenapi.VM.set_name_description(vm, "changed"))
other = XenAPI.Session(url, ignore_ssl=True)
other.xenapi.login_with_password("root", password)
timer.start()
second = api.event_from(["vm"], first["token"], 30.0)
facts["second events"] = [(e["class"], e["operation"], e["snapshot"]["name_description"]) for e in second["events"]]

# Power, as scripts do it.
api.VM.clean_shutdown(vm)
facts["halted"] = api.VM.get_power_state(vm)
api.VM.start(vm, False, False)
facts["running"] = api.VM.get_power_state(vm)

if package:
    # The upload waits for the 200 before it sends the body, like every client of XenServer.
    place = urllib.parse.urlparse(url)
    task = api.task.create("upload", "by a test")
    with open(package, "rb") as file:
        content = file.read()
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection(place.hostname, place.port, context=context)
    connection.putrequest("PUT", f"/pool_patch_upload?session_id={session.handle}&task_id={task}")
    connection.putheader("Content-Length", str(len(content)))
    connection.endheaders()
    connection.send(content)
    response = connection.getresponse()
    facts["upload status"] = response.status
    response.read()
    while api.task.get_status(task) == "pending":
        time.sleep(0.05)
    patch = api.task.get_result(task)
    facts["uploaded"] = api.pool_patch.get_uuid(patch)
    facts["patch name"] = api.pool_patch.get_name_label(patch)
    api.task.destroy(task)

session.xenapi.session.logout()
print(json.dumps(facts))
