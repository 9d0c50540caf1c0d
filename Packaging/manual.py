#!/usr/bin/env python3
"""Man pages of every command, from what the command itself says of its options.

    manual.py PROGRAM FOLDER     writes FOLDER/man1/PROGRAM*.1
"""
import datetime
import json
import os
import pathlib
import subprocess
import sys


def escaped(text):
    text = "".join(letter if ord(letter) < 128 else f"\\[u{ord(letter):04X}]" for letter in text.replace("\\", "\\e").replace("-", "\\-"))
    lines = text.split("\n")
    # A line that begins with a dot or quote would be a request.
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def spelled(name):
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def usage(argument):
    value = argument.get("valueName", "value").upper()
    if argument["kind"] == "positional":
        text = value + ("..." if argument["isRepeating"] else "")
    else:
        text = spelled(argument["preferredName"]) + (f" {value}" if argument["kind"] == "option" else "")
    return f"[{text}]" if argument["isOptional"] else text


def heading(argument):
    value = argument.get("valueName", "value").upper()
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR"
    names = ", ".join(f"\\fB{escaped(spelled(name))}\\fR" for name in argument["names"])
    return names + (f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else "")


def page(command, path, parents):
    title, date = "-".join(path), datetime.datetime.fromtimestamp(
        int(os.environ.get("SOURCE_DATE_EPOCH", datetime.datetime.now().timestamp())), datetime.timezone.utc)
    shown = [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]
    below = [one for one in command.get("subcommands", []) if one["commandName"] != "help" and one.get("shouldDisplay", True)]
    lines = [f'.TH "{title.upper()}" 1 "{date:%Y-%m-%d}" "Pitstop" "Pitstop"', ".SH NAME",
             f"{escaped(title)} \\- {escaped(command.get('abstract', ''))}", ".SH SYNOPSIS",
             f"\\fB{escaped(' '.join(path))}\\fR " + escaped(" ".join(usage(one) for one in shown) + (" COMMAND" if below else ""))]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", *escaped(command["discussion"]).replace("\n\n", "\n.PP\n").split("\n")]
    if shown:
        lines.append(".SH OPTIONS")
        for argument in shown:
            lines += [".TP", heading(argument), escaped(argument.get("abstract", "") or "\\&")]
            if argument.get("discussion"):
                lines.append(escaped(argument["discussion"]))
            if argument.get("defaultValue"):
                lines.append(escaped(f"Default: {argument['defaultValue']}."))
    if below:
        lines.append(".SH COMMANDS")
        for one in below:
            lines += [".TP", f"\\fB{escaped(one['commandName'])}\\fR", escaped(one.get("abstract", ""))]
    near = parents[-1:] + ["-".join(path + [one["commandName"]]) for one in below]
    if near:
        lines += [".SH SEE ALSO", ",\n".join(f"\\fB{escaped(one)}\\fR(1)" for one in near)]
    return title, "\n".join(lines) + "\n", below


def write(command, path, parents, folder):
    title, text, below = page(command, path, parents)
    (folder / f"{title}.1").write_text(text)
    for one in below:
        write(one, path + [one["commandName"]], parents + [title], folder)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2]) / "man1"
    folder.mkdir(parents=True, exist_ok=True)
    dump = json.loads(subprocess.run([program, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout)
    write(dump["command"], [dump["command"]["commandName"]], [], folder)
