/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The planner's own view of logs: calls that are run, arrays, disks and what is on them.
 * Internal to src/derive/. Memory is the plan's arena; nothing is freed singly.
 *
 * A log goes through these steps: derive_select.c finds its calls and what each is about;
 * derive_learn.c gathers what they tell of arrays and what the log begins with;
 * derive_prologue.c makes that; derive_emit.c writes the calls, for which derive_args.c
 * and derive_super.c complete arguments and superblocks.
 */
#ifndef MDT_DERIVE_PARTS_H
#define MDT_DERIVE_PARTS_H

#include "base/map.h"
#include "ioctl/derived.h"
#include "ioctl/table.h"
#include "md/super_make.h"
#include "md/sysfs.h"
#include "derive/cmdline.h"
#include "derive/derive.h"
#include "derive/index.h"
#include "trace/trace.h"

/* ---- disks ---- */

/** Bytes at a place of a disk. */
struct drv_bytes {
	uint64_t offset;
	uint64_t len;	       /* how many the call had */
	struct mdt_slice data; /* as many as the log has */
	bool is_late; /* the log had changed who is a member of the array before */
};

struct drv_disk {
	uint32_t major, minor;
	struct mdt_slice path; /* its node */
	uint64_t size;	       /* bytes; 0: not known yet */
	uint32_t sector;       /* bytes, as BLKSSZGET has them; 0: not told */
	struct mdt_slice why;  /* where the size is from, when not from the log */
	bool is_used;	       /* goes into the plan */
	bool is_touched; /* written to in the current log, or a member of its arrays */
	bool is_planned; /* an earlier log's: what is on it is known to the guest alone */
	struct drv_array *array; /* it is one: made by its members; or NULL */
	struct drv_array *owner; /* whose superblock it has in the current log, by
				    hindsight; NULL: not known */
	bool is_member;		 /* of any array, when the log is written out */
	bool is_begun;		 /* what the current log begins with is on it */
	bool has_number;	 /* of its superblock, as the plan leaves it */
	int number;
	bool has_super;		 /* the plan writes one */
	bool has_fresh;		 /* the prologue of the current log does */
	uint64_t super_at;	 /* where, with has_super */
	struct drv_bytes *reads; /* of the current log, before anything wrote there */
	size_t read_count;
	/* Of the reads, as their index + 1: the first superblock, the first that has its
	 * fixed part, the longest bitmap. */
	size_t super_read, fixed_read, bitmap_read;
	/* The place that a superblock says, once it was looked for in so many reads. */
	size_t place_reads;
	bool has_place;
	int place_number, place_slot;
	uint32_t id;	      /* in the order in which disks were met, from 0 */
	struct drv_array *in; /* the first array in the current log whose member it was,
				 is or becomes */
	struct drv_disk_calls *calls; /* of the current log; NULL: there are none */
};

/* ---- arrays ---- */

enum drv_state {
	DRV_UNKNOWN,
	DRV_ABSENT,   /* no such array, no node */
	DRV_CLEAR,    /* a node, and nothing set up */
	DRV_INACTIVE, /* members, not running */
	DRV_RUNNING,
};

enum drv_role {
	DRV_ACTIVE,
	DRV_SPARE,
	DRV_FAULTY,
	DRV_GONE, /* was no member, or is none any more */
};

struct drv_member {
	struct drv_disk *disk;
	enum drv_role role;
	int slot;   /* -1: not known, or none */
	int number; /* desc_nr; -1: not known */
	bool is_write_mostly;
	bool is_outside; /* FAULTY: another has its slot */
	size_t rank;	 /* before the list was sorted */
};

struct drv_members {
	struct drv_member *items;
	size_t len;
	uint32_t id;	      /* of a long list, in drv_planner's member_places; else 0 */
	struct drv_array *of; /* who is in the list has to do with the array; or NULL */
};

/** A disk that had to do with an array of which the log had not spoken yet. */
struct drv_early {
	struct drv_disk *disk;
	struct drv_array *array;
};

