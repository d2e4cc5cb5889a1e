#!/bin/bash
# graph_rules.sh MDTRACE EXECUTED...: every rule that fired in a replay that was traced names a
# function that ran, or one that this kernel has inlined; and enough rules were seen for that to
# say something. EXECUTED is what `replay --graph --format=strace` printed of sequences of
# `conform --plan`: it is its own plan.
set -eu
mdtrace=$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for log; do
	status=0
	"$mdtrace" replay --graph --graph-filter='^$' --executed="$log" "$log" >"$dir/out" 2>"$dir/err" || status=$?
	((status < 2)) || { cat "$dir/err" && exit 1; }
	sed -n 's/^ *check: //p' "$dir/out" | sort -u >>"$dir/checks"
done
grep ': finding: ' "$dir/checks" && exit 1
seen=$(grep ': seen, ' "$dir/checks" | cut -d' ' -f1 | sort -u | wc -l)
((seen >= 25)) || { echo "only $seen rules were seen:" && cat "$dir/checks" && exit 1; }
