#!/usr/bin/env bash
# Makes the reference of the libraries with DocC, below .build/docs/MODULE.
set -euo pipefail
cd "$(dirname "$0")/.."
export PITSTOP_DOCS=1
for module in "${@:-XenAPI}"; do
    swift package --scratch-path .build-docs --disable-sandbox generate-documentation --target "$module" \
        --output-path ".build/docs/$module"
done
