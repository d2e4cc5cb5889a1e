#!/bin/bash
# export.sh MDTRACE CASE: reproducers that are written, but not run: tests/vm/record.sh runs them.
# Each function case_NAME is a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2

# A page is enough for each log, in each form that has a good deal around it.
case_lines() {
	local log form
	for log in "$traces"/{notes,payload,replay}/*.strace; do
		for form in shell c blktests syz; do
			run 0 export --to="$form" "$log"
			(($(wc -l <out) < 40)) || fail "$form of $log has $(wc -l <out) lines"
			[[ $form == c || $form == syz ]] || bash -n out || fail "$form of $log"
		done
	done
}

case_c_compiles() {
	needs cc
	run 0 export --to=c "$traces"/mdadm-4.4/{create,fail,remove,add,stop,assemble}.strace
	cc -Wall -Wextra -Werror -x c -o repro out || fail 'it does not compile'
}

# Each line by the grammar of syzkaller's docs/program_syntax.md, each ioctl by the descriptions.
case_syz_grammar() {
	run 0 list --format=syzlang
	mv out descriptions
	run 0 export --to=syz "$traces"/mdadm-4.4/{create,fail,remove,add,stop,assemble}.strace
	python3 - out descriptions <<'PYTHON' || fail 'not of that grammar'
import re, sys

described = dict(re.findall(r"^ioctl\$(\w+)\(fd fd, cmd const\[(0x[0-9a-f]+)\]", open(sys.argv[2]).read(), re.M))
tokens = re.compile(r"""0x[0-9a-f]+|r[0-9]+\b|'(?:[^'\\]|\\.)*'|"(?:[0-9a-f]{2})*"|[A-Za-z_][\w$]*|[=(){}\[\],&@]""")

class Line:
    def __init__(self, text):
        self.items, at = [], 0
        while at < len(text):
            if text[at] == " ":
                at += 1
                continue
            found = tokens.match(text, at)
            if not found:
                raise ValueError(f"column {at}: {text[at:at + 20]!r}")
            self.items.append(found[0])
            at = found.end()

    def see(self):
        return self.items[0] if self.items else ""

    def take(self, what=None):
        if not self.items or what and self.items[0] != what:
            raise ValueError(f"expected {what}, not {self.see()!r}")
        return self.items.pop(0)

    def several(self, end):
        ret = []
        while self.see() != end:
            ret.append(self.arg())
            if self.see() != end:
                self.take(",")
        self.take(end)
        return ret

    def arg(self):
        word = self.take()
        if word == "&":
            self.take("(")
            int(self.take(), 16)
            self.take(")")
            if self.see() == "=":
                self.take("=")
                if self.see() == "ANY":
                    self.take("ANY")
                    self.take("=")
                self.arg()
        elif word in "[{":
            self.several("]" if word == "[" else "}")
        elif word == "@":
            self.take()
            if self.see() == "=":
                self.take("=")
                self.arg()
        elif not re.fullmatch(r"0x[0-9a-f]+|r[0-9]+|nil|'.*'|\".*\"", word):
            raise ValueError(f"no argument: {word!r}")
        return word

results, calls, status = set(), 0, 0
for number, text in enumerate(open(sys.argv[1]), 1):
    line = Line(re.sub(r" ?#.*", "", text.rstrip("\n")))
    if not line.items:
        continue
    try:
        result = None
        if re.fullmatch(r"r[0-9]+", line.see()):
            result = line.take()
            line.take("=")
        name = line.take()
        line.take("(")
        arguments = line.several(")")
        if line.items:
            raise ValueError(f"more: {line.items}")
        if used := [it for it in arguments if re.fullmatch(r"r[0-9]+", it) and it not in results]:
            raise ValueError(f"not there yet: {used}")
        if name.startswith("ioctl$") and int(described[name[6:]], 16) != int(arguments[1], 16):
            raise ValueError(f"{name} is {described[name[6:]]}")
        if result:
            results.add(result)
        calls += 1
    except (ValueError, KeyError) as error:
        print(f"line {number}: {error}\n{text}", end="")
        status = 1
sys.exit(status or calls < 10)
PYTHON
}

run_case
