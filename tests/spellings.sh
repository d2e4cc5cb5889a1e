#!/bin/bash
# spellings.sh MDTRACE LOG...: a log says the same however its ioctls are spelt: by name, in hex,
# decimal, negative decimal, as _IOC() with its flags in either order, as one of several names.
set -eu -o pipefail
mdtrace=$1
shift
export LC_ALL=C
failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$mdtrace" list --format=json >"$dir/table"

# spell FROM TO: write each spelling of FROM to TO/SPELLING.strace
spell() {
	python3 - "$dir/table" "$1" "$2" <<'PYTHON'
import json, re, sys

names, numbers = {}, {}
for line in open(sys.argv[1]):
    row = json.loads(line)
    number = int(str(row["number"]), 0)
    names[row["name"]] = number
    numbers.setdefault(number, row["name"])

def number_of(request):
    request = re.sub(r" /\*.*?\*/", "", request)
    ioc = re.fullmatch(r"_IOC\(([^,]*), (\w+), (\w+), (\w+)\)", request)
    if ioc:
        direction = 2 * ("_IOC_READ" in ioc[1]) + ("_IOC_WRITE" in ioc[1])
        kind, nr, size = (int(part, 0) for part in ioc.groups()[1:])
        return direction << 30 | size << 16 | kind << 8 | nr
    for word in request.split(" or "):
        if word in names:
            return names[word]
    return int(request, 0) & 0xffffffff if re.fullmatch(r"-?(0x)?[0-9a-f]+", request) else None

def ioc(number, flags):
    chosen = [flag for bit, flag in flags if number >> bit & 1] or ["_IOC_NONE"]
    return "_IOC({}, {:#x}, {:#x}, {:#x})".format(
        "|".join(chosen), number >> 8 & 0xff, number & 0xff, number >> 16 & 0x3fff)

read, write = (31, "_IOC_READ"), (30, "_IOC_WRITE")
spellings = {
    "name": lambda n: numbers.get(n, hex(n)),
    "hex": hex,
    "decimal": str,
    "negative": lambda n: str(n - (1 << 32) if n >> 31 else n),
    "ioc": lambda n: ioc(n, [read, write]),
    "ioc-other-order": lambda n: ioc(n, [write, read]),
    "either": lambda n: "NO_SUCH_NAME or " + numbers[n] if n in numbers else hex(n),
}
request = re.compile(rb"(\bioctl\(\d+(?:<.*?>)?, )((?:_IOC\([^)]*\)|[^,()])+?)(?=, |\)| <unfinished)")
log = open(sys.argv[2], "rb").read()
for name, spell in spellings.items():
    def respell(match):
        number = number_of(match[2].decode())
        return match[0] if number is None else match[1] + spell(number).encode()
    text, count = request.subn(respell, log)
    if not count and b"ioctl(" in log:
        sys.exit(sys.argv[2] + ": no ioctl was found in it")
    open(f"{sys.argv[3]}/{name}.strace", "wb").write(text)
PYTHON
}

# answers LOG: what each command says of it
answers() {
	local log=$1 status=0
	"$mdtrace" annotate --format=json "$log" 2>&1 | sed -n 's/.*\("line":[0-9]*\),.*"remark":/\1 /p'
	"$mdtrace" states "$log" 2>&1 || status=$?
	# The `=` stays where the log has it, which is not where strace would have put it.
	"$mdtrace" replay --dry-run "$log" 2>&1 | sed 's/) *= /) = /' || status=$?
	"$mdtrace" conform --plan --sequences=3 --from="$log" 2>&1 || status=$?
	echo "exit $status"
}

for log; do
	mkdir "$dir/spelt"
	cp "$log" "$dir/log.strace"
	(cd "$dir" && answers log.strace) >"$dir/expected"
	grep -q '^"line"' "$dir/expected" || { echo "$log: annotate has no remarks" && failed=1; }
	spell "$log" "$dir/spelt"
	for spelt in "$dir"/spelt/*.strace; do
		name=$(basename "$spelt" .strace)
		mv "$spelt" "$dir/log.strace"
		(cd "$dir" && answers log.strace) >"$dir/actual"
		if ! diff "$dir/expected" "$dir/actual" >"$dir/differs"; then
			echo "$log: spelt as $name:"
			head -n 20 "$dir/differs" | cut -c 1-300
			failed=1
		fi
		if ! "$mdtrace" diff "$log" "$dir/log.strace" >"$dir/differs"; then
			echo "$log: spelt as $name, diff:"
			head -n 20 "$dir/differs" | cut -c 1-300
			failed=1
		fi
	done
	rm -r "$dir/spelt"
done
exit $failed
