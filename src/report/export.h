/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The acts of a log (export/export.h) as a program that does them and checks what comes:
 * a reproducer for people who do not have mdtrace.
 */
#ifndef MDT_REPORT_EXPORT_H
#define MDT_REPORT_EXPORT_H

#include "base/buf.h"
#include "export/export.h"

enum mdt_export_form {
	MDT_EXPORT_SHELL, /* bash and perl; makes its loop devices if it is given none */
	MDT_EXPORT_C,	  /* one file, nothing but libc */
	MDT_EXPORT_BLKTESTS, /* a file for tests/md/ of blktests */
	MDT_EXPORT_MDADM,    /* a file for tests/ of mdadm */
	MDT_EXPORT_SYZ,	     /* a program of syzkaller; its ioctls are those of `list
			      * --format=syzlang` */
};

/** Append it. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_export_write(const struct mdt_export *export,
					   enum mdt_export_form form,
					   struct mdt_buf *ret) MUST_CHECK;

#endif
