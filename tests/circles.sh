#!/bin/bash
# circles.sh BUILD: no files call each other in a circle: what one of them needs of another can be
# read without it. BUILD has the objects of src/; what they define and need is asked of nm.
#
# A circle that may stay has a line below, with the reason: its files (or more), then `#`.
set -eu -o pipefail
export LC_ALL=C
objects=$(realpath "$1")/src
allowed=$(mktemp)
trap 'rm -f "$allowed"' EXIT
cat >"$allowed" <<'ALLOWED'
derive/args derive/answers derive/facts derive/learn derive/members derive/super derive/world # to be mended
model/analyze model/effects model/effects_members model/guards model/level_raid0 model/level_raid1 model/level_raid10 model/level_raid5 model/personality model/state model/thread model/write # the machine asks a level, which uses the machine
ALLOWED
python3 - "$objects" "$(dirname "$(dirname "$(realpath "$0")")")/src" "$allowed" <<'PYTHON'
import os, re, subprocess, sys

root = sys.argv[1]
allowed = [set(line.split("#")[0].split()) for line in open(sys.argv[3])]

def objects():
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            where = re.sub(r"CMakeFiles/[^/]*\.dir/", "", os.path.relpath(path, root))
            # Objects of files that are gone stay in a build folder.
            if name.endswith(".c.o") and os.path.exists(f"{sys.argv[2]}/{where[:-2]}"):
                yield path, where.removesuffix(".c.o")

defines, needs = {}, {}
files = list(objects())
if len(files) < 100:
    sys.exit(f"{root}: {len(files)} objects, where all of src/ should be")
text = subprocess.run(["nm", "-A", *(path for path, _ in files)], check=True,
                      capture_output=True, text=True).stdout
names = dict(files)
for line in text.splitlines():
    path, rest = line.split(".o:", 1)
    *_, kind, symbol = rest.split()
    if kind in "TDRBC":
        defines.setdefault(symbol, names[path + ".o"])
    elif kind == "U":
        needs.setdefault(names[path + ".o"], set()).add(symbol)

calls = {}
for name, symbols in needs.items():
    for symbol in symbols:
        if defines.get(symbol, name) != name:
            calls.setdefault(name, {}).setdefault(defines[symbol], []).append(symbol)

if not calls: # objects for a linker that optimizes have no symbols yet
    print("the objects have no symbols")
    sys.exit(77)

# Which files each one reaches; those that reach each other are a circle.
def reached(start):
    seen, todo = set(), [start]
    while todo:
        for name in calls.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen

reach = {name: reached(name) for name in calls}
circles = {tuple(sorted(b for b in reach[a] if a in reach.get(b, ()))) for a in reach if a in reach[a]}
status = 0
for circle in sorted(circles):
    if any(it.issuperset(circle) for it in allowed):
        continue
    status = 1
    print("files that call each other in a circle:")
    for a in circle:
        for b in circle:
            if b in calls[a]:
                print(f"  {a}.c -> {b}.c: {', '.join(sorted(calls[a][b]))}")
sys.exit(status)
PYTHON
