// SPDX-License-Identifier: MIT
#include "vm/cache.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *mdt_cache_path(const char *name)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *ret = NULL;
	int n = -1;

	// What is not absolute does not count (XDG Base Directory Specification).
	if (cache && cache[0] == '/')
		n = asprintf(&ret, "%s/mdtrace/%s", cache, name);
	else if (home && home[0] == '/')
		n = asprintf(&ret, "%s/.cache/mdtrace/%s", home, name);
	return n < 0 ? NULL : ret;
}

void mdt_cache_make_dirs(const char *path)
{
	char copy[PATH_MAX];

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return;
	for (char *p = copy + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(copy, 0700);
		*p = '/';
	}
}
