#!/bin/bash
# golden.sh MDTRACE NAME CMD: run one golden test.
#
# A golden test is files in tests/golden/, no code:
#   NAME.CMD.args  the words behind the command's name, one a line; without it: NAME.strace
#   NAME.CMD.in    standard input; without it there is none
#   NAME.CMD.out   what standard output must be
#   NAME.CMD.err   what standard error must be; without it nothing
#   NAME.CMD.exit  the exit status; without it 0
# CMD is a command of mdtrace. A second test of one command on one log adds `+WORD`:
# stop.annotate.out and stop.annotate+md.out.
#
# UPDATE=1 writes .out, .err and .exit in place of comparing. Read the diff before you commit.
set -eu
mdtrace=$(realpath "$1") name=$2 cmd=$3
cd "$(dirname "$0")/golden"
test=$name.$cmd
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset NO_COLOR
export LC_ALL=C TERM=dumb TZ=UTC MDTRACE_PACKS=

args=("$name.strace")
[[ -e $test.args ]] && mapfile -t args <"$test.args"
input=/dev/null
[[ -e $test.in ]] && input=$test.in
status=0
"$mdtrace" "${cmd%%+*}" "${args[@]}" <"$input" >"$dir/out" 2>"$dir/err" || status=$?
[[ $status == 0 ]] || echo "$status" >"$dir/exit"

if [[ ${UPDATE-} ]]; then
	cp "$dir/out" "$test.out"
	for kind in err exit; do
		if [[ -s $dir/$kind ]]; then
			cp "$dir/$kind" "$test.$kind"
		else
			rm -f "$test.$kind"
		fi
	done
	exit 0
fi

failed=0
for kind in exit err out; do
	expected=$test.$kind
	[[ -e $expected ]] || expected=/dev/null
	[[ -e $dir/$kind ]] || : >"$dir/$kind"
	diff -au --label "$test.$kind" --label "the same, now" "$expected" "$dir/$kind" || failed=1
done
exit $failed
