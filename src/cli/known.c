// SPDX-License-Identifier: MIT
#include "cli/known.h"

#include <string.h>
#include <sys/stat.h>

#include "cli/unread.h"
#include "derive/arguments.h"

static bool can_read_again(const char *file)
{
	struct stat st;

	return file && strcmp(file, "-") != 0 && stat(file, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

static const struct mdt_derived *find(void *data, unsigned long line)
{
	struct known *known = data;

	if (!known->is_done && can_read_again(known->file)) {
		struct mdt_error *err = mdt_derive_arguments(known->file, &known->log);

		// What the log is at fault for, its reader tells.
		err = unread_keep(err, &known->unread);
		known->failed_memory |= err == &mdt_enomem;
	}
	known->is_done = true;
	return mdt_derived_find(&known->log, line);
}

struct mdt_annotate_knower known_knower(struct known *known)
{
	return (struct mdt_annotate_knower){ find, known };
}

void known_begin(struct known *known, const char *file)
{
	known_deinit(known);
	known->file = file;
	known->is_done = false;
}
