#!/usr/bin/env python3
"""What Debian wants to know of a package's rights: whose it is, and what is linked into it."""
import json
import pathlib

here = pathlib.Path(__file__).resolve().parent
print("""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: pitstop

Files: *
Copyright: The authors of Pitstop
License: none-yet
 The owner of this program has not chosen a licence yet.
""")
print("Comment: Linked into the programs, each under the licence in its own repository:")
for name, package in json.loads((here.parent / "Scripts" / "packages.json").read_text()).items():
    print(f" {name} {package['version']} <{package['url']}>")
