#!/bin/bash
# bad_input.sh MDTRACE CASE: what mdtrace says to input that it can't use. Each function
# case_NAME is a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
printf 'ioctl(4, STOP_ARRAY) = 0\n' >good.strace

# says_only TEXT: standard error is this one line
says_only() {
	[[ $(<err) == "mdtrace: $1" ]] || fail "standard error is '$(<err)', not 'mdtrace: $1'"
}

# ends_with PATTERN: the last line of standard error is mdtrace's, and matches
ends_with() {
	[[ $(tail -n 1 err) =~ ^mdtrace:\ $1 ]] || fail "standard error is '$(<err)', without '$1'"
}

is_silent() {
	[[ -s err ]] && fail "standard error is '$(<err)', and should be empty"
}

case_missing_file() {
	for command in parse annotate; do
		run 2 "$command" nowhere.strace
		says_only 'nowhere.strace: No such file or directory'
	done
	run 2 annotate nowhere.strace good.strace
	says_only 'nowhere.strace: No such file or directory'
	grep -q STOP_ARRAY out || fail 'the file behind the missing one was not read'
}

case_directory() {
	mkdir folder
	for command in parse annotate; do
		run 2 "$command" folder
		says_only 'folder: Is a directory'
	done
}

case_unreadable_file() {
	local as=()

	chmod 0 good.strace
	chmod 755 .
	if [[ $(id -u) == 0 ]]; then
		# the build may lie where nobody else may look
		cp "$mdtrace" mdtrace
		mdtrace=$dir/mdtrace
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	for command in parse annotate; do
		local status=0
		"${as[@]}" "$mdtrace" "$command" good.strace >out 2>err || status=$?
		[[ $status == 2 ]] || fail "$command: status $status, not 2"
		says_only 'good.strace: Permission denied'
	done
}

case_binary_file() {
	cp "$mdtrace" binary
	run 0 annotate --color=never binary
	cmp binary out || fail 'annotate does not pass a binary file through'
	run 0 parse --format=strace binary
	cmp binary out || fail 'parse does not give a binary file back'
	run 1 parse --strict binary
}

# What is not a log is named, whatever it is packed with.
case_archive() {
	tar -cf a.tar good.strace
	tar -czf a.tgz good.strace
	run 2 annotate a.tar
	says_only 'a.tar: this is a tar archive, and not a log'
	run 2 annotate a.tgz
	says_only 'a.tgz: this is a tar archive, and not a log'
	printf 'PK\3\4\n' >a.zip
	run 2 states a.zip
	says_only 'a.zip: this is a zip archive, and not a log'
	run 0 annotate --input=as-is a.tar
	run 0 why a.tar
}

case_wide_characters() {
	run 0 annotate good.strace
	mv out plain
	for form in utf-16 utf-16le utf-16be; do
		iconv -f utf-8 -t "$form" good.strace >wide
		run 0 annotate wide
		says_only 'wide: input: UTF-16 (undone)'
		cmp out plain || fail "$form is read as something else"
	done
	iconv -f utf-8 -t utf-32 good.strace >wide
	run 2 annotate wide
	says_only 'wide: this is text in UTF-32, and not a log'
}

case_empty_file() {
	: >empty
	for command in parse annotate; do
		run 0 "$command" empty
		is_silent
	done
	[[ -s out ]] && fail 'annotate makes something of an empty file'
	run 0 parse --strict --stats empty
	is_silent
	run 0 annotate -
	[[ -s out ]] && fail 'annotate makes something of an empty standard input'
}

case_truncated_xz() {
	seq 100000 | awk '{ print "ioctl(4, BLKPG, 0x7ffd" $1 * 7919 % 99991 ") = " $1 }' >long
	xz -k long
	head -c 50000 long.xz >short.xz
	for command in parse annotate; do
		run 2 "$command" short.xz
		ends_with 'short.xz: .'
	done
	[[ -s out ]] || fail 'what came before the damage is lost'
	head -c 20 long.xz >header.xz
	run 2 parse header.xz
	ends_with 'header.xz: .'
}

# long_line PREFIX TEXT SUFFIX: a line with 100 MB of TEXT over and over in the middle
long_line() {
	{
		printf '%s' "$1"
		yes "$2" | tr -d '\n' | head -c 100000000
		printf '%s\n' "$3"
	} 2>/dev/null >line
	run 0 annotate --color=never line
	cmp line out || fail 'annotate does not pass the line through'
	run 0 parse --stats line
	run 0 parse --format=strace line
	cmp line out || fail 'parse does not give the line back'
}

case_long_line_of_text() {
	long_line '' x ''
}

case_long_line_of_string() {
	long_line 'write(1, "' x '", 100000000) = 100000000'
}

case_long_line_of_brackets() {
	long_line 'read(0, ' '[' ''
}

case_long_line_of_braces() {
	long_line 'read(0, ' '{' ''
}

case_long_line_of_parentheses() {
	long_line 'read(0, ' '(' ''
}

case_long_line_of_arguments() {
	long_line 'poll([' '{fd=3}, ' '1], 2) = 0'
}

