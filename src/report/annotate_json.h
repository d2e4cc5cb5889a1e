/* SPDX-License-Identifier: MIT */
/** @file Annotated events as JSON: `mdtrace annotate --format=json`. docs/json.md. */
#ifndef MDT_REPORT_ANNOTATE_JSON_H
#define MDT_REPORT_ANNOTATE_JSON_H

#include "base/json.h"
#include "annotate/annotate.h"
#include "annotate/flight.h"
#include "stack/stack.h"

/**
 * Append one event as one JSON object, without a newline: what mdt_event_json() writes,
 * and a member "remark" when there is something to say.
 * @param annotation NULL: there is nothing.
 * @param frame Of a line of a stack, what is known of it, as member "frame"; or NULL.
 */
MDT_API void mdt_annotate_json(struct mdt_buf *buf, const char *file,
			       const struct mdt_event *event,
			       const struct mdt_annotation *annotation,
			       const struct mdt_stack_frame *frame);

/** Append a call that a log has the beginning of only, as an object on one line; its kind
 * is "in flight". */
MDT_API void mdt_flight_json(struct mdt_buf *buf, const struct mdt_flight *flight);

#endif
