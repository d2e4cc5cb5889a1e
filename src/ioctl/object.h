/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The debug info of a pack: its macros, types and enumerators, read with libdw. Nothing
 * in the object is trusted: sizes, offsets, cycles and the amount of work are checked.
 */
#ifndef MDT_IOCTL_OBJECT_H
#define MDT_IOCTL_OBJECT_H

#include "ioctl/cpp.h"
#include "ioctl/eval.h"

struct mdt_object;

/**
 * Open an object and read its macros; types are read when they are asked for.
 * @param fd An ELF object of this machine's kind; stays the caller's.
 * @param path For messages.
 * @param arena Owns every type that is asked for; may outlive the object.
 * @return NULL, MDT_ERR_FORMAT when it is not such an ELF object, MDT_ERR_DWARF when it
 *	has no macros or its debug info is damaged.
 */
struct mdt_error *mdt_object_create(int fd, const char *path, struct mdt_arena *arena,
				    struct mdt_object **ret) MUST_CHECK;
void mdt_object_destroy(struct mdt_object *object);

static inline void mdt_object_destroyp(struct mdt_object **object)
{
	mdt_object_destroy(*object);
}

/** The macros; their text lives as long as the object. */
struct mdt_cpp *mdt_object_macros(struct mdt_object *object);

/** Names for the evaluator: the object's types and enumerators. */
struct mdt_eval_env mdt_object_env(struct mdt_object *object);

/** The value of an enumerator, by name; and all of them, in order (value as mdt_number).
 */
struct mdt_number *mdt_object_find_enumerator(struct mdt_object *object,
					      struct mdt_slice name);
const struct mdt_map *mdt_object_enumerators(const struct mdt_object *object);

/**
 * Give the field of a struct a meaning, for all who use the struct.
 * @param type `struct foo` or a typedef of it.
 * @param field `bar`, or `bar.baz` of a struct in it.
 * @return NULL; MDT_ERR_NOT_FOUND when there is no such type or field; &mdt_enomem.
 */
struct mdt_error *mdt_object_set_meaning(struct mdt_object *object, struct mdt_slice type,
					 struct mdt_slice field,
					 const struct mdt_meaning *meaning) MUST_CHECK;

/**
 * A header's name as an #include has it: `/usr/include/linux/fs.h` -> `linux/fs.h`, also
 * for multiarch folders and the kernel's include/uapi.
 */
const char *mdt_header_name(const char *path);

/** `MD_DISK_*` for a list of constants: what all names begin with, up to an underscore.
 */
const char *mdt_common_pattern(const struct mdt_constant *constants, size_t count,
			       struct mdt_arena *arena);

#endif
