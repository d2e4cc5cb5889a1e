#!/bin/bash
# view.sh MDTRACE CASE: `mdtrace view` in a terminal, driven by tmux. Each function case_NAME is a
# test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
needs tmux
export TMUX_TMPDIR=$dir
unset NO_COLOR TMUX
create=$traces/mdadm-4.4/create.strace stop=$traces/mdadm-4.4/stop.strace
trap 'screen kill-server 2>/dev/null; rm -rf "$dir"' EXIT

screen() {
	tmux -f /dev/null "$@"
}

# start COLUMNSxLINES WORD...: view in a terminal of that size; its status goes into ./status
start() {
	local size=$1 line
	shift
	printf -v line '%q ' "$mdtrace" view "$@"
	screen new-session -d -x "${size%x*}" -y "${size#*x}" \
		"env LC_ALL=C.UTF-8 ${environment-} $line 2>$dir/err; echo \$? >$dir/status; sleep 60"
}

# press KEY...: as tmux names them
press() {
	screen send-keys "$@"
}

# types TEXT: and Enter
types() {
	screen send-keys -l "$1"
	screen send-keys Enter
}

# shows PATTERN: the screen does, or will within a minute
shows() {
	local i
	for ((i = 0; i < 1200; i++)); do
		screen capture-pane -p >shown
		grep -qE -- "$1" shown && return
		sleep 0.05
	done
	fail "not on the screen: $1"
	cat shown
}

# ends STATUS: the program does, within a minute
ends() {
	local i
	for ((i = 0; i < 1200; i++)); do
		[[ -s status ]] && break
		sleep 0.05
	done
	[[ $(cat status) == "$1" ]] || fail "status $(cat status), not $1: $(cat err)"
}

case_look() {
	start 140x30 "$create" "$stop"
	shows 'create.strace:1 .* 615 lines *$'
	press f # the loader's failures are passed over
	shows 'create.strace:123 '
	shows 'BLKPG on loop0 .*: ENXIO, there is no partition of this number'
	press :
	types 460
	shows 'create.strace:460 '
	press f
	shows 'create.strace:468 '
	shows '^check: it is writable already'
	shows '^   md0  clean'
	press S
	shows '^ \* md0  clean'
	press e
	shows '^-> *[0-9]+  0 +otherwise; then it runs'
	press q
	press G
	shows 'stop.strace:138 '
	press g
	shows 'create.strace:1 '
	press s Enter
	shows '^verdict  +agrees|^verdict  +possible'
	press q q
	ends 0
}

case_search() {
	start 80x24 "$create"
	shows 'create.strace:1 '
	press /
	types 'RUN_ARR[A]Y'
	shows 'create.strace:467 '
	press n
	shows 'no match that way'
	press /
	types 'a(b'
	shows 'bad pattern: missing closing parenthesis'
	press :
	types 100
	shows 'create.strace:100 '
	press '&'
	types 'failed device:md0'
	shows '2 of 477 lines'
	press g
	shows 'create.strace:267 '
	press '&' C-u Enter
	shows '  477 lines'
	shows 'create.strace:267 '
	press '&'
	types 'pid:x'
	shows 'filter: pid:x: expected a number'
	press '?'
	shows 'next failure, the one before'
	press q q
	ends 0
}

# A terminal that gets larger has room for the meaning; a click selects.
case_resize() {
	start 80x24 "$create"
	shows 'create.strace:1 '
	press G
	shows '^ *467 \* '
	grep -q '| RUN_ARRAY on md0' shown && fail 'two columns on 80'
	screen resize-window -x 150 -y 40
	shows '\| RUN_ARRAY on md0'
	screen send-keys -l $'\033[M **' # button 1 at column 10, line 10
	screen send-keys -l $'\033[M#**'
	sleep 0.3
	shows "create.strace:$(sed -n 10p shown | awk '{ print $1 }') "
	screen resize-window -x 20 -y 5
	shows '^ mdtrace >'
	press q
	ends 0
}

# What a log holds is never obeyed, and what reads it from a pipe has the keys all the same.
case_hostile() {
	printf '%s\n' 'openat(AT_FDCWD, "/dev/md0\33[31mx\7", O_RDWR) = 3' >log
	printf 'raw \033[2J\033]0;title\007 \302\233 \342\200\256 \303\244 end\n' >>log
	start 120x20 log
	shows '^ *2 \?.*raw .x1b\[2J.x1b\]0;title.x07 .u009b .u202e ä end'
	press q
	ends 0
	rm status
	screen respawn-pane -k "cat log | env LC_ALL=C $mdtrace view 2>err; echo \$? >status; sleep 60"
	shows 'standard input:1 '
	shows 'raw .x1b\[2J.* end'
	press q
	ends 0
}

# Without color there are the marks; a terminal that can only print lines is told what can.
case_terminals() {
	environment='NO_COLOR=1' start 120x30 "$create"
	shows 'create.strace:1 '
	screen capture-pane -ep >shown
	grep -qE $'\033\\[[0-9;]*3[0-7]' shown && fail 'a color in spite of NO_COLOR'
	press q
	ends 0
	rm status
	screen respawn-pane -k "TERM=dumb $mdtrace view $create 2>err; echo \$? >status; sleep 60"
	ends 2
	says "needs a terminal whose cursor can be moved, which 'dumb' \(TERM\) is not; 'mdtrace annotate LOG"
	run 2 view "$create"
	says "view needs a terminal; 'mdtrace annotate'"
}

# A log is shown while it is read, and what cannot be read is said.
case_trouble() {
	run 2 view nowhere
	yes "ioctl(3</dev/md0>, RUN_ARRAY) = -1 EBUSY (Device or resource busy)" | head -5000 >log
	gzip -k log
	head -c 60 log.gz >cut.gz
	start 100x24 log.gz
	shows 'log.gz:1 '
	shows ' 5000 lines *$'
	press G
	shows 'log.gz:5000 '
	press q
	ends 0
	rm status
	screen respawn-pane -k "$mdtrace view cut.gz 2>err; echo \$? >status; sleep 60"
	shows 'cut.gz: compressed log: '
	press q
	ends 0
}

run_case