/** The smallest disk for a component. */
struct drv_sized {
	bool is_known;
	int major, minor;
	uint32_t chunk;
	uint64_t component, size;
};

/** What is known of an array, and from where. */
struct drv_array {
	uint32_t minor;
	uint32_t id;	       /* in the order in which arrays were met, from 0 */
	struct mdt_slice name; /* md0 */
	struct drv_disk *disk; /* itself, as a member of another; or NULL */
	uint64_t bytes;	       /* its own size, as BLKGETSIZE64 tells it; 0: not known */
	uint64_t bytes_in_log; /* the same, as the current log tells it */
	struct mdt_slice node; /* /dev/md0 */
	bool has_version, has_level, has_raid_disks, has_component, has_uuid, has_chunk,
		has_layout;
	int major, minor_version; /* of the metadata */
	const char *version_why;
	int level;
	const char *level_why;
	uint32_t levels; /* all that it has at some time: bit level + 1 */
	uint32_t raid_disks;
	const char *raid_disks_why;
	enum mdt_trust raid_disks_trust;
	uint64_t component;	 /* KiB, as sysfs has it */
	bool component_presumed; /* by the size of the whole */
	uint32_t ctime;		 /* seconds since 1970; 0: not known */
	struct mdt_uuid uuid;
	uint32_t chunk; /* bytes */
	uint32_t layout;
	bool has_default; /* mdadm has said which version it takes: it creates it */
	bool is_external; /* metadata that the kernel does not know */
	bool has_none; /* metadata_version is `none` while it runs: it has no superblocks
			*/

	/* As the planned calls leave it. */
	enum drv_state state;
	bool is_readonly;
	bool was_planned;	  /* state is known from calls that are planned */
	bool was_stopped;	  /* its node may go any time */
	bool was_busy;		  /* the last STOP_ARRAY gave EBUSY */
	struct drv_members now;	  /* its members */
	enum mdt_trust now_trust; /* of who they are, and as what */
	/* Whether its shape stays as it is in this log, once somebody has asked. */
	bool has_settled, is_settled;
	bool is_refilled; /* a spare may have taken a place since the log began */

	/* What the current log begins with. */
	bool is_begun; /* and it is planned that it is so */
	enum drv_state first;
	bool first_readonly, first_read_auto;
	struct drv_members at_first;
	const char *first_why;
	struct drv_members
		changed;	 /* disks whose membership the log has changed so far */
	struct drv_members adds; /* that are added to it while it does not run */
	struct drv_members life; /* the same, of the latest time that it was set up */
	uint32_t degraded;	 /* as sysfs or /proc/mdstat had it */
	bool has_degraded;
	struct mdt_slice roles; /* dev_roles[] of a member's superblock, as it was when
				   the log began */
	bool is_in_log;		/* the current log speaks of it */
	bool is_made;		/* the log has made its node or has asked for it */
	bool is_opened;		/* its node was there */
	bool is_created;	/* the log creates it: there was no superblock before */
	bool is_clean;		/* and says that no resync is needed */
	bool has_bitmap;	/* an internal one, when the log begins */
	bool is_updated;	/* the log changes what it then is told of it */
	bool is_listed;		/* the log has all members that it began with */
	bool has_info;		/* GET_ARRAY_INFO tells how many there are of each: */
	uint32_t active, failed, spare;
	uint32_t shrinks_to; /* raid_disks that the log sets; 0: none */
	bool has_failed; /* in this log so far: what is read then may change by itself */
	struct drv_sized sized;
	size_t next_disk;	       /* those before are members, or become it */
	bool is_unsettled;	       /* in drv_planner's list of such */
	struct drv_array *unsettled;   /* the next one there */
	struct drv_array_calls *calls; /* of the current log; NULL: there are none */
};

/* ---- calls ---- */

