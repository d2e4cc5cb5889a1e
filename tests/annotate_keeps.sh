#!/bin/bash
# annotate_keeps.sh MDTRACE LOG...: every line of the logs is there, byte for byte, in front of
# its remark, but for stacks, which are folded unless --stacks=all; and what --format=json prints
# is JSON.
set -eu
mdtrace=$1
shift
export LC_ALL=C
failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# A line without a remark is the log's; one with it is the log's, two blanks, and "# ...". After
# the last one are those in flight.
kept() {
	awk -v log_file="$1" -v folds="$3" '
		function next_line() {
			do got = (getline line < log_file); while (got > 0 && folds && line ~ /^ > /)
			return got
		}
		{
			if (next_line() <= 0) {
				if ($0 ~ /^# in flight since line /) next
				print FILENAME ": more lines than the log"; exit 1
			}
			eol = sub(/\r$/, "", line); sub(/\r$/, "")
			if ($0 != line && substr($0, 1, length(line) + 4) != line "  # ") {
				print log_file ":" NR ": " $0; exit 1
			}
		}
		END { if (next_line() > 0) { print log_file ": lines are missing"; exit 1 } }' "$2"
}

for log; do
	"$mdtrace" annotate --input=as-is "$log" >"$dir/out" 2>"$dir/err" || { echo "$log: exit $?" && cat "$dir/err" && failed=1; }
	kept "$log" "$dir/out" 1 || failed=1
	"$mdtrace" annotate --input=as-is --stacks=all "$log" >"$dir/out" 2>>"$dir/err" || failed=1
	kept "$log" "$dir/out" 0 || failed=1
	grep -E 'Sanitizer|runtime error:' "$dir/err" && failed=1
done
"$mdtrace" annotate --format=json "$@" >"$dir/json" || failed=1
python3 -c 'import json, sys
for number, line in enumerate(open(sys.argv[1], encoding="utf-8", newline="\n"), 1):
	try: json.loads(line)
	except ValueError as error: sys.exit(f"object {number}: {error}: {line[:200]}")' "$dir/json" || failed=1
exit $failed
