#!/bin/bash
# record.sh MDTRACE CASE: scenarios that are recorded in a VM, and what can be done with the
# logs. Each function case_NAME is a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/../lib.sh" || exit 2
scenarios=$traces/scenarios
PATH=$PATH:/usr/sbin:/sbin

# record STATUS WORD...: record in a VM, with the logs in ./logs, and expect the status
record() {
	local expected=$1
	shift
	run "$expected" record --vm -o logs "$@"
}

# scenario NAME LINE...: ./NAME.scenario
scenario() {
	local file=$1.scenario
	shift
	printf '%s\n' "$@" >"$file"
}

# ---- what is recorded ----

case_steps() {
	needs mdadm strace
	record 0 "$scenarios/raid1.scenario"
	local step steps
	steps=$(sed -n 's/^step \([^ ]*\) .*/\1/p' "$scenarios/raid1.scenario")
	for step in $steps; do
		"$mdtrace" parse --strict --format=strace "logs/raid1/$step.strace" |
			cmp - "logs/raid1/$step.strace" || fail "$step: not kept"
		grep -q "^# mdtrace: step \"$step\" \"raid1\"$" "logs/raid1/$step.strace" || fail "$step: no head"
		grep -q ' +++ exited with 0 +++$' "logs/raid1/$step.strace" || fail "$step: no end"
		cat "logs/raid1/$step.strace" >>all
	done
	cmp all logs/raid1.strace || fail 'the steps are not all of the log'
	grep -q 'array /dev/md0 started' logs/raid1/create.out || fail 'the output is lost'
	grep -q '^# mdtrace: kernel 6 "md/raid1:md0: active with 2 out of 2 mirrors"' logs/raid1/seen.txt ||
		fail 'kernel messages are missing'
	grep -q '^# mdtrace: state md0 .*degraded="1"' logs/raid1/seen.txt || fail 'states are missing'
	[[ $(grep -c '^# mdtrace: r[ua]n' logs/raid1/seen.txt) == $((2 * $(wc -w <<<"$steps"))) ]] ||
		fail 'not all that ran was seen'
	[[ ! $(ls tmp) ]] || fail "files are left: $(ls tmp)"
}

# What one scenario leaves is not there for the next: mdadm's map of arrays.
case_scenarios_are_apart() {
	needs mdadm strace
	scenario first 'disk /dev/loop0 8M' 'step create mdadm --create /dev/md0 --run --force -l1 -n1 /dev/loop0'
	cp first.scenario second.scenario
	record 0 first.scenario second.scenario
	grep -q '"/run/mdadm/map", O_RDONLY) = -1 ENOENT' logs/second/create.strace || fail 'the map is still there'
	run 0 diff logs/first.strace logs/second.strace
}

# ---- what the logs are good for ----

case_steps_confirmed() {
	needs mdadm strace
	record 0 "$scenarios/raid1.scenario"
	run 0 replay logs/raid1.strace
	grep -qE '^[1-9][0-9]* md calls: [0-9]+ confirmed;' out || { fail 'not all is confirmed:'; tail out; }
	run 0 replay logs/raid1/create.strace logs/raid1/fail.strace logs/raid1/stop.strace
	run 0 replay logs/raid1/create.strace
}

# confirms SCENARIO: of traces/scenarios; recorded, and every call of it is confirmed
confirms() {
	needs mdadm strace
	record 0 "$scenarios/$1.scenario"
	"$mdtrace" parse --strict "logs/$1.strace" >/dev/null || fail 'the log is not understood'
	run 0 replay "logs/$1.strace"
}

case_raid1_0_90() { confirms raid1-0.90; }
case_raid1_bitmap() { confirms raid1-bitmap; }
case_raid1_degraded() { confirms raid1-degraded; }
case_raid1_grow() { confirms raid1-grow; }
case_raid1_readonly() { confirms raid1-readonly; }

