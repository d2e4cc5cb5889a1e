#!/bin/bash
# csv.sh MDTRACE CASE: what `parse --format=csv` prints is read by sqlite3 as it is. Each function
# case_NAME is a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
needs sqlite3

# query SQL: of the table in ./out
query() {
	sqlite3 -csv :memory: '.import out log' "$1"
}

# is EXPECTED GOT
is() {
	[[ $1 == "$2" ]] || fail "expected: $1; got: $2"
}

# The example of mdtrace-parse(1).
case_example() {
	run 0 parse --format=csv "$traces/mdadm-4.4/create.strace"
	is 'md0,RUN_ARRAY,1' "$(query "SELECT device, ioctl, count(*) FROM log WHERE ioctl = 'RUN_ARRAY' GROUP BY 1, 2")"
	is 477 "$(query 'SELECT max(CAST(line AS INT)) FROM log')"
	is 477 "$(query 'SELECT count(*) FROM log')"
	is 'EBUSY,4,/dev/.tmp.md.343:9:0,-1,343' "$(query 'SELECT errno, fd, path, result, pid FROM log WHERE line = 468')"
}

# Commas, quotes and bytes of any kind stay within their field.
case_all() {
	local log lines
	for log in "$traces"/{notes,payload,syntax}/*.strace; do
		run 0 parse --format=csv "$log"
		lines=$(query 'SELECT count(*) FROM log')
		[[ $(cat err) || $lines == "$(grep -c '' "$log")" ]] || fail "$log: $lines rows"
	done
	printf 'open("a,b\\"c", O_RDONLY) = -1 ENOENT (No such file or directory)\n"\033,\377"\n' >odd
	run 0 parse --format=csv odd
	is 2 "$(query 'SELECT count(*) FROM log')"
	is 1 "$(query "SELECT count(*) FROM log WHERE text = 'open(\"a,b\\\"c\", O_RDONLY) = -1 ENOENT (No such file or directory)'")"
}

run_case
