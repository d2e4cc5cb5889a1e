#!/bin/bash
# stack.sh MDTRACE CASE: the stacks of strace -k, of programs that are compiled here. Each
# function case_NAME is a test of its own.
# shellcheck disable=SC2317,SC2329  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
needs cc objcopy strip readelf
unset DEBUGINFOD_CACHE_PATH

# say() prints the stack of a call as strace does, of two frames; the address of each is where it
# is in the file.
cat >s.c <<'END'
#include <stdio.h>

extern char __ehdr_start[];

static void frame(const char *program, const void *at)
{
	printf(" > %s() [0x%lx]\n", program, (unsigned long)((const char *)at - __ehdr_start));
}

static __attribute__((noinline)) void say(const char *program, const void *caller)
{
	printf("ioctl(3, RUN_ARRAY, 0) = 0\n > /lib/libc.so.6(ioctl+0x3b) [0xfdd6b]\n");
	frame(program, __builtin_return_address(0)); /* inner */
	frame(program, caller);
}

static inline __attribute__((always_inline)) void inner(char **argv)
{
	say(argv[0], __builtin_return_address(0)); /* call */
}

__attribute__((noinline)) int outer(char **argv)
{
	inner(argv); /* outer */
	return argv[0][0];
}

int main(int argc, char **argv)
{
	return outer(argv) + argc == 0; /* main */
}
END

# line WORD: the line of s.c that has the comment
line() {
	grep -n "/\* $1 \*/" s.c | cut -d: -f1
}

# build NAME WORD...: ./NAME, and ./NAME.log of a call that it made
build() {
	cc -g -O2 "${@:2}" s.c -o "$1" 2>/dev/null || exit 77
	"./$1" | sed "s|\./$1|$dir/$1|" >"$1.log"
}

# lines NAME WORD...: the call in ./NAME.log gets the right line
lines() {
	run 0 annotate "${@:2}" "$1.log"
	prints "^ioctl.* # RUN_ARRAY: .*, from s\.c:$(line call) \(inner < outer < main\)$"
	[[ $(wc -l <out) == 1 ]] || fail "the stack is not folded: $(<out)"
	[[ ! -s err ]] || fail "$(<err)"
}

# moved NAME BY: ./NAME.log, the addresses of the program moved
moved() {
	local line
	while read -r line; do
		if [[ $line =~ ^(.*"/$1() [")(0x[0-9a-f]+)] ]]; then
			printf ' %s0x%x]\n' "${BASH_REMATCH[1]}" $((BASH_REMATCH[2] + $2))
		elif [[ $line == '>'* ]]; then
			echo " $line"
		else
			echo "$line"
		fi
	done <"$1.log"
}

case_position_independent() {
	build a -pie -fPIE
	lines a --debug=/
}

case_at_a_fixed_address() {
	build a -no-pie -fno-pie
	lines a --debug=/
	# As a strace with libdw has it: less one, and as it was linked.
	moved a 0x3fffff >b.log
	grep -q '\[0x401' b.log || fail "$(<b.log)"
	lines b --debug=/
}

# The place in the file is not the address.
case_loaded_elsewhere() {
	local offset
	build a -pie -fPIE -Wl,-Ttext=0x300000
	moved a -1 >linked.log
	lines linked --debug=/
	offset=$(readelf -lW a | sed -n 's/^ *LOAD *\(0x[0-9a-f]*\) 0x0*\(2ff\|300\)\([0-9a-f]*\) .* R E .*/0x\2\3 - \1/p')
	((offset > 0)) || exit 77
	moved a $((-(offset))) >file.log
	lines file --debug=/
}

# separate NAME: its debug info goes to debug/NAME.debug
separate() {
	mkdir -p debug
	objcopy --only-keep-debug "$1" "debug/$1.debug" && strip "$1" || exit 77
	id=$(readelf -n "$1" | sed -n 's/.*Build ID: //p')
	[[ $id ]] || exit 77
}

case_debug_info_elsewhere() {
	build a
	separate a
	run 0 annotate --debug=/ a.log
	prints ', from a at 0x'
	says "no source lines of $dir/a: there is no debug info of it"
	lines a --debug=/ --debug=debug/a.debug
	mkdir -p "d/usr/lib/debug/.build-id/${id:0:2}" "cache/debuginfod_client/$id" root/usr/bin
	cp debug/a.debug "d/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug"
	lines a --debug=/ --debug=d
	mv debug/a.debug "cache/debuginfod_client/$id/debuginfo"
	XDG_CACHE_HOME=$dir/cache lines a --debug=/
	# In a root that is not this machine's, or in any folder.
	mv a root/usr/bin
	XDG_CACHE_HOME=$dir/cache lines a --debug=root/usr/bin
	sed "s|$dir/a|/bin/a|" a.log >b.log
	XDG_CACHE_HOME=$dir/cache lines b --debug=root
}

