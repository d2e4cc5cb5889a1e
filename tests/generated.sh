#!/bin/bash
# generated.sh MDTRACE: check that what documents have of mdtrace's own making is what it makes
# today: docs/md-ioctls.md, docs/replay-rules.md, docs/coverage.md, and the diagrams in
# docs/tour.md (mdtrace's) and docs/ARCHITECTURE.md (scripts/rooms'). UPDATE=1 writes them.
set -eu
mdtrace=$1
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$mdtrace" explain --all --format=markdown >"$dir/md-ioctls.md"
"$mdtrace" replay --list-rules >"$dir/replay-rules.md"
"$mdtrace" list --format=coverage >"$dir/coverage.md"
"$mdtrace" explain --diagram >"$dir/states"
scripts/rooms >"$dir/rooms"

# with_diagram FILE DIAGRAM: the file, with this in its only mermaid block
with_diagram() {
	[[ $(grep -c '^```mermaid$' "$1") == 1 ]] || { echo "$1 has no diagram, or several" >&2; exit 1; }
	awk -v diagram="$2" '
		/^```mermaid$/ { print; while ((getline line < diagram) > 0) print line; inside = 1 }
		/^```$/ { inside = 0 }
		!inside { print }' "$1"
}
with_diagram docs/tour.md "$dir/states" >"$dir/tour.md"
with_diagram docs/ARCHITECTURE.md "$dir/rooms" >"$dir/ARCHITECTURE.md"

if [[ ${UPDATE-} ]]; then
	cp "$dir"/{md-ioctls,replay-rules,coverage,ARCHITECTURE,tour}.md docs/
else
	diff -u docs/md-ioctls.md "$dir/md-ioctls.md"
	diff -u docs/coverage.md "$dir/coverage.md"
	diff -u docs/replay-rules.md "$dir/replay-rules.md"
	diff -u docs/tour.md "$dir/tour.md"
	diff -u docs/ARCHITECTURE.md "$dir/ARCHITECTURE.md"
fi
