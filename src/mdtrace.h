/* SPDX-License-Identifier: MIT */
/**
 * @file
 * All of libmdtrace: strace's language, what a log means, ioctls and the md driver. The
 * headers that this one reaches are the ones that get installed.
 */
#ifndef MDTRACE_H
#define MDTRACE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/map.h"
#include "base/pattern.h"
#include "base/slice.h"
#include "diff/diff.h"
#include "ioctl/json.h"
#include "ioctl/number.h"
#include "ioctl/pack.h"
#include "ioctl/table.h"
#include "ioctl/type.h"
#include "ioctl/value.h"
#include "md/level.h"
#include "md/model.h"
#include "md/model_state.h"
#include "md/remark.h"
#include "md/super_make.h"
#include "md/superblock.h"
#include "md/sysfs.h"
#include "record/head.h"
#include "record/scenario.h"
#include "record/tracer.h"
#include "replay/cmdline.h"
#include "replay/derive.h"
#include "replay/drift.h"
#include "replay/message.h"
#include "replay/observed.h"
#include "replay/plan.h"
#include "replay/setaside.h"
#include "replay/verdict.h"
#include "report/annotate.h"
#include "report/annotate_html.h"
#include "report/annotate_json.h"
#include "report/diff.h"
#include "report/event_json.h"
#include "report/replay_json.h"
#include "report/replay_text.h"
#include "strace/event.h"
#include "strace/node.h"
#include "strace/parse.h"
#include "strace/reader.h"
#include "strace/source.h"
#include "strace/write.h"
#include "trace/stats.h"
#include "trace/trace.h"

#endif
