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

# In a default place it is found without being named, after what the program knows itself.
unset MDTRACE_PACKS
export XDG_DATA_HOME=$dir/data HOME=$dir/home
here=$XDG_DATA_HOME/mdtrace/packs
mkdir -p "$here/folder.o" "$HOME/.local/share/mdtrace/packs" other
cat >clash.h <<'END'
struct clash { int x, y, z; };
#define CLASH_VERSION _IOR(9, 0x10, struct clash)
END
"$mdtrace" pack clash.h -o clash.o >/dev/null
cp acme.pack.o clash.o "$here"
"$mdtrace" decode 0x4024e701 ACME_FLASH RAID_VERSION >out 2>err || fail 'not in a default place'
[[ $(grep -c '^ACME_FLASH  0x4024e701' out) == 2 ]] || fail 'not found by number and name'
[[ ! -s err ]] || fail "$(cat err)"
"$mdtrace" decode --pack clash.o 0x800c0910 >out
[[ $(head -n 1 out) == CLASH_VERSION* ]] || fail 'a pack that is given does not win'
"$mdtrace" list '^(RAID|CLASH)_VERSION' >out
[[ $(tail -n 1 out) == *" CLASH_VERSION "*"($here/clash.o)" ]] || fail "$(cat out)"
"$mdtrace" list --pack clash.o '^(RAID|CLASH)_VERSION' >out
[[ $(head -n 1 out) == *"(clash.o, wins over the built-in one)" ]] || fail "$(cat out)"

# What is broken there is told, once, when it is looked at; the others are read.
echo junk >"$here/broken.o"
mkfifo "$here/pipe.o"
"$mdtrace" decode RAID_VERSION >out 2>err || fail 'one that is known needs a pack'
[[ ! -s err ]] || fail 'read though there was nothing to look for'
"$mdtrace" decode 0x4024e701 0xe7ff ACME_FLASH >out 2>err || [[ $? == 1 ]] || fail 'ends at a broken pack'
[[ $(grep -c '^ACME_FLASH' out) == 2 ]] || fail 'a broken pack hides the others'
[[ $(<err) == "mdtrace: $here/broken.o: not an ELF object (this pack is left out)" ]] || fail "$(cat err)"

# Where they are can be told, also that there are none.
cp acme.pack.o other
MDTRACE_PACKS=$dir/none:$dir/other "$mdtrace" decode ACME_FLASH >out 2>err || fail 'MDTRACE_PACKS does not count'
[[ ! -s err ]] || fail "$(cat err)"
if MDTRACE_PACKS='' "$mdtrace" decode ACME_FLASH >out 2>err; then fail 'found where nobody may look'; fi
unset XDG_DATA_HOME
mv acme.pack.o "$HOME/.local/share/mdtrace/packs"
"$mdtrace" decode ACME_FLASH >out || fail 'not found below HOME'

"$mdtrace" decode --pack clash.o '_IOC(_IOC_READ, 0x9, 0x10, 0xc)' >out
[[ $(head -n 1 out) == CLASH_VERSION* ]] || fail 'not found by the parts of its number'

if CC=no-such-compiler "$mdtrace" pack acme.h -o x.o 2>err; then fail 'made by no compiler'; fi
grep -q "no compiler 'no-such-compiler'" err || fail 'a compiler that is not there is not told'
echo '}' >bad.h
if "$mdtrace" pack bad.h -o x.o 2>err; then fail 'made of what is no C'; fi
grep -q 'cannot compile the headers' err || fail 'a bad header is not told'
if "$mdtrace" pack none.h 2>err; then fail 'made of nothing'; fi
grep -q 'none.h: No such file' err || fail 'a missing header is not told'