enum drv_what {
	DRV_OPEN, /* also creat */
	DRV_CLOSE,
	DRV_DUP,
	DRV_FCNTL,
	DRV_IOCTL,
	DRV_READ,
	DRV_WRITE,
	DRV_SEEK,
	DRV_SYNC,
	DRV_MKNOD,
	DRV_UNLINK,
	DRV_SYMLINK,
	DRV_FORK,
	DRV_EXEC,
	DRV_EXIT,
};

/** What a descriptor or a path is. */
enum drv_kind {
	DRV_OTHER, /* not run */
	DRV_ARRAY, /* an md node */
	DRV_DISK,
	DRV_ATTR,  /* a sysfs file of an array */
	DRV_PARAM, /* a parameter of md_mod */
	DRV_MDSTAT,
	DRV_DISK_ATTR, /* a sysfs file of a disk */
};

struct drv_target {
	enum drv_kind kind;
	struct drv_array *array;
	struct drv_disk *disk;
	struct mdt_slice path;	 /* absolute */
	struct mdt_md_path md;	 /* ATTR, PARAM; its slices point into path */
	bool is_node_made;	 /* the log has made this node */
	bool is_excl, is_writer; /* how it was opened */
};

struct drv_call {
	enum drv_what what;
	struct drv_target *on; /* never NULL for calls that have a path or a descriptor */
	struct mdt_slice text; /* the call's line, as it goes into the plan */
	unsigned long line;
	uint32_t pid;
	const char *made; /* not the log's */
	bool is_dropped;
	bool ok;
	int64_t result;
	struct mdt_slice error;
	int64_t fd; /* that it is about; of an open the new one */

	const struct mdt_ioctl *row; /* IOCTL */
	enum drv_op op;		     /* IOCTL */
	size_t arg;		     /* index of the argument that may need completing */
	struct mdt_slice payload;    /* IOCTL: as many of its bytes as the log has */
	bool has_payload;	     /* it is there, perhaps in part */
	bool is_struct;		     /* strace has decoded it */
	bool was_struct;	     /* payload is made of a struct in the text */
	uint64_t value;		     /* IOCTL: the argument as a number */
	bool has_value;

	struct mdt_slice data; /* READ, WRITE */
	uint64_t count;	       /* WRITE: what was asked for. READ: what came */
	uint64_t offset;       /* READ, WRITE of disks */
	bool has_offset;

	/* ADD_NEW_DISK, when the payload does not say it. */
	uint32_t order; /* how many the command has added to the array before */
	struct drv_disk *added;
	const char *added_why;
	enum mdt_trust added_trust;
	int number, slot;			  /* slot: -1 for none */
	enum mdt_trust number_trust, place_trust; /* the latter of the slot */
	bool is_cold;				  /* the array does not run yet */
	bool is_readd; /* not is_cold: in its old place, with its old superblock */

	uint32_t child;	      /* FORK */
	bool shares_files;    /* FORK */
	struct mdt_slice abs; /* OPEN, ...: the path, when the text has a relative one */
	size_t path_arg;
	size_t close_after; /* of no-close logs: index of the open to close behind this
			     * call, plus 1 */
	size_t command;	    /* index into the log's command lines, plus 1 */
};

/** An mdadm that the log has the execve() of. */
struct drv_command {
	uint32_t pid;
	struct mdt_cmdline line;
};

struct drv_skipped {
	const char *reason;
	size_t count;
};

enum { DRV_SKIPPED_MAX = 16 };

struct drv_log {
	const char *path;
	struct drv_call *calls;
	size_t count;
	struct drv_command *commands;
	size_t command_count;
	struct drv_skipped skipped[DRV_SKIPPED_MAX];
	bool has_close; /* close() is among what was traced */
	bool has_seek;	/* lseek() likewise */
	struct drv_bytes
		*messages; /* what mdadm wrote to its standard output and error */
	size_t message_count;
	struct mdt_map named; /* nodes in /dev/md/ to the struct drv_array they are */
	struct drv_index index;
};

