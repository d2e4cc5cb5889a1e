/* SPDX-License-Identifier: MIT */
/** @file Every command, in the order of the help: X(foo) is `cmd_foo` in cmd_foo.c. */
// clang-format off
#define COMMANDS(X) \
	X(decode) \
	X(list) \
	X(pack) \
	X(ops) \
	X(where) \
	X(annotate) \
	X(states) \
	X(explain) \
	X(why) \
	X(view) \
	X(diff) \
	X(parse) \
	X(record) \
	X(replay) \
	X(kernels) \
	X(bisect) \
	X(blame) \
	X(export) \
	X(conform) \
	X(merge) \
	X(help) \
	X(version) \
	X(completion)
