/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the compiler is asked to hold for us: contracts as attributes, scope guards, and
 * the visibility of the library's API.
 */
#ifndef MDT_BASE_MACRO_H
#define MDT_BASE_MACRO_H

#include <stddef.h>

/** For other rooms. What is exported from the shared library is in mdtrace.h. */
#define MDT_API		       __attribute__((visibility("default")))
/** The result is an error or an ownership: dropping it is a bug. */
#define MUST_CHECK	       __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
/** Runs @p fn on the variable's address when its scope ends; @p fn accepts the empty
 * value. */
#define _cleanup_(fn)	       __attribute__((cleanup(fn)))
#define _unused_	       __attribute__((unused))
#define unreachable()	       __builtin_unreachable()
#define likely(x)	       __builtin_expect(!!(x), 1)
#define unlikely(x)	       __builtin_expect(!!(x), 0)

#define array_size(a) (sizeof(a) / sizeof((a)[0]))
#define array_for_each(it, a)                                                            \
	for (__typeof__(&(a)[0]) it = (a); it < (a) + array_size(a); it++)

/** Hand an owned pointer over: its guard then sees NULL. */
#define no_cleanup_ptr(p)                                                                \
	({                                                                               \
		__typeof__(p) tmp_ = (p);                                                \
		(p) = NULL;                                                              \
		tmp_;                                                                    \
	})

#endif
