// SPDX-License-Identifier: MIT
#include "record/head.h"

#include "plan/plan.h"

static void begin(struct mdt_buf *ret, const char *word)
{
	mdt_buf_printf(ret, "# mdtrace: %s", word);
}

static void add_text(struct mdt_buf *ret, struct mdt_slice text)
{
	mdt_buf_addc(ret, ' ');
	mdt_plan_quote(text, ret);
}

static void add_words(struct mdt_buf *ret, const char *const *words)
{
	for (; words && *words; words++)
		add_text(ret, mdt_slice_cstr(*words));
}

static void write_text(struct mdt_buf *ret, const char *word, struct mdt_slice text)
{
	if (!text.len)
		return;
	begin(ret, word);
	add_text(ret, text);
	mdt_buf_addc(ret, '\n');
}

static void write_tracer(struct mdt_buf *ret, const struct mdt_record_head *head)
{
	const char *lack;

	begin(ret, "strace");
	add_text(ret, head->tracer.known ? head->tracer.version : SLICE("unknown"));
	add_words(ret, head->options);
	mdt_buf_addc(ret, '\n');
	for (size_t i = 0; (lack = mdt_tracer_lacks(&head->tracer, i)); i++)
		write_text(ret, "lacks", mdt_slice_cstr(lack));
}

void mdt_record_head_write(const struct mdt_record_head *head, struct mdt_buf *ret)
{
	write_text(ret, "recorded", head->release);
	write_text(ret, "system", head->system);
	write_text(ret, "recorder", head->recorder);
	write_tracer(ret, head);
	if (head->modules) {
		begin(ret, "modules");
		for (size_t i = 0; i < head->module_count; i++)
			add_text(ret, head->modules[i]);
		mdt_buf_addc(ret, '\n');
	}
	if (head->step.len) {
		begin(ret, "step");
		add_text(ret, head->step);
		if (head->scenario.len)
			add_text(ret, head->scenario);
		mdt_buf_addc(ret, '\n');
	}
	write_text(ret, "note", head->note);
	if (head->command) {
		begin(ret, "command");
		add_words(ret, head->command);
		mdt_buf_addc(ret, '\n');
	}
}
