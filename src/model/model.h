/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The md driver as a pure function: (options, state, call) to (result, next state). It is
 * a table of rules in the order in which the kernel checks; each row has its guard, its
 * errno or next state, what one sees of it, the kernels that have it, and its source. No
 * I/O, no clock, no globals. What the table does not cover has a rule that says so, whose
 * result is MDT_RESULT_UNKNOWN; the model never guesses.
 *
 * Written for the releases in model/kernels.h, and one array whose members' level is
 * RAID1. Whoever follows a log does not know everything: every fact may be
 * unknown, and a step then has all the outcomes that are possible. model_state.h has the
 * facts.
 *
 * The raid thread works behind the calls (a failed member leaves its slot, a recovery
 * begins and ends). MDT_OP_SETTLE is the call for "wait until it has done its work"; what
 * it has not surely done is unknown until then.
 */
#ifndef MDT_MODEL_MODEL_H
#define MDT_MODEL_MODEL_H

#include "model/kernels.h"
#include "model/state.h"

/** What is asked of md. */
#define MDT_MD_OPS(X)                                                                    \
	X(OPEN, "open")                                                                  \
	X(CLOSE, "close")                                                                \
	X(NEW_ARRAY, "write new_array")                                                  \
	X(OTHER_IOCTL, "any other ioctl")                                                \
	X(RAID_VERSION, "RAID_VERSION")                                                  \
	X(GET_ARRAY_INFO, "GET_ARRAY_INFO")                                              \
	X(GET_DISK_INFO, "GET_DISK_INFO")                                                \
	X(GET_BITMAP_FILE, "GET_BITMAP_FILE")                                            \
	X(SET_ARRAY_INFO, "SET_ARRAY_INFO")                                              \
	X(ADD_NEW_DISK, "ADD_NEW_DISK")                                                  \
	X(RUN_ARRAY, "RUN_ARRAY")                                                        \
	X(STOP_ARRAY, "STOP_ARRAY")                                                      \
	X(STOP_ARRAY_RO, "STOP_ARRAY_RO")                                                \
	X(RESTART_ARRAY_RW, "RESTART_ARRAY_RW")                                          \
	X(SET_DISK_FAULTY, "SET_DISK_FAULTY")                                            \
	X(HOT_REMOVE_DISK, "HOT_REMOVE_DISK")                                            \
	X(HOT_ADD_DISK, "HOT_ADD_DISK")                                                  \
	X(SET_BITMAP_FILE, "SET_BITMAP_FILE")                                            \
	X(CLUSTERED_DISK_NACK, "CLUSTERED_DISK_NACK")                                    \
	X(ARRAY_STATE, "write array_state")                                              \
	X(SYNC_ACTION, "write sync_action")                                              \
	X(MEMBER_STATE, "write state")                                                   \
	X(ATTRIBUTE, "write attribute")                                                  \
	X(SETTLE, "settle")

enum mdt_md_op {
#define X(op, name) MDT_OP_##op,
	MDT_MD_OPS(X)
#undef X
		MDT_OPS
};

/** @return `RUN_ARRAY`, `open`, `write array_state`, ...: as annotate/remark.h names
 * them. */
MDT_API const char *mdt_md_op_name(enum mdt_md_op op);
/** The inverse. @return false when there is none; @p ret is then untouched. */
MDT_API bool mdt_md_op_find(struct mdt_slice name, enum mdt_md_op *ret);