# Reproducers that export writes, each run again and again on what the run before has left.
case_export() {
	needs strace perl cc
	local logs=("$traces"/mdadm-4.4/{create,fail,remove,add,stop,assemble}.strace) form
	mkdir -p root/bin
	for form in c shell mdadm-test blktests; do
		run 0 export --to="$form" "${logs[@]}"
		mv out "root/bin/repro.$form"
	done
	cc -x c -o root/bin/repro root/bin/repro.c || fail 'it does not compile'
	printf '%s\n' '#!/bin/bash' 'cd /bin; dev0=/dev/loop0 dev1=/dev/loop1 dev2=/dev/loop2; . ./repro.mdadm-test' >root/bin/as-mdadm
	cat >root/bin/as-blktests <<'HARNESS'
#!/bin/bash
# The calling convention of blktests' check: the file is sourced, requires() and test() are called.
mkdir -p /tmp/b/tests/md && cd /tmp/b && : >tests/md/rc
_have_program() { type "$1" >/dev/null; }
_have_driver() { :; }
truncate() { :; }
losetup() { [[ $1 == -d ]] || echo "/dev/loop${3##*/}"; }
TMPDIR=/tmp TEST_NAME=md/001
. /bin/repro.blktests
requires && [[ $(test 2>&1) == "Running md/001
Test complete" ]]
HARNESS
	chmod +x root/bin/*
	{
		printf 'disk /dev/loop%d 40M\n' 0 1 2
		printf '%s\n' 'module raid1' 'program perl' 'program bash' 'program mkdir' 'program repro.mdadm-test' 'program repro.blktests'
		yes 'run repro /dev/loop0 /dev/loop1 /dev/loop2' | head -n 20
		yes 'run repro.shell /dev/loop0 /dev/loop1 /dev/loop2' | head -n 2
		echo 'run as-mdadm'
		echo 'run as-blktests'
		echo 'step repro repro /dev/loop0 /dev/loop1 /dev/loop2'
	} >export.scenario
	record 0 --sysroot=root export.scenario
	grep -q '^ok RUN_ARRAY: 0$' logs/export/repro.out || fail 'nothing was done'
	grep -q '^NOT OK' logs/export/repro.out && fail 'something is not as expected'
}

case_twice_is_the_same() {
	needs mdadm strace
	record 0 "$scenarios/raid1.scenario"
	mv logs first
	record 0 "$scenarios/raid1.scenario"
	run 0 diff first/raid1.strace logs/raid1.strace
	cmp -s first/raid1.strace logs/raid1.strace && fail 'the logs are one and the same file'
	run 1 diff first/raid1/fail.strace logs/raid1/remove.strace
}

# ---- sysroots, kernels ----

# tree DIR VERSION: a sysroot with an mdadm that calls itself VERSION, of five letters
tree() {
	mkdir -p "$1/usr/sbin"
	sed "s/Debian 4[.]2-5/Debian $2/" "$(command -v mdadm)" >"$1/usr/sbin/mdadm"
	chmod +x "$1/usr/sbin/mdadm"
	cmp -s "$1/usr/sbin/mdadm" "$(command -v mdadm)" && exit 77 # another release's
}

small_scenario() {
	scenario small 'disk /dev/loop0 8M' 'step examine exit=1 mdadm --examine /dev/loop0'
}

case_matrix() {
	needs mdadm strace
	tree a 9.9-1
	tree b 9.9-2
	small_scenario
	record 0 --matrix --sysroot=a --sysroot=b small.scenario
	says '^mdtrace: job 1 of 2: a, '
	says '^mdtrace: job 2 of 2: b, '
	for version in 9.9-1 9.9-2; do
		[[ -s $(echo logs/mdadm-"$version"_linux-*/small.strace) ]] || fail "no log of $version: $(ls -R logs)"
		grep -q "^# mdtrace: note \"mdadm .* Debian $version\"" logs/mdadm-"$version"_linux-*/small/examine.strace ||
			fail "the log of $version is another's"
	done
}

case_jobs_in_parallel() {
	needs mdadm strace parallel
	tree a 9.9-1
	tree 'b c' 9.9-2
	small_scenario
	record 0 --matrix --print-jobs --sysroot=a --sysroot='b c' small.scenario
	cat >expected <<-'END'
		mdtrace record --vm --matrix --sysroot=a --output=logs -- small.scenario
		mdtrace record --vm --matrix --sysroot='b c' --output=logs -- small.scenario
	END
	diff expected out || fail 'other jobs'
	[[ ! -e logs ]] || fail 'jobs were run'
	mkdir bin
	ln -s "$mdtrace" bin/mdtrace
	PATH=$dir/bin:$PATH timeout 280 parallel -j2 <out >parallel.out 2>&1 || { fail 'parallel fails'; cat parallel.out; }
	[[ -s $(echo logs/mdadm-9.9-1_linux-*/small.strace) && -s $(echo logs/mdadm-9.9-2_linux-*/small.strace) ]] ||
		fail "other results: $(ls -R logs)"
}

