/* SPDX-License-Identifier: MIT */
/** @file Verdicts as JSON: `mdtrace replay --format=json`. docs/replay-json.md. */
#ifndef MDT_REPORT_REPLAY_JSON_H
#define MDT_REPORT_REPLAY_JSON_H

#include "report/replay_text.h"

/**
 * Append one replay as one JSON object, without a newline.
 * @param machine NULL: nothing is known of it.
 */
MDT_API void mdt_replay_json(const struct mdt_verdicts *verdicts,
			     const struct mdt_replay_machine *machine,
			     struct mdt_buf *ret);

#endif
