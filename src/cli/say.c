// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"

void cli_report(struct mdt_error *err)
{
	cli_say("%s", err->message);
	mdt_error_destroy(err);
}

// What is said when there is no memory to say more; should that fail too, the status
// tells.
static void say_out_of_memory(void)
{
	static const char text[] = "mdtrace: out of memory\n";
	ssize_t n _unused_ = write(STDERR_FILENO, text, sizeof(text) - 1);
}

void cli_say(const char *fmt, ...)
{
	_cleanup_(out_deinit) struct out out;
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	out_init(&out, STDERR_FILENO);
	out_adds(&out, "mdtrace: ");
	out_adds(&out, text ? text : mdt_enomem.message);
	out_addc(&out, '\n');
	out_finish(&out);
	free(text);
	if (out_failed(&out))
		say_out_of_memory();
}