case_job_that_fails() {
	needs mdadm strace
	tree a 9.9-1
	mkdir -p broken/usr/sbin
	printf '#!/nowhere\n' >broken/usr/sbin/mdadm
	small_scenario
	record 2 --matrix --sysroot=broken --sysroot=a small.scenario
	says '^mdtrace: the interpreter /nowhere of broken/usr/sbin/mdadm is missing$'
	[[ -s $(echo logs/mdadm-9.9-1_linux-*/small.strace) ]] || fail 'the second job was not run'
}

# ---- the host ----

# Every open of mdtrace and QEMU, and what else could change something: no device, no sysfs of
# one, and no file but the logs.
case_host_untouched() {
	needs mdadm strace
	small_scenario
	strace -f -qq -o calls -e trace=%file,init_module,finit_module,mount,mknod,mknodat \
		env ASAN_OPTIONS=detect_leaks=0 "$mdtrace" record --vm --accel=tcg -o logs small.scenario >out 2>err ||
		{ fail 'record under strace fails'; cat out err; }
	grep -q 'execve.*qemu' calls || fail 'QEMU was not traced'
	grep -E 'execve.*"[^"]*mdadm"' calls && fail 'mdadm was run on the host'
	grep -E '"/dev/(md|loop|sd|hd|vd|xvd|nvme|dm-|mapper|ram|zram|disk|mem|port|kmsg|fuse)' calls &&
		fail 'a device of the host was opened'
	grep -E '"/sys/(block|dev/block|class/block|module/(md|raid|loop))|"/proc/(mdstat|partitions|sysrq)' calls &&
		fail 'the host was asked of its devices'
	grep -E '(init_module|mount|mknod|mknodat)\(' calls && fail 'the host was changed'
	grep -E '(open|openat|creat)\(.*O_(WRONLY|RDWR|CREAT)' calls |
		grep -vE '"/dev/(null|tty|kvm|ptmx)"|= -1 |memfd|/proc/self/fd|"/dev/fdset|"logs/' |
		grep -v "\"$XDG_CACHE_HOME" && fail 'a file of the host was opened for writing'
	true
}

# ---- steps that go wrong ----

case_step_fails() {
	needs mdadm strace
	scenario bad 'step ok true' 'step no mdadm --examine /dev/nowhere' 'step also exit=3 true' 'step any exit=any false'
	record 1 bad.scenario
	says '^mdtrace: bad[.]scenario:2: no exited with 1, not 0:$'
	says 'cannot open /dev/nowhere'
	says '^mdtrace: bad[.]scenario:3: also exited with 0, not 3$'
	[[ $(grep -c '^mdtrace: ' err) == 2 ]] || fail 'other complaints'
	[[ -s logs/bad/any.strace ]] || fail 'the steps behind it did not run'
}

case_step_hangs() {
	needs strace
	scenario slow 'step hang timeout=1 sleep 100' 'step next true'
	record 1 slow.scenario
	says '^mdtrace: slow[.]scenario:1: hang was not over after 1 s$'
	grep -q 'nanosleep(' logs/slow/hang.strace || fail 'what came is lost'
	grep -q 'exited with 0' logs/slow/next.strace || fail 'the next step did not run'
}

case_kernel_panics() {
	needs strace
	scenario dead 'step before true' 'run sh -c "echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger"' 'step behind true'
	record 2 dead.scenario
	says '^mdtrace: dead[.]scenario: the VM panicked'
	says '^mdtrace: dead[.]scenario:2: run 2 was not over when the VM ended$'
	says '^mdtrace: dead[.]scenario:3: behind did not run$'
	grep -q 'exited with 0' logs/dead/before.strace || fail 'what came before it is lost'
	[[ ! -e logs/dead/behind.strace ]] || fail 'a step that did not run has a log'
}

case_programs_that_are_missing() {
	scenario none 'step x nosuchprogram'
	record 2 none.scenario
	says '^mdtrace: there is no program nosuchprogram in /$'
	mkdir tree
	record 2 --sysroot=tree none.scenario
	says '^mdtrace: there is no program nosuchprogram in tree, nor on this machine$'
	record 2 --sysroot=/nowhere none.scenario
	says '^mdtrace: /nowhere: no such folder$'
	scenario some 'step x true'
	record 2 --sysroot=tree some.scenario
	says '^mdtrace: tree has none of the programs that the scenarios run$'
	record 2 nowhere.scenario
	says '^mdtrace: nowhere[.]scenario: No such file or directory$'
	printf 'step\n' >bad.scenario
	record 2 bad.scenario
	says '^mdtrace: bad[.]scenario:1:5: expected the step.s name'
}

run_case
