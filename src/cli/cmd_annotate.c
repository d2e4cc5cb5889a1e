// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/visible.h"
#include "cli/annotate_stack.h"
#include "cli/annotate_case.h"
#include "cli/cli.h"
#include "cli/faults.h"
#include "cli/known.h"
#include "cli/logs.h"
#include "cli/unread.h"
#include "annotate/annotate.h"
#include "annotate/select.h"
#include "life/life.h"
#include "report/annotate_html.h"
#include "report/annotate_json.h"
#include "report/derived.h"
#include "strace/reader.h"

enum annotate_only {
	ONLY_ALL,
	ONLY_IOCTL,
	ONLY_MD,
};

enum annotate_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_HTML,
};

enum annotate_derive {
	DERIVE_AUTO,
	DERIVE_NO,
};

static const char *const derive_names[] = { "auto", "no", NULL };
static const char *const only_names[] = { "all", "ioctl", "md", NULL };
static const char *const format_names[] = { "text", "json", "html", NULL };

enum annotate_stacks {
	STACKS_FOLD,
	STACKS_ALL,
};

static const char *const stacks_names[] = { "fold", "all", NULL };

struct annotate_options {
	unsigned int only, format, color, stacks, derive;
	bool brief, rewrite, why;
	struct strings filters, debug;
};

static const struct option_row option_rows[] = {
	{ .name = "only",
	  .arg = "WHAT",
	  .values = only_names,
	  STORE_CHOICE(struct annotate_options, only),
	  .help = "what to speak of: all, only ioctls, or only what concerns md" },
	{ .name = "brief",
	  .letter = 'b',
	  STORE_FLAG(struct annotate_options, brief),
	  .help = "leave out lines that there is nothing to say about" },
	{ .name = "filter",
	  .arg = "FILTER",
	  STORE_LIST(struct annotate_options, filters),
	  .help = "leave out lines that no FILTER takes: failed, call:NAME, name:IOCTL, device:md0, errno:EBUSY, pid:N, line:N-M, or a PCRE2 of line and remark" },
	{ .name = "rewrite",
	  STORE_FLAG(struct annotate_options, rewrite),
	  .help = "put names and structs in place of numbers and bytes" },
	{ .name = "derive",
	  .arg = "WHEN",
	  .values = derive_names,
	  STORE_CHOICE(struct annotate_options, derive),
	  .help = "show what the log determines of arguments that it does not have" },
	{ .name = "why",
	  STORE_FLAG(struct annotate_options, why),
	  .help = "say of each field that was derived where it is from" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct annotate_options, format),
	  .help = "print the log, one JSON object a line, or one web page" },
	{ .name = "stacks",
	  .arg = "HOW",
	  .values = stacks_names,
	  STORE_CHOICE(struct annotate_options, stacks),
	  .help = "stacks of strace -k: folded into the remark of their call, or all frames" },
	{ .name = "debug",
	  .arg = "PATH",
	  STORE_LIST(struct annotate_options, debug),
	  .help = "where the traced programs are, with their debug info: / or a copy, a folder, a file" },
	COLOR_ROW(struct annotate_options, color),
	{ 0 },
};

struct annotate {
	const struct annotate_options *options;
	struct out *out;
	bool color, ends_open; // the last line that was printed has no end
	struct mdt_life life;  // has the annotator, and knows which check it was
	struct mdt_flights flights;
	struct mdt_select **filters;
	size_t filter_count;
	struct mdt_buf line; // what the filters see; what --rewrite makes
	struct mdt_annotate_html html;
	struct annotate_stack stack;
	struct faults faults;
	struct known known; // of arguments that the log does not have
};

/* ---- which lines, which remarks ---- */

static const unsigned int topics_of[] = {
	[ONLY_ALL] = MDT_TOPIC_IOCTL | MDT_TOPIC_MD | MDT_TOPIC_BLOCK,
	[ONLY_IOCTL] = MDT_TOPIC_IOCTL,
	[ONLY_MD] = MDT_TOPIC_MD,
};

