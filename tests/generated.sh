#!/bin/bash
# generated.sh MDTRACE: check that documents that mdtrace makes are what it makes today.
# UPDATE=1 writes them.
set -eu
mdtrace=$1
cd "$(dirname "$0")/.."
made=$(mktemp)
trap 'rm -f "$made"' EXIT
"$mdtrace" explain --all --format=markdown >"$made"
if [[ ${UPDATE-} ]]; then
	cp "$made" docs/md-ioctls.md
else
	diff -u docs/md-ioctls.md "$made"
fi
