#!/bin/bash
# replay.sh MDTRACE CASE: what replay does with a real kernel in a VM. Each function case_NAME is
# a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/../lib.sh" || exit 2

# edit LOG SCRIPT: ./edited.strace is the log, changed by sed; something must have changed
edit() {
	sed -E "$2" "$1" >edited.strace
	cmp -s "$1" edited.strace && fail "the edit '$2' changes nothing"
}

# differs LINE PATTERN: edited.strace differs at this line, and the row of it matches
differs() {
	run 1 replay edited.strace
	grep -E "^ *[0-9]+ +$1 .*differs" out | grep -qE -- "$2" ||
		{ fail "no 'differs' at line $1 that matches '$2' in:"; cat out; }
}

# line_of PATTERN FILE: the number of the first line that matches
line_of() {
	grep -nE -m 1 -- "$1" "$2" | cut -d: -f1
}

# A sequence that begins on bare disks and ends with an array that is stopped.
sequence() {
	run 0 replay "${@/#/$traces/}"
	prints ' md calls: .* confirmed'
	grep -E '\<differs$|\<not run$' out && fail 'there are other verdicts'
}

case_notes() {
	sequence notes/create.strace notes/stop.strace
	prints 'RUN_ARRAY md100 .*inactive (->|→) clean +confirmed'
	prints 'active with 2 out of 2 mirrors'
	prints 'thread .*md100_raid1'
	prints 'STOP_ARRAY md100 .* confirmed'
}

case_one_array_4_1() { sequence mdadm-4.1/{create,detail,fail,remove,add,stop,assemble}.strace; }
case_one_array_4_2() { sequence mdadm-4.2/{create,detail,fail,remove,add,stop,assemble}.strace; }
case_one_array_4_4() { sequence mdadm-4.4/{create,detail,fail,remove,add,stop,assemble}.strace; }
case_one_array_payload() { sequence payload/{create,detail,fail,stop}.strace; }

