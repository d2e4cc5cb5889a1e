#!/bin/bash
# blame.sh MDTRACE CASE: whose fault it is, of runs that are stored in tests/blame. Each function
# case_NAME is a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
runs=$traces/../tests/blame


# A question more, which does no harm.
question='/SET_ARRAY_INFO, /i 210   ioctl(4, RAID_VERSION, {major=0, minor=90, patchlevel=3}) = 0'

# take RUN LOG [SCRIPT]: ./RUN is the stored log, edited by sed
take() {
	xz -dc "$runs/$2.strace.xz" | sed -E "${3-}" >"$1"
}

# judge WHOSE: of ./gg ./gb ./bg ./bb
judge() {
	local status=1
	[[ $1 == nobody ]] && status=0
	run "$status" blame --format=json gg gb bg bb
	grep -q "\"whose\":\"$1\"" out || { fail "$plant: not $1:"; run "$status" blame gg gb bg bb; cat out; }
}

# Each plant of an mdadm, on two kernels.
case_mdadm() {
	take gg base.6.1
	take gb base.7.2
	while read -r plant _; do
		take bg "$plant.6.1"
		take bb "$plant.7.2"
		judge mdadm
	done < <(grep -v '^#' "$runs/plants")
}

# Each plant of a kernel, met by two mdadm that do not ask quite the same.
case_kernel() {
	take gg base.6.1
	take bg base.6.1 "$question"
	while read -r plant script; do
		take gb base.7.2 "$script"
		take bb base.7.2 "$question"$'\n'"$script"
		cmp -s bb <(take /dev/stdout base.7.2 "$question") && fail "$plant edits nothing"
		judge kernel
	done < <(grep -v '^#' "$runs/answers")
}

# A machine that is otherwise: on the bad kernel only, or in the last run only.
case_environment() {
	local message='# mdtrace: kernel 4 "md: personality for level 1 is not loaded!"'
	local plants=(
		's/(new_array", O_WRONLY\)) *= 4$/\1 = -1 EROFS (Read-only file system)/'
		's/(new_array", O_WRONLY\)) *= 4$/\1 = -1 ENOENT (No such file or directory)/'
		"s/(RUN_ARRAY, .*\\)) *= 0\$/\\1 = -1 EINVAL (Invalid argument)\\n$message/"
		's/("\/dev\/loop1", O_RDWR\|O_EXCL\)) *= 6$/\1 = -1 EBUSY (Device or resource busy)/'
		's/("\/dev\/loop0", O_RDONLY\)) *= 3$/\1 = -1 ENXIO (No such device or address)/'
	)
	take gg base.6.1
	take bg base.6.1 "$question"
	for plant in "${plants[@]}"; do
		take gb base.7.2 "$plant"
		take bb base.7.2 "$question"$'\n'"$plant"
		judge environment
		take gb base.7.2
		take bg base.6.1
		take bb base.7.2 "$plant"
		judge environment
		take bg base.6.1 "$question"
	done
}

# mdadm 4.4 stops the array that it is going to assemble, 4.6 does not; with
# legacy_async_del_gendisk=N the array is then gone.
case_legacy_async_del_gendisk() {
	take gg story-4.6.6.12
	take gb story-4.6.7.2
	take bg story-4.4.6.12
	take bb story-4.4.7.2
	judge both
	run 1 blame gg gb bg bb
	prints 'asked otherwise: .*STOP_ARRAY on md0: only here'
	prints 'other answer: .*SET_ARRAY_INFO on md0: 0 → ENODEV'
	prints 'model of md: .*the array was stopped and deleted'
	prints 'known change: .*legacy_async_del_gendisk.*since 6\.17'
	# The kernel alone, if nobody has the newer mdadm; mdadm alone on the newer kernel.
	cp bg gg
	cp bb gb
	judge kernel
	take gg story-4.6.7.2
	cp gg gb
	take bg story-4.4.7.2
	judge mdadm
}

# An array that 7.2 made has a logical block size in its superblocks, which 6.12 refuses.
case_logical_block_size() {
	take gg lbs.7.2
	take gb lbs.6.12
	cp gg bg
	cp gb bb
	judge kernel
	run 1 blame gg gb bg bb
	prints 'other answer: .*ADD_NEW_DISK .*0 → EINVAL'
	prints 'known change: .*logical_block_size'
}

run_case
