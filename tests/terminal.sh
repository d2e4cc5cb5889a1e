#!/bin/bash
# terminal.sh MDTRACE CASE: what mdtrace sends to a terminal. Each function case_NAME is a test of
# its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
needs script
export TERM=xterm MDTRACE_PAGER=cat
unset NO_COLOR
esc=$'\033'

# A name with escapes as strace writes them, and a line with the bytes themselves.
# hostile WORD: a log; two with another WORD differ
hostile() {
	printf '%s\n' \
		"openat(AT_FDCWD, \"/dev/md0\\33[31m$1\\33]0;title\\7\\n9  x\", O_RDWR) = 3" \
		'ioctl(3, STOP_ARRAY) = -1 EBUSY (Device or resource busy)' \
		"ioctl(4</dev/md/\\33]52;c;$1\\7>, RUN_ARRAY) = -1 EINVAL (Invalid argument)" \
		'mknodat(AT_FDCWD, "/dev/md/\342\200\256x\302\233y", S_IFBLK|0600, makedev(0x9, 0x1)) = 0'
	printf 'raw \033[36m\033[0m \033]0;title\007 \233 \302\233 \342\200\256 \342\200\213 %s\n' "$1"
}
hostile one >one.strace
hostile two >two.strace
printf 'x\n' >"name${esc}[31m.strace"

# on_terminal WORD...: what mdtrace sends to a terminal is in ./out
on_terminal() {
	local line
	printf -v line '%q ' "$mdtrace" "$@"
	script -qec "$line" /dev/null >out </dev/null
}

# is_visible WHAT: nothing in ./out that a terminal obeys, mdtrace's own colors aside
is_visible() {
	LC_ALL=C sed -e 's/\r*$//' -e "s/$esc\[\(0\|1\|2\|31\|1;31\|32\|33\|36\)m//g" out >plain
	if LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]' plain; then
		fail "$1: a terminal would obey this"
	fi
	[[ -s out ]] || fail "$1: no output"
}

# commands: one a line
commands() {
	printf '%s\n' 'annotate one.strace' 'annotate --rewrite one.strace' \
		'annotate --format=json one.strace' 'annotate --format=html one.strace' \
		'parse one.strace' 'parse --format=strace one.strace' \
		'parse --format=json one.strace' 'states one.strace' 'states --format=json one.strace' \
		'diff one.strace two.strace' 'diff -y one.strace two.strace' \
		'diff --level=all one.strace two.strace' 'diff --format=json one.strace two.strace' \
		'diff --format=html one.strace two.strace' 'diff --format=junit one.strace two.strace' \
		'explain one.strace:2' 'replay --dry-run one.strace'
}

case_commands() {
	local line words
	while read -r line; do
		read -ra words <<<"$line"
		on_terminal "${words[@]}"
		is_visible "$line"
	done < <(commands)
}

case_commands_without_color() {
	local line words
	while read -r line; do
		read -ra words <<<"$line"
		NO_COLOR=1 on_terminal "${words[@]}"
		is_visible "$line"
		grep -q "$esc" out && fail "$line: an escape without color"
	done < <(commands)
}

# What looks like a color of mdtrace's is none when it comes from a log.
case_colors_of_a_log() {
	printf 'x\033[36my\033[0m\nioctl(4</dev/md0\\33[36mz>, STOP_ARRAY) = 0\n' >log
	on_terminal annotate log
	[[ $(grep -o "$esc" out | wc -l) == 2 ]] || fail "annotate: $(cat -v out)"
	printf 'ioctl(4</dev/md0\\33[31mz>, STOP_ARRAY) = 0\n' >old
	printf 'ioctl(4</dev/md0\\33[32mz>, STOP_ARRAY) = 0\n' >new
	on_terminal diff old new
	grep -qF 'md0\x1b[31mz' out || fail "diff: $(cat -v out)"
	grep -q "md0$esc" out && fail "diff: $(cat -v out)"
}

case_raw() {
	on_terminal annotate --raw --color=never one.strace
	grep -qF "raw ${esc}[36m${esc}[0m ${esc}]0;title" out || fail "no raw bytes: $(cat -v out)"
	on_terminal annotate --color=never one.strace
	grep -qF 'raw \x1b[36m\x1b[0m \x1b]0;title\x07 \x9b \u009b \u202e \u200b one' out ||
		fail "not shown: $(cat -v out)"
}

# A pager stands between: less -R lets colors through.
case_pager() {
	export MDTRACE_PAGER=cat\ -u
	on_terminal diff one.strace two.strace
	is_visible 'diff with a pager'
}

# Pipes and files get a log's bytes, and nothing that was decoded is among them.
case_pipe() {
	run 0 annotate one.strace
	LC_ALL=C sed 's/  # .*//' out | cmp - one.strace || fail 'annotate changes bytes'
	LC_ALL=C sed -n 's/.*  # //p' out >remarks
	[[ -s remarks ]] || fail 'no remark'
	LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]' remarks && fail 'a remark with a control character'
	run 1 diff one.strace two.strace
	LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]' out && fail 'diff decodes a control character'
	run 0 parse --format=strace one.strace
	cmp out one.strace || fail 'parse changes bytes'
}

case_messages() {
	run 2 annotate "no${esc}[31msuch"
	says 'no\\x1b\[31msuch: No such file or directory'
	run 2 $'x\233'
	says "unknown command 'x\\\\x9b'"
	run 0 parse "name${esc}[31m.strace"
}

run_case
