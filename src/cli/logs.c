// SPDX-License-Identifier: MIT
#include "cli/logs.h"

bool logs_same_run(const char *file, const char *last, const struct mdt_reader *reader)
{
	const char *dot = strrchr(file, '.'),
		   *last_dot = last ? strrchr(last, '.') : NULL;

	return mdt_reader_pid(reader) && last_dot && dot - file == last_dot - last &&
	       memcmp(file, last, (size_t)(dot - file)) == 0;
}
