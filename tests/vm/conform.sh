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

# is_by_schema FILE: docs/schemas has a schema for it, which it keeps to
is_by_schema() {
	local status=0
	"$traces/../tests/schemas.py" --check "$1" || status=$?
	[[ $status == 0 || $status == 77 ]] || fail 'the JSON does not keep to its schema'
}

case_agrees() {
	conform 0 --sequences=100 --verbose
	prints '^steps: 3000, unknown '
	prints '^disagreements: 0 in results, 0 in array_state$'
	prints '^  unprivileged +what runs in the guest is root$'
	prints '^  .+ unknown [0-9]+$'
}

# What was recorded of mdadm, as it is and mutated.
case_from() {
	local log
	for log in notes/create mdadm-4.2/fail mdadm-4.4/add payload/stop; do
		conform 0 --from="$traces/$log.strace" --sequences=30
		prints '^disagreements: 0 in results, 0 in array_state$'
	done
	conform 0 --from="$traces/mdadm-4.1/detail.strace" --sequences=1 --format=json
	jq -e '.from_left_out > 1000 and .unknown == 0' out >/dev/null ||
		fail 'not what there is to say of a log'
	is_by_schema out
	conform 2 --from="$traces/README.md"
	conform 2 --from="$traces/notes/create.strace" --length=5
}

case_seeds() {
	conform 0 --seed=3-4 --sequences=20
	prints 'seed 3 to 4, 20 sequences of 30 calls$'
	prints '^steps: 1200, '
	conform 2 --seed=4-3
}

# Two shares have what one machine has; without one of them that is said.
case_shard() {
	conform 0 --seed=3-4 --sequences=3 --format=ktap
	grep -E '^    ok' out | sed 's/.* - //' | sort >all
	[[ $(wc -l <all) == 6 ]] || fail 'not a case for each sequence'
	conform 0 --seed=3-4 --sequences=3 --shard=1/2 --format=junit
	cp out 1.xml
	conform 1 --seed=3-4 --sequences=3 --shard=2/2 --format=ktap --flip=set-version
	cp out 2.ktap
	run 1 merge --format=ktap 1.xml 2.ktap
	grep -E '^    (not )?ok' out | sed 's/.* - //' | sort | diff all - || fail 'not the same sequences'
	prints '^    # differs: the model says something else$'
	prints '^    # seed [34], sequence [0-9]+, call .* \(set-version\), the kernel 0$'
	run 2 merge 1.xml
	[[ $(<err) == 'mdtrace: mdtrace conform, shard 2/2 is missing' ]] || fail "said '$(<err)'"
}

# A wrong rule is found, cut down to a few calls, and what is printed runs.
case_flip() {
	conform 1 --sequences=4 --flip=set-version
	prints '^seed 1, sequence [0-9]+, call [0-9] of [0-9]: SET_ARRAY_INFO: result: the model says EINVAL \(set-version\), the kernel 0$'
	sed -n '/^# mdtrace: plan 1$/,/^# mdtrace: teardown$/p' out | sed '/teardown$/q' >one.strace
	run 1 replay one.strace
	prints 'SET_ARRAY_INFO .*differs'
}

case_flip_all() {
	conform 0 --sequences=150 --flip-all
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
