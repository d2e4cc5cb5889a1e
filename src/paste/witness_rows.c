// SPDX-License-Identifier: MIT
// What other tracers print of the same calls, as strace would have: perf trace, ftrace
// and trace-cmd, bpftrace, ltrace -S, truss.
#include "paste/witness.h"

const struct paste_row paste_witness_rows[] = {
	{ "ftrace", 1, witness_learn_ftrace, witness_ftrace_line, NULL, NULL },
	{ "perf trace", 1, witness_learn_perf, witness_perf_line, NULL, NULL },
	{ "bpftrace", 1, witness_learn_bpftrace, witness_bpftrace_line, NULL, NULL },
	{ "truss", 1, witness_learn_truss, witness_truss_line, NULL, NULL },
	{ 0 },
};

const struct paste_row paste_certain_rows[] = {
	{ "ltrace -S", 1, witness_learn_ltrace, witness_ltrace_line, NULL, NULL },
	{ 0 },
};
