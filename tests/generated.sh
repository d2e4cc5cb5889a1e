#!/bin/bash
# generated.sh MDTRACE: check that what documents have of mdtrace's own making is what it makes
# today: docs/md-ioctls.md, docs/replay-rules.md, docs/coverage.md, docs/run-array.md,
# docs/raid1-5.10-to-7.3.md, and the diagrams in docs/tour.md (mdtrace's) and
# docs/ARCHITECTURE.md (scripts/rooms'). UPDATE=1 writes them.
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

# ran KERNEL: the chain of RUN_ARRAY in traces/notes/create.strace, of a stored run
ran() {
	printf '\n## On Linux %s\n\n' "$1"
	echo '```text'
	"$mdtrace" explain --executed="tests/executed/graph.$1.strace.xz" \
		traces/notes/create.strace:20
	echo '```'
}
{
	cat <<-END
		# RUN_ARRAY, from the call to the threads

		Made by \`mdtrace explain --executed=RUN traces/notes/create.strace:20\`: do not edit. The log
		is the one of the first notes; each RUN is what \`mdtrace replay --graph --format=strace\`
		printed on that kernel. First what the log and the model say of the call, then the checks in
		the kernel's order with the one that gave the result, then what the kernel ran, by its own
		tracer.
	END
	ran 6.1
	ran 7.3
} >"$dir/run-array.md"
{
	cat <<-END
		# raid1: create and stop, from 5.10 to 7.3

		The functions of md that the calls of the first notes' logs run, on the two kernels. Made by
		\`mdtrace diff --level=kernel OLD NEW\` of what \`mdtrace replay --graph --format=strace\`
		printed on each: do not edit. What the words mean: [mdtrace-diff](man/mdtrace-diff.1.scd).

		\`\`\`text
	END
	"$mdtrace" diff --level=kernel tests/executed/graph.{5.10,7.3}.strace.xz || [[ $? == 1 ]]
	echo '```'
} >"$dir/raid1-5.10-to-7.3.md"

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
	cp "$dir"/{md-ioctls,replay-rules,coverage,run-array,raid1-5.10-to-7.3,ARCHITECTURE,tour}.md docs/
else
	diff -u docs/md-ioctls.md "$dir/md-ioctls.md"
	diff -u docs/coverage.md "$dir/coverage.md"
	diff -u docs/replay-rules.md "$dir/replay-rules.md"
	diff -u docs/raid1-5.10-to-7.3.md "$dir/raid1-5.10-to-7.3.md"
	diff -u docs/run-array.md "$dir/run-array.md"
	diff -u docs/tour.md "$dir/tour.md"
	diff -u docs/ARCHITECTURE.md "$dir/ARCHITECTURE.md"
fi