static struct mdt_error *passes_filters(struct annotate *annotate,
					const struct mdt_event *event,
					const struct mdt_annotation *annotation,
					bool *ret)
{
	struct mdt_select_line facts;
	struct mdt_error *err;

	*ret = annotate->filter_count == 0;
	if (*ret)
		return NULL;
	mdt_select_facts(event, annotation, &annotate->line, &facts);
	err = mdt_buf_error(&annotate->line);
	for (size_t i = 0; !err && !*ret && i < annotate->filter_count; i++)
		err = mdt_select_matches(annotate->filters[i], &facts, ret);
	return err;
}

/* ---- printing ---- */

static void print_remark(struct annotate *annotate, struct mdt_slice remark)
{
	enum mdt_style style = annotate->color ? MDT_STYLE_CYAN : MDT_STYLE_NONE;
	struct mdt_buf *buf = &annotate->out->buf;

	mdt_style_begin(buf, style);
	mdt_buf_adds(buf, "  # ");
	// A remark has names as they are, not as strace escaped them.
	mdt_visible_words(buf, remark);
	mdt_style_end(buf, style);
}

// A line without its end, which may have to wait for a stack.
static void print_text(struct annotate *annotate, const struct mdt_event *event,
		       const struct mdt_annotation *annotation)
{
	struct out *out = annotate->out;

	annotate->ends_open = !event->eol.len;
	if (annotate->options->rewrite) {
		mdt_buf_clear(&annotate->line);
		mdt_annotation_rewrite(annotation, event, &annotate->line);
		out_add_log(out, mdt_buf_slice(&annotate->line));
		return;
	}
	out_add_log(out, event->raw);
	if (annotation && annotation->text.len)
		print_remark(annotate, annotation->text);
}

static void print_event(struct annotate *annotate, const char *file,
			const struct mdt_event *event,
			const struct mdt_annotation *annotation,
			const struct mdt_stack_frame *frame)
{
	switch ((enum annotate_format)annotate->options->format) {
	case FORMAT_TEXT:
		print_text(annotate, event, annotation);
		break;
	case FORMAT_JSON:
		mdt_annotate_json(&annotate->out->buf, file, event, annotation, frame);
		out_addc(annotate->out, '\n');
		break;
	case FORMAT_HTML:
		mdt_annotate_html_event(&annotate->html, event, annotation);
		out_settle(annotate->out);
		break;
	}
}

/* ---- logs ---- */

// Where a derived argument is from: lines that follow the call's.
static struct mdt_error *add_sources(struct annotate *annotate,
				     const struct mdt_annotation *annotation)
{
	const struct annotate_options *options = annotate->options;

	if (!options->why || options->rewrite || !annotation->derived)
		return NULL;
	annotate->ends_open = false;
	return annotate_stack_after(&annotate->stack, annotation);
}

static struct mdt_error *annotate_call(struct annotate *annotate, const char *file,
				       const struct mdt_event *event)
{
	const struct mdt_annotation *annotation = NULL;
	struct mdt_error *err;
	bool passes = true;

	err = mdt_life_event(&annotate->life, event);
	if (!err && annotate->known.failed_memory)
		err = &mdt_enomem;
	if (!err)
		annotation = annotate->life.annotation;
	if (!err)
		err = mdt_flights_follow(&annotate->flights, file, event, annotation);
	if (!err)
		err = passes_filters(annotate, event, annotation, &passes);
	passes = passes && (annotation || !annotate->options->brief);
	if (err)
		return err;
	annotate_stack_close(&annotate->stack);
	if (passes)
		print_event(annotate, file, event, annotation, NULL);
	err = annotate_stack_line(&annotate->stack, event,
				  passes && annotate->options->format == FORMAT_TEXT,
				  annotation && annotation->text.len);
	return err || !passes || !annotation ? err : add_sources(annotate, annotation);
}

// A frame of the stack of the call before.
static struct mdt_error *annotate_frame(struct annotate *annotate, const char *file,
					const struct mdt_event *event)
{
	const struct mdt_stack_frame *frame;
	bool is_folded, passes = true;
	struct mdt_error *err =
		annotate_stack_frame(&annotate->stack, event, &is_folded, &frame);

	if (err || is_folded)
		return err;
	err = passes_filters(annotate, event, NULL, &passes);
	if (err || !passes || annotate->options->brief)
		return err;
	annotate_stack_close(&annotate->stack);
	print_event(annotate, file, event, NULL, frame);
	if (annotate->options->format != FORMAT_TEXT)
		return NULL;
	mdt_buf_clear(&annotate->line);
	if (frame && !annotate->options->rewrite)
		mdt_stack_frame_text(frame, &annotate->line);
	if (annotate->line.len)
		print_remark(annotate, mdt_buf_slice(&annotate->line));
	out_add(annotate->out, event->eol);
	return mdt_buf_error(&annotate->line);
}

