"""The pages of the documentation, and how their links are read: what the checker and the site have in common."""
import pathlib
import posixpath
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(\s*)(```|~~~)")
LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^()\s]+)((?:\s+\"[^\"]*\")?\))")
CODE = re.compile(r"(`+)(.+?)\1")


def pages():
    """Every page, by its path in the repository."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "Benchmarks/results").glob("*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def lines(path):
    """The lines of a page outside of fenced code, with their numbers."""
    fenced = False
    for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").split("\n"), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def without_code(line):
    """A line whose code spans are blank, so that nothing in them is taken for a link."""
    return CODE.sub(lambda match: " " * len(match.group(0)), line)


def links(path):
    """What a page links to: the line's number and the target."""
    for number, line in lines(path):
        # The text of a link may be code; its target never is.
        for match in LINK.finditer(CODE.sub(lambda code: "`" + "x" * (len(code.group(0)) - 2) + "`", line)):
            yield number, match.group(2)


def resolved(path, target):
    """The file in the repository and the anchor that a page's link names; None for an address elsewhere."""
    if re.match(r"[a-z]+:", target):
        return None
    file, _, anchor = target.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path, anchor


def plain(heading):
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[`*]", "", heading).strip()


def anchors(path):
    """The anchors of a page that lead somewhere on the site as well as where the repository is looked at.

    Both make them of headings, each in its own way; an anchor that only one of them has would be dead at the other."""
    site, forge = {}, {}
    for _, line in lines(path):
        for name in re.findall(r"<a (?:id|name)=\"([^\"]+)\"", line):
            site[name] = forge[name] = 1
        if match := re.match(r"#{1,6}\s+(.*?)\s*#*$", line):
            text = plain(match.group(1))
            one = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower())
            other = re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text).strip().lower())
            for names, slug, mark in ((site, one, "_"), (forge, other, "-")):
                count = 0
                while (name := slug if count == 0 else f"{slug}{mark}{count}") in names:
                    count += 1
                names[name] = 1
    return site.keys() & forge.keys()
