// SPDX-License-Identifier: MIT
#include "base/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macro.h"

static int check(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == EACCES ? EACCES : ENOENT;
	return S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? 0 : EACCES;
}

static int look_in_path(const char *name, char **ret)
{
	const char *dirs = getenv("PATH");
	int found = ENOENT;

	for (const char *dir = dirs ? dirs : ""; *dir;) {
		size_t len = strcspn(dir, ":");
		char *path = NULL;
		int code;

		if (asprintf(&path, "%.*s/%s", (int)len, dir, name) < 0)
			return ENOMEM;
		code = len ? check(path) : ENOENT;
		if (code == 0) {
			*ret = path;
			return 0;
		}
		free(path);
		// One that may be run may yet follow.
		if (code == EACCES)
			found = EACCES;
		dir += len + (dir[len] == ':');
	}
	return found;
}

int mdt_program_path(const char *name, char **ret)
{
	int code;

	*ret = NULL;
	if (!*name)
		return ENOENT;
	if (!strchr(name, '/'))
		return look_in_path(name, ret);
	code = check(name);
	if (code == 0 && !(*ret = strdup(name)))
		return ENOMEM;
	return code;
}
