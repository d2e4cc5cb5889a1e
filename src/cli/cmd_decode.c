// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "cli/cli.h"
#include "cli/packs.h"
#include "ioctl/json.h"
#include "strace/node.h"
#include "strace/parse.h"
#include "trace/request.h"

enum { NAMES_SHOWN_MAX = 12 };

static const struct mdt_text_limits no_limits = { 0 };

// A command, and what stands behind it on the command line.
struct request {
	uint32_t number;
	bool of_13_bits; // rows are those that it has on mips, powerpc, sparc and alpha
	const struct mdt_ioctl *rows; // NULL: not known
	size_t count;
	bool has_payload, has_arg;
	struct mdt_buf payload;
	uint64_t arg; // by value
};

struct decode {
	struct out *out;
	struct packs *packs;
	enum table_format format;
	enum status *status;
	bool printed; // something, so a blank line is due
};

static bool is_hex(struct mdt_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (mdt_hex_digit(s.str[i]) < 0)
			return false;
	return s.len > 0;
}

// `12` is a number and `0012` are two bytes: numbers have no zeros in front.
static bool is_number(struct mdt_slice s, uint64_t *ret)
{
	bool hex = mdt_slice_starts(s, SLICE("0x")) || mdt_slice_starts(s, SLICE("0X"));

	if (!hex && s.len > 1 && s.str[0] == '0')
		return false;
	return mdt_slice_to_u64(s, ret);
}

// strace's string, with or without its quotes, or plain hex.
static bool read_payload(struct mdt_slice word, struct mdt_buf *ret)
{
	struct mdt_slice inside = word;

	if (mdt_slice_ends(inside, SLICE("...")))
		inside.len -= 3;
	if (inside.len >= 2 && inside.str[0] == '"' &&
	    inside.str[inside.len - 1] == '"') {
		inside = mdt_slice_from(inside.str + 1, inside.len - 2);
		mdt_unescape(inside, ret);
		return true;
	}
	if (mdt_slice_starts(inside, SLICE("\\"))) {
		mdt_unescape(inside, ret);
		return true;
	}
	if (!is_hex(inside) || inside.len % 2)
		return false;
	for (size_t i = 0; i < inside.len; i += 2)
		mdt_buf_addc(ret, (char)(mdt_hex_digit(inside.str[i]) << 4 |
					 mdt_hex_digit(inside.str[i + 1])));
	return true;
}

static struct mdt_error *unknown_name(const struct mdt_ioctl_table *table,
				      struct mdt_slice name)
{
	const struct mdt_ioctl *near = mdt_ioctl_suggest(table, name);

	if (is_hex(name) && name.len % 2)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"'%.*s' is not an ioctl, and a payload has two digits a "
			"byte",
			SLICE_FMT(name));
	if (near)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"no ioctl '%.*s'; did you mean '%s'?",
					SLICE_FMT(name), near->name);
	return mdt_error_create(MDT_ERR_NOT_FOUND, "no ioctl '%.*s'", SLICE_FMT(name));
}

// A number that is not known may be that of a machine that numbers otherwise.
static void find_number(const struct mdt_ioctl_table *table, struct request *ret)
{
	uint32_t other;

	ret->rows = mdt_ioctl_find(table, ret->number, &ret->count);
	if (ret->rows || !mdt_ioctl_from_13_bits(ret->number, &other))
		return;
	ret->rows = mdt_ioctl_find(table, other, &ret->count);
	ret->of_13_bits = ret->rows != NULL;
}

// _IOC(_IOC_WRITE, 0xe7, 0x1, 0x24) or EVIOCGNAME(256), as strace has it.
static struct mdt_error *read_call(const struct mdt_ioctl_table *table,
				   struct mdt_slice word, bool *is, uint32_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_nodes nodes = { 0 };
	struct mdt_event event;
	struct mdt_error *err;

	*is = false;
	if (!memchr(word.str, '(', word.len))
		return NULL;
	mdt_buf_printf(&text, "ioctl(0, %.*s) = 0", SLICE_FMT(word));
	err = mdt_buf_error(&text);
	if (!err)
		err = mdt_parse_call(mdt_buf_slice(&text), &nodes, &event);
	*is = !err && mdt_event_succeeded(&event) &&
	      mdt_ref_ok(mdt_event_arg(&event, 1)) &&
	      !mdt_ref_ok(mdt_event_arg(&event, 2)) &&
	      mdt_request_number(table, mdt_event_arg(&event, 1), ret);
	mdt_nodes_deinit(&nodes);
	return err;
}

