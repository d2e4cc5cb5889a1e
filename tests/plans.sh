#!/bin/bash
# plans.sh MDTRACE: the plan of each log in traces/ and in tests/plans/ is what it was.
#
# tests/plans/NAME.strace is a log that some branch of the planner is there for; its whole plan is
# tests/plans/NAME.plan.
#
# tests/plans/FOLDER-NAME.plan is the outline of the plan of traces/FOLDER/NAME.strace: what the
# planner has made of the log, without the calls that are as the log has them. Long lines are cut,
# and of many like calls the first ones are shown; all is held against what ran by tests/executed/.
# UPDATE=1 writes the files in place of comparing. Read the diff before you commit.
set -eu
mdtrace=$(realpath "$1")
cd "$(dirname "$0")"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

outline() {
	awk '
		/^# mdtrace: line / || /^$/ { next }
		/^# mdtrace: (made|derived|from-array|await)/ { told = told $0 "\n"; next }
		/^# mdtrace:/ {
			made = /^# mdtrace: prologue/ || (made && !/^# mdtrace: log/)
			print
			next
		}
		told && /GET_DISK_INFO/ && ++like > 8 { told = ""; next }
		made || told || /ioctl\([0-9]+, (SET|ADD|HOT|RUN|STOP|RESTART)_/ {
			print (told (length($0) > 160 ? substr($0, 1, 160) "..." : $0))
		}
		{ told = "" }
		END { if (like > 8) print "... and " like - 8 " more GET_DISK_INFO" }'
}

for log in ../traces/*/*.strace; do
	folder=$(basename "$(dirname "$log")")
	"$mdtrace" replay --dry-run "$log" >"$dir/plan"
	outline <"$dir/plan" >"$dir/$folder-$(basename "$log" .strace).plan"
done
rm "$dir/plan"
for log in plans/*.strace; do
	cp "$log" "$dir"
	"$mdtrace" replay --dry-run "$log" >"$dir/$(basename "$log" .strace).plan"
done
if [[ ${UPDATE-} ]]; then
	mkdir -p plans
	rm -f plans/*.plan
	cp "$dir"/*.plan plans
	exit 0
fi
diff -aruN plans "$dir"