# Each log for itself, most of which begin in the middle.
case_each() {
	local logs=("$traces"/{notes,mdadm-*,payload,syntax}/*.strace)
	run 0 replay --each "${logs[@]}"
	[[ $(grep -cE '^mdtrace: [0-9]+/[0-9]+ .*\.strace: ' err) == "${#logs[@]}" ]] ||
		{ fail 'not each log is told of:'; cat err; }
}

# One XML document and one KTAP stream, not one for each log.
case_each_is_one_document() {
	run 0 replay --each --format=junit "$traces"/notes/create.strace "$traces"/payload/stop.strace
	python3 -c 'import sys, xml.dom.minidom as m; sys.exit(len(m.parse("out").getElementsByTagName("testsuite")) != 2)' ||
		fail 'no document of two suites'
	run 0 replay --each --format=ktap "$traces"/notes/create.strace "$traces"/payload/stop.strace
	[[ $(grep -c '^KTAP version 1$' out) == 1 ]] || fail 'not one stream'
	prints '^ok 2 - stop\.strace on '
}

# Steps that begin in the middle, of arrays of all kinds.
case_steps() {
	local logs=("$traces"/replay/*.strace)
	run 0 replay --each "${logs[@]}"
	[[ $(grep -cE '^mdtrace: [0-9]+/[0-9]+ .*\.strace: confirmed' err) == "${#logs[@]}" ]] ||
		{ fail 'not each log is confirmed:'; cat err; }
	prints 're-add-refused.strace +13 md calls: 13 confirmed'
	prints 'disk-busy.strace +2 md calls: 2 confirmed; 13 supporting calls: 13 confirmed'
}

# Two mdadm on one kernel: the second stops the array that it is going to make.
case_blame() {
	sed '/SET_ARRAY_INFO/i 210   ioctl(4, STOP_ARRAY, 0) = 0' "$traces/payload/create.strace" >stop-first.strace
	run 1 blame "$traces/payload/create.strace" stop-first.strace
	prints "The fault is mdadm's"
	prints 'asked otherwise: .*STOP_ARRAY on md0: only here'
}

case_plan_is_a_log() {
	run 0 replay --dry-run "$traces"/notes/{create,stop}.strace
	cp out plan
	run 0 parse --strict plan
	run 0 replay --dry-run plan
	cmp plan out || fail 'a plan planned again is another'
	run 0 replay plan
}

case_executed_is_a_log() {
	run 0 replay --format=strace "$traces"/payload/create.strace
	cp out executed
	run 0 parse --strict executed
	run 0 annotate executed
	prints 'RUN_ARRAY on md0'
	run 0 replay executed
}

case_json() {
	run 0 replay --format=json "$traces"/notes/{create,stop}.strace
	jq -e '.schema == "mdtrace-replay" and .version == 1' out >/dev/null || fail 'the JSON is none, or is of another schema'
}

# ---- it can fail ----

case_wrong_errno() {
	edit "$traces/notes/create.strace" 's/(RUN_ARRAY.*|0x400c0930.*)= 0/\1= -1 EBUSY (Device or resource busy)/'
	differs "$(line_of 0x400c0930 edited.strace)" 'EBUSY.* 0 '
}

case_other_errno() {
	edit "$traces/notes/create.strace" 's/-1 ENODEV \(No such device\)/-1 EBUSY (Device or resource busy)/'
	differs "$(line_of 0x80480911 edited.strace)" ' -1 EBUSY +-1 ENODEV'
}

# What happens to the array later tells that it cannot have run before.
case_wrong_success() {
	edit "$traces/notes/create.strace" 's/-1 ENODEV \(No such device\)/0/'
	differs "$(line_of 0x80480911 edited.strace)" ' 0 +-1 ENODEV'
}

# raid_disks of GET_ARRAY_INFO
case_wrong_payload_field() {
	edit "$traces/payload/detail.strace" '131s/\\x02(\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00)/\\x03\1/'
	run 1 replay edited.strace
	prints 'nr_disks|raid_disks'
	grep -qE '^ *[0-9]+ +131 .*differs' out || { fail 'line 131 does not differ'; cat out; }
}

case_missing_disk() {
	local last
	last=$(grep -n ADD_NEW_DISK "$traces/payload/create.strace" | tail -n 1 | cut -d: -f1)
	edit "$traces/payload/create.strace" "${last}d"
	run 1 replay edited.strace "$traces/payload/detail.strace"
	prints '^ *[0-9]+ +131 .*GET_ARRAY_INFO md0 .*differs'
	prints 'nr_disks: log 2, kernel 1'
}

case_disk_too_small() {
	edit "$traces/payload/create.strace" 's/BLKGETSIZE64, \[41943040\]/BLKGETSIZE64, [20971520]/'
	run 1 replay edited.strace
	prints 'ADD_NEW_DISK .*differs'
}

case_run_without_disks() {
	edit "$traces/notes/create.strace" '/0x40140921/d'
	differs "$(line_of 0x400c0930 edited.strace)" ' 0 +-1 EINVAL'
}

case_run_twice() {
	edit "$traces/notes/create.strace" '/0x400c0930/p'
	differs "$(($(line_of 0x400c0930 edited.strace) + 1))" ' 0 +-1 EBUSY'
}

case_no_personality() {
	run 0 replay --dry-run "$traces/notes/create.strace"
	sed '/^# mdtrace: module raid1/d' out >edited.strace
	run 1 replay edited.strace
	prints 'RUN_ARRAY md100 +0 +-1 EINVAL .*differs'
	prints 'personality for level 1 is not loaded!'
}

# ---- a VM that does not survive ----

# plan_with CALL...: ./edited.strace is the plan of the notes' log with these lines at its end
plan_with() {
	run 0 replay --dry-run "$traces/notes/create.strace"
	grep -v '^# mdtrace: skipped' out >edited.strace
	printf '# mdtrace: line 99\n%s\n' "$@" >>edited.strace
}

case_panic() {
	plan_with 'open("/proc/sysrq-trigger", O_WRONLY) = 7' 'write(7, "c", 1) = 1'
	run 2 replay edited.strace
	prints 'panicked'
	prints 'sysrq'
	grep -q 'write' out || fail 'the call that was running is not told'
}

case_timeout() {
	plan_with 'mknod("/tmp/fifo", S_IFIFO|0600) = 0' 'open("/tmp/fifo", O_RDONLY) = 7'
	run 2 replay --timeout=20 edited.strace
	prints 'timed out'
}

# ---- trouble before it starts ----

# A QEMU that does nothing, and says so in words that a terminal would obey.
case_timeout_of_boot() {
	mkdir bin
	printf '#!/bin/sh\nexec sleep 100\n' >bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	SECONDS=0
	PATH=$dir/bin:$PATH run 2 replay --timeout=1 --accel=tcg "$traces/notes/create.strace"
	((SECONDS < 20)) || fail "it took $SECONDS s"
	says 'did not come up in 1 s'
	printf '#!/bin/sh\nprintf "\\033]0;title\\007 no\\n" >&2; exit 3\n' >bin/qemu-system-x86_64
	PATH=$dir/bin:$PATH run 2 replay --accel=tcg "$traces/notes/create.strace"
	says 'QEMU ended with status 3: \\x1b]0;title\\x07 no'
}

case_no_qemu() {
	mkdir nothing
	ln -s "$(command -v timeout)" nothing/
	PATH=$dir/nothing run 2 replay "$traces/notes/create.strace" 2>/dev/null
	grep -q 'qemu-system-x86' err || { fail 'the package is not named'; cat err; }
}

case_no_kernel() {
	run 2 replay --kernel=/nowhere "$traces/notes/create.strace"
	grep -q '^mdtrace: /nowhere' err || { fail 'the missing kernel is not named'; cat err; }
	mkdir empty
	run 2 replay --kernel=empty "$traces/notes/create.strace"
	: >empty/vmlinuz
	run 2 replay --kernel=empty/vmlinuz "$traces/notes/create.strace"
}

# ---- the host ----

# Every open and every ioctl of mdtrace and QEMU: no block device, no md, no sysfs of either.
case_host_untouched() {
	strace -f -qq -o calls -e trace=%file,ioctl,init_module,finit_module,mount,mknod,mknodat,io_uring_setup \
		env ASAN_OPTIONS=detect_leaks=0 "$mdtrace" replay --accel=tcg "$traces"/notes/{create,stop}.strace >out 2>err ||
		{ fail 'replay under strace fails'; cat out err; }
	grep -q 'execve.*qemu' calls || fail 'QEMU was not traced'
	grep -E '"/dev/(md|loop|sd|hd|vd|xvd|nvme|dm-|mapper|ram|zram|disk|mem|port|kmsg|fuse)' calls &&
		fail 'a device of the host was opened'
	grep -E '"/sys/(block|dev/block|class/block|module/(md|raid|loop))|"/proc/(mdstat|partitions|sysrq)' calls &&
		fail 'the host was asked of its devices'
	grep -E '(init_module|mount|mknod|mknodat)\(' calls && fail 'the host was changed'
	grep -E 'ioctl\([^,]*, (BLK|LOOP_|RAID_|[A-Z_]*ARRAY|[A-Z_]*DISK|0x(4c|12|9)[0-9a-f]{2},|_IOC\([^,]*, 0x(9|12|4c),)' calls &&
		fail 'an ioctl of a block device was made'
	grep -E '(open|openat|creat)\(.*O_(WRONLY|RDWR|CREAT)' calls |
		grep -vE '"/dev/(null|tty|kvm|ptmx)"|= -1 |memfd|/proc/self/fd|"/dev/fdset' |
		grep -v "\"$XDG_CACHE_HOME" && fail 'a file of the host was opened for writing'
	true
}

# of_call PATTERN: ./call is what `replay --graph` printed below the row that matches
of_call() {
	awk -v row="$1" '/^ *[0-9-]+ +[0-9]+  / { on = $0 ~ row; next } on' out >call
	[[ -s call ]] || { fail "no row '$1' in:"; cat out; }
}

# within PARENT CHILD...: in ./call each CHILD is a function that PARENT called, in this order
within() {
	local parent=$1 child
	shift
	for child; do
		awk -v parent="$parent" -v child="$child" '
			{ match($0, / */); indent = RLENGTH; name = $1 }
			on && indent <= depth { on = 0 }
			on && name == child && NR > after { found = 1 }
			name == parent && !on { on = 1; depth = indent }
			END { exit !found }' call || { fail "no $child in $parent in:"; cat call; }
	done
	awk -v names="$*" 'BEGIN { n = split(names, want, " "); i = 1 }
		$1 == want[i] { i++ } END { exit i <= n }' call ||
		{ fail "not in this order: $*"; cat call; }
}

