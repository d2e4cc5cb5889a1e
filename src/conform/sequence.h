/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A sequence of calls on one array, and the disks that it finds. What is in a sequence is
 * what is asked; what comes of it is predicted (conform/fold.h).
 */
#ifndef MDT_CONFORM_SEQUENCE_H
#define MDT_CONFORM_SEQUENCE_H

#include "base/error.h"
#include "model/model.h"

/** What a call is. */
enum mdt_conform_kind {
	MDT_CONFORM_OPEN,  /* the array's node */
	MDT_CONFORM_CLOSE, /* a descriptor of it */
	MDT_CONFORM_IOCTL,
	MDT_CONFORM_ATTRIBUTE, /* a word is written to an attribute of the array's */
	MDT_CONFORM_PARAMETER, /* the same for new_array, which is md_mod's */
};

/** What an ioctl has as its argument. */
enum mdt_conform_arg {
	MDT_CONFORM_ARG_VALUE,	 /* a number: 0 is also NULL */
	MDT_CONFORM_ARG_BYTES,	 /* memory */
	MDT_CONFORM_ARG_POINTER, /* an address at which there is nothing */
};

enum {
	MDT_CONFORM_SLOTS = 3,	       /* descriptors of the array at the same time */
	MDT_CONFORM_FIRST_FD = 3,      /* that of slot 0 */
	MDT_CONFORM_FILE_FD = 10,      /* a regular file's, open for writing */
	MDT_CONFORM_ATTRIBUTE_FD = 11, /* an attribute's, while it is written */
	MDT_CONFORM_DISK_FD = 12,      /* the first disk's, while it is claimed */
	MDT_CONFORM_BYTES = 72, /* sizeof(mdu_array_info_t): no argument has more */
	MDT_CONFORM_WORD = 40,
	MDT_CONFORM_MINOR = 100, /* the array is md100 */
};

struct mdt_conform_call {
	enum mdt_conform_kind kind;
	uint8_t slot;	/* OPEN, CLOSE, IOCTL: which descriptor */
	bool exclusive; /* OPEN: with O_EXCL */
	/* IOCTL */
	uint32_t request;
	enum mdt_conform_arg arg;
	uint64_t value;
	uint8_t bytes[MDT_CONFORM_BYTES];
	uint8_t size;	 /* of bytes */
	bool same_ctime; /* SET_ARRAY_INFO: ctime is what the array says of itself */
	/* ATTRIBUTE, PARAMETER */
	enum mdt_md_op op;	     /* ARRAY_STATE, SYNC_ACTION, MEMBER_STATE; SETTLE is
				      * fail_last_dev, which the model has no call for */
	uint8_t disk;		     /* MEMBER_STATE: of which disk */
	char word[MDT_CONFORM_WORD]; /* with a NUL behind it */
	bool hasty;		     /* what it sets off is not waited for */
};

/** A disk of the world that sequences are made for. */
struct mdt_conform_disk {
	uint32_t major, minor;
	int64_t sectors;  /* 0: empty */
	bool is_there;	  /* else the number is nobody's */
	const char *path; /* its node */
	const char *name; /* in the kernel's names */
};

/** They are few, and tiny: a resync is over in milliseconds. */
enum {
	MDT_CONFORM_MEMBERS = 5,   /* that are large enough */
	MDT_CONFORM_SMALL = 5,	   /* one that is too small for the others */
	MDT_CONFORM_EMPTY = 6,	   /* one without a size */
	MDT_CONFORM_MISSING = 7,   /* one that is not there */
	MDT_CONFORM_TOO_LARGE = 8, /* a number that no device can have */
	MDT_CONFORM_DISKS = 9,
};

extern const struct mdt_conform_disk mdt_conform_disks[MDT_CONFORM_DISKS];

enum { MDT_CONFORM_PIECES = 6 };

/** What is on a disk: all else is zero. */
struct mdt_conform_content {
	uint8_t *bytes; /* owned: from offset on, in the pieces below; NULL: nothing */
	uint64_t offset;
	struct {
		uint16_t from, len; /* in bytes */
	} pieces[MDT_CONFORM_PIECES];
	unsigned int piece_count;
	struct mdt_model_super super; /* what md makes of it */
};

struct mdt_conform_sequence {
	uint64_t seed;
	unsigned int number; /* from 1 */
	struct mdt_conform_content contents[MDT_CONFORM_DISKS];
	bool claimed[MDT_CONFORM_DISKS];   /* somebody has it open with O_EXCL */
	bool read_only[MDT_CONFORM_DISKS]; /* it is write-protected */
	bool start_ro;			   /* md_mod's parameter */
	bool slow;			   /* resyncs do not end */
	struct mdt_conform_call *calls;	   /* owned */
	size_t count, cap;
};

MDT_API void mdt_conform_sequence_deinit(struct mdt_conform_sequence *sequence);

/** @return The new call, zeroed; NULL when out of memory. */
MDT_API struct mdt_conform_call *
mdt_conform_add(struct mdt_conform_sequence *sequence) MUST_CHECK;

/** Copy all but the calls of which @p keep is false. */
MDT_API struct mdt_error *mdt_conform_select(const struct mdt_conform_sequence *from,
					     const bool *keep,
					     struct mdt_conform_sequence *ret) MUST_CHECK;

/** Which of the model's calls an ioctl's number is. */
MDT_API enum mdt_md_op mdt_conform_op(uint32_t request);

/** The call as the model takes it. */
MDT_API void mdt_conform_model_call(const struct mdt_conform_call *call,
				    struct mdt_model_call *ret);

/** The state in which a sequence begins: no array, and the disks. */
MDT_API void mdt_conform_begin_state(const struct mdt_conform_sequence *sequence,
				     struct mdt_model_state *ret);

/**
 * Put a superblock on a disk, from bytes.
 * @param bytes 4096 of them, as they are to stand at @p offset; copied.
 */
MDT_API struct mdt_error *mdt_conform_content_set(struct mdt_conform_content *content,
						  const uint8_t *bytes, size_t len,
						  uint64_t offset,
						  int64_t sectors) MUST_CHECK;

#endif