/** What of a call shows that it is about a disk. */
enum drv_look {
	DRV_LOOK_OPENED,
	DRV_LOOK_EXCLUSIVE,
	DRV_LOOK_WRITTEN, /* a superblock */
	DRV_LOOK_READ,	  /* the same */
	DRV_LOOKS,
};

/** The disks that some calls show to an array. */
struct drv_seen {
	const struct drv_array *array; /* who asked last */
	struct drv_array
		*own; /* it is opened for itself alone, and no disk yet; or NULL */
	struct drv_members others; /* without the array itself */
	size_t from, to;
	size_t array_disks;
	struct drv_members disks;
};

/** The members that a command line names. */
struct drv_listed {
	const struct mdt_cmdline *line;
	size_t renamed;
	struct drv_members disks;
};

/** Their places in it, as far as they have been looked for: numbers. */
struct drv_ranks {
	const struct mdt_cmdline *line;
	size_t renamed, next;
	int place;
	struct drv_members disks;
};

struct drv_planner {
	struct mdt_plan *plan;
	struct mdt_plan_options options;
	struct drv_disk **disks;
	size_t disk_count;
	struct drv_array **arrays;
	size_t array_count;
	struct drv_log *log;
	struct mdt_map disk_numbers;  /* major and minor to struct drv_disk */
	struct mdt_map disk_names;    /* paths, and what is after their last slash */
	struct mdt_map array_minors;  /* to struct drv_array */
	struct mdt_map array_names;   /* md0, /dev/md0 */
	struct mdt_map member_places; /* list and disk to a place in the list + 1 */
	uint32_t list_count;
	struct drv_early *early; /* of the current log */
	size_t early_count;
	uint32_t next_loop, next_other; /* minors below are taken */
	bool knows_modules;		/* a log says which personalities there were */
	struct drv_disk *sized;		/* the first disk whose size a log has; or NULL */
	size_t failed_count;		/* arrays with has_failed */
	struct drv_array *unsettled;	/* those that had it since all was quiet */
	struct drv_array **undecided;	/* that the current log speaks of, and it is not
					   known how it begins */
	size_t undecided_count;
	struct drv_seen seen[DRV_LOOKS]
			    [2];     /* last; from the log's begin, from later on */
	size_t array_disks;	     /* arrays that turned out to be disks */
	struct drv_listed listed[2]; /* last; those that it adds */
	struct drv_ranks ranks;
	size_t renamed;		       /* how often a disk got a name */
	struct mdt_map member_numbers; /* list and number of a member to anything */
	size_t next_made;	/* arrays before it are there when the log begins */
	struct mdt_map folders; /* that are there, or are made */
	struct mdt_map nodes;	/* paths of nodes that the plan makes */
	struct mdt_map names;	/* links that a log makes to struct drv_array */
	struct mdt_derived_log *derived; /* NULL, or what wants the arguments alone */
	bool failed_memory;
};

/* ---- derive_world.c ---- */

/** The disk of this number, made if need be. NULL: out of memory. */
struct drv_disk *drv_disk_get(struct drv_planner *p, uint32_t major, uint32_t minor,
			      struct mdt_slice path);
struct drv_disk *drv_disk_find(const struct drv_planner *p, uint32_t major,
			       uint32_t minor);
/** An array as a disk, made if need be: another array may be made of it. */
struct drv_disk *drv_disk_of_array(struct drv_planner *p, struct drv_array *array);
/** The disk that a call is about, if it is one, also when the disk is an array. */
struct drv_disk *drv_disk_of_call(const struct drv_call *call);
/** By its node, or by the name the kernel has for it (`loop0`). NULL: not known. */
struct drv_disk *drv_disk_named(const struct drv_planner *p, struct mdt_slice name);
/** A disk that nothing else is: /dev/loopN. */
struct drv_disk *drv_disk_new(struct drv_planner *p);
struct drv_disk *drv_disk_of_node(struct drv_planner *p, struct mdt_slice path);
/** By what follows `dev-` in an array's folder. */
struct drv_disk *drv_disk_of_member(struct drv_planner *p, struct mdt_slice name);

