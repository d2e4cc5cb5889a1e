// SPDX-License-Identifier: MIT
// A scenario: read it; what it promises of what was read holds.
// Seeds: traces/scenarios/*.scenario tests/fuzz/scenario/*
// Max length: 4096
#include <stdint.h>
#include <stdlib.h>

#include "record/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_step(const struct mdt_scenario *scenario,
		       const struct mdt_scenario_step *step)
{
	size_t words = 0;

	if (!step->timeout || step->timeout > MDT_SCENARIO_TIMEOUT_MAX)
		abort();
	if (step->kind == MDT_SCENARIO_SETTLE)
		return;
	while (step->words[words])
		words++;
	if (!words || words != step->word_count || !*step->words[0])
		abort();
	if (step->kind == MDT_SCENARIO_STEP &&
	    (memchr(step->name.str, '/', step->name.len) ||
	     step->name.len > MDT_SCENARIO_NAME_MAX ||
	     mdt_scenario_find(scenario, step->name) != step))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);
	struct mdt_scenario scenario;
	struct mdt_error *err;

	if (!text)
		return 0;
	memcpy(text, data, size);
	err = mdt_scenario_read("fuzz", mdt_slice_from(text, size), &scenario);
	free(text);
	for (size_t i = 0; !err && i < scenario.step_count; i++)
		check_step(&scenario, &scenario.steps[i]);
	mdt_scenario_deinit(&scenario);
	mdt_error_destroy(err);
	return 0;
}
