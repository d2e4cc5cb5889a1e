/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A scenario: commands to record, one a line, on scratch disks of a VM. docs/record.md
 * has the language for users; in short:
 *
 *	# comment
 *	disk /dev/loop0 40M
 *	module raid1
 *	program mdmon
 *	env MDADM_NO_UDEV=1
 *	timeout 30
 *	step create mdadm --create /dev/md0 --run --level=1 -n2 /dev/loop0 /dev/loop1
 *	settle
 *	step busy exit=1 timeout=5 mdadm --zero-superblock /dev/loop0
 *	run dd if=/dev/zero of=/dev/md0 count=1
 */
#ifndef MDT_RECORD_SCENARIO_H
#define MDT_RECORD_SCENARIO_H

#include "base/arena.h"
#include "base/error.h"

enum {
	MDT_SCENARIO_EXIT_ANY = -1,
	MDT_SCENARIO_NAME_MAX = 64, /* bytes of a step's name */
	MDT_SCENARIO_TIMEOUT = 60,  /* seconds, where nothing is said */
	MDT_SCENARIO_TIMEOUT_MAX = 3600,
	MDT_SCENARIO_LOOP_MAX = 255, /* /dev/loop255 */
};

/** A scratch disk: /dev/loopN, block device 7:N. */
struct mdt_scenario_disk {
	unsigned int minor;
	uint64_t size; /* bytes, of sectors of 512 */
};

enum mdt_scenario_kind {
	MDT_SCENARIO_STEP,   /* a command that a log is recorded of */
	MDT_SCENARIO_RUN,    /* a command without a log */
	MDT_SCENARIO_SETTLE, /* wait until no array resyncs and all is written */
};

struct mdt_scenario_step {
	enum mdt_scenario_kind kind;
	struct mdt_slice name; /* STEP: of the log: letters, digits, `-_.`; unique */
	const char **words;    /* STEP, RUN: the command, NULL-terminated, not empty */
	size_t word_count;
	int exit;	      /* STEP, RUN: what it is to exit with */
	unsigned int timeout; /* seconds */
	unsigned long line;   /* in the scenario's file */
};

struct mdt_scenario {
	struct mdt_arena arena; /* owns everything here; each slice is NUL-terminated */
	struct mdt_slice path;
	struct mdt_slice name; /* the path without folders and without `.scenario` */
	struct mdt_scenario_disk *disks;
	size_t disk_count;
	struct mdt_slice *modules; /* raid1, when none is named */
	size_t module_count;
	const char **programs; /* that commands start themselves, NULL-terminated; NULL:
				* none */
	size_t program_count;
	const char **env; /* NAME=VALUE, NULL-terminated; NULL: none */
	size_t env_count;
	struct mdt_scenario_step *steps;
	size_t step_count;
};

/**
 * Read a scenario.
 * @param path Its name, and for errors. Copied.
 * @param text Copied where it is needed.
 * @param[out] ret To be deinitialised, also after an error.
 * @return NULL; MDT_ERR_SYNTAX with its place; &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_scenario_read(const char *path, struct mdt_slice text,
					    struct mdt_scenario *ret) MUST_CHECK;

MDT_API void mdt_scenario_deinit(struct mdt_scenario *scenario);

/** @return The STEP of this name, or NULL. */
MDT_API const struct mdt_scenario_step *
mdt_scenario_find(const struct mdt_scenario *scenario, struct mdt_slice name);

#endif
