#!/bin/bash
# examine.sh MAKE_SUPER: what mdadm says about the superblocks that the library makes. Each
# function case_* makes images in files and names lines that `mdadm --examine` must print.
# Skips (77) without mdadm; needs no root and touches no device.
# shellcheck disable=SC2317  # the cases are called by name
set -eu
make_super=$1
mdadm=$(PATH=$PATH:/sbin:/usr/sbin command -v mdadm) || { echo "no mdadm"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
image=$work/image
failed=0

# examine KEY=NUMBER...: make an image and keep what mdadm prints about it
examine() {
	what=$*
	if ! "$make_super" "$image" "$@" || ! "$mdadm" --examine "$image" >"$work/out" 2>&1; then
		echo "$what: not made, or not examined"
		cat "$work/out"
		failed=1
	fi
	is "Checksum" '[0-9a-f]+ - correct'
}

# is KEY PATTERN: mdadm prints the line "KEY : PATTERN", more may follow
is() {
	grep -qE "^ *$1 : $2( |\$)" "$work/out" && return
	echo "$what: expected \"$1 : $2\", mdadm says:"
	grep -E "^ *$1 :" "$work/out" || cat "$work/out"
	failed=1
}

MIB=$((1024 * 1024)) GIB=$((1024 * 1024 * 1024))

case_identity() {
	local minor
	for minor in 0 1 2; do
		examine major=1 minor="$minor" bytes=$((40 * MIB)) events=17 name=vm:some
		is Version "1\.$minor"
		is "Array UUID" 01234567:89abcdef:10325476:98badcfe
		is Name vm:some
		is "Raid Level" raid1
		is "Raid Devices" 2
		is Events 17
		is State clean
		is "Device Role" "Active device 0"
		is "Array State" AA
		is "Bad Block Log" "512 entries available"
	done
	examine major=0 minor=90 bytes=$((40 * MIB)) events=17 md_minor=5
	is Version '0\.90\.00'
	is UUID 01234567:89abcdef:10325476:98badcfe
	is "Raid Level" raid1
	is "Raid Devices" 2
	is "Total Devices" 2
	is "Active Devices" 2
	is "Failed Devices" 0
	is "Preferred Minor" 5
	is Events 17
	is State clean
}

# sizes in sectors as `mdadm --create` 4.2 chooses them
case_sizes() {
	examine minor=2 bytes=$((40 * MIB))
	is "Data Offset" "2048 sectors"
	is "Super Offset" "8 sectors"
	is "Avail Dev Size" "79872 sectors"
	is "Array Size" "39936 KiB"
	examine minor=1 bytes=$((40 * MIB))
	is "Super Offset" "0 sectors"
	is "Data Offset" "2048 sectors"
	examine minor=0 bytes=$((40 * MIB))
	is "Super Offset" "81904 sectors"
	is "Array Size" "40896 KiB"
	examine major=0 minor=90 bytes=$((40 * MIB))
	is "Used Dev Size" 40896
	examine minor=2 bytes=$((100 * GIB))
	is "Data Offset" "133120 sectors"
	examine minor=2 bytes=$((1000 * GIB))
	is "Data Offset" "264192 sectors"
	examine minor=2 level=5 raid_disks=3 chunk=1024 bytes=$((40 * MIB + 12288))
	is "Chunk Size" 512K
	is "Data Offset" "4096 sectors"
	is "Array Size" "77824 KiB"
	examine minor=2 bytes=$((40 * MIB)) size=20480 data_offset=4096
	is "Used Dev Size" "20480 sectors"
	is "Data Offset" "4096 sectors"
}

case_roles() {
	local minor
	for minor in 0 1 2; do
		examine minor="$minor" bytes=$((8 * MIB)) number=1 role=1
		is "Device Role" "Active device 1"
		is "Array State" AA
		examine minor="$minor" bytes=$((8 * MIB)) number=2 role=0xffff
		is "Device Role" spare
		examine minor="$minor" bytes=$((8 * MIB)) number=2 role=1
		is "Device Role" "Active device 1"
		examine minor="$minor" bytes=$((8 * MIB)) number=300 role=0
		is "Device Role" "Active device 0"
	done
	examine major=0 minor=90 bytes=$((8 * MIB)) number=2 role=0xffff
	is "Total Devices" 3
	is "Spare Devices" 1
	is "Working Devices" 3
	examine major=0 minor=90 bytes=$((8 * MIB)) number=3 role=0xfffe
	is "Failed Devices" 1
	is "Working Devices" 2
}

case_resync() {
	local minor
	for minor in 0 1 2; do
		examine minor="$minor" bytes=$((8 * MIB)) resync=0
		is State active
		examine minor="$minor" bytes=$((8 * MIB)) devflags=1
		is Flags write-mostly
	done
	examine major=0 minor=90 bytes=$((8 * MIB)) resync=0
	is State active
}

# mdadm drops the flag when it finds no bitmap of this array there
case_bitmap() {
	examine minor=2 bytes=$((40 * MIB)) features=1
	is "Internal Bitmap" "8 sectors from superblock"
	examine minor=1 bytes=$((40 * MIB)) features=1
	is "Internal Bitmap" "8 sectors from superblock"
	examine minor=0 bytes=$((40 * MIB)) features=1
	is "Internal Bitmap" "-16 sectors from superblock"
}

# a changed byte must show, or the checks above are worth nothing
case_damage() {
	examine minor=2 bytes=$((8 * MIB))
	printf 'x' | dd of="$image" bs=1 seek=$((4096 + 64)) conv=notrunc status=none
	"$mdadm" --examine "$image" >"$work/out" 2>&1
	is "Checksum" '[0-9a-f]+ - expected [0-9a-f]+'
}

for case in $(compgen -A function case_); do
	"$case"
done
exit "$failed"
