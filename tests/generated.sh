#!/bin/bash
# generated.sh MDTRACE: check that what documents have of mdtrace's own making is what it makes
# today: docs/md-ioctls.md, docs/replay-rules.md, docs/coverage.md, and the diagram in
# README.md. UPDATE=1 writes them.
set -eu
mdtrace=$1
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$mdtrace" explain --all --format=markdown >"$dir/md-ioctls.md"
"$mdtrace" replay --list-rules >"$dir/replay-rules.md"
"$mdtrace" list --format=coverage >"$dir/coverage.md"
"$mdtrace" explain --diagram >"$dir/diagram"
awk -v diagram="$dir/diagram" '
	/^```mermaid$/ { print; while ((getline line < diagram) > 0) print line; inside = 1 }
	/^```$/ { inside = 0 }
	!inside { print }' README.md >"$dir/README.md"
grep -q '^```mermaid$' README.md || { echo 'README.md has no diagram'; exit 1; }

if [[ ${UPDATE-} ]]; then
	cp "$dir/md-ioctls.md" "$dir/replay-rules.md" "$dir/coverage.md" docs/
	cp "$dir/README.md" README.md
else
	diff -u docs/md-ioctls.md "$dir/md-ioctls.md"
	diff -u docs/coverage.md "$dir/coverage.md"
	diff -u docs/replay-rules.md "$dir/replay-rules.md"
	diff -u README.md "$dir/README.md"
fi
