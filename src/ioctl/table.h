/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which ioctls there are. The table of the packs in decoders/ is part of the program;
 * pack.h adds to it at run time. Tables are const and may be shared between threads.
 */
#ifndef MDT_IOCTL_TABLE_H
#define MDT_IOCTL_TABLE_H

#include "ioctl/number.h"
#include "ioctl/type.h"

/** What ioctl(2)'s third argument is, whatever the number's direction bits say. */
enum mdt_ioctl_arg {
	MDT_ARG_UNSAID,	 /* `_IO` or a plain constant, and no pack says more */
	MDT_ARG_IGNORED, /* the driver never looks at it */
	MDT_ARG_VALUE,	 /* the argument itself: a dev_t, a descriptor, a number */
	MDT_ARG_IN,	 /* memory that the kernel reads */
	MDT_ARG_OUT,	 /* memory that the kernel writes */
	MDT_ARG_INOUT,	 /* both */
};

/** One name of one number. */
struct mdt_ioctl {
	uint32_t number;
	enum mdt_ioctl_arg arg;
	const char *name;
	const struct mdt_type *type; /* of the memory, or of the value; NULL if none */
	const struct mdt_meaning *meaning; /* of a scalar type, or NULL */
	const char *type_text; /* as the macro or the pack names it; "" without type */
	const char *header;    /* `linux/raid/md_u.h`; "" for history */
	const char *pack;      /* `md` */
	const char *note;      /* why arg or type is not what the number says, with its
				* source; "" if they agree */
	const char *since; /* of history: first and last kernel, as the pack has them; */
	const char *until; /* "" when not known or not history */
	bool is_history;   /* no header has it today */
	bool is_alias;	   /* its macro is only another one's name */
	bool size_lies;	   /* type->size is not what the number's size bits say */
	uint32_t varies;   /* bits of the number that the macro's parameters set: of
			    * `EVIOCGNAME(len)` those of the size; number has zeros
			    * there. 0: a macro without parameters */
};

/**
 * Rows by number, and where that is shared the best name first. Rows and types are to be
 * had by mdt_ioctl_at() and mdt_ioctl_type_at().
 */
struct mdt_ioctl_table {
	const struct mdt_ioctl *rows;
	const uint32_t *numbers; /* of the rows */
	const uint32_t *by_name; /* indices into rows, by name */
	const uint32_t *by_nr;	 /* indices into rows, by type byte, then nr */
	size_t count;
	const uint32_t *templates; /* indices of the rows whose number varies */
	size_t template_count;
	const struct mdt_type *const *types; /* the named ones, by name */
	size_t type_count;
	bool is_stored; /* rows and types are made when they are asked for: store.h */
};

/** The table that the program was built with. */
MDT_API const struct mdt_ioctl_table *mdt_ioctl_builtin(void);

/** Row @p i of @p table, which is below its count. */
MDT_API const struct mdt_ioctl *mdt_ioctl_at(const struct mdt_ioctl_table *table,
					     size_t i);

/** Type @p i of those with a name, which is below its type_count. */
MDT_API const struct mdt_type *mdt_ioctl_type_at(const struct mdt_ioctl_table *table,
						 size_t i);

/**
 * Find a number.
 * @param[out] count Of rows with this number, one behind the other; may be NULL.
 * @return The first, its best name; NULL (and a count of 0) when it is not known.
 */
MDT_API const struct mdt_ioctl *mdt_ioctl_find(const struct mdt_ioctl_table *table,
					       uint32_t number, size_t *count);

/**
 * How many of the rows of one number are as good names for it as the first one: plain
 * ones are better than aliases, and these than `_OLD`, those of 32-bit programs, and
 * what begins with `_`.
 * @param rows What mdt_ioctl_find() returned.
 */
MDT_API size_t mdt_ioctl_best_count(const struct mdt_ioctl *rows, size_t count);

/**
 * Append the name of a number that @p row was found for: where it varies, with what the
 * parameters are: `EVIOCGNAME(256)`.
 */
MDT_API void mdt_ioctl_name_text(const struct mdt_ioctl *row, uint32_t number,
				 struct mdt_buf *ret);

/**
 * Find a name, exactly; without its parameters when it has any.
 * @return NULL when it is not known.
 */
MDT_API const struct mdt_ioctl *mdt_ioctl_find_name(const struct mdt_ioctl_table *table,
						    struct mdt_slice name);

/** Find a type by name: `mdp_super_t`, `struct hd_geometry`. @return Or NULL. */
MDT_API const struct mdt_type *mdt_ioctl_find_type(const struct mdt_ioctl_table *table,
						   struct mdt_slice name);

/**
 * The known name that is nearest to a mistyped one.
 * @return NULL when nothing is near (more than a third of it differs).
 */
MDT_API const struct mdt_ioctl *mdt_ioctl_suggest(const struct mdt_ioctl_table *table,
						  struct mdt_slice name);

/**
 * How bad a name is: 0 for one that people use. Worse are aliases, then those of 32-bit
 * programs, of the past, the kernel's own, and those that no header has today.
 */
MDT_API unsigned int mdt_ioctl_name_rank(const struct mdt_ioctl *row);

/** What the table can say about a number that is not in it. */
struct mdt_ioctl_near {
	const struct mdt_ioctl *twin; /* same type byte and nr, other direction or size */
	const struct mdt_ioctl *below; /* nearest lower nr of the same type byte */
	const struct mdt_ioctl *above; /* nearest higher nr of the same type byte */
	size_t siblings;	       /* numbers in the table with this type byte */
	const char *owner; /* the pack that most of them are from; NULL if none */
};

/** Look around a number; each pointer is NULL when there is nothing. */
MDT_API struct mdt_ioctl_near mdt_ioctl_look_around(const struct mdt_ioctl_table *table,
						    uint32_t number);

/**
 * Whether the argument is memory, so that a payload of it can be decoded (it is worth a
 * try in both directions whenever there is one, as direction bits lie).
 */
static inline bool mdt_ioctl_has_payload(const struct mdt_ioctl *row)
{
	return row->arg >= MDT_ARG_IN && row->type;
}

#endif
