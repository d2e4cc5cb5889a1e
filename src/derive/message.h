/* SPDX-License-Identifier: MIT */
/**
 * @file
 * mdadm's messages as facts, out of what it writes to stdout and stderr. The texts are
 * those of mdadm 4.1 to 4.6 (Create.c, Assemble.c, Manage.c, Incremental.c, Build.c and
 * util.c).
 *
 * strace cuts a text at 32 bytes unless told otherwise (-s), and mdadm writes some lines
 * in pieces: what is whole is taken, the rest is absent.
 */
#ifndef MDT_DERIVE_MESSAGE_H
#define MDT_DERIVE_MESSAGE_H

#include "base/slice.h"

enum mdt_message_kind {
	MDT_MESSAGE_OTHER,	 /* nothing that we know */
	MDT_MESSAGE_DEFAULTING,	 /* "Defaulting to version 1.2 metadata": version */
	MDT_MESSAGE_STARTED,	 /* "array /dev/md0 started.", "array /dev/md0 built and
				    started.", "started array /dev/md/x": array */
	MDT_MESSAGE_HAS_STARTED, /* "/dev/md0 has been started with 1 drive (out of 2) and
				    1 spare.": array, drives, out_of, spares */
	MDT_MESSAGE_ASSEMBLED,	 /* "/dev/md0 assembled from 1 drive - need all 2 ...",
				    "..., but not started.": it is not running; array,
				    drives, spares */
	MDT_MESSAGE_STARTED_PART, /* " (out of 2)", " and 1 spare": the next piece of
				     HAS_STARTED or ASSEMBLED; out_of, spares */
	MDT_MESSAGE_STOPPED,	  /* "stopped /dev/md0": array */
	MDT_MESSAGE_SET_FAULTY,	  /* "set /dev/loop1 faulty in /dev/md0": device, array */
	MDT_MESSAGE_REMOVED,	  /* "hot removed /dev/loop1 from /dev/md0", and without
				     "hot": device, array */
	MDT_MESSAGE_ADDED,	  /* "added /dev/loop2", "hot added /dev/loop2", "added
				     /dev/loop0 to /dev/md0 as 0": device, array, slot */
	MDT_MESSAGE_RE_ADDED,	  /* "re-added /dev/loop2", "/dev/loop2 re-added to
				     /dev/md0": device, array */
	MDT_MESSAGE_ATTACHED,	  /* "/dev/loop1 attached to /dev/md0, not enough to start
				     (1).": device, array */
	MDT_MESSAGE_MARKED_REPLACE, /* "Marked /dev/loop0 (device 0 in /dev/md0) for
				       replacement": device, slot, array */
	MDT_MESSAGE_MARKED_WITH,    /* "Marked /dev/loop2 in /dev/md0 as replacement for
				       device 0": device, array, slot */
	MDT_MESSAGE_SIZE_SET,	    /* "size set to 39936K", "setting size to 39936K":
				       size */
	MDT_MESSAGE_LARGEST,  /* "largest drive (/dev/loop0) exceeds size (39936K) by
				 more than 1%": device, size */
	MDT_MESSAGE_CHUNK,    /* "chunk size defaults to 512K": size */
	MDT_MESSAGE_LAYOUT,   /* "layout defaults to left-symmetric": text */
	MDT_MESSAGE_ODDITIES, /* "creation continuing despite oddities due to --run" */
	MDT_MESSAGE_PART_OF_ARRAY, /* "/dev/loop0 appears to be part of a raid array:":
				      device */
	MDT_MESSAGE_RAID_FACTS,	   /* its next line, "level=raid1 devices=2 ctime=...":
				      level, drives, text is the ctime */
	MDT_MESSAGE_METADATA_NOTE, /* "Note: this array has metadata at the start": raid1,
				      and 1.1 or 1.2 by default */
	MDT_MESSAGE_NO_SUPERBLOCK, /* "No super block found on /dev/loop0 (...": device */
	MDT_MESSAGE_CREATE_ABORTED, /* "create aborted" */
};

struct mdt_message {
	enum mdt_message_kind kind;
	struct mdt_slice line; /* all of it, without its newline */
	bool cut;	       /* the text ends before the line does */
	/* What is not in it, or not whole, is empty, or has its has_ unset. */
	struct mdt_slice array, device, text;
	int major, minor; /* DEFAULTING: 0 and 90, 1 and 0 to 2; -1: of another kind
			     (imsm, ddf), or not whole */
	bool has_level, has_drives, has_out_of, has_spares, has_slot, has_size;
	int level;
	uint64_t drives, out_of, spares, slot;
	uint64_t size; /* KiB, as mdadm prints it */
};

/**
 * Take the next line of what was written.
 * @param[in,out] text Without quotes and escapes. Moves behind the line.
 * @param missing How many bytes of it strace left out at the end: the count that
 * write() was given, less what is there. 0 when it is whole. It tells how long the word
 * is that the text ends in.
 * @param[out] ret Its slices point into the text.
 * @return false at the end.
 */
MDT_API bool mdt_message_next(struct mdt_slice *text, uint64_t missing,
			      struct mdt_message *ret);

#endif