case_graph() {
	run 0 replay --graph "$traces"/notes/{create,stop}.strace
	of_call 'RUN_ARRAY md100'
	within md_ioctl do_md_run
	within do_md_run md_run
	within md_run super_1_validate raid1_run
	within raid1_run setup_conf
	within setup_conf md_register_thread
	grep -qE 'r1bio_pool_alloc × 256 ' call || fail 'repeats are not one line'
	grep -qE '^ +meanwhile md100_raid1 \(' call || fail 'no thread md100_raid1'
	within md_thread raid1d
	of_call 'STOP_ARRAY md100'
	within md_ioctl do_md_stop
	within do_md_stop raid1_free
	of_call 'GET_ARRAY_INFO md100'
	grep -q 'array_state_show' call && fail 'what the guest asks is taken for a call'
	grep -E 'not understood' out && fail 'lines of the tracer are not understood'
	prints '^ +check: run .*: seen, md_ioctl > do_md_run'
	grep -E 'check: .*finding' out && fail 'a rule names functions that did not run'
	true
}

# A timeline: what a viewer reads, and nothing overlaps in a track.
case_timeline() {
	needs jq
	run 0 replay --format=perfetto "$traces"/notes/{create,stop}.strace
	jq -e '.traceEvents | [.[] | select(.ph == "X")] | [.[].name] as $names |
		all("RUN_ARRAY md100", "raid1_run", "raid1d", "clean"; . as $it | $names | index($it))' \
		out >/dev/null || fail 'a call, function or state is missing'
	jq -e '[.traceEvents[] | select(.ph == "C" and .name == "md100 degraded")] | length > 0' \
		out >/dev/null || fail 'no counter'
	jq -e '[.traceEvents[] | select(.ph == "X" and .pid == 2)] | group_by(.tid) |
		all(.[]; sort_by([.ts, -.dur]) | reduce .[] as $it ({ok: true, ends: []};
			.ends |= map(select(. > $it.ts + 0.0005)) |
			.ok = (.ok and all(.ends[]; . + 0.0005 >= $it.ts + $it.dur)) |
			.ends += [$it.ts + $it.dur]) | .ok)' out >/dev/null ||
		fail 'functions of a task overlap'
}

