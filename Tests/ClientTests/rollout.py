"""Has a Pitstop server install an update in waves, with PyPI's XenAPI. Usage: rollout.py URL PASSWORD UPDATE"""
import json
import sys

import XenAPI

url, password, update = sys.argv[1:4]
facts = {}
session = XenAPI.Session(url, ignore_ssl=True)
session.xenapi.login_with_password("root", password, "1.0", "test")
api = session.xenapi
patch = api.pool_patch.get_by_uuid(update)

facts["problems"] = [problem["severity"] for problem in api.rollout.prechecks([patch], {})]
facts["planned hosts"] = sum(len(wave["hosts"]) for wave in json.loads(api.rollout.plan([patch], {}))["waves"])
try:
    api.rollout.start([patch], {"no_such_option": "1"})
except XenAPI.Failure as failure:
    facts["bad option"] = failure.details[:2]

token = api.event_from(["rollout"], "", 5.0)["token"]
run = api.rollout.start([patch], {"max_failed_hosts": "0"})
facts["operations"] = []
while True:
    batch = api.event_from(["rollout"], token, 30.0)
    token = batch["token"]
    facts["operations"] += [event["operation"] for event in batch["events"]]
    record = api.rollout.get_record(run)
    if record["state"] == "ended":
        break
facts["operations"] = sorted(set(facts["operations"]))
facts["ending"] = record["ending"]
facts["progress"] = record["progress"]
facts["updates"] = record["updates"] == [patch]
facts["hosts"] = sorted(record["hosts"].values())
facts["updated"] = [host["isUpdated"] for host in json.loads(api.rollout.describe(run))["hosts"]]
facts["report"] = json.loads(api.rollout.get_report(run, "json"))["ending"]
facts["intact"] = "problem" not in json.loads(api.rollout.verify_journal(run))
try:
    api.rollout.pause(run)
except XenAPI.Failure as failure:
    facts["after the end"] = failure.details[0]
facts["owed"] = api.rollout.get_obligations()
print(json.dumps(facts))
