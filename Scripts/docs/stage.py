#!/usr/bin/env python3
"""Lays out the pages of the site: docs/, the pages at the repository's root, figures, and what these link to.

    stage.py PROGRAM FOLDER      PROGRAM is pitstop, whose help becomes the reference of commands
"""
import pathlib
import posixpath
import re
import shutil
import sys

import commands
from pages import FENCE, LINK, ROOT, pages, resolved


def place(path):
    """Where a file of the repository stands on the site."""
    if path == "README.md":
        return "index.md"
    if (ROOT / path).is_dir():
        path += "/README.md"
    return path.removeprefix("docs/")


def moved(path, text, linked):
    """A page's text with its links as they have to be on the site; what they lead to is added to `linked`."""
    here = posixpath.dirname(place(path))

    def link(match):
        where = resolved(path, match.group(2))
        if where is None or where[0] == path:
            return match.group(0)
        file, anchor = where
        linked.add(file)
        target = posixpath.relpath(place(file), here or ".") + ("#" + anchor if anchor else "")
        return match.group(1) + target + match.group(3)

    fenced, out = False, []
    for line in text.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
        out.append(line if fenced else LINK.sub(link, line))
    return "\n".join(out)


ITEM = re.compile(r"([-*]|\d+\.) +")


def spread(text):
    """The same for the site's reader of Markdown, which takes as part of a list's item only what is four spaces in, knows no fences
    there, and wants an empty line before a list."""
    out, inset, start, fenced, coded = [], 0, 0, False, False
    for line in text.split("\n"):
        if FENCE.match(line) and not line.startswith(" "):
            fenced = not fenced
        if fenced or not line.strip():
            out.append("        " + line[inset:] if coded else line)
            continue
        if item := ITEM.match(line):
            # A second paragraph in the item before would take this one in.
            if out and out[-1].strip() and (not inset or "" in out[start:]):
                out.append("")
            start = len(out) if not inset else start
            inset = len(item.group(0))
            out.append(line)
        elif inset and line.startswith(" " * inset):
            if FENCE.match(line):
                coded = not coded
                out.append("")
            else:
                out.append(("        " if coded else "    ") + line[inset:])
        else:
            # What is not indented goes on with the item only where no empty line lies between.
            inset = inset if out and out[-1].strip() and not line.startswith("#") else 0
            out.append(line)
    return "\n".join(out)


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    linked, known = set(), pages()
    for path in known:
        target = folder / place(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(spread(moved(path, (ROOT / path).read_text(encoding="utf-8"), linked)), encoding="utf-8")
    for path in linked - set(known):
        if (ROOT / path).is_file():
            target = folder / place(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, target)
    commands.write(program, folder / "commands")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