static struct mdt_error *read_command(const struct mdt_ioctl_table *table,
				      struct mdt_slice word, struct request *ret)
{
	const struct mdt_ioctl *named = mdt_ioctl_find_name(table, word);
	struct mdt_error *err;
	uint64_t number;
	bool is_call;

	*ret = (struct request){ .rows = named, .count = 1 };
	if (named) {
		ret->number = named->number;
		return NULL;
	}
	err = read_call(table, word, &is_call, &ret->number);
	if (err)
		return err;
	if (is_call) {
		find_number(table, ret);
		return NULL;
	}
	if (!is_number(word, &number))
		return unknown_name(table, word);
	if (number > UINT32_MAX)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"%.*s has more than the 32 bits of an ioctl's number",
			SLICE_FMT(word));
	ret->number = (uint32_t)number;
	find_number(table, ret);
	return NULL;
}

// What follows a command: its argument by value, its payload, or the next command.
static bool read_argument(const struct mdt_ioctl_table *table, struct mdt_slice word,
			  struct request *ret)
{
	bool by_value = ret->rows && ret->rows->arg == MDT_ARG_VALUE;

	if (is_number(word, &ret->arg)) {
		ret->has_arg = by_value;
		return by_value;
	}
	if (mdt_ioctl_find_name(table, word))
		return false;
	ret->has_payload = read_payload(word, &ret->payload);
	return ret->has_payload;
}

static const char *arg_meaning(enum mdt_ioctl_arg arg)
{
	switch (arg) {
	case MDT_ARG_UNSAID:
		return "not said by header or pack";
	case MDT_ARG_IGNORED:
		return "the driver never looks at it";
	case MDT_ARG_VALUE:
		return "the value itself, no pointer";
	case MDT_ARG_IN:
		return "a pointer; the kernel reads";
	case MDT_ARG_OUT:
		return "a pointer; the kernel writes";
	case MDT_ARG_INOUT:
		return "a pointer; the kernel reads and writes";
	}
	unreachable();
}

static const char *dir_meaning(uint32_t number)
{
	switch (mdt_ioctl_dir(number)) {
	case MDT_DIR_NONE:
		return "no argument";
	case MDT_DIR_WRITE:
		return "the kernel reads";
	case MDT_DIR_READ:
		return "the kernel writes";
	case MDT_DIR_READ_WRITE:
		return "the kernel reads and writes";
	}
	unreachable();
}

static void print_meaning(struct out *out, const struct mdt_meaning *meaning)
{
	if (!meaning)
		return;
	out_printf(out, "  %s", mdt_meaning_name(meaning->kind));
	if (meaning->count > NAMES_SHOWN_MAX)
		out_printf(out, " %s", meaning->pattern);
	for (uint32_t i = 0; i < meaning->count && meaning->count <= NAMES_SHOWN_MAX;
	     i++) {
		const struct mdt_constant *c = &meaning->constants[i];
		bool hex = meaning->kind == MDT_MEANING_FLAGS;

		out_printf(out, hex ? "%s %#" PRIx64 "=%s" : "%s %" PRId64 "=%s",
			   i ? "," : "", (int64_t)c->value, c->name);
	}
}

struct path {
	const struct path *outer;
	const char *name;
	bool is_array;
};

static void print_path(struct out *out, const struct path *path)
{
	if (path->outer) {
		print_path(out, path->outer);
		if (*path->name && *path->outer->name)
			out_addc(out, '.');
	}
	out_adds(out, path->name);
	if (path->is_array)
		out_adds(out, "[]");
}

