#!/bin/bash
# install.sh BUILD CC LDFLAGS: install into a new place and use it from there, as a stranger
# would. LDFLAGS is what the build links with (the sanitizers).
set -eu
build=$1 cc=$2 flags=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cmake --install "$build" --prefix "$dir" >/dev/null
libdir=$(dirname "$(find "$dir" -name libmdtrace.a)")
export PKG_CONFIG_PATH=$libdir/pkgconfig
status=0

complain() {
	echo "$1"
	status=1
}

for file in bin/mdtrace libexec/mdtrace/mdtrace-guest include/mdtrace/mdtrace.h \
	share/man/man1/mdtrace.1 share/bash-completion/completions/mdtrace \
	share/fish/vendor_completions.d/mdtrace.fish share/zsh/site-functions/_mdtrace \
	share/doc/mdtrace/examples/failed.c share/doc/mdtrace/examples/failed.py \
	share/mdtrace/schemas/mdtrace-{event,state,why,diff,replay}.json; do
	[[ -s $dir/$file ]] || complain "$file is not installed"
done
"$dir/bin/mdtrace" --version | grep -q "$(pkg-config --modversion mdtrace)" ||
	complain "the program and the pkg-config file differ in the version"

# One header, with names that are nobody else's, and what it declares is what is exported: as the
# Debian package says it.
header=$dir/include/mdtrace/mdtrace.h
[[ $(find "$dir/include" -name '*.h') == "$header" ]] || complain "more than one header is installed"
nm -D --defined-only "$libdir/libmdtrace.so" | awk '$2 != "A" { print $3 }' |
	sed 's/@.*//' | sort -u >"$dir/exported"
grep -v '^#' "$header" | tr '\n\t' '  ' | grep -oE 'MDTRACE_API [^;{]*\(' |
	sed 's/(.*//; s/.*[ *]//' | sort -u >"$dir/declared"
sed -n 's/^ \(mdtrace_[a-z_]*\)@.*/\1/p' "$(dirname "$0")/../debian/libmdtrace0.symbols" >"$dir/packaged"
diff "$dir/declared" "$dir/exported" || complain "what is declared (<) is not what is exported (>)"
diff "$dir/packaged" "$dir/exported" || complain "debian/libmdtrace0.symbols (<) is not what is exported (>)"
sed -n 's/^#define \([A-Za-z_]*\).*/\1/p' "$header" | grep -v '^MDTRACE_' && complain "macros without a prefix"

read -ra flags <<<"$flags"
read -ra cflags <<<"$(pkg-config --cflags mdtrace)"
read -ra libs <<<"$(pkg-config --libs mdtrace)"
read -ra private <<<"$(pkg-config --print-requires-private mdtrace | xargs pkg-config --libs)"
printf '#include <mdtrace.h>\nint main() { return !mdtrace_version(); }\n' >"$dir/one.cc"
for language in 'c -std=c11' 'c -std=gnu17' 'c++ -std=c++11' 'c++ -std=c++20'; do
	# shellcheck disable=SC2086
	clang -x $language -Wall -Wextra -pedantic -Werror -fsyntax-only "${cflags[@]}" "$header" ||
		complain "the header is not clean as $language"
done
clang -x c++ -c "${cflags[@]}" "$dir/one.cc" -o "$dir/one.o"
"$cc" "$dir/one.o" -o "$dir/one" "${flags[@]}" "${libs[@]}" || complain "C++ cannot link the library"

# The examples, as somebody would build them: of a log that has calls that failed.
example=$dir/share/doc/mdtrace/examples/failed
log=$(dirname "$0")/../traces/replay/re-add-refused.strace
"$dir/bin/mdtrace" annotate --only=md --brief "$log" | grep -cE ' = -1 E' >"$dir/count"
"$cc" -Wall -Wextra -Werror "${cflags[@]}" "$example.c" -o "$dir/shared" "${flags[@]}" "${libs[@]}"
"$cc" "${cflags[@]}" "$example.c" -o "$dir/static" "${flags[@]}" \
	"${libs[@]/#-lmdtrace/-l:libmdtrace.a}" "${private[@]}"
LD_LIBRARY_PATH=$libdir "$dir/shared" "$log" >"$dir/expected" || complain "the C example fails"
grep -q 'ADD_NEW_DISK on md3 (9:3).*: EINVAL, ' "$dir/expected" || complain "the C example does not say what failed"
[[ $(wc -l <"$dir/expected") == "$(cat "$dir/count")" ]] || complain "the C example and annotate differ"
"$dir/static" "$log" | diff "$dir/expected" - || complain "the static library says something else"
preload=
[[ ${flags[*]} == *address* ]] && preload=$("$cc" -print-file-name=libasan.so)
LD_PRELOAD=$preload ASAN_OPTIONS=detect_leaks=0 MDTRACE_LIBRARY=$libdir/libmdtrace.so.0 \
	python3 "$example.py" "$log" | diff "$dir/expected" - || complain "the Python example says something else"
readelf -d "$dir/shared" | grep -q 'NEEDED.*libmdtrace.so.[0-9]' || complain "no soname was linked"

# And away again, all that is in the manifest.
manifest=$dir/manifest
find "$dir" -path "$dir/bin/*" -o -path "$dir/share/man/*" -type f >"$manifest"
cmake -DMANIFEST="$manifest" -P "$(dirname "$0")/../cmake/uninstall.cmake" >/dev/null 2>&1
[[ -e $dir/bin/mdtrace ]] && complain "uninstall leaves the program"
exit $status
