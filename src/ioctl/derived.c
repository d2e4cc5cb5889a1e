// SPDX-License-Identifier: MIT
#include "ioctl/derived.h"

const char *mdt_trust_name(enum mdt_trust trust)
{
	switch (trust) {
	case MDT_TRUST_NONE:
		return "unknown";
	case MDT_TRUST_PRESUMED:
		return "presumed";
	case MDT_TRUST_KNOWN:
		return "determined";
	}
	unreachable();
}

void mdt_derived_log_deinit(struct mdt_derived_log *log)
{
	mdt_map_deinit(&log->by_line);
	mdt_arena_deinit(&log->arena);
	*log = (struct mdt_derived_log){ 0 };
}

static struct mdt_derived *copy_of(struct mdt_arena *arena, const struct mdt_derived *it)
{
	struct mdt_derived *derived = mdt_arena_new(arena, struct mdt_derived);
	struct mdt_derived_field *fields = mdt_arena_alloc(
		arena, it->count * sizeof(*fields), _Alignof(struct mdt_derived_field));

	if (!derived || !fields)
		return NULL;
	*derived = *it;
	derived->fields = fields;
	for (size_t i = 0; i < it->count; i++) {
		fields[i] = it->fields[i];
		if (!mdt_arena_copy(arena, it->fields[i].why, &fields[i].why))
			return NULL;
	}
	return mdt_arena_copy(arena, it->bytes, &derived->bytes) ? derived : NULL;
}

struct mdt_error *mdt_derived_add(struct mdt_derived_log *log, unsigned long line,
				  const struct mdt_ioctl *row, struct mdt_slice bytes,
				  const struct mdt_derived_field *fields, size_t count)
{
	const struct mdt_derived it = { row, bytes, fields, count };
	struct mdt_derived *derived;

	if (!count)
		return NULL;
	derived = copy_of(&log->arena, &it);
	return derived && mdt_map_set(&log->by_line, line, derived) ? NULL : &mdt_enomem;
}

const struct mdt_derived *mdt_derived_find(const struct mdt_derived_log *log,
					   unsigned long line)
{
	return mdt_map_find(&log->by_line, line);
}

const struct mdt_derived_field *mdt_derived_field_at(const struct mdt_derived *derived,
						     uint32_t offset, uint32_t size)
{
	for (size_t i = 0; i < derived->count; i++) {
		const struct mdt_derived_field *it = &derived->fields[i];

		if (it->offset <= offset && it->offset + it->size >= offset + size)
			return it;
	}
	return NULL;
}
