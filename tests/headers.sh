#!/bin/bash
# headers.sh INCLUDE LEFT-OUT: every uapi header of the machine is in a pack or in
# decoders/left-out, and every macro that the build could not read (the file LEFT-OUT) is there,
# too. INCLUDE is where the build has <drm/...>. Both numbers are held fast, so that neither
# grows unseen. Another version of the headers has other ones: then it is skipped.
set -eu
include=$1 left=$2
cd "$(dirname "$0")/.."
version=$(dpkg-query -W -f '${Version}' linux-libc-dev 2>/dev/null || true)
[[ $version == 6.1.* ]] || { echo "linux-libc-dev is '$version', not of 6.1: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

{
	cd /usr/include
	find linux asm-generic sound rdma scsi misc mtd video xen -name '*.h'
	cd /usr/include/x86_64-linux-gnu && find asm -name '*.h'
	cd "$include" && find -L drm -name '*.h'
} | sort -u >"$dir/headers"
sed -n 's/^include <\(.*\)>.*/\1/p' decoders/*.pack | sort -u >"$dir/in-packs"
sed -n 's/^\([^# ][^ ]*\.h\)  .*/\1/p' decoders/left-out | sort >"$dir/headers-listed"
comm -23 "$dir/headers" "$dir/in-packs" | diff -u "$dir/headers-listed" -

sed -n 's/^[a-z0-9]*: \([A-Za-z0-9_]*\): .*/\1/p' "$left" | sort -u >"$dir/macros"
sed -n 's/^\([A-Z][A-Z0-9_]*\)  .*/\1/p' decoders/left-out | sort >"$dir/macros-listed"
diff -u "$dir/macros-listed" "$dir/macros"

headers=$(wc -l <"$dir/headers-listed") macros=$(wc -l <"$dir/macros-listed")
[[ $headers == 30 && $macros == 18 ]] ||
	{ echo "$headers headers and $macros macros are left out, not 30 and 18"; exit 1; }
