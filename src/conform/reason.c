// SPDX-License-Identifier: MIT
#include "conform/reason.h"

#include <string.h>

static const char root[] = "what runs in the guest is root";
static const char signals[] = "nobody sends the guest signals";
static const char external[] = "no sequence has external metadata";
static const char level[] = "all levels that run are followed";
static const char in_use[] = "nobody else works on the array's attributes";
static const char reshape[] = "no superblock says that it reshapes";

static const struct {
	const char *rule, *reason;
} rows[] = {
	{ "unprivileged", root },
	{ "write-unprivileged", root },
	{ "open-interrupted", signals },
	{ "lock-interrupted", signals },
	{ "external", external },
	{ "fail-other-level", level },
	{ "update-other-level", level },
	{ "add-other-level", level },
	{ "hot-add-other-level", level },
	{ "action-other-level", level },
	{ "run-other-level", level },
	{ "stop-in-use", in_use },
	{ "state-in-use", in_use },
	{ "run-in-use", in_use },
	{ "stop-ro-syncing", in_use },
	{ "run-reshaping", reshape },
	{ "add-lingers", "it is waited for, but for one call in 200" },
	{ "hot-add-lingers", "it is waited for, but for one call in 200" },
	{ "open-being-deleted", "it is waited for, but for one call in 200" },
	{ "update-bitmap", "no disk has a bitmap" },
	{ "bitmap-file", "no file has a bitmap" },
	{ "add-journal", "no sequence adds a journal" },
	{ "action-stopped", "the file goes when the array stops running" },
	{ "state-clean-busy", "nobody writes to the array" },
	{ "lock-deleted", "legacy_async_del_gendisk is not changed" },
	{ "write-deleted", "legacy_async_del_gendisk is not changed" },
	{ "open-deleted", "legacy_async_del_gendisk is not changed" },
	{ "stop-deletes", "legacy_async_del_gendisk is not changed" },
};

const char *mdt_conform_reason(const struct mdt_model_rule *rule)
{
	if (rule->fatal)
		return "it is not asked for: the call would not return, or the kernel die";
	array_for_each (it, rows)
		if (!strcmp(it->rule, rule->name))
			return it->reason;
	return NULL;
}
