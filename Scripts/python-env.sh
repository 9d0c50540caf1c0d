#!/bin/sh
# Makes the Python environment in which real clients test the XenAPI door. Prints its folder.
# Usage: Scripts/python-env.sh [FOLDER]   (default .pitstop/python)
set -eu
cd "$(dirname "$0")/.."
folder=${1:-.pitstop/python}
# Pinned, so that a client's new release changes no result. The ansible package holds community.general.
packages='XenAPI==26.21.1 ansible-core==2.19.14 ansible==12.3.0'
# Of this one only the rules for accessible pages are wanted, which need nothing else.
rules='axe-playwright-python==0.1.8'
if [ -f "$folder/complete" ] && [ "$(cat "$folder/complete")" = "$packages $rules" ]; then
    echo "$folder"
    exit 0
fi
rm -f "$folder/complete"
python3 -m venv "$folder"
# shellcheck disable=SC2086  # the list is split into words on purpose
"$folder/bin/pip" install --quiet --disable-pip-version-check $packages >&2
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps "$rules" >&2
echo "$packages $rules" > "$folder/complete"
echo "$folder"
