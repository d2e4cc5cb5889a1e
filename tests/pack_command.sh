#!/bin/bash
# pack_command.sh MDTRACE CC: from a vendor's header to decoded output, as in
# docs/HOWTO_ADD_IOCTL.md; and what is said when it cannot be done.
set -eu
mdtrace=$(realpath "$1")
export CC=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail() {
	echo "$1"
	exit 1
}

cat >acme.h <<'END'
struct acme_flash { __u32 slot; char file[32]; };
#define ACME_FLASH _IOW(0xe7, 1, struct acme_flash)
END
"$mdtrace" pack acme.h -o acme.pack.o | grep -qx 'acme.pack.o: 1 ioctls' || fail 'no pack'
"$mdtrace" decode --pack acme.pack.o 0x4024e701 0700000061622e62696e00 >out
grep -q '^ACME_FLASH  0x4024e701' out || fail 'not found by its number'
grep -qF '{slot=7, file="ab.bin"' out || fail 'not decoded'

if CC=no-such-compiler "$mdtrace" pack acme.h -o x.o 2>err; then fail 'made by no compiler'; fi
grep -q "no compiler 'no-such-compiler'" err || fail 'a compiler that is not there is not told'
echo '}' >bad.h
if "$mdtrace" pack bad.h -o x.o 2>err; then fail 'made of what is no C'; fi
grep -q 'cannot compile the headers' err || fail 'a bad header is not told'
if "$mdtrace" pack none.h 2>err; then fail 'made of nothing'; fi
grep -q 'none.h: No such file' err || fail 'a missing header is not told'
