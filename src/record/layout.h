/* SPDX-License-Identifier: MIT */
/** @file Where the logs of a scenario go. */
#ifndef MDT_RECORD_LAYOUT_H
#define MDT_RECORD_LAYOUT_H

#include "base/buf.h"

/** What is known of a recording. */
struct mdt_record_layout {
	const char *output;	     /* the folder of all; NULL: this one */
	bool by_version;	     /* one in it for each pair of versions */
	struct mdt_slice mdadm_says; /* what `mdadm --version` prints; may be empty */
	struct mdt_slice release;    /* the kernel's */
	struct mdt_slice scenario;   /* its name */
};

/**
 * mdadm's version: of "mdadm - v4.2 - 2021-12-30 - Debian 4.2-5" the package's, 4.2-5; of
 * "mdadm - v4.1 - 2018-10-01" 4.1; `unknown` for anything else.
 */
MDT_API struct mdt_slice mdt_record_mdadm_version(struct mdt_slice says);

/**
 * Append the folder of a scenario: OUTPUT[/mdadm-VERSION_linux-RELEASE]/SCENARIO. What
 * the guest has said of versions gets nothing into it that leads elsewhere.
 */
MDT_API void mdt_record_folder(const struct mdt_record_layout *layout,
			       struct mdt_buf *ret);

#endif