case_graph_of_a_line() {
	local kernel
	kernel=$("$mdtrace" kernels | awk 'NR == 1 { print $2 }')
	run 0 explain --kernel="$kernel" "$traces"/notes/create.strace:20
	prints '^What ran on '
	prints '^  result     0, as in the log$'
	prints '^  check      run \(md.c:do_md_run, .*\): seen, md_ioctl > do_md_run'
	prints '^ +setup_conf '
	prints '^  state      md100 is clean, was inactive$'
	prints '^  goes on    md100_raid1'
}

case_graph_of_no_function() {
	run 2 replay --graph=no_such_module --format=strace "$traces"/notes/create.strace
	prints '^# mdtrace: guest failed "graph: no function of no_such_module: '
	prints '^# mdtrace: graph '
}

# SIGNAL: QEMU goes with mdtrace, and no file stays
dies_with() {
	plan_with 'mknod("/tmp/fifo", S_IFIFO|0600) = 0' 'open("/tmp/fifo", O_RDONLY) = 7'
	# a shell's background jobs ignore Ctrl-C
	env --default-signal=INT "$mdtrace" replay --accel=tcg edited.strace >out 2>err &
	local pid=$! qemu=
	for ((i = 0; i < 200; i++)); do
		qemu=$(pgrep -P "$pid" || true)
		[[ $qemu ]] && break
		sleep 0.05
	done
	[[ $qemu ]] || fail 'QEMU did not start'
	sleep 1
	kill "-$1" "$pid"
	wait "$pid" 2>/dev/null
	for ((i = 0; i < 100; i++)); do
		kill -0 "$qemu" 2>/dev/null || break
		sleep 0.05
	done
	kill -0 "$qemu" 2>/dev/null && fail "QEMU outlives mdtrace's SIG$1"
	[[ $(ls tmp) ]] && fail "files are left: $(ls tmp)"
	true
}

# ---- guests that are put aside ----

# start STATUS restored|booted WORD...: a replay whose VM started so
start() {
	local status=$1 how=$2
	shift 2
	run "$status" replay --verbose "$@"
	says "^mdtrace: VM: $how in "
}

# verdicts FILE: all of a report, one after the other
verdicts() {
	grep -oE '\<(confirmed|differs|drift|not run)\>' "$1" | tr '\n' ' '
}

