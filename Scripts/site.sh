#!/usr/bin/env bash
# Makes the site of the documentation in build/site: docs/ with the pages at the root, and the reference of commands as the program
# has it. It can be read from the disk, and asks nobody else for anything.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${PITSTOP:-.build/debug/pitstop}
command -v mkdocs >/dev/null || { echo "mkdocs is missing: Scripts/setup.sh docs (as root)" >&2; exit 1; }
[ -x "$program" ] || { echo "$program is missing, whose help becomes pages: make build" >&2; exit 1; }

Scripts/docs/check.py --program "$program"
Scripts/docs/stage.py "$program" build/pages
mkdocs build --quiet --strict --clean
Scripts/docs/check.py --site build/site
echo build/site/index.html
