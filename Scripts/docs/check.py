#!/usr/bin/env python3
"""Reads the documentation as its readers do, without a network: every link leads somewhere, every page stands in the site's
navigation, every message that troubleshooting.md quotes is one that the sources still have.

    check.py                     looks at the pages
    check.py --program PITSTOP   also at each option that they name, beside what the program says of itself
    check.py --site FOLDER       also at the site that was built: nothing in it is fetched from elsewhere
"""
import argparse
import pathlib
import re
import sys

import commands
from pages import CODE, FENCE, ROOT, anchors, lines, links, pages, resolved


def dead_links():
    """Links to files that are not there, and to headings that are not there."""
    known = {}
    for path in pages():
        for number, target in links(path):
            if (where := resolved(path, target)) is None:
                continue
            file, anchor = where
            if file.startswith("..") or not (ROOT / file).exists():
                yield f"{path}:{number}: {target} is not there"
            elif anchor and file.endswith(".md"):
                if file not in known:
                    known[file] = anchors(file)
                if anchor not in known[file]:
                    yield f"{path}:{number}: {file} has no heading for #{anchor}"


def lost_pages():
    """Pages that nobody finds: they stand in no line of the site's navigation."""
    named = re.findall(r":\s*([\w./-]+\.md)\s*$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    for path in pages():
        if path.startswith("docs/") and path.removeprefix("docs/") not in named:
            yield f"mkdocs.yml: {path} is not in the navigation"


def literals():
    """The texts of the sources, with a gap where something is put into one, and those that are joined by `+` in one piece."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "Sources").rglob("*.swift")))
    text = re.sub(r'"\s*\n?\s*\+\s*"', "", text)
    text = re.sub(r"\\\n\s*", "", text)
    return re.sub(r"\s+", " ", text.replace('\\"', '"'))


def strange_messages():
    """Messages of the troubleshooting page that the sources do not have: in bold code at the beginning of a line, or the first
    cell of a table, with … where something is put in."""
    path = "docs/troubleshooting.md"
    if not (ROOT / path).exists():
        return
    have, count = literals(), 0
    for number, line in lines(path):
        if not (match := re.match(r"\| `(.+?)` \|", line)):
            continue
        count += 1
        parts = [part.strip() for part in match.group(1).split("…")]
        parts = [part for part in parts if len(part) > 3]
        if sum(map(len, parts)) < 8:
            yield f"{path}:{number}: too little of the message is fixed to be found again"
        for part in parts:
            if part not in have:
                yield f"{path}:{number}: no message in Sources has the words “{part}”"
    if count < 30:
        yield f"{path}: only {count} messages were read; is the table another one?"


def spelt(path):
    """What a page has people type: the lines of its code and its code spans, with their numbers."""
    fenced, open_line = False, ""
    for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").split("\n"), 1):
        if FENCE.match(line):
            fenced, open_line = not fenced, ""
        elif fenced:
            open_line += line.strip()
            if open_line.endswith("\\"):
                open_line = open_line[:-1] + " "
            else:
                yield number, open_line
                open_line = ""
        else:
            for match in CODE.finditer(line):
                yield number, match.group(2)


def strange_options(program):
    """Commands and options of pitstop that a page names and the program does not have."""
    top = commands.dump(program)
    for path in pages():
        if path.startswith(("docs/design/", "Benchmarks/")) or path == "CHANGELOG.md":
            continue  # These say what was.
        for number, line in spelt(path):
            for words in re.findall(r"(?:^|[\s/(;&|$]|\./)pitstop ((?:[a-z-]+ ?)+[^|;#>]*)", line):
                command, name = top, ["pitstop"]
                words = words.split()
                while words and (next_one := next((one for one in commands.below(command) if one["commandName"] == words[0]), None)):
                    command = next_one
                    name.append(words.pop(0))
                if command is top:
                    # In running text, a word may follow that is no command.
                    if words and words[0] not in ("help",) and not words[0].startswith("-") and re.fullmatch(r"[a-z-]+", words[0]) \
                            and not re.search(r"(systemctl|install|purge|remove|-u|-g|user|status)\s.*pitstop|systemd-analyze|journalctl", line):
                        yield f"{path}:{number}: pitstop {words[0]} is no command"
                    continue
                has = {one["name"] for argument in commands.shown(command) for one in argument.get("names") or []}
                has |= {"help", "version", "experimental-dump-help"}
                for word in words:
                    option = re.match(r"\[?--([a-z][a-z-]*)", word)
                    if option and option.group(1) not in has:
                        yield f"{path}:{number}: {' '.join(name)} has no option --{option.group(1)}"


def foreign_requests(folder):
    """What a page of the site would fetch from elsewhere."""
    fetched = re.compile(r"<(?:script|img|iframe|source)[^>]*\ssrc=[\"']?((?:https?:)?//[^\"'\s>]+)"
                         r"|<link[^>]*\shref=[\"']?((?:https?:)?//[^\"'\s>]+)|url\([\"']?((?:https?:)?//[^\"')]+)|@import\s+[\"']((?:https?:)?//[^\"']+)")
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".html", ".css", ".svg"):
            continue
        for match in fetched.finditer(path.read_text(encoding="utf-8")):
            if 'rel="canonical"' not in match.group(0):
                yield f"{path}: fetches {next(filter(None, match.groups()))}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program")
    parser.add_argument("--site", type=pathlib.Path)
    asked = parser.parse_args()
    faults = [*dead_links(), *lost_pages(), *strange_messages()]
    if asked.program:
        faults += strange_options(asked.program)
    if asked.site:
        faults += foreign_requests(asked.site)
    for fault in faults:
        print(f"docs: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