struct drv_array *drv_array_get(struct drv_planner *p, uint32_t minor,
				struct mdt_slice name);
struct drv_array *drv_array_named(const struct drv_planner *p, struct mdt_slice name);
/** The array that a log without names must mean. */
struct drv_array *drv_array_only(struct drv_planner *p);
/** The array whose member the disk is, or was, or becomes; else drv_array_only(). What is
 * read of a disk comes before the call that says whose it is: see drv_learn(). */
struct drv_array *drv_array_of_disk(struct drv_planner *p, const struct drv_disk *disk);

/** The first array of the log whose member the disk is, or was, or becomes; or NULL. */
struct drv_array *drv_array_in_log(const struct drv_planner *p,
				   const struct drv_disk *disk);
/** The lists that say so of an array are empty. */
void drv_array_own_lists(struct drv_array *array);

struct drv_member *drv_member_find(const struct drv_planner *p,
				   const struct drv_members *members,
				   const struct drv_disk *disk);
/** The items of a list from @p from on have new places. */
void drv_members_index(struct drv_planner *p, struct drv_members *members, size_t from);
/** The same, added if need be. NULL: out of memory. */
struct drv_member *drv_member_get(struct drv_planner *p, struct drv_members *members,
				  struct drv_disk *disk);
bool drv_members_copy(struct drv_planner *p, const struct drv_members *from,
		      struct drv_members *to);
size_t drv_members_count(const struct drv_members *members, enum drv_role role);

/** The log has the disk's size. */
void drv_disk_sized(struct drv_planner *p, struct drv_disk *disk);
/** p->sized, anew. */
void drv_find_sized(struct drv_planner *p);
/** How large the disk is, derived if need be. */
void drv_disk_size(struct drv_planner *p, struct drv_disk *disk);

