/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What can be said about a line: the ioctl's name and argument, which array or disk its
 * descriptor is, and what the result means. Nothing here prints; text, JSON and HTML are
 * made from the same annotation.
 */
#ifndef MDT_ANNOTATE_ANNOTATE_H
#define MDT_ANNOTATE_ANNOTATE_H

#include "ioctl/derived.h"
#include "ioctl/table.h"
#include "ioctl/value.h"
#include "md/superblock.h"
#include "strace/event.h"
#include "trace/about.h"

/** What an annotated line is about. */
enum mdt_topic {
	MDT_TOPIC_IOCTL = 1 << 0, /* any ioctl */
	MDT_TOPIC_MD = 1 << 1,	  /* md's ioctls, nodes, attributes, superblocks */
	MDT_TOPIC_BLOCK = 1 << 2, /* ioctls and opens of other block devices */
};

/** How much of an ioctl's argument the log has. */
enum mdt_payload_state {
	MDT_PAYLOAD_NONE,    /* there is none in memory, or strace has decoded it */
	MDT_PAYLOAD_ABSENT,  /* only its address: "argument not in the log" */
	MDT_PAYLOAD_PRESENT, /* its bytes, perhaps cut short */
};

/** All slices and pointers are valid until the annotator is used again. */
struct mdt_annotation {
	unsigned int topics;	     /* enum mdt_topic; 0: there is nothing to say */
	struct mdt_slice name;	     /* ADD_NEW_DISK; "open", "read", "mknod", "stat" */
	const struct mdt_file *file; /* what the call is about; NULL when not known */
	const struct mdt_device *device; /* the block device that it is about, or NULL */
	bool of_13_bits; /* an ioctl whose number is that of alpha, mips, powerpc and
			    sparc */
	const struct mdt_device *array; /* of an ioctl: device, when it is one, or that of
					 * which it is a partition; or NULL */
	bool has_request;		/* of an ioctl: its number is known */
	uint32_t request;
	const struct mdt_device *partition; /* of device, that the call has: what md does
					     * is done to the array; or NULL */
	const struct mdt_ioctl *ioctl;	    /* the best row for the number, or NULL */
	size_t ioctl_count;		    /* how many rows have this number */
	enum mdt_payload_state payload;
	bool has_in, has_out;	  /* of a payload that is there: which of in and out */
	struct mdt_value in, out; /* in: also what strace does not tell apart */
	const struct mdt_derived *derived; /* of an ABSENT one: what is known all the
					      same, or NULL */
	struct mdt_value known; /* with derived: its bytes, decoded; zeros where nothing
				   is known */
	struct mdt_super super; /* of a superblock that was read or written; or NONE */
	struct mdt_slice argument; /* the argument or superblock as text; may be empty */
	struct mdt_slice means;	   /* what the call did, or why it failed; may be empty */
	bool means_errno;	   /* means is why the call failed with this errno */
	const char *source;	   /* where the kernel says so, or NULL */
	/* All of it in one line, without the "# "; empty when the log's line says it. */
	struct mdt_slice text;
	/* What --rewrite puts in place of number and argument; may be empty. */
	struct mdt_slice new_request, new_argument;
};

/** Who knows what the log's calls have behind their addresses. All zero: nobody. */
struct mdt_annotate_knower {
	/** @return What is known of the call that began at this line, or NULL. Valid
	 * until another log begins. */
	const struct mdt_derived *(*find)(void *data, unsigned long line);
	void *data;
};

struct mdt_annotator {
	const struct mdt_ioctl_table *table; /* borrowed */
	struct mdt_annotate_knower knower;
	struct mdt_names calls; /* that there may be something to say about, but ioctl */
	struct mdt_trace trace;
	struct mdt_arena arena;			       /* of one annotation's values */
	struct mdt_buf bytes, bytes_out;	       /* payloads */
	struct mdt_buf argument, request, means, text; /* behind the slices */
	bool used;				       /* the arena holds something */
	struct mdt_annotation current;
	struct mdt_about about; /* of the event that was annotated last, with has_about */
	bool has_about;
	struct mdt_buf about_path;   /* of about, when it means something to md */
	struct mdt_ioctl_memo *memo; /* remarks on ioctls that come again and again */
};

/** @param table Borrowed; must outlive the annotator. */
MDT_API void mdt_annotator_init(struct mdt_annotator *annotator,
				const struct mdt_ioctl_table *table);
MDT_API void mdt_annotator_deinit(struct mdt_annotator *annotator);

/** Forget the processes and devices of the log so far: another log begins. */
MDT_API void mdt_annotator_reset(struct mdt_annotator *annotator);

/**
 * Say what there is to say about an event, then follow it (mdt_trace_follow()).
 * @param topics What is of interest (enum mdt_topic); other events get no annotation.
 * @param[out] ret NULL when there is nothing to say; else valid until the next call.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_annotate(struct mdt_annotator *annotator,
				       const struct mdt_event *event, unsigned int topics,
				       const struct mdt_annotation **ret) MUST_CHECK;

/**
 * What the event that was annotated last is about, for who follows the log with its
 * remarks.
 * @return NULL when nothing of it is md's or a disk's, and of an ioctl, whose annotation
 * says it; else valid until the next call of mdt_annotate(), but for the paths of disks
 * and nodes.
 */
static inline const struct mdt_about *
mdt_annotator_about(const struct mdt_annotator *annotator)
{
	return annotator->has_about ? &annotator->about : NULL;
}

/**
 * Say why the call failed in other words, of somebody who knows more of it.
 * @param annotation What mdt_annotate() has given for this event.
 * @param means, source Borrowed until the annotator is used again.
 * @param[out] ret The annotation with these words in it.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *
mdt_annotation_because(struct mdt_annotator *annotator, const struct mdt_event *event,
		       const struct mdt_annotation *annotation, struct mdt_slice means,
		       const char *source, const struct mdt_annotation **ret) MUST_CHECK;

/**
 * Append the event's line with names and structs in place of numbers and bytes, as a
 * strace with a decoder for md would print it.
 */
MDT_API void mdt_annotation_rewrite(const struct mdt_annotation *annotation,
				    const struct mdt_event *event, struct mdt_buf *ret);

#endif
