#!/bin/bash
# strace_names.sh MDTRACE CC: the second witness. Each number of the table is issued on /dev/null
# under the strace of this machine, and what strace calls it is held against our names. A name
# that only one of the two has needs a reason in strace_names.txt; each reason must be needed.
# The descriptor is opened with O_PATH: no driver gets to see the call.
set -eu
mdtrace=$(realpath "$1") cc=$2
cd "$(dirname "$0")"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
[[ $(strace --version 2>/dev/null) == 'strace -- version 6.1'* ]] ||
	{ echo 'strace 6.1 is not installed: skipped'; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo 'strace may not trace here: skipped'; exit 77; }

"$mdtrace" list | awk '$1 != "0x00000000" { print $1, $5 }' | grep -v '(' | sort -u >"$dir/ours"
{
	printf '#define _GNU_SOURCE\n#include <fcntl.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n'
	printf 'static const unsigned int numbers[] = {\n'
	cut -d' ' -f1 "$dir/ours" | sort -u | sed 's/$/,/'
	printf '};\nint main(void)\n{\n\tint fd = open("/dev/null", O_PATH);\n'
	printf '\tfor (unsigned long i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)\n'
	printf '\t\tsyscall(SYS_ioctl, fd, numbers[i], 0L);\n\treturn 0;\n}\n'
} >"$dir/issue.c"
"$cc" -o "$dir/issue" "$dir/issue.c"
strace -qq -e trace=ioctl -e signal=none -X verbose -o "$dir/log" "$dir/issue"

# `ioctl(3, 0x5401 /* A or B */, ...`, one name a line.
sed -n 's|^ioctl([0-9]*, \(0x[0-9a-f]*\) /\* \([^*]*\) \*/[,)].*|\1 \2|p' "$dir/log" |
	grep -v '_IOC(' | awk '{
		number = sprintf("%8s", substr($1, 3)); gsub(" ", "0", number); number = "0x" number
		sub(/^[^ ]* /, ""); n = split($0, names, " or ")
		for (i = 1; i <= n; i++) print number, names[i]
	}' | sort -u >"$dir/theirs"
[[ $(wc -l <"$dir/theirs") -gt 2500 ]] || { echo 'strace named too few'; exit 1; }
comm -13 "$dir/ours" "$dir/theirs" | sed 's/^/+ /' >"$dir/differs"
comm -23 "$dir/ours" "$dir/theirs" | sed 's/^/- /' >>"$dir/differs"

# A name has one number, whoever has it; but for lines of `=`.
status=0
join -j 2 <(sort -k2 "$dir/ours") <(sort -k2 "$dir/theirs") |
	awk '{ seen[$1 " " $2]; if ($2 == $3) same[$1 " " $2] }
		END { for (it in seen) if (!(it in same)) print it }' |
	cut -d' ' -f1 | sort -u >"$dir/moved"
sed -n 's/^= \([^ ]*\) .*/\1/p' strace_names.txt | sort | diff -u - "$dir/moved" ||
	{ echo 'names with another number in strace'; status=1; }

grep -E '^[+-] ' strace_names.txt >"$dir/reasons"
: >"$dir/explained"
while read -r sign pattern _; do
	grep -E "^[$sign] 0x[0-9a-f]* $pattern\$" "$dir/differs" >"$dir/found" ||
		{ echo "no name needs '$sign $pattern'"; status=1; }
	cat "$dir/found" >>"$dir/explained"
done <"$dir/reasons"
sort -u "$dir/explained" >"$dir/sorted"
sort -u "$dir/differs" | comm -23 - "$dir/sorted" >"$dir/unexplained"
if [[ -s $dir/unexplained ]]; then
	echo 'strace (+) and mdtrace (-) differ, and strace_names.txt says nothing about it:'
	cat "$dir/unexplained"
	status=1
fi
exit $status
