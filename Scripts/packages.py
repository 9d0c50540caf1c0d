#!/usr/bin/env python3
"""The packages that Pitstop is built from, direct and not.

    Scripts/packages.py check    compare what was resolved with Scripts/packages.json
    Scripts/packages.py pin      write what was resolved there
    Scripts/packages.py sbom     print a bill of materials, SPDX 2.3 as JSON

Package.swift names exact versions of what is used directly; what those use in turn could change from one build to the next, since
no resolved file is committed. Run after `swift package resolve` or a build.
"""
import datetime
import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PINS = pathlib.Path(__file__).with_name("packages.json")


def resolved():
    state = json.loads((ROOT / ".build/workspace-state.json").read_text())
    found = {}
    for dependency in state["object"]["dependencies"]:
        reference, checkout = dependency["packageRef"], dependency["state"].get("checkoutState", {})
        # Where several packages name one address with and without '.git', which of them comes first changes from run to run.
        found[reference["identity"]] = {"url": reference["location"].removesuffix(".git"),
                                        "version": checkout.get("version", "unknown")}
    return dict(sorted(found.items()))


def check():
    pins, now = json.loads(PINS.read_text()), resolved()
    problems = [f"{name} is {now[name][field]}, and {pins[name][field]} was tried" for name in now if name in pins
                for field in ("url", "version") if now[name][field] != pins[name][field]]
    problems += [f"{name} is new" for name in now if name not in pins]
    problems += [f"{name} is no longer used" for name in pins if name not in now]
    for problem in problems:
        print(f"packages: {problem}: look at what changed, then Scripts/packages.py pin", file=sys.stderr)
    return 1 if problems else 0


def sbom():
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", datetime.datetime.now().timestamp()))
    created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    packages = [{"SPDXID": "SPDXRef-pitstop", "name": "pitstop", "downloadLocation": "NOASSERTION",
                 "filesAnalyzed": False}]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relatedSpdxElement": "SPDXRef-pitstop",
                  "relationshipType": "DESCRIBES"}]
    for name, package in resolved().items():
        identity = "SPDXRef-" + name.replace("_", "-")
        packages.append({"SPDXID": identity, "name": name, "versionInfo": package["version"],
                         "downloadLocation": f"git+{package['url']}.git", "filesAnalyzed": False,
                         "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                           "referenceLocator": "pkg:swift/" + package["url"].removeprefix("https://")
                                           + "@" + package["version"]}]})
        relations.append({"spdxElementId": "SPDXRef-pitstop", "relatedSpdxElement": identity,
                          "relationshipType": "DEPENDS_ON"})
    print(json.dumps({"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
                      "name": "pitstop", "documentNamespace": f"https://spdx.org/spdxdocs/pitstop-{epoch}",
                      "creationInfo": {"created": created, "creators": ["Tool: Scripts/packages.py"]},
                      "packages": packages, "relationships": relations}, indent=2))
    return 0


def pin():
    PINS.write_text(json.dumps(resolved(), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    commands = {"check": check, "pin": pin, "sbom": sbom}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