static void print_fields(struct out *out, const struct mdt_type *type,
			 const struct path *outer, uint32_t base);

static void print_field(struct out *out, const struct mdt_member *member,
			const struct path *outer, uint32_t base)
{
	const struct mdt_type *type = member->type, *item = type;
	struct path path = { outer, member->name, type->kind == MDT_TYPE_ARRAY };
	uint32_t offset = base + member->offset;

	while (item->kind == MDT_TYPE_ARRAY)
		item = item->item;
	if (*member->name) {
		out_printf(out, "    %6" PRIu32 " %5" PRIu32 "  %-18s ", offset,
			   type->size, *type->name ? type->name : "struct");
		path.is_array = false;
		print_path(out, &path);
		path.is_array = type->kind == MDT_TYPE_ARRAY;
		if (member->bit_size)
			out_printf(out, " : %u (from bit %u)", member->bit_size,
				   member->bit_offset);
		print_meaning(out, member->meaning ? member->meaning : type->meaning);
		out_addc(out, '\n');
	}
	print_fields(out, item, &path, offset);
}

static void print_fields(struct out *out, const struct mdt_type *type,
			 const struct path *outer, uint32_t base)
{
	if (type->kind != MDT_TYPE_STRUCT && type->kind != MDT_TYPE_UNION)
		return;
	for (uint32_t i = 0; i < type->count && !out_failed(out); i++)
		print_field(out, &type->members[i], outer, base);
}

static void print_type(struct out *out, const struct mdt_ioctl *row)
{
	static const struct path root = { NULL, "", false };

	if (!row->type) {
		out_adds(out, "  type       -\n");
		return;
	}
	out_printf(out, "  type       %s, %" PRIu32 " bytes", row->type_text,
		   row->type->size);
	if (row->size_lies)
		out_printf(out, " (its number says %" PRIu32 ")",
			   mdt_ioctl_size(row->number));
	if (row->meaning && row->meaning->count) // dev_t and fd are said by the type
		print_meaning(out, row->meaning);
	out_addc(out, '\n');
	print_fields(out, row->type, &root, 0);
}

static void print_history(struct out *out, const struct mdt_ioctl *row)
{
	out_adds(out, "  header     none today: history");
	if (*row->since)
		out_printf(out, ", since %s", row->since);
	if (*row->until)
		out_printf(out, ", until %s", row->until);
	out_addc(out, '\n');
}

// Of a macro with parameters the number that was asked for says what they are.
static void print_row(struct out *out, const struct mdt_ioctl *row, uint32_t asked)
{
	uint32_t number = row->varies && !((row->number ^ asked) & ~row->varies)
				  ? asked
				  : row->number;

	if (number == row->number)
		out_adds(out, row->name);
	else
		mdt_ioctl_name_text(row, number, &out->buf);
	out_printf(out, "  %#010" PRIx32 " (%" PRIu32 ")\n", number, number);
	out_printf(out, "  number     %s: %s; type byte %#x, nr %#x, size %" PRIu32 "\n",
		   mdt_ioctl_dir_macro(number), dir_meaning(number),
		   mdt_ioctl_type_byte(number), mdt_ioctl_nr(number),
		   mdt_ioctl_size(number));
	out_printf(out, "  argument   %s: %s\n", mdt_ioctl_arg_name(row->arg),
		   arg_meaning(row->arg));
	if (*row->note)
		out_printf(out, "  note       %s\n", row->note);
	if (row->is_history)
		print_history(out, row);
	else
		out_printf(out, "  header     %s (pack %s)\n", row->header, row->pack);
	print_type(out, row);
}

static void print_near(struct out *out, const char *what, const struct mdt_ioctl *row)
{
	if (row)
		out_printf(out, "  %-9s  %s  %#010" PRIx32 " (nr %#x)\n", what, row->name,
			   row->number, mdt_ioctl_nr(row->number));
}

