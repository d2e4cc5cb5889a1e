/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Paths that mean something to md: device nodes, sysfs attributes, module parameters,
 * /proc/mdstat; and the words that are written to and read from them.
 *
 * Everything is borrowed: slices point into the path, rows are static.
 */
#ifndef MDT_MD_SYSFS_H
#define MDT_MD_SYSFS_H

#include "base/slice.h"

enum mdt_md_path_kind {
	MDT_PATH_NODE,	     /* /dev/md0, /dev/md_d0, /dev/md_foo */
	MDT_PATH_NAMED_NODE, /* /dev/md/foo: a link to a node, whose number is not told */
	MDT_PATH_TMP_NODE,   /* /dev/.tmp.md.PID:MAJOR:MINOR, of any block device */
	MDT_PATH_PARTITION,  /* /dev/md0p1, of the major block-ext */
	MDT_PATH_DISK_DIR,  /* /sys/block/md0, also below devices/virtual and dev/block */
	MDT_PATH_DISK_ATTR, /* /sys/block/md0/uevent */
	MDT_PATH_ARRAY_DIR, /* /sys/block/md0/md */
	MDT_PATH_ARRAY_ATTR,  /* /sys/block/md0/md/array_state, md/bitmap/location */
	MDT_PATH_MEMBER_DIR,  /* /sys/block/md0/md/dev-loop0 */
	MDT_PATH_MEMBER_ATTR, /* /sys/block/md0/md/dev-loop0/state */
	MDT_PATH_PARAMETER,   /* /sys/module/md_mod/parameters/new_array */
	MDT_PATH_MDSTAT,      /* /proc/mdstat */
	MDT_PATH_MDADM,	      /* mdadm's own files; attr: map, mdadm.conf */
};

/** Which table a name belongs to: `state` of a member is not that of an array. */
enum mdt_md_attr_of {
	MDT_ATTR_DISK,
	MDT_ATTR_ARRAY,
	MDT_ATTR_MEMBER,
	MDT_ATTR_PARAMETER,
};

struct mdt_md_attr {
	enum mdt_md_attr_of of;
	const char *name;  /* "array_state", "bitmap/location" */
	const char *means; /* one line, lower case, no full stop */
};

struct mdt_md_path {
	enum mdt_md_path_kind kind;
	struct mdt_slice array;	 /* "md0"; a NAMED_NODE's "foo"; empty: has none */
	struct mdt_slice member; /* "loop0" of dev-loop0; "rd0" for the link md/rd0 */
	struct mdt_slice attr;	 /* the rest of the path, no doubled slashes in front */
	const struct mdt_md_attr *row; /* what attr means, or NULL when it is not known */
	bool has_dev;		       /* major and minor are known */
	uint32_t major, minor;	       /* 9 and N for mdN; a TMP_NODE's own */
	uint32_t partition;	       /* of a PARTITION, else 0 */
	uint32_t pid;		       /* of a TMP_NODE's maker, else 0 */
};

/**
 * @param path Absolute; doubled slashes are as good as one.
 * @return false when md has nothing to do with it; @p ret is then untouched.
 */
MDT_API bool mdt_md_path_parse(struct mdt_slice path, struct mdt_md_path *ret);

/**
 * The kernel's name of an array without any folder: `md0`, `md127`, `md_d0`
 * (partitionable, of the old kind), `md_foo` (made through new_array).
 * @param[out] minor N of mdN; MDT_MINOR_UNKNOWN for the other forms.
 * @return false when it is none; `md0p1` and `md` are none.
 */
MDT_API bool mdt_md_name_parse(struct mdt_slice name, uint32_t *minor);
#define MDT_MINOR_UNKNOWN UINT32_MAX

/** What a value of an attribute means. */
struct mdt_md_word {
	enum mdt_md_attr_of of;
	const char *attr;    /* "array_state" */
	const char *word;    /* "readonly" */
	const char *read;    /* when read; NULL: is never reported */
	const char *written; /* when written; NULL: is always refused */
};

/**
 * @param value As read or written; blanks and newlines at its end do not count. For
 * attributes that hold a list of words (`faulty,blocked` of a member's state) ask for
 * each.
 * @return NULL when the attribute has no table of words, or this is none of them.
 */
MDT_API const struct mdt_md_word *
mdt_md_word_find(enum mdt_md_attr_of of, struct mdt_slice attr, struct mdt_slice value);

/** All rows, for tests and for listings. @param[out] len How many. */
MDT_API const struct mdt_md_attr *mdt_md_attrs(size_t *len);
MDT_API const struct mdt_md_word *mdt_md_words(size_t *len);

#endif