static struct mdt_error *annotate_event(struct annotate *annotate, const char *file,
					const struct mdt_event *event)
{
	return event->kind == MDT_EVENT_STACK ? annotate_frame(annotate, file, event)
					      : annotate_call(annotate, file, event);
}

static struct mdt_error *annotate_events(struct annotate *annotate, const char *file,
					 struct mdt_reader *reader)
{
	struct mdt_error *err = NULL;
	struct mdt_event event;
	bool got;

	while (!err && !out_failed(annotate->out)) {
		if (mdt_reader_may_wait(reader)) {
			annotate_stack_wait(&annotate->stack);
			out_flush(annotate->out);
		}
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		faults_note(&annotate->faults, file, &event);
		err = annotate_event(annotate, file, &event);
	}
	annotate_stack_close(&annotate->stack);
	return err;
}

static void print_flight(struct annotate *annotate, const struct mdt_flight *flight)
{
	struct mdt_buf *line = &annotate->line;

	mdt_buf_clear(line);
	if (annotate->options->format == FORMAT_JSON) {
		mdt_flight_json(line, flight);
	} else {
		mdt_buf_adds(line, "# ");
		mdt_flight_text(flight, line);
		mdt_visible_since(line, 0);
	}
	out_add(annotate->out, mdt_buf_slice(line));
	out_addc(annotate->out, '\n');
}

// What never returned, after the last line; a log that is rewritten stays a log.
static void print_flights(struct annotate *annotate)
{
	const struct mdt_flight *flight;

	if (annotate->options->rewrite)
		return;
	if (annotate->options->format == FORMAT_TEXT && annotate->ends_open &&
	    mdt_flights_at(&annotate->flights, 0))
		out_addc(annotate->out, '\n');
	for (size_t i = 0; (flight = mdt_flights_at(&annotate->flights, i)); i++)
		print_flight(annotate, flight);
}

static struct mdt_error *life_init(struct annotate *annotate)
{
	struct mdt_error *err =
		mdt_life_init(&annotate->life, mdt_ioctl_builtin(), NULL, NULL, NULL);

	annotate->life.topics = topics_of[annotate->options->only];
	if (annotate->options->derive != DERIVE_NO)
		annotate->life.annotator.knower = known_knower(&annotate->known);
	return err;
}

// Another log may be of another machine: nothing goes on from one to the next.
static struct mdt_error *begin_anew(struct annotate *annotate, const char *file)
{
	struct mdt_error *err;

	mdt_life_deinit(&annotate->life);
	err = life_init(annotate);
	if (!err)
		mdt_life_begin_log(&annotate->life, file, true);
	return err;
}

static struct mdt_error *annotate_log(struct annotate *annotate, const char *file,
				      const char *last)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create(file, &reader);

	if (err)
		return err;
	known_begin(&annotate->known, file);
	if (!logs_same_run(file, last, reader))
		err = begin_anew(annotate, file);
	if (err)
		return err;
	mdt_flights_clear(&annotate->flights);
	annotate_stack_begin(&annotate->stack, file);
	err = annotate_events(annotate, file, reader);
	if (annotate->options->format != FORMAT_HTML)
		print_flights(annotate);
	faults_end_file(&annotate->faults, file);
	return err;
}

// A log that cannot be read has its place on the page, too.
static struct mdt_error *annotate_log_html(struct annotate *annotate, const char *file,
					   const char *last)
{
	struct mdt_error *err;

	mdt_annotate_html_begin_log(&annotate->html, file);
	err = annotate_log(annotate, file, last);
	mdt_annotate_html_end_log(&annotate->html, &annotate->flights, err);
	return err;
}

