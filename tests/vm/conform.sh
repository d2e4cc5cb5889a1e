#!/bin/bash
# conform.sh MDTRACE CASE: the model held against a real kernel in a VM. Each function case_NAME is
# a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/../lib.sh" || exit 2

# conform STATUS WORD...
conform() {
	local expected=$1
	shift
	run "$expected" conform "$@"
}

# finds WORD...: what is run may disagree only where docs/conform.md says that it may
finds() {
	local status=0
	timeout 280 "$mdtrace" conform "$@" >out 2>err </dev/null || status=$?
	((status <= 1)) || { fail "mdtrace conform $*: status $status"; cat out err; }
	grep '^sequence ' out | grep -v '^sequence 32,' && fail 'kernel and model disagree'
}

case_agrees() {
	finds --sequences=100
	prints '^steps: 3000, unknown '
}

# A wrong rule is found, cut down to a few calls, and what is printed runs.
case_flip() {
	conform 1 --sequences=4 --flip=set-version
	prints '^sequence [0-9]+, call [0-9] of [0-9]: SET_ARRAY_INFO: result: the model says EINVAL \(set-version\), the kernel 0$'
	sed -n '/^# mdtrace: plan 1$/,/^# mdtrace: teardown$/p' out | sed '/teardown$/q' >one.strace
	run 1 replay one.strace
	prints 'SET_ARRAY_INFO .*differs'
}

case_flip_all() {
	finds --sequences=150 --flip-all
	local found fired
	read -r found fired < <(sed -nE 's/^flipped rules found: ([0-9]+) of ([0-9]+).*/\1 \2/p' out)
	((fired > 100 && found * 100 >= fired * 95)) || { fail 'too few are found'; cat out; }
}

case_same_sequences() {
	run 0 conform --plan --seed=9 --sequences=5
	cp out first
	run 0 conform --plan --seed=9 --sequences=7
	head -c "$(wc -c <first)" out | cmp - first || fail 'other sequences for the same seed'
	run 0 conform --plan --seed=10 --sequences=5
	cmp -s out first && fail 'the same sequences for another seed'
	run 2 conform --flip=no-such-rule
}

run_case