static void print_unknown(const struct decode *d, uint32_t number)
{
	struct mdt_ioctl_near near = mdt_ioctl_look_around(d->packs->table, number);
	struct out *out = d->out;
	uint8_t byte = mdt_ioctl_type_byte(number);

	out_printf(out, "%#010" PRIx32 " (%" PRIu32 ") is not known\n  number     ",
		   number, number);
	mdt_ioctl_number_text(number, &out->buf);
	out_printf(out, "\n  direction  %s: %s\n", mdt_ioctl_dir_macro(number),
		   dir_meaning(number));
	out_printf(out, "  type byte  %#x", byte);
	if (byte > ' ' && byte <= '~')
		out_printf(out, " ('%c')", byte);
	if (near.owner)
		out_printf(out, ": %zu known, most of pack %s\n", near.siblings,
			   near.owner);
	else
		out_adds(out, ": none known\n");
	out_printf(out, "  nr         %#x\n  size       %" PRIu32 "\n",
		   mdt_ioctl_nr(number), mdt_ioctl_size(number));
	print_near(out, "same nr", near.twin);
	print_near(out, "below", near.below);
	print_near(out, "above", near.above);
}

static struct mdt_error *print_payload(const struct decode *d, const struct request *r)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_slice bytes = mdt_buf_slice(&r->payload);
	const struct mdt_type *type = r->rows ? r->rows->type : NULL;
	struct mdt_value value;
	struct mdt_error *err;

	out_printf(d->out, "  payload    %zu byte%s", bytes.len,
		   bytes.len == 1 ? "" : "s");
	if (!type) {
		out_adds(d->out, " of no known type\n");
		return NULL;
	}
	err = mdt_value_decode(type, r->rows->meaning, bytes, &arena, &value);
	if (err)
		return err;
	if (bytes.len > value.size)
		out_printf(d->out, ", %zu more than the type has",
			   bytes.len - value.size);
	out_adds(d->out, "\n    ");
	mdt_value_text(&value, &no_limits, &d->out->buf);
	out_addc(d->out, '\n');
	return NULL;
}

static struct mdt_error *print_text(struct decode *d, const struct request *r)
{
	struct mdt_error *err = NULL;

	if (d->printed)
		out_addc(d->out, '\n');
	d->printed = true;
	if (!r->rows)
		print_unknown(d, r->number);
	if (r->of_13_bits)
		out_printf(d->out,
			   "%#010" PRIx32 " (%" PRIu32 ") is not known, but on mips, "
			   "powerpc, sparc and alpha it is\n",
			   r->number, r->number);
	for (size_t i = 0; r->rows && i < r->count; i++)
		print_row(d->out, &r->rows[i], r->number);
	if (r->has_payload)
		err = print_payload(d, r);
	if (r->has_arg) {
		out_adds(d->out, "  value      ");
		mdt_ioctl_arg_text(r->rows, r->arg, &d->out->buf);
		out_addc(d->out, '\n');
	}
	out_settle(d->out);
	return err;
}

static void json_near(struct mdt_json *json, const char *key, const struct mdt_ioctl *row)
{
	if (row)
		mdt_ioctl_json(json, key, row);
}

static void json_unknown(const struct decode *d, struct mdt_json *json, uint32_t number)
{
	struct mdt_ioctl_near near = mdt_ioctl_look_around(d->packs->table, number);

	mdt_json_cstr(json, "direction", mdt_ioctl_dir_macro(number));
	mdt_json_u64(json, "type_byte", mdt_ioctl_type_byte(number));
	mdt_json_u64(json, "nr", mdt_ioctl_nr(number));
	mdt_json_u64(json, "size", mdt_ioctl_size(number));
	mdt_json_u64(json, "siblings", near.siblings);
	if (near.owner)
		mdt_json_cstr(json, "owner", near.owner);
	json_near(json, "twin", near.twin);
	json_near(json, "below", near.below);
	json_near(json, "above", near.above);
}

static void json_rows(struct mdt_json *json, const struct request *r)
{
	mdt_json_array(json, "commands");
	for (size_t i = 0; r->rows && i < r->count; i++)
		mdt_ioctl_json(json, NULL, &r->rows[i]);
	mdt_json_end(json);
	if (r->rows && r->rows->type)
		mdt_type_json(json, "fields", r->rows->type);
}

