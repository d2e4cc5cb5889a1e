// SPDX-License-Identifier: MIT
#define MDT_ARCHIVE_ITSELF
#include "base/archive.h"

#include <dlfcn.h>
#include <string.h>

#include "base/macro.h"

struct mdt_archive_functions mdt_archive;

struct mdt_error *mdt_archive_load(void)
{
	static const char *const names[] = {
#define NAME(name) #name,
		MDT_ARCHIVE_FUNCTIONS(NAME)
	};
	struct mdt_archive_functions loaded;
	void *functions[array_size(names)];
	void *library;

	_Static_assert(sizeof(functions) == sizeof(loaded), "one for each name");
	if (mdt_archive.archive_read_new_fn)
		return NULL;
	library = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; library && i < array_size(names); i++) {
		functions[i] = dlsym(library, names[i]);
		if (!functions[i])
			library = NULL;
	}
	if (!library)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"libarchive is needed here: %s", dlerror());
	memcpy(&mdt_archive, functions, sizeof(mdt_archive));
	return NULL;
}
