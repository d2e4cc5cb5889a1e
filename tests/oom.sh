#!/bin/bash
# oom.sh MDTRACE [STRIDE]: let each STRIDE-th allocation of some commands fail. The output is then
# whole, or the status is 2 and there is a message. Needs a build without sanitizers, whose
# allocator cannot be replaced; else it is skipped.
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
stride=${2:-7}
grep -q __asan_init "$mdtrace" && exit 77
needs cc
cc -shared -fPIC -O1 -o fail.so "$traces/../tests/oom/fail.c" || exit 2
cp "$traces/payload/create.strace" log
cp "$traces/notes/stop.strace" other

# try WORD...: one command
try() {
	local status=0 right=0 count at
	count=$(FAIL_COUNT_FD=9 LD_PRELOAD=$dir/fail.so "$mdtrace" "$@" 9>&1 >right 2>/dev/null)
	LD_PRELOAD=$dir/fail.so "$mdtrace" "$@" >right 2>/dev/null || right=$?
	for ((at = 1; at <= count; at += stride)); do
		status=0
		FAIL_AT=$at LD_PRELOAD=$dir/fail.so "$mdtrace" "$@" >out 2>err || status=$?
		if [[ $status == 2 ]]; then
			[[ -s err ]] || fail "$*: allocation $at: no message"
		elif [[ $status != "$right" ]] || ! cmp -s out right; then
			fail "$*: allocation $at: status $status, and the output is not whole"
		fi
	done
}

try annotate log
try annotate --rewrite log
try annotate --format=json log
try annotate --format=html log
try parse --format=json log
try states log
try diff log other
try diff --level=syscall --format=json log other
try explain "log:$(grep -n -m1 RUN_ARRAY log | cut -d: -f1)"
try replay --dry-run log
try conform -n --sequences=1
exit "$failed"
