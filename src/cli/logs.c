// SPDX-License-Identifier: MIT
#include "cli/logs.h"

#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"

enum { TOLD_MAX = 64 };

// Some commands read a log twice. The names are copies, since they outlive those of
// whoever reads.
static bool is_told(const char *file)
{
	static char *told[TOLD_MAX];
	size_t i = 0;

	while (i < TOLD_MAX && told[i] && strcmp(told[i], file) != 0)
		i++;
	if (i == TOLD_MAX || told[i])
		return i < TOLD_MAX;
	told[i] = strdup(file);
	return false;
}

void logs_say_undone(const char *file, struct mdt_slice words)
{
	if (!is_told(file))
		cli_report(
			mdt_error_create(MDT_ERR_FORMAT, "%s: input: %.*s (undone)",
					 strcmp(file, "-") == 0 ? "standard input" : file,
					 SLICE_FMT(words)));
}

bool logs_same_run(const char *file, const char *last, const struct mdt_reader *reader)
{
	const char *dot = strrchr(file, '.'),
		   *last_dot = last ? strrchr(last, '.') : NULL;

	return mdt_reader_pid(reader) && last_dot && dot - file == last_dot - last &&
	       memcmp(file, last, (size_t)(dot - file)) == 0;
}

bool logs_can_be_read_twice(const char *const *files, size_t count)
{
	struct stat st;

	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i], "-") == 0 ||
		    (stat(files[i], &st) == 0 && !S_ISREG(st.st_mode)))
			return false;
	return true;
}