case_of_another_build() {
	build a -Wl,--build-id=0x1234abcd
	separate a
	mkdir -p d/.build-id/12
	build b -Wl,--build-id=0x9988aabb
	objcopy --only-keep-debug b d/.build-id/12/34abcd.debug
	run 0 annotate --debug=/ --debug=d a.log
	says "no source lines of $dir/a: the debug info is of another build"
	# The symbol that the log has is elsewhere in the program.
	sed 's/\/b()/\/b(outer+0x7)/' b.log >c.log
	run 0 annotate --debug=/ c.log
	says "no source lines of $dir/b: the program has the symbol elsewhere: it is another build"
	prints ', from outer\+0x7'
	sed 's/\/b() \[0x/\/b() [0x7f/' b.log >c.log
	run 0 annotate --debug=/ c.log
	says 'the program has no code at this address: it is another build'
}

case_without_programs() {
	build a
	run 0 annotate a.log
	prints ', from a at 0x'
	says "a.log: no source lines of $dir/a: --debug says where it is"
	sed 's/() \(\[.*\)/(Create+0x1c5) \1 \/src\/md adm\/Create.c:1043/' a.log >kk.log
	run 0 annotate --debug=/nowhere kk.log
	prints ', from Create\.c:1043 \(Create < Create\)$'
	[[ ! -s err ]] || fail "$(<err)"
	sed 's/a() \(\[.*\)/a(Create+0x1c5) \1/' a.log >k.log
	run 0 annotate k.log
	prints ', from Create\+0x1c5 < Create$'
	run 0 annotate --debug=/proc/kmsg --debug=/dev/zero a.log
}

case_frames_that_are_shown() {
	build a
	run 0 annotate --debug=/ --stacks=all a.log
	prints "^ > $dir/a\(\) \[0x[0-9a-f]+\]  # s\.c:$(line call) \(inner < outer\)$"
	prints "^ > $dir/a\(\) \[0x[0-9a-f]+\]  # s\.c:$(line main) \(main\)$"
	needs jq
	run 0 annotate --debug=/ --format=json a.log
	jq -es --argjson line "$(line call)" 'map(.frame // empty) |
		.[0].library and (.[1] | .function == "inner" and .line == $line and .inlined[1].function == "outer")' \
		out >/dev/null || fail "$(<out)"
	run 0 annotate --brief --filter=nothing --debug=/ a.log
	[[ ! -s out ]] || fail "the stack of a line that is left out: $(<out)"
	run 0 annotate --rewrite a.log
	cmp out a.log || fail 'a log that is rewritten has its stacks'
}

# A pipe that stays open: the line is there at once, its stack when it is known.
case_pipe() {
	build a
	cat a.log a.log >b.log
	"$mdtrace" annotate --debug=/ <b.log >out 2>err
	[[ $(grep -c ', from s\.c' out) == 2 ]] || fail "$(<out)"
	{
		head -n 1 a.log
		for _ in {1..100}; do
			[[ -s $dir/out ]] && break
			sleep 0.05
		done
		tail -n +2 a.log
	} | "$mdtrace" annotate --debug=/ >out 2>err
	prints '^ioctl.*# RUN_ARRAY'
	prints '^ > .*s\.c:'
}

# strace itself.
case_strace() {
	needs strace
	strace -V | grep -q stack-trace= || exit 77
	strace -o probe true 2>/dev/null || exit 77 # no ptrace here
	cat >t.c <<-'END'
		#include <sys/ioctl.h>

		static inline int ask(int fd)
		{
			return ioctl(fd, 0x80480911, 0); /* ask */
		}

		__attribute__((noinline)) int work(int fd)
		{
			return ask(fd) + fd;
		}

		int main(void)
		{
			return work(0) > 0;
		}
	END
	local at kind
	at=$(grep -n '/\* ask \*/' t.c | cut -d: -f1)
	for kind in '-O0 -pie -fPIE' '-O2 -pie -fPIE' '-O0 -no-pie -fno-pie' '-O2 -no-pie -fno-pie'; do
		# shellcheck disable=SC2086  # several words
		cc -g $kind t.c -o t || exit 77
		strace -k -e trace=ioctl -o log ./t </dev/null
		run 0 annotate --debug=/ --only=md --brief log
		prints "# GET_ARRAY_INFO.*, from t\.c:$at \(ask < work < main\)$"
	done
}

# A call that comes from another function, which has been inlined.
case_diff() {
	build a
	sed 's/inner(argv);/say(argv[0], __builtin_return_address(0));/' s.c >t.c
	sed -i '/always_inline/,/^}/d' t.c
	mv t.c s.c
	build b
	run 0 diff --old-debug=/ --new-debug=/ --level=ioctl a.log b.log
	prints '^  RUN_ARRAY.* \(line 1 → 1\): inner < outer < main → outer < main$'
	run 0 diff --old-debug=/ --new-debug=/ --level=ioctl a.log a.log
	[[ ! -s out ]] || fail "$(<out)"
	needs jq
	run 0 diff --old-debug=/ --new-debug=/ --level=ioctl --format=json a.log b.log
	jq -e '.moved_between_functions | length == 1 and .[0].old_from == "inner < outer < main"' out \
		>/dev/null || fail "$(<out)"
	run 0 diff --level=ioctl a.log b.log
	[[ ! -s out ]] || fail "addresses alone say nothing: $(<out)"
}

run_case
