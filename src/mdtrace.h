/* SPDX-License-Identifier: MIT */
/**
 * @file
 * All of libmdtrace: strace's language, what a log means, ioctls and the md driver.
 */
#ifndef MDTRACE_H
#define MDTRACE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/slice.h"

#endif