static struct mdt_error *json_payload(struct mdt_json *json, const struct request *r)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_slice bytes = mdt_buf_slice(&r->payload);
	struct mdt_value value;
	struct mdt_error *err;

	if (!r->rows || !r->rows->type)
		return NULL;
	err = mdt_value_decode(r->rows->type, r->rows->meaning, bytes, &arena, &value);
	if (err)
		return err;
	mdt_json_u64(json, "payload_bytes", bytes.len);
	mdt_json_u64(json, "missing_bytes", mdt_value_missing(&value));
	mdt_value_json(json, "payload", &value);
	return NULL;
}

static struct mdt_error *print_json(const struct decode *d, const struct request *r)
{
	struct mdt_error *err = NULL;
	struct mdt_json json;

	mdt_json_init(&json, &d->out->buf);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-decode", 1);
	mdt_json_u64(&json, "number", r->number);
	mdt_json_bool(&json, "known", r->rows != NULL);
	if (r->of_13_bits)
		mdt_json_cstr(&json, "numbering", "mips, powerpc, sparc, alpha");
	if (!r->rows)
		json_unknown(d, &json, r->number);
	json_rows(&json, r);
	if (r->has_payload)
		err = json_payload(&json, r);
	if (r->has_arg)
		mdt_json_u64(&json, "value", r->arg);
	mdt_json_end(&json);
	out_addc(d->out, '\n');
	return err;
}

// What nothing else knows may be in a pack that waits for it.
static struct mdt_error *find_command(struct decode *d, struct mdt_slice word,
				      struct request *ret)
{
	struct mdt_error *err = read_command(d->packs->table, word, ret);

	if (d->packs->has_defaults || (err && err->kind != MDT_ERR_NOT_FOUND) ||
	    (!err && ret->rows && !ret->of_13_bits))
		return err;
	mdt_error_destroy(err);
	packs_read_defaults(d->packs);
	return read_command(d->packs->table, word, ret);
}

static struct mdt_error *decode_next(struct decode *d, const char *const **operands)
{
	struct mdt_slice word = mdt_slice_cstr(*(*operands)++);
	struct mdt_error *err;
	struct request r;

	err = find_command(d, word, &r);
	if (err)
		return err;
	if (**operands && read_argument(d->packs->table, mdt_slice_cstr(**operands), &r))
		++*operands;
	err = mdt_buf_error(&r.payload);
	if (!err && d->format == TABLE_JSON)
		err = print_json(d, &r);
	else if (!err)
		err = print_text(d, &r);
	if (!r.rows && *d->status == STATUS_OK)
		*d->status = STATUS_DIFFERS;
	mdt_buf_deinit(&r.payload);
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct table_options *options = cli->options;
	_cleanup_(packs_deinit) struct packs packs = { 0 };
	struct decode d = { .out = cli->out,
			    .packs = &packs,
			    .format = (enum table_format)options->format,
			    .status = ret };
	const char *const *operands = cli->operands;
	struct mdt_error *err = packs_load(&options->packs, &packs);

	while (!err && *operands && !out_failed(cli->out)) {
		err = decode_next(&d, &operands);
		if (!err)
			continue;
		cli_report(err);
		err = NULL;
		*ret = STATUS_TROUBLE;
	}
	return err;
}

const struct command cmd_decode = {
	.name = "decode",
	.args = "IOCTL [PAYLOAD|VALUE] [IOCTL...]",
	.summary = "say what an ioctl's number, name or payload means",
	.details =
		"IOCTL is a number (0x800c0910 or 2148272400, or as strace takes it apart, "
		"'_IOC(_IOC_READ, 0x9, 0x10, 0xc)') or a name. PAYLOAD is the memory "
		"that its argument points to: hex digits, or \\x.. as strace prints it, with or "
		"without quotes. Behind an ioctl that takes its argument by value, a number is "
		"that VALUE. Exits with 1 if a number is not known, and 2 if a name is not.",
	.options = table_option_rows,
	.options_size = sizeof(struct table_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_IOCTLS,
	.run = run,
};