/** Words written to attributes. */
#define MDT_MODEL_WORDS(X)                                                               \
	X(UNKNOWN, "")                                                                   \
	/* array_state */                                                                \
	X(CLEAR, "clear")                                                                \
	X(INACTIVE, "inactive")                                                          \
	X(READONLY, "readonly")                                                          \
	X(READ_AUTO, "read-auto")                                                        \
	X(CLEAN, "clean")                                                                \
	X(ACTIVE, "active")                                                              \
	X(SUSPENDED, "suspended")                                                        \
	X(WRITE_PENDING, "write-pending")                                                \
	X(ACTIVE_IDLE, "active-idle")                                                    \
	X(BROKEN, "broken")                                                              \
	/* sync_action */                                                                \
	X(IDLE, "idle")                                                                  \
	X(FROZEN, "frozen")                                                              \
	X(RESYNC, "resync")                                                              \
	X(RECOVER, "recover")                                                            \
	X(CHECK, "check")                                                                \
	X(REPAIR, "repair")                                                              \
	X(RESHAPE, "reshape")                                                            \
	/* dev-NAME/state */                                                             \
	X(FAULTY, "faulty")                                                              \
	X(REMOVE, "remove")                                                              \
	X(WRITEMOSTLY, "writemostly")                                                    \
	X(NOT_WRITEMOSTLY, "-writemostly")                                               \
	X(BLOCKED, "blocked")                                                            \
	X(NOT_BLOCKED, "-blocked")                                                       \
	X(INSYNC, "insync")                                                              \
	X(NOT_INSYNC, "-insync")                                                         \
	X(FAILFAST, "failfast")                                                          \
	X(NOT_FAILFAST, "-failfast")                                                     \
	X(WRITE_ERROR, "write_error")                                                    \
	X(NOT_WRITE_ERROR, "-write_error")                                               \
	X(WANT_REPLACEMENT, "want_replacement")                                          \
	X(NOT_WANT_REPLACEMENT, "-want_replacement")                                     \
	X(REPLACEMENT, "replacement")                                                    \
	X(NOT_REPLACEMENT, "-replacement")                                               \
	X(RE_ADD, "re-add")                                                              \
	/* new_array */                                                                  \
	X(MD_NUMBER, "mdN")                                                              \
	X(MD_NAME, "md_NAME")                                                            \
	X(TOO_LONG, "a name of 32 letters or more")                                      \
	X(OTHER, "any other word")

enum mdt_model_word {
#define X(word, text) MDT_WORD_##word,
	MDT_MODEL_WORDS(X)
#undef X
};

/**
 * The word that is written, as cmd_match() of md.c takes it: one newline may be behind
 * it. For new_array, its form.
 * @return MDT_WORD_OTHER for what none of the tables has.
 */
MDT_API enum mdt_model_word mdt_model_word_find(enum mdt_md_op op, struct mdt_slice text);

/** Attributes that MDT_OP_ATTRIBUTE writes, as far as they differ for the model. */
enum mdt_model_attr {
	MDT_ATTR_UNLISTED, /* of an array or member; nothing is known of it */
	MDT_ATTR_HARMLESS, /* limits, delays, counters: no fact that is followed */
	MDT_ATTR_VERSION,  /* metadata_version */
	MDT_ATTR_LEVEL,
	MDT_ATTR_RAID_DISKS,
	MDT_ATTR_CHUNK_SIZE,
	MDT_ATTR_LAYOUT,
	MDT_ATTR_COMPONENT_SIZE,
	MDT_ATTR_NEW_DEV,
	MDT_ATTR_BITMAP,   /* bitmap/location and the like, bitmap_type */
	MDT_ATTR_RESYNC,   /* resync_start */
	MDT_ATTR_RESHAPE,  /* reshape_position, reshape_direction */
	MDT_ATTR_POLICY,   /* consistency_policy, array_size, ... */
	MDT_ATTR_SLOT,	   /* of a member */
	MDT_ATTR_PLACE,	   /* of a member: offset, new_offset, size */
	MDT_ATTR_RECOVERY, /* of a member: recovery_start */
};

struct mdt_model_call;
struct mdt_md_path;

/**
 * Which operation a write to a file of sysfs is.
 * @return MDT_OP_ARRAY_STATE, MDT_OP_SYNC_ACTION, MDT_OP_MEMBER_STATE, MDT_OP_NEW_ARRAY,
 * MDT_OP_ATTRIBUTE for any other attribute of an array or a member; MDT_OPS: none.
 */
