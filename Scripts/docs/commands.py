"""The reference of commands, from what `pitstop` itself says of its options, as the manual pages are."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Packaging"))
from manual import spelled, usage  # noqa: E402


def dump(program):
    """The command with all that is below it."""
    text = subprocess.run([program, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    return json.loads(text)["command"]


def below(command):
    return [one for one in command.get("subcommands", []) if one["commandName"] != "help" and one.get("shouldDisplay", True)]


def shown(command):
    return [one for one in command.get("arguments", []) if one.get("shouldDisplay", True)]


def escaped(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_").replace("\n", " ")


def names(argument):
    if argument["kind"] == "positional":
        return f"`{argument.get('valueName', 'value').upper()}`"
    value = f" {argument.get('valueName', 'value').upper()}" if argument["kind"] == "option" else ""
    return ", ".join(f"`{spelled(name)}{value}`" for name in argument["names"])


def section(command, path, depth):
    """One command as Markdown, and those below it."""
    out = [f"{'#' * depth} {' '.join(path)}", "", escaped(command.get("abstract", "")), "", "```",
           " ".join([*path, *(usage(one) for one in shown(command)), *(["COMMAND"] if below(command) else [])]), "```", ""]
    if command.get("discussion"):
        out += ["```text", command["discussion"], "```", ""]
    arguments = [one for one in shown(command) if one.get("preferredName", {}).get("name") not in ("help", "version")]
    if arguments:
        out += ["| option | what it says | without it |", "|---|---|---|"]
        for one in arguments:
            words = " ".join(text for text in (one.get("abstract"), one.get("discussion")) if text)
            out.append(f"| {names(one)} | {escaped(words)} | {escaped(one.get('defaultValue') or '')} |")
        out.append("")
    for one in below(command):
        out += section(one, [*path, one["commandName"]], min(depth + 1, 6))
    return out


def write(program, folder):
    """One page for each command of `pitstop`, and one that lists them."""
    folder.mkdir(parents=True, exist_ok=True)
    top = dump(program)
    index = ["# Commands of pitstop", "", escaped(top.get("abstract", "")), "", escaped(top.get("discussion", "")), "",
             "As `pitstop help COMMAND` and `man pitstop-COMMAND` say it. [Commands of xe](../xe.md) have a page of their own.", "",
             "| command | what it does |", "|---|---|"]
    for one in below(top):
        name = one["commandName"]
        index.append(f"| [`pitstop {name}`]({name}.md) | {escaped(one.get('abstract', ''))} |")
        (folder / f"{name}.md").write_text("\n".join(section(one, ["pitstop", name], 1)) + "\n", encoding="utf-8")
    (folder / "README.md").write_text("\n".join(index) + "\n", encoding="utf-8")