case_bad_pattern() {
	run 2 annotate --filter='STOP(_ARRAY' good.strace
	[[ $(<err) == mdtrace:*'column 12'*'STOP(_ARRAY'* ]] || fail "no place in '$(<err)'"
	[[ -s out ]] && fail 'something was printed all the same'
	run 2 list 'a[z-a]'
	[[ $(<err) == mdtrace:*'column 5'*'a[z-a]'* ]] || fail "no place in '$(<err)'"
}

# What is large lives on the heap: threads and some shells give a program a small stack.
case_small_stack() {
	local words
	cp "$traces/notes/create.strace" log.strace
	for words in 'annotate log.strace' 'annotate --format=html log.strace' 'parse log.strace' \
		'states log.strace' 'states --format=svg log.strace' 'explain RUN_ARRAY' \
		'explain log.strace:20' 'diff log.strace log.strace' 'replay --dry-run log.strace' \
		'conform -n --sequences=3' 'conform -n --from=log.strace' 'decode RUN_ARRAY' list; do
		read -ra words <<<"$words"
		(
			ulimit -s 256
			run 0 "${words[@]}"
			exit "$failed"
		) || failed=1
	done
}

case_full_disk() {
	for words in 'annotate good.strace' 'parse good.strace' 'parse --format=json good.strace' \
		'annotate --format=html good.strace' list 'decode STOP_ARRAY' help --version; do
		local status=0
		# shellcheck disable=SC2086
		"$mdtrace" $words >/dev/full 2>err || status=$?
		[[ $status == 2 ]] || fail "mdtrace $words >/dev/full: status $status, not 2"
		says_only 'standard output: No space left on device'
	done
}

# A baseline that cannot be written leaves the old one, and nothing beside it.
case_full_disk_keeps_baseline() {
	local status=0 message

	run 0 diff --save-baseline=base good.strace
	cp base old
	printf 'ioctl(4, RUN_ARRAY) = 0\n' >other.strace
	message=$(
		trap '' XFSZ
		ulimit -f 0
		"$mdtrace" diff --save-baseline=base other.strace 2>&1
	) || status=$?
	echo "$message" >err
	[[ $status == 2 ]] || fail "status $status, not 2"
	says_only 'base: File too large'
	cmp base old || fail 'the old baseline is lost'
	compgen -G 'base.*' && fail 'a part of the new one is left'
	ln -s base link
	run 0 diff --save-baseline=link other.strace
	[[ -L link ]] || fail 'the link is a file now'
	cmp -s base old && fail 'the file that the link names is the old one'
	run 0 diff --save-baseline=/dev/null other.strace
}

case_full_disk_ends_endless_input() {
	local status=0

	yes 'ioctl(4, STOP_ARRAY) = 0' 2>yes.err | timeout 60 "$mdtrace" annotate >/dev/full 2>err || status=$?
	[[ $status == 2 ]] || fail "status $status, not 2"
	says_only 'standard output: No space left on device'
}

# closed_pipe WORD...: read one line of what mdtrace makes of endless input, then go away
closed_pipe() {
	yes 'ioctl(4, STOP_ARRAY) = 0' 2>/dev/null |
		{
			timeout 60 "$mdtrace" "$@" 2>err
			echo $? >status
		} | head -n 1 >out
	[[ $(<out) == *STOP_ARRAY* ]] || fail "$*: the line that was read is '$(<out)'"
	[[ $(<status) == 141 ]] || fail "$*: status $(<status), not 141"
	is_silent
}

case_closed_pipe() {
	closed_pipe annotate
	closed_pipe parse --format=strace
}

case_closed_pipe_without_sigpipe() {
	trap '' PIPE
	closed_pipe annotate
}

case_closed_output() {
	local status=0

	"$mdtrace" annotate good.strace 2>err >&- || status=$?
	[[ $status == 2 ]] || fail "status $status, not 2"
	says_only 'standard output: Bad file descriptor'
}

case_unknown_command() {
	run 2 anotate good.strace
	says_only "unknown command 'anotate'; did you mean 'annotate'?"
	run 2 frobnicate
	says_only "unknown command 'frobnicate'; 'mdtrace help' lists them"
	run 2 help anotate
	says_only "unknown command 'anotate'; did you mean 'annotate'?"
	run 2
	says_only "a command is missing; 'mdtrace help' lists them"
}

case_unknown_option() {
	run 2 annotate --olny=md good.strace
	says_only "unknown option '--olny'; did you mean '--only'?"
	run 2 parse --stat good.strace
	says_only "unknown option '--stat'; did you mean '--stats'?"
	run 2 parse -Q good.strace
	says_only "unknown option '-Q'"
	run 2 parse --frobnicate
	says_only "unknown option '--frobnicate'"
	run 2 annotate --format=jsn good.strace
	says_only "option '--format': 'jsn' is none of text, json, html; did you mean 'json'?"
	run 2 annotate --format
	says_only "option '--format' needs a value: FORMAT"
	run 2 parse --stats=yes good.strace
	says_only "option '--stats' takes no value"
	run 2 version now
	says_only "version: unexpected operand 'now'"
	run 2 decode
	ends_with 'decode: an operand is missing; usage: mdtrace decode '
}

run_case