/** A copy in the plan's arena. On no memory empty, and p->failed_memory is set. */
struct mdt_slice drv_copy(struct drv_planner *p, struct mdt_slice s);
struct mdt_slice drv_printf(struct drv_planner *p, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
void *drv_alloc(struct drv_planner *p, size_t size);

/** The plan loads the module. @param name Lives as long as the plan. */
void drv_add_module(struct drv_planner *p, struct mdt_slice name);

#define drv_add(p, items, count)                                                         \
	((__typeof__(*(items)) *)mdt_plan_push((p)->plan, &(items), &(count),            \
					       sizeof(*(items))))

/* ---- derive_select.c ---- */

struct mdt_error *drv_select(struct drv_planner *p, struct mdt_slice text,
			     struct drv_log *log) MUST_CHECK;
void drv_skip(struct drv_log *log, const char *reason, size_t count);

/* ---- derive_learn.c ---- */

/** Why an array is presumed to be there, and no more than that. */
#define DRV_WHY_INFO "GET_ARRAY_INFO succeeds"
#define DRV_WHY_NODE "its node is there"

/** Gather facts, and what the log begins with. */
void drv_learn(struct drv_planner *p);
/** Let a call have its effect on `state` and `now`. */
void drv_follow(struct drv_planner *p, const struct drv_call *call);
/** The log speaks of the array. */
void drv_in_log(struct drv_planner *p, struct drv_array *array);
/** Whether something goes on in the array by itself. */
void drv_set_failed(struct drv_planner *p, struct drv_array *array, bool has_failed);
/** Nothing goes on any more in any array. */
void drv_settle(struct drv_planner *p);
/** The array was so when the log began, unless something else is known. */
void drv_presume(struct drv_array *array, enum drv_state state, const char *why);
/** A disk was a member when the log began, unless the log has changed that before. */
void drv_see_member(struct drv_planner *p, struct drv_array *array, struct drv_disk *disk,
		    enum drv_role role, int slot, int number);
const struct mdt_cmdline *drv_command_of(const struct drv_planner *p,
					 const struct drv_call *call);
/** The state that a write to array_state brings; DRV_UNKNOWN: it is no such call. */
enum drv_state drv_state_written(const struct drv_call *call);
static inline bool drv_is_ioctl(const struct drv_call *call, enum drv_op op)
{
	return call->op == op;
}
/** The first such ioctl that succeeded from @p from on; count when there is none. */
size_t drv_next_ioctl(const struct drv_planner *p, size_t from,
		      const struct drv_array *array, enum drv_op op);
/** Little-endian, as everything that passes between mdadm and the kernel is on x86.
 * @return false when the payload ends before. */
bool drv_get32(struct mdt_slice payload, size_t offset, uint32_t *ret);

/* ---- derive_facts.c ---- */

void drv_learn_commands(struct drv_planner *p);
void drv_learn_messages(struct drv_planner *p);
void drv_learn_attr(struct drv_planner *p, const struct drv_call *call);
void drv_learn_mdstat(struct drv_planner *p, const struct drv_call *call);
/** Of a superblock that was read from or written to a disk. */
void drv_learn_super(struct drv_planner *p, const struct drv_call *call);
void drv_see_write_mostly(const struct drv_planner *p, struct drv_array *array,
			  const struct drv_disk *disk);
void drv_learn_info(struct drv_array *array, struct mdt_slice payload);
void drv_learn_raid_disks(struct drv_array *array, uint64_t count, const char *why);
void drv_learn_version(struct drv_array *array, int major, int minor, const char *why);
/** Once raid_disks and who was a member are known. */
void drv_learn_roles(const struct drv_planner *p, struct drv_array *array);
/** The slot of a member by its number, as the array's `roles` have it; -1: none. */
int drv_role_at(const struct drv_array *array, int number);
/** Whether bytes begin as a superblock of md does. */
bool drv_is_super(struct mdt_slice data);
/** Whether they begin as a bitmap does. */
static inline bool drv_is_bitmap(struct mdt_slice data)
{
	return mdt_slice_starts(data, SLICE("bitm"));
}
/** What a superblock of version 1 has before its roles. */
enum { DRV_SUPER_1_FIXED = 256 };
/** The superblock of a disk that was last read or written before this call; as much as
 * the log has of it. Empty: there is none. */
struct mdt_super drv_super_before(const struct drv_planner *p, size_t index,
				  const struct drv_disk *disk);
/**
 * The array of a call as it is at this time: a log may make several under one name. What
 * the command line and the superblocks at hand say counts more than what was learned
 * first.
 */
struct drv_array drv_array_at(struct drv_planner *p, size_t index);

/* ---- derive_members.c ---- */

/** How something is known. */
struct drv_why {
	const char *text; /* NULL: the log has it */
	enum mdt_trust trust;
};
/** The disk that an ADD_NEW_DISK is about, and how that is known. */
struct drv_disk *drv_added_disk(struct drv_planner *p, size_t index, struct drv_why *why);
/** Whether the array does not run when this call is made. */
bool drv_is_cold(const struct drv_planner *p, size_t index);
/** Say of each ADD_NEW_DISK as what it adds its disk. */
void drv_place_added(struct drv_planner *p);
/** Make the members that a running array began with complete. */
void drv_complete_members(struct drv_planner *p, struct drv_array *array);

/* ---- derive_args.c ---- */

/** An argument of 32-bit fields in the making: <linux/raid/md_u.h>. */
enum { DRV_WORDS = 18 };
struct drv_words {
	uint32_t value[DRV_WORDS];
	struct drv_why why[DRV_WORDS];
};

/** An argument that is complete, and which of its fields are not the log's. */
struct drv_arg {
	struct mdt_buf text; /* as it stands in the call; the caller deinitialises it */
	struct mdt_plan_derived *derived;
	size_t derived_count;
	bool changed;
	struct drv_words words; /* of md's structs: what was put there */
};
void drv_arg_derive(struct drv_planner *p, size_t index, struct drv_arg *ret);
void drv_arg_say(struct drv_planner *p, struct drv_arg *arg, const char *field,
		 struct mdt_slice reason);

/** Whether an array in this state has members. */
static inline bool drv_runs(enum drv_state state)
{
	return state == DRV_RUNNING || state == DRV_INACTIVE;
}

/** Whether the log finds the array as the calls that are planned leave it. */
static inline bool drv_is_as_left(const struct drv_array *array)
{
	return array->was_planned && drv_runs(array->first) == drv_runs(array->state);
}

/** The number that mdadm gives to a disk that it adds to a running array. */
int drv_next_number(const struct drv_array *array);
/** The same for this ADD_NEW_DISK: what the log has of mdadm's search counts more. */
int drv_number_added(const struct drv_planner *p, size_t index);
/** The place of a disk that is added again: its superblock's, or the first free one. */
void drv_readd_place(const struct drv_call *call, const struct drv_members *members,
		     int *number, int *slot);
/** Little-endian. */
void drv_put32(uint8_t *at, uint32_t value);

/* ---- derive_answers.c ---- */

/** Keep what is known of the argument that the log does not have: what the call gave, and
 * what the kernel answered. */
struct mdt_error *drv_answer(struct drv_planner *p, size_t index,
			     const struct drv_arg *arg) MUST_CHECK;
/** The array's own facts as they are at this call, into the words of mdu_array_info_t. */
void drv_answer_array(struct drv_planner *p, size_t index, struct drv_words *ret);

/* ---- derive_super.c ---- */

/** What is known of a superblock that is to be made. */
struct drv_super_how {
	struct mdt_slice known; /* its bytes, from the first on */
	bool has_place;		/* where it was read or written is known */
	uint64_t place;		/* in bytes; tells 1.0, 1.1 and 1.2 apart */
	uint64_t size;		/* how many of its bytes are written; 0: all */
	bool is_new;		/* mdadm creates the array */
	bool assume_clean;
	int32_t bitmap_offset;		/* with a feature_map in known that says so */
	struct mdt_bitmap_made *bitmap; /* not NULL: gets the bitmap's superblock, when
					 * there is one */
};

/** The array's level, or what is presumed of it. */
int drv_level(const struct drv_planner *p, const struct drv_array *array);
/** @param members All that the superblock has rows for; @p member may be one of them. */
struct mdt_error *drv_super_make(struct drv_planner *p, struct drv_array *array,
				 const struct drv_members *members,
				 const struct drv_member *member,
				 const struct drv_super_how *how,
				 struct mdt_super_made *ret) MUST_CHECK;
/**
 * Complete what a call wrote to a disk.
 * @param[out] why NULL: nothing was missing, and @p ret is as it was.
 */
struct mdt_error *drv_write_complete(struct drv_planner *p, size_t index,
				     struct mdt_buf *ret, const char **why) MUST_CHECK;
/** How large the array itself is, derived if need be. */
uint64_t drv_array_bytes(struct drv_planner *p, const struct drv_array *array);
/** Sizes of members of which only the component's size is known. */
void drv_array_sizes(struct drv_planner *p, struct drv_array *array,
		     const struct drv_members *members);

/* ---- derive_prologue.c ---- */

/** Make what the log begins with: disks' content, arrays. */
struct mdt_error *drv_prologue(struct drv_planner *p) MUST_CHECK;

/* ---- derive_emit.c ---- */

/** The log's section. */
struct mdt_error *drv_emit(struct drv_planner *p) MUST_CHECK;
/** A section. NULL: out of memory. */
struct mdt_plan_section *drv_section(struct drv_planner *p, bool is_prologue,
				     struct mdt_slice name);
/** A step of the last section; NULL: out of memory. */
struct mdt_plan_step *drv_step(struct drv_planner *p, enum mdt_plan_step_kind kind,
			       struct mdt_slice text);
/** A call as strace prints it, its `=` in the usual column. */
struct mdt_slice drv_line(struct drv_planner *p, struct mdt_slice prefix,
			  struct mdt_slice call, struct mdt_slice result);

#endif