MDT_API enum mdt_md_op mdt_md_op_of_write(const struct mdt_md_path *path);

/**
 * What is written to an attribute, into a call whose op is MDT_OP_ATTRIBUTE: attr, and
 * the value if it is understood.
 * @param is_member @p name is of a member: `slot`.
 */
MDT_API void mdt_model_attribute_read(bool is_member, struct mdt_slice name,
				      struct mdt_slice text, struct mdt_model_call *ret);

/** mdu_array_info_t, what SET_ARRAY_INFO looks at; each field may be MDT_MODEL_UNKNOWN.
 */
struct mdt_model_info {
	int32_t major_version, minor_version, level, size, raid_disks, not_persistent,
		state, layout, chunk_size;
	enum mdt_tri same_ctime; /* ctime is the array's */
};

/** What SET_BITMAP_FILE's argument is. */
enum mdt_model_bitmap_fd {
	MDT_BITMAP_FD_UNKNOWN,
	MDT_BITMAP_FD_NONE, /* -1: remove */
	MDT_BITMAP_FD_BAD,  /* not open, no regular file, or not writable */
	MDT_BITMAP_FD_FILE, /* a regular file, writable */
};

/** A call. Zeroed, and then op set, it is one of which nothing else is known. */
struct mdt_model_call {
	enum mdt_md_op op;
	enum mdt_tri unprivileged; /* the caller lacks CAP_SYS_ADMIN */
	enum mdt_tri bad_pointer;  /* the argument points to no memory */
	enum mdt_tri interrupted;  /* a signal came while it waited for a lock */
	enum mdt_tri no_autoload;  /* OPEN: it makes no array that is not there */
	bool exclusive;		   /* OPEN, CLOSE: with O_EXCL */
	enum mdt_model_word word;  /* of attribute writes */
	bool has_info;		   /* info is known, a NULL pointer included */
	struct mdt_model_info info;
	enum mdt_model_bitmap_fd fd;
	/* ATTRIBUTE */
	enum mdt_model_attr attr;
	bool has_value; /* it is a number, level, or version (then in info), as it should
			   be */
	int64_t value;
	bool external; /* the version is `external:` and something */
	/* The device that the call names: in the argument, or as dev-NAME. */
	bool has_device;
	uint32_t major, minor;
	/* ADD_NEW_DISK: the rest of mdu_disk_info_t */
	bool has_disk_info;
	int32_t number, raid_disk;
	uint32_t disk_state; /* bits MD_DISK_* */
};

/** The result of a call: 0, an errno of Linux, or one of these. */
enum {
	MDT_RESULT_UNKNOWN = -1,  /* the model does not cover it */
	MDT_RESULT_CONTINUE = -2, /* of a rule: the next ones are looked at */
};

/** ENOTSUPP of <linux/errno.h>, which userspace has no name for; strace prints it so. */
enum { MDT_ENOTSUPP = 524 };

/** What one sees of it. NULL: nothing. `%s` of a message is the array's name. */
struct mdt_model_seen {
	const char *message; /* in the kernel's log, as md prints it */
	const char *uevent;
	const char *capacity;
	const char *thread;
	const char *sysfs;
};

/** A row of the table, for listings. */
struct mdt_model_rule {
	const char *name; /* "run-no-members": for tests, options and reports; unique */
	uint32_t ops;	  /* bits by enum mdt_md_op */
	const char *says; /* when it holds: lower case, no full stop, no line break */
	int result;	  /* 0, an errno, MDT_RESULT_UNKNOWN or MDT_RESULT_CONTINUE */
	const char *then; /* what it does; NULL: nothing changes */
	struct mdt_kernels kernels; /* that have it; zeroed: all */
	const char *source;	    /* "md.c:md_run" */
	const char
		*lines; /* in 5.10/6.1/6.12/7.2; "-" where there is none; may be NULL */
	struct mdt_model_seen seen;
	bool fatal; /* the call never returns, or the kernel does not survive it */
};

