// SPDX-License-Identifier: MIT
#include "ioctl/store.h"

#include <pthread.h>
#include <stdatomic.h>

// What is made whole is never changed again, and nobody can reach it before its row is
// marked, so the lock is only for those who make.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *text(uint32_t offset)
{
	return mdt_store_strings + offset;
}

static const struct mdt_meaning *make_meaning(uint16_t i)
{
	const struct mdt_store_meaning *from;
	struct mdt_constant *constants;

	if (i == MDT_STORE_NONE)
		return NULL;
	if (mdt_whole_meaning_is[i])
		return &mdt_whole_meanings[i];
	from = &mdt_store_meanings[i];
	constants = &mdt_whole_constants[from->first];
	for (uint32_t k = 0; k < from->count; k++)
		constants[k] = (struct mdt_constant){
			text(mdt_store_constant_names[from->first + k]),
			mdt_store_constant_values[from->first + k],
		};
	mdt_whole_meanings[i] =
		(struct mdt_meaning){ (enum mdt_meaning_kind)from->kind,
				      text(from->pattern), constants, from->count };
	mdt_whole_meaning_is[i] = 1;
	return &mdt_whole_meanings[i];
}

static const struct mdt_type *make_type(uint16_t i);

static const struct mdt_member *make_members(const struct mdt_store_type *type)
{
	struct mdt_member *members = &mdt_whole_members[type->first];

	for (uint32_t k = 0; k < type->count; k++) {
		const struct mdt_store_member *from = &mdt_store_members[type->first + k];

		members[k] = (struct mdt_member){
			.name = text(from->name),
			.type = make_type(from->type),
			.meaning = make_meaning(from->meaning),
			.offset = from->offset,
			.bit_offset = from->bit_offset,
			.bit_size = from->bit_size,
		};
	}
	return members;
}

// mdt-packc writes what a type is made of before it, so this ends.
static const struct mdt_type *make_type(uint16_t i)
{
	const struct mdt_store_type *from;
	enum mdt_type_kind kind;

	if (i == MDT_STORE_NONE)
		return NULL;
	if (mdt_whole_type_is[i])
		return &mdt_whole_types[i];
	from = &mdt_store_types[i];
	kind = (enum mdt_type_kind)from->kind;
	mdt_whole_types[i] = (struct mdt_type){
		.kind = kind,
		.is_signed = from->flags & MDT_STORE_IS_SIGNED,
		.is_char = from->flags & MDT_STORE_IS_CHAR,
		.is_big_endian = from->flags & MDT_STORE_IS_BIG_ENDIAN,
		.is_flexible = from->flags & MDT_STORE_IS_FLEXIBLE,
		.name = text(from->name),
		.size = from->size,
		.count = from->count,
		.item = kind == MDT_TYPE_ARRAY ? make_type((uint16_t)from->first) : NULL,
		.members = kind == MDT_TYPE_STRUCT || kind == MDT_TYPE_UNION
				   ? make_members(from)
				   : NULL,
		.meaning = make_meaning(from->meaning),
	};
	mdt_whole_type_is[i] = 1;
	return &mdt_whole_types[i];
}

static uint32_t varies(size_t row)
{
	for (uint32_t i = 0; i < mdt_store_template_count; i++)
		if (mdt_store_templates[i] == row)
			return mdt_store_varies[i];
	return 0;
}

static void make_row(size_t i)
{
	const struct mdt_store_row *from = &mdt_store_rows[i];

	mdt_whole_rows[i] = (struct mdt_ioctl){
		.number = mdt_store_numbers[i],
		.arg = (enum mdt_ioctl_arg)from->arg,
		.name = text(from->name),
		.type = make_type(from->type),
		.meaning = make_meaning(from->meaning),
		.type_text = text(from->type_text),
		.header = text(from->header),
		.pack = text(from->pack),
		.note = text(from->note),
		.since = text(from->since),
		.until = text(from->until),
		.is_history = from->flags & MDT_STORE_IS_HISTORY,
		.size_lies = from->flags & MDT_STORE_SIZE_LIES,
		.is_alias = from->flags & MDT_STORE_IS_ALIAS,
		.varies = varies(i),
	};
}

const struct mdt_ioctl *mdt_store_row(size_t i)
{
	_Atomic unsigned char *is = &mdt_whole_row_is[i];

	if (atomic_load_explicit(is, memory_order_acquire))
		return &mdt_whole_rows[i];
	pthread_mutex_lock(&lock);
	if (!atomic_load_explicit(is, memory_order_relaxed)) {
		make_row(i);
		atomic_store_explicit(is, 1, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return &mdt_whole_rows[i];
}

const struct mdt_type *mdt_store_type(size_t i)
{
	const struct mdt_type *type;

	pthread_mutex_lock(&lock);
	type = make_type(mdt_store_named[i]);
	pthread_mutex_unlock(&lock);
	return type;
}

const struct mdt_ioctl_table *mdt_ioctl_builtin(void)
{
	static struct mdt_ioctl_table table;
	static atomic_bool is_made;

	if (atomic_load_explicit(&is_made, memory_order_acquire))
		return &table;
	pthread_mutex_lock(&lock);
	if (!atomic_load_explicit(&is_made, memory_order_relaxed)) {
		table = (struct mdt_ioctl_table){
			.is_stored = true,
			.rows = mdt_whole_rows,
			.numbers = mdt_store_numbers,
			.by_name = mdt_store_by_name,
			.by_nr = mdt_store_by_nr,
			.count = mdt_store_count,
			.templates = mdt_store_templates,
			.template_count = mdt_store_template_count,
			.type_count = mdt_store_named_count,
		};
		atomic_store_explicit(&is_made, true, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return &table;
}
