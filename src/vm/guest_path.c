// SPDX-License-Identifier: MIT
#include "vm/guest_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm/file.h"
#include "vm/vm.h"

// Below the folder of the running program: beside it, in its build folder
// (src/cli/mdtrace, tests/test_vm); installed, as src/CMakeLists.txt has it from
// CMAKE_INSTALL_LIBEXECDIR. That may be absolute.
static const char *const places[] = {
	"mdtrace-guest",
	"../guest/mdtrace-guest",
	"../src/guest/mdtrace-guest",
	MDT_GUEST_INSTALLED,
};

static struct mdt_error *path_of(const char *dir, const char *place, char **ret)
{
	int n = place[0] == '/' ? asprintf(ret, "%s", place)
				: asprintf(ret, "%s/%s", dir, place);

	if (n >= 0)
		return NULL;
	*ret = NULL;
	return &mdt_enomem;
}

static struct mdt_error *not_there(const char *dir)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf where = { 0 };

	array_for_each (place, places) {
		_cleanup_(mdt_freep) char *path = NULL;
		struct mdt_error *err = path_of(dir, *place, &path);

		if (err)
			return err;
		mdt_buf_printf(&where, "%s%s", where.len ? ", " : "", path);
	}
	return mdt_error_os(ENOENT, "mdtrace-guest is not in any of $MDTRACE_GUEST, %.*s",
			    SLICE_FMT(mdt_buf_slice(&where)));
}

struct mdt_error *mdt_guest_near(const char *dir, char **ret)
{
	array_for_each (place, places) {
		_cleanup_(mdt_freep) char *path = NULL;
		struct mdt_error *err = path_of(dir, *place, &path);

		if (err)
			return err;
		if (access(path, R_OK) == 0) {
			*ret = no_cleanup_ptr(path);
			return NULL;
		}
	}
	return not_there(dir);
}

char *mdt_program_dir(void)
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

struct mdt_error *mdt_vm_guest_path(char **ret)
{
	const char *demanded = getenv("MDTRACE_GUEST");
	_cleanup_(mdt_freep) char *dir = NULL;

	if (demanded && *demanded) {
		*ret = strdup(demanded);
		return *ret ? NULL : &mdt_enomem;
	}
	dir = mdt_program_dir();
	return dir ? mdt_guest_near(dir, ret) : mdt_error_os(errno, "/proc/self/exe");
}
