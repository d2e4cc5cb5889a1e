#!/bin/bash
# record.sh MDTRACE CASE: `mdtrace record` on this machine, with commands that touch
# nothing. Each function case_NAME is a test of its own.
# shellcheck disable=SC2317,SC2329  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
needs strace
strace -o probe true 2>/dev/null || exit 77 # no ptrace here

# record STATUS WORD...: run it, and expect the status
record() {
	local expected=$1
	shift
	run "$expected" record "$@"
}

# fake VERSION: ./fake is a strace that says it is VERSION, and writes down its words
fake() {
	cat >fake <<-END
		#!/bin/sh
		[ "\$1" = -V ] && { echo 'strace -- version $1'; exit 0; }
		printf '%s\n' "\$@" >words
	END
	chmod +x fake
}

case_log() {
	record 0 -o a.strace -- echo hello
	[[ $(<out) == hello ]] || fail "standard output is '$(<out)'"
	[[ $(head -n 1 a.strace) == "# mdtrace: recorded \"$(uname -r)\"" ]] || fail "$(head -n 1 a.strace)"
	grep -qx '# mdtrace: command "echo" "hello"' a.strace || fail 'no command in the head'
	grep -q 'write(1.*"hello\\n", 6)' a.strace || fail 'the call is not in the log'
	"$mdtrace" parse --strict --format=strace a.strace | cmp - a.strace || fail 'parse does not keep it'
}

case_log_is_replaced() {
	echo old >a.strace
	record 0 -o a.strace -- true
	! grep -q old a.strace || fail 'the old log is still there'
}

case_status_and_streams() {
	record 3 -o a.strace -- sh -c 'echo out; echo err >&2; exit 3'
	[[ $(<out) == out ]] || fail "standard output is '$(<out)'"
	grep -qx err err || fail "standard error is '$(<err)'"
	record 143 -o a.strace -- sh -c 'kill -TERM $$'
}

case_standard_input() {
	[[ $(echo given | "$mdtrace" record -o a.strace -- cat 2>err) == given ]] || fail "$(<err)"
}

case_standard_error() {
	record 0 -- true
	head -n 1 err | grep -q '^# mdtrace: recorded' || fail "$(head -n 1 err)"
	"$mdtrace" parse --strict err >/dev/null || fail 'standard error is not a log'
}

case_standard_output() {
	"$mdtrace" record -o - -- true 2>err | "$mdtrace" parse --strict >out || fail "$(<err)"
	grep -q '1    exit' out || fail "$(<out)"
}

case_name_that_strace_takes_for_a_program() {
	record 0 -o '|touch x' -- true
	[[ -s '|touch x' && ! -e x ]] || fail 'the log has another name'
}

case_children() {
	record 0 -o a.strace -- sh -c '(exit 0); /bin/true'
	[[ $(grep -c 'exited with 0' a.strace) == 3 ]] || fail 'children are not followed'
}

case_says_what_is_lost() {
	fake 6.10
	record 0 --strace=./fake -o a -- true
	says '^mdtrace: strace 6.10 records no bytes of ioctl arguments'
	grep -q '^# mdtrace: lacks "no bytes of ioctl' a || fail 'the log does not say it'
	fake 6.11
	record 0 --strace=./fake -o a -- true
	[[ ! -s err ]] || fail "$(<err)"
	! grep -q lacks a || fail 'the log says that something is lacking'
}

case_options() {
	fake 6.11
	record 0 --strace=./fake -o a -- true --stop /dev/md0
	[[ $(tr '\n' ' ' <words) == '-f -v -s 65536 -yy -A -o a -- true --stop /dev/md0 ' ]] || fail "$(<words)"
	fake 4.8
	record 0 --strace=./fake --times -- true
	[[ $(tr '\n' ' ' <words) == '-f -v -s 65536 -y -ttt -T -- true ' ]] || fail "$(<words)"
}

case_strace_too_old_to_append() {
	fake 4.21
	record 2 --strace=./fake -o a -- true
	says '^mdtrace: strace 4.21 cannot add to a log'
	[[ ! -e a ]] || fail 'a log was made'
}

# As a shell has it: there is none, or it may not be run. The first that may be run is taken.
case_command_that_cannot_run() {
	mkdir bin other
	echo 'exit 7' >bin/tool
	record 127 -o a -- ./nowhere
	[[ $(<err) == 'mdtrace: ./nowhere cannot be run; nothing was recorded: No such file or directory' ]] || fail "$(<err)"
	record 127 -o a -- no-such-tool
	PATH=$PWD/bin:$PATH record 126 -o a -- tool
	says '^mdtrace: tool cannot be run; nothing was recorded: Permission denied$'
	record 126 -o a -- bin/tool
	record 126 -o a -- ./bin
	[[ ! -e a ]] || fail 'a log was made'
	printf '#!/bin/sh\nexit 5\n' >other/tool
	chmod +x other/tool
	PATH=$PWD/bin:$PWD/other:$PATH record 5 -o a -- tool
}

case_errors() {
	record 2 --strace=./nowhere -o a -- true
	[[ $(<err) == 'mdtrace: ./nowhere cannot be run: No such file or directory' ]] || fail "$(<err)"
	record 2 -o nowhere/a -- true
	says '^mdtrace: nowhere/a: No such file or directory$'
	record 2 -o a
	says 'an operand is missing'
}

run_case