static void begin_page(struct annotate *annotate, const char *const *files, size_t count,
		       const struct annotate_case *about)
{
	struct mdt_annotate_html_page page = {
		.files = files,
		.file_count = count,
		.version = MDT_VERSION,
		.abridged = annotate->options->brief || annotate->filter_count,
		.why = about->why,
		.picture = about->why ? &about->picture : NULL,
		.kernel = about->life.options.kernel,
		.lines = about->lines,
	};

	mdt_annotate_html_begin(&annotate->html, &annotate->out->buf, &page);
}

static void annotate_logs(struct annotate *annotate, const struct cli *cli,
			  enum status *ret)
{
	static const char *const standard_input[] = { "-" };
	const char *const *files = cli->operand_count ? cli->operands : standard_input;
	size_t count = cli->operand_count ? cli->operand_count : 1;
	bool html = annotate->options->format == FORMAT_HTML;
	struct annotate_case about = { 0 };
	struct mdt_error *failed = NULL;

	if (html)
		failed = annotate_case_read(files, count, &about);
	if (html && !failed)
		begin_page(annotate, files, count, &about);
	if (failed) {
		mdt_error_destroy(about.unread);
		annotate_case_deinit(&about);
		cli_report(failed);
		*ret = STATUS_TROUBLE;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *last = i ? files[i - 1] : NULL;
		struct mdt_error *err = html ? annotate_log_html(annotate, files[i], last)
					     : annotate_log(annotate, files[i], last);

		if (err) {
			cli_report(err);
			*ret = STATUS_TROUBLE;
		}
	}
	if (html)
		mdt_annotate_html_end(&annotate->html);
	unread_end(about.unread, ret);
	unread_end(annotate->known.unread, ret);
	annotate->known.unread = NULL;
	annotate_case_deinit(&about);
}

/* ---- the command ---- */

static struct mdt_error *compile_filters(struct annotate *annotate)
{
	const struct strings *patterns = &annotate->options->filters;
	struct mdt_error *err = NULL;

	if (!patterns->len)
		return NULL;
	annotate->filters = calloc(patterns->len, sizeof(struct mdt_select *));
	if (!annotate->filters)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < patterns->len; i++) {
		err = mdt_select_create(mdt_slice_cstr(patterns->items[i]),
					&annotate->filters[i]);
		annotate->filter_count += err == NULL;
	}
	return err;
}

static void annotate_deinit(struct annotate *annotate)
{
	for (size_t i = 0; i < annotate->filter_count; i++)
		mdt_select_destroy(annotate->filters[i]);
	free(annotate->filters);
	mdt_buf_deinit(&annotate->line);
	mdt_flights_deinit(&annotate->flights);
	annotate_stack_deinit(&annotate->stack);
	mdt_life_deinit(&annotate->life);
	known_deinit(&annotate->known);
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct annotate_options *options = cli->options;
	struct annotate annotate = {
		.options = options,
		.out = cli->out,
		.color = color_wanted((enum color)options->color, cli->out->fd),
	};
	struct mdt_error *err;

	if (options->rewrite && options->format != FORMAT_TEXT)
		return mdt_error_create(MDT_ERR_INVALID,
					"--rewrite goes with --format=text only");
	out_bytes(cli->out);
	cli->out->is_styled = annotate.color && options->format == FORMAT_TEXT;
	err = life_init(&annotate);
	if (!err)
		err = annotate_stack_init(&annotate.stack, cli->out, &options->debug);
	annotate.stack.folds = options->format == FORMAT_TEXT && !options->rewrite &&
			       options->stacks == STACKS_FOLD;
	annotate.stack.color = annotate.color;
	if (!err)
		err = compile_filters(&annotate);
	if (!err)
		annotate_logs(&annotate, cli, ret);
	annotate_deinit(&annotate);
	return err;
}

const struct command cmd_annotate = {
	.name = "annotate",
	.args = "[FILE...]",
	.summary = "add to each line of a log what it says of md",
	.details =
		"Every line of the log is printed as it is, with \"  # ...\" after each line that\n"
		"mdtrace knows something about. A FILE of \"-\", or none, is standard input, which\n"
		"may be a pipe that stays open:\n"
		"\n"
		"  strace -f mdadm --stop /dev/md0 2>&1 | mdtrace annotate --only=md",
	.options = option_rows,
	.options_size = sizeof(struct annotate_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
