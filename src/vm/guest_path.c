// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm/file.h"
#include "vm/vm.h"

// Below the folder of the running program: beside it, in its build folder
// (src/cli/mdtrace, tests/test_vm), installed (bin/mdtrace).
static const char *const places[] = {
	"mdtrace-guest",
	"../guest/mdtrace-guest",
	"../src/guest/mdtrace-guest",
	"../libexec/mdtrace/mdtrace-guest",
};

static char *program_dir(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return strdup(path);
}

static struct mdt_error *not_there(const char *dir)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf where = { 0 };

	array_for_each (place, places)
		mdt_buf_printf(&where, "%s%s/%s", where.len ? ", " : "", dir, *place);
	return mdt_error_os(ENOENT, "mdtrace-guest is not in any of $MDTRACE_GUEST, %.*s",
			    SLICE_FMT(mdt_buf_slice(&where)));
}

static struct mdt_error *copy(const char *path, char **ret)
{
	*ret = strdup(path);
	return *ret ? NULL : &mdt_enomem;
}

struct mdt_error *mdt_vm_guest_path(char **ret)
{
	const char *demanded = getenv("MDTRACE_GUEST");
	_cleanup_(mdt_freep) char *dir = NULL;

	if (demanded && *demanded)
		return copy(demanded, ret);
	dir = program_dir();
	if (!dir)
		return mdt_error_os(errno, "/proc/self/exe");
	array_for_each (place, places) {
		_cleanup_(mdt_freep) char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, *place) < 0) {
			path = NULL;
			return &mdt_enomem;
		}
		if (access(path, R_OK) == 0) {
			*ret = no_cleanup_ptr(path);
			return NULL;
		}
	}
	return not_there(dir);
}