case_snapshot() {
	local logs=("$traces"/notes/{create,stop}.strace) first snapshot
	export XDG_CACHE_HOME=$dir/own
	start 0 booted --no-snapshot "${logs[@]}"
	[[ -e own/mdtrace/vm ]] && fail 'a snapshot was kept although it was not to be'
	first=$(verdicts out)
	start 0 booted "${logs[@]}"
	[[ $(verdicts out) == "$first" ]] || fail 'other verdicts after saving'
	[[ $(stat -c %a own/mdtrace/vm) == 700 ]] || fail 'others can look at snapshots'
	snapshot=$(echo own/mdtrace/vm/*)
	start 0 restored "${logs[@]}"
	[[ $(verdicts out) == "$first" ]] || fail 'other verdicts after restoring'
	grep -v ': restored in ' err && fail 'there is more to say of it'
	printf x | dd of="$snapshot" bs=1 seek=20000000 conv=notrunc status=none
	start 0 booted "${logs[@]}"
	says ': damaged$'
	[[ $(verdicts out) == "$first" ]] || fail 'other verdicts after a damage'
}

# Guests that go on from the same point have the time, and random numbers of their own.
case_snapshot_wakes() {
	local began began_guest first again
	plan_with 'open("/proc/sys/kernel/random/uuid", O_RDONLY) = 7' 'read(7, "", 64) = 37' \
		'open("/proc/stat", O_RDONLY) = 8' 'read(8, "", 16384) = 1'
	began=$(date +%s)
	run 1 replay --format=strace edited.strace
	first=$(grep -oE '^read\(7, "[^"]*' out) began_guest=$(grep -oE 'btime [0-9]+' out)
	[[ $first && $began_guest ]] || { fail 'the guest does not tell'; cat out; }
	until (($(date +%s) > began + 2)); do
		start 1 restored --format=strace edited.strace
		again=$(grep -oE '^read\(7, "[^"]*' out)
		[[ $again && $again != "$first" ]] || fail 'the same random numbers'
	done
	start 1 restored --format=strace edited.strace
	[[ $(grep -oE 'btime [0-9]+' out) != "$began_guest" ]] ||
		fail 'the clock was not set'
	began=${began_guest#btime }
	((began > $(date +%s) - 300 && began <= $(date +%s))) || fail "not the time: $began"
}

# What there is of a user is enough: no root, no /dev/kvm, no home.
case_unprivileged() {
	needs setpriv
	[[ $(id -u) == 0 ]] || exit 77
	mkdir bin cache-of-nobody
	cp "$mdtrace" "$(dirname "$mdtrace")/../guest/mdtrace-guest" bin/
	cp -r "$traces/notes" .
	chmod -R a+rX . && chmod 755 . && chown nobody cache-of-nobody
	mdtrace=$dir/bin/mdtrace
	local how
	for how in booted restored; do
		XDG_CACHE_HOME=$dir/cache-of-nobody setpriv --reuid=65534 --regid=65534 --clear-groups \
			env -u HOME "$mdtrace" replay --verbose notes/{create,stop}.strace >out 2>err ||
			{ fail 'it fails'; cat out err; }
		says "^mdtrace: VM: $how in "
		prints 'RUN_ARRAY md100 .* confirmed'
	done
}

# is_gone PID: it has ended, within a moment; none is gone
is_gone() {
	local i
	[[ $1 ]] || return 0
	for ((i = 0; i < 100; i++)); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.02
	done
	return 1
}

# killed_at MILLISECONDS qemu|mdtrace: there is an outcome, and nothing is left
killed_at() {
	local pid qemu status=0
	"$mdtrace" replay --accel=tcg --timeout=20 "$traces"/notes/{create,stop}.strace >out 2>err &
	pid=$!
	sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
	qemu=$(pgrep -P "$pid" || true)
	if [[ $2 == mdtrace ]]; then
		kill -KILL "$pid" 2>/dev/null
	elif [[ $qemu ]]; then
		kill -KILL "$qemu" 2>/dev/null
	fi
	wait "$pid" 2>/dev/null || status=$?
	is_gone "$qemu" || fail "$1 ms, $2: QEMU is left"
	[[ $(ls tmp) ]] && fail "$1 ms, $2: files are left: $(ls tmp)"
	[[ $(find own -name '*.??????') ]] && fail "$1 ms, $2: a part is left"
	[[ $2 == mdtrace || $status == 0 ]] && return
	# It says what became of it.
	[[ $status == 2 ]] && grep -qE 'killed by signal 9|lost' out err && return
	fail "$1 ms, $2: status $status"
	cat out err
}

case_killed_at_any_time() {
	local i span=3000
	RANDOM=20261129
	export XDG_CACHE_HOME=$dir/own
	mkdir own
	for ((i = 0; i < 12; i++)); do
		# The first boot, and put aside what has booted.
		((i < 5)) && rm -rf own/mdtrace/vm
		((i == 5)) && span=700
		killed_at $((RANDOM % span)) "$( ((i % 2)) && echo qemu || echo mdtrace)"
	done
	run 0 replay "$traces"/notes/{create,stop}.strace
}

case_interrupted() { dies_with INT; }
case_terminated() { dies_with TERM; }
case_killed() { dies_with KILL; }

run_case
