# shellcheck shell=bash
# lib.sh: what the scripts have in common whose functions case_NAME are tests, each run as
# `SCRIPT MDTRACE NAME`. They source this first, and call run_case last. A case runs in a folder
# of its own, $dir, which goes when it ends.
# shellcheck disable=SC2034  # the scripts use these
set -u
mdtrace=$(realpath "$1") name=$2
traces=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../traces")
export LC_ALL=C TERM=dumb
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
export TMPDIR=$dir/tmp XDG_CACHE_HOME=${XDG_CACHE_HOME:-$dir/cache}
mkdir tmp
failed=0

# fail TEXT...: say what is wrong, and go on
fail() {
	echo "$*"
	failed=1
}

# needs PROGRAM...: skip the case where one of them is missing
needs() {
	local program
	for program; do
		command -v "$program" >/dev/null || exit 77
	done
}

# run STATUS WORD...: run mdtrace, its output into ./out and ./err, and expect the status
run() {
	local expected=$1 status=0
	shift
	timeout 280 "$mdtrace" "$@" >out 2>err </dev/null || status=$?
	[[ $status == "$expected" ]] && return
	fail "mdtrace $*: status $status, not $expected"
	tail -n 40 out err
}

# prints PATTERN: a line of standard output matches
prints() {
	grep -qE -- "$1" out || { fail "no line '$1' in:"; cat out; }
}

# says PATTERN: a line of standard error matches
says() {
	grep -qE -- "$1" err || { fail "no line '$1' in:"; cat err; }
}

run_case() {
	"case_$name"
	exit "$failed"
}
