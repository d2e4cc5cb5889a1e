#!/bin/bash
# said.sh MDTRACE: what annotate and states say of each log in traces/ is what they said.
#
# tests/said/annotate.xz is the remark of each line, as JSON; tests/said/states.xz is what becomes of
# the arrays. UPDATE=1 writes the files in place of comparing: read what differs before you commit.
set -eu -o pipefail
mdtrace=$(realpath "$1")
said=$(realpath "$(dirname "$0")")/said
export LC_ALL=C
cd "$(dirname "$0")/../traces"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$mdtrace" annotate --format=json ./*/*.strace 2>"$dir/err" |
	sed -n 's/^{"schema":"mdtrace-event","version":1,"file":"\([^"]*\)","line":\([0-9]*\),.*"remark":/\1:\2: /p' >"$dir/annotate"
for log in ./*/*.strace; do
	echo "# $log"
	"$mdtrace" states "$log" || [[ $? == 1 ]]
done >"$dir/states"

status=0
for what in annotate states; do
	[[ $(wc -l <"$dir/$what") -gt 100 ]] || { echo "$what says next to nothing" && status=1; }
	if [[ ${UPDATE-} ]]; then
		mkdir -p "$said"
		xz -9e <"$dir/$what" >"$said/$what.xz"
		continue
	fi
	xz -d <"$said/$what.xz" >"$dir/expected"
	diff -u --label "$what, as it was" --label "$what, now" "$dir/expected" "$dir/$what" >"$dir/diff" && continue
	cut -c 1-1000 "$dir/diff" | head -n 60
	echo "$what: $(grep -c '^[-+]' "$dir/diff") lines of difference"
	status=1
done
exit $status
