#!/bin/bash
# io.sh MDTRACE NAME: let reads, opens and writes fail, be cut short and be interrupted, by strace
# and by a shim. The output is then whole, or the status is 2 and there is a message: never
# an output that is cut, or wrong, with the status of one that is right.
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
needs strace cc
strace -o /dev/null true 2>/dev/null || exit 77
cc -shared -fPIC -O1 -o short.so "$traces/../tests/oom/short.c" || exit 2
cp "$traces/payload/create.strace" log
cp "$traces/notes/stop.strace" other
gzip -kc log >log.gz

# held_against STATUS RIGHT WHAT: out and err are those of a run that was disturbed
held_against() {
	if [[ $1 == 2 ]]; then
		[[ -s err ]] || fail "$3: no message"
	elif [[ $1 != "$2" ]] || ! cmp -s out right; then
		fail "$3: status $1, and the output is not whole"
	fi
}

# inject RIGHT RULE PATH WORD...: one command, with strace's -e inject=RULE on the files named
inject() {
	local right=$1 rule=$2 path=$3 status=0
	shift 3
	: >out
	strace -o trace -P "$path" -e "inject=$rule" "$mdtrace" "$@" >out 2>err </dev/null || status=$?
	held_against "$status" "$right" "$* with $rule on $path"
	grep -q INJECTED trace && injected=$((injected + 1))
}

# try WORD...: one command, disturbed in each way
try() {
	local right=0 status at
	injected=0
	"$mdtrace" "$@" >right 2>/dev/null </dev/null || right=$?
	for at in 1 2 3; do
		inject "$right" "read:error=EIO:when=$at" log "$@"
		inject "$right" "write:error=ENOSPC:when=$at" out "$@"
	done
	inject "$right" openat:error=EMFILE:when=1 log "$@"
	inject "$right" write:error=EIO:when=2+ out "$@"
	inject "$right" read:error=EINTR:when=1+2 log "$@"
	inject "$right" write:error=EINTR:when=1+2 out "$@"
	[[ $injected -gt 4 ]] || fail "$*: strace has disturbed $injected runs only"
	status=0
	LD_PRELOAD=$dir/short.so "$mdtrace" "$@" >out 2>err </dev/null || status=$?
	if [[ $status != "$right" ]] || ! cmp -s out right; then
		fail "$*: reads and writes of a few bytes: status $status"
	fi
}

try annotate log
try annotate --format=json log
try annotate --format=html log
try parse --format=strace log
try parse --format=json log
try states log
try states log other
try diff log other
try explain "log:$(grep -n -m1 RUN_ARRAY log | cut -d: -f1)"
try replay --dry-run log
try why log
exit "$failed"
