#!/usr/bin/env python3
"""Counts what this code should have less of, and refuses more of it than there was.

Each rule is a function over the source files. The limits stand in limits.json beside this: a change that makes a count larger
fails; one that makes it smaller is told to lower the limit, so that it never grows back.

    Scripts/tidy/tidy.py            compare with the limits
    Scripts/tidy/tidy.py --list R   show the places of rule R
    Scripts/tidy/tidy.py --lower    write the counts of now where they are smaller
"""
import json
import pathlib
import re
import sys
from collections import defaultdict

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMITS = pathlib.Path(__file__).with_name("limits.json")
COMMENT = re.compile(r"^\s*//")


def sources():
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        yield path, path.read_text(encoding="utf-8").split("\n")


def places(pattern, where=lambda path: True):
    """Lines of code, not of comments, that a pattern is found in."""
    found = []
    for path, lines in sources():
        if not where(path):
            continue
        for number, line in enumerate(lines, 1):
            if not COMMENT.match(line) and pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    return found


def driver_tests():
    """What a pool can not do is a capability; nobody asks which kind of pool it is."""
    return places(re.compile(r"\b(is|as\?|as!) (any )?(\w*Hosts|EmbeddedPool|EmbeddedHost|LibvirtHost|InventoryHost)\b"))


def field_strings():
    """Fields of rows that a string names: a typed column would not compile where it is misspelt."""
    return places(re.compile(r"\.(bool|int|string|ref|texts|map|date|float|pointing)\(\s*(at: [^,]+, )?\"[A-Za-z_]+\""))


def stray_tasks():
    """Tasks that nobody holds and nobody can wait for or cancel."""
    return places(re.compile(r"^\s*(Task|Task\.detached)( \{|\(.*\) \{| \{ \[)"))


def sleeps():
    """Waiting for some time, where an event or an injected clock would say when."""
    return places(re.compile(r"Task\.sleep|\busleep\(|\bsleep\(\d"))


def force():
    """What ends the process where a value is not what somebody took it for."""
    return places(re.compile(r"\btry!|\bas!|\bfatalError\(|\bpreconditionFailure\("))


def unchecked():
    """What the compiler is asked not to look at."""
    return places(re.compile(r"@unchecked Sendable|nonisolated\(unsafe\)"))


def long_files():
    """Files of over 250 lines."""
    return [f"{path.relative_to(ROOT)} {len(lines)}" for path, lines in sources() if len(lines) > 251]


def opening(lines, start, indent):
    """The line in which a function's body begins; None for a requirement of a protocol, which has none."""
    for number in range(start, len(lines)):
        line = lines[number]
        if number > start and not line.startswith((indent + " ", indent + ")", indent + "{", indent + "where")):
            return None
        if line.endswith("{"):
            return number
        if "{" in line and line.endswith("}"):
            return None
    return None


def long_functions():
    """Functions of over 60 lines."""
    found = []
    words = r"(public|private|package|fileprivate|static|mutating|nonisolated|override|final|@\w+(\(\w+\))?)"
    head = re.compile(rf"^(\s*)({words} )*(func|init)\b")
    for path, lines in sources():
        for start, line in enumerate(lines):
            match = head.match(line)
            if not match or (body := opening(lines, start, match.group(1))) is None:
                continue
            end = next((n for n in range(body, len(lines)) if lines[n].startswith(match.group(1) + "}")), start)
            if end - start + 1 > 60:
                found.append(f"{path.relative_to(ROOT)}:{start + 1} {end - start + 1}")
    return found


def folder_circles():
    """Pairs of folders of one module that use each other's types."""
    found = []
    declaration = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias) ([A-Z]\w+)")
    for module in sorted((ROOT / "Sources").iterdir()):
        owners, texts = {}, defaultdict(str)
        for path in module.rglob("*.swift"):
            folder = str(path.parent.relative_to(module))
            text = "\n".join(line for line in path.read_text(encoding="utf-8").split("\n") if not COMMENT.match(line))
            texts[folder] += text
            for line in text.split("\n"):
                # Nested types belong to the type that they stand in.
                if not line.startswith(" ") and (match := declaration.search(line)):
                    owners.setdefault(match.group(1), folder)
        uses = {folder: {owners[name] for name in set(re.findall(r"\b[A-Z]\w+\b", text)) & owners.keys()} - {folder}
                for folder, text in texts.items()}
        for one in sorted(uses):
            found += [f"{module.name}: {one} <-> {other}" for other in sorted(uses[one]) if one < other and one in uses[other]]
    return found


RULES = [driver_tests, field_strings, stray_tasks, sleeps, force, unchecked, long_files, long_functions, folder_circles]


def main():
    if sys.argv[1:2] == ["--list"]:
        rule = next(rule for rule in RULES if rule.__name__ == sys.argv[2])
        print("\n".join(rule()))
        return 0
    limits = json.loads(LIMITS.read_text()) if LIMITS.exists() else {}
    counts = {rule.__name__: len(rule()) for rule in RULES}
    bad = False
    for rule in RULES:
        count, limit = counts[rule.__name__], limits.get(rule.__name__, 0)
        if count > limit:
            bad = True
            print(f"tidy: {rule.__name__} {count}, and at most {limit} are allowed. {rule.__doc__}", file=sys.stderr)
            print(f"      Scripts/tidy/tidy.py --list {rule.__name__} shows the places.", file=sys.stderr)
        elif count < limit:
            print(f"tidy: {rule.__name__} {count}, fewer than {limit}: Scripts/tidy/tidy.py --lower keeps it so.")
    if "--lower" in sys.argv:
        kept = {name: min(count, limits.get(name, count)) for name, count in counts.items()}
        LIMITS.write_text(json.dumps(kept, indent=2) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(0)