/** How many rules there are; they are numbered from 1. */
MDT_API unsigned int mdt_model_rule_count(void);
/** @param rule From 1 to mdt_model_rule_count(). @return Static. */
MDT_API const struct mdt_model_rule *mdt_model_rule(unsigned int rule);
/** @return The rule's number, or 0. */
MDT_API unsigned int mdt_model_rule_find(struct mdt_slice name);

/** True for a rule that a call of @p op comes by on @p kernel. */
MDT_API bool mdt_model_rule_is_for(const struct mdt_model_rule *rule, enum mdt_md_op op,
				   enum mdt_kernel kernel);

/** What the kernel is, and how its modules are set. */
struct mdt_model_options {
	enum mdt_kernel kernel;
	enum mdt_tri sync_delete;   /* since 6.17: legacy_async_del_gendisk=0 */
	enum mdt_tri start_ro;	    /* md_mod's start_ro parameter is 1 */
	enum mdt_tri start_dirty;   /* md_mod's start_dirty_degraded is 1 */
	enum mdt_tri raid0_layout;  /* raid0's default_layout is 1 or 2 */
	enum mdt_tri raid1_missing; /* raid1 is not loaded and cannot be */
	/** Personalities that are loaded or can be, bits MDT_LEVEL_BIT(), which
	 * raid1_missing counts for nothing then; 0: not known. */
	uint32_t levels;
	/**
	 * For tests of a checker: the rule that is turned into its opposite, 0 for none.
	 * An errno becomes a success without an effect, a success EINVAL without one, and
	 * a rule that continues never holds.
	 */
	unsigned int flip;
};

/** @param level -1 (linear) to 10. */
#define MDT_LEVEL_BIT(level) (1u << ((level) + 1))

/** @return The module that has the level, `raid456`; NULL when it is not followed. */
MDT_API const char *mdt_model_module(int32_t level);

/** Everything known and as it is by default, on @p kernel. */
MDT_API void mdt_model_options_init(struct mdt_model_options *options,
				    enum mdt_kernel kernel);

/** More outcomes than this are not told apart: the step is then not covered. */
enum { MDT_OUTCOMES_MAX = 64 };

/** There are no more rules than this. */
enum { MDT_RULES_MAX = 320 };

/** One way in which a call can end. */
struct mdt_model_outcome {
	unsigned int rule; /* the one that ended it */
	/* Those that held before it, and let it go on: bit rule % 64 of rule / 64. */
	uint64_t through[MDT_RULES_MAX / 64];
	int result;		     /* 0, an errno, or MDT_RESULT_UNKNOWN */
	struct mdt_model_state next; /* what holds then, what was presumed included */
};

/** All ways. */
struct mdt_model_step {
	unsigned int count; /* at least 1; 1: it is sure */
	struct mdt_model_outcome outcomes[MDT_OUTCOMES_MAX];
};

/**
 * Make a call.
 * @param[out] ret Several outcomes when the state or the call has unknowns that matter,
 * in the order of the rules.
 */
MDT_API void mdt_model_step(const struct mdt_model_options *options,
			    const struct mdt_model_state *state,
			    const struct mdt_model_call *call,
			    struct mdt_model_step *ret);

/** @return The result when all outcomes have the same, else MDT_RESULT_UNKNOWN. */
MDT_API int mdt_model_result(const struct mdt_model_step *step);

/**
 * The outcome that a call had, given its result: the first with that result, else the
 * first that the model does not cover.
 * @return NULL when the result contradicts the model.
 */
MDT_API const struct mdt_model_outcome *
mdt_model_outcome_of(const struct mdt_model_step *step, int result);

/** @return `ENODEV`; "0" for 0; "unknown" for MDT_RESULT_UNKNOWN; NULL for what no rule
 * gives. */
MDT_API const char *mdt_model_result_name(int result);
/** The inverse, for errnos. @return 0 when no rule gives it. */
MDT_API int mdt_model_errno_find(struct mdt_slice name);

#endif
