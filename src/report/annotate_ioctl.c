// SPDX-License-Identifier: MIT
#include "md/remark.h"
#include "report/annotate_parts.h"

/* ---- which command ---- */

// The commands that a request can be: one number has several names, or the log has
// several.
struct request {
	const struct mdt_ioctl *row; // NULL: not in the table
	size_t count;		     // rows with this number
	bool has_number;
	uint32_t number;
	struct mdt_slice name; // as strace has it, when it has one
};

// _IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x21, 0x14), as strace writes a number that it does not
// know.
static bool ioc_number(struct mdt_ref ref, uint32_t *ret)
{
	struct mdt_slice dir = mdt_ref_text(mdt_ref_child(ref, 0));
	uint64_t type, nr, size, number;

	if (!mdt_slice_eq(mdt_ref_head(ref), SLICE("_IOC")) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 1), &type) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 2), &nr) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 3), &size))
		return false;
	number = (type & 0xff) << 8 | (nr & 0xff) | (size & 0x3fff) << 16;
	if (mdt_slice_find(dir, SLICE("_IOC_WRITE")))
		number |= (uint64_t)MDT_DIR_WRITE << 30;
	if (mdt_slice_find(dir, SLICE("_IOC_READ")))
		number |= (uint64_t)MDT_DIR_READ << 30;
	*ret = (uint32_t)number;
	return true;
}

/*
 * Several names of one number: md's own if the descriptor is an array, else the table's
 * best.
 */
static void pick_row(struct request *request, const struct mdt_device *device)
{
	bool is_md = mdt_device_is_md(device);

	for (size_t i = 0; i < request->count; i++) {
		const struct mdt_ioctl *row = request->row + i;

		if (is_md && strcmp(row->pack, "md") == 0) {
			request->row = row;
			return;
		}
	}
}

static struct request read_request(const struct mdt_ioctl_table *table,
				   struct mdt_ref ref, const struct mdt_device *device)
{
	struct request request = { 0 };
	struct mdt_ref word = ref;
	uint64_t number;

	if (mdt_ref_u64(ref, &number) && number <= UINT32_MAX) {
		request.has_number = true;
		request.number = (uint32_t)number;
	} else if (ioc_number(ref, &request.number)) {
		request.has_number = true;
	}
	if (request.has_number) {
		request.row = mdt_ioctl_find(table, request.number, &request.count);
		if (request.row)
			pick_row(&request, device);
		return request;
	}
	// `A or B` is one number: the first name that we have will do to find it.
	if (mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == MDT_NODE_EITHER)
		word = mdt_ref_first(ref);
	for (; mdt_ref_ok(word) && !request.row; word = mdt_ref_next(ref, word)) {
		request.name = mdt_ref_text(word);
		request.row = mdt_ioctl_find_name(table, request.name);
	}
	if (request.row) {
		request.has_number = true;
		request.number = request.row->number;
	}
	return request;
}

/* ---- the argument ---- */

static void add_payload_text(const struct mdt_value *value, struct mdt_buf *text)
{
	static const struct mdt_text_limits limits = { .string_max = 64,
						       .array_max = 32 };

	mdt_value_text(value, &limits, text);
}

static struct mdt_error *decode(struct mdt_annotator *annotator,
				const struct mdt_ioctl *row, struct mdt_ref string,
				struct mdt_buf *bytes, bool *has, struct mdt_value *ret)
{
	struct mdt_error *err;

	mdt_buf_clear(bytes);
	if (!mdt_ref_bytes(string, bytes))
		return NULL;
	err = mdt_buf_error(bytes);
	if (!err)
		err = mdt_value_decode(row->type, row->meaning, mdt_buf_slice(bytes),
				       &annotator->arena, ret);
	*has = !err;
	return err;
}

static bool is_kind(struct mdt_ref ref, enum mdt_node_kind kind)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == kind;
}

// Bytes as strace prints them since 6.11: "...", or "in" => "out".
static struct mdt_error *read_payload(struct mdt_annotator *annotator,
				      const struct mdt_ioctl *row, struct mdt_ref ref,
				      bool failed, struct mdt_annotation *ret)
{
	struct mdt_ref in = ref, out = mdt_ref_none();
	struct mdt_error *err;

	if (is_kind(ref, MDT_NODE_CHANGE)) {
		in = mdt_ref_first(ref);
		out = mdt_ref_next(ref, in);
	}
	annotator->used = true;
	err = decode(annotator, row, in, &annotator->bytes, &ret->has_in, &ret->in);
	if (!err)
		err = decode(annotator, row, out, &annotator->bytes_out, &ret->has_out,
			     &ret->out);
	if (err || (!ret->has_in && !ret->has_out))
		return err;
	ret->payload = MDT_PAYLOAD_PRESENT;
	// What a call that failed would have filled in is only what stood in memory
	// before.
	if (row->arg == MDT_ARG_OUT && failed)
		return NULL;
	if (ret->has_in)
		add_payload_text(&ret->in, &annotator->argument);
	if (ret->has_in && ret->has_out)
		mdt_buf_adds(&annotator->argument, " => ");
	if (ret->has_out)
		add_payload_text(&ret->out, &annotator->argument);
	ret->argument = ret->new_argument = mdt_buf_slice(&annotator->argument);
	return NULL;
}

// A dev_t by value: the device's name goes with it when the log has told it.
static void read_value(struct mdt_annotator *annotator, const struct mdt_ioctl *row,
		       uint64_t value, struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;
	const struct mdt_device *device;
	size_t len;

	mdt_ioctl_arg_text(row, value, text);
	len = text->len;
	if (row->meaning && row->meaning->kind == MDT_MEANING_DEV) {
		device = mdt_trace_device(&annotator->trace, mdt_dev_major(value),
					  mdt_dev_minor(value));
		if (device && device->path.len) {
			mdt_buf_adds(text, " (");
			mdt_device_name(text, device);
			mdt_buf_addc(text, ')');
		}
	}
	ret->argument = mdt_buf_slice(text);
	ret->new_argument = mdt_slice_head(ret->argument, len);
}

static struct mdt_error *read_argument(struct mdt_annotator *annotator,
				       const struct mdt_event *event,
				       const struct mdt_ioctl *row,
				       struct mdt_annotation *ret)
{
	struct mdt_ref ref = mdt_event_arg(event, 2);
	bool failed = event->result.error.len != 0;
	uint64_t value;
	bool is_number = mdt_ref_u64(ref, &value);

	mdt_buf_clear(&annotator->argument);
	if (row->arg == MDT_ARG_VALUE && is_number) {
		read_value(annotator, row, value, ret);
	} else if (mdt_ioctl_has_payload(row)) {
		// An address, and not 0: the bytes behind it are not there.
		if (is_number && value) {
			ret->payload = MDT_PAYLOAD_ABSENT;
			ret->argument = SLICE("argument not in the log");
		} else if (is_kind(ref, MDT_NODE_STRING) ||
			   is_kind(ref, MDT_NODE_CHANGE)) {
			return read_payload(annotator, row, ref, failed, ret);
		}
	}
	return NULL;
}

/* ---- what it means ---- */

// BLKPG's operations fail for reasons of their own: BLKPG_DEL_PARTITION.
static struct mdt_slice operation(struct mdt_slice name, struct mdt_ref argument)
{
	struct mdt_slice op = mdt_ref_text(mdt_ref_member(argument, SLICE("op")));

	if (!mdt_slice_eq(name, SLICE("BLKPG")))
		return name;
	if (mdt_slice_eq(op, SLICE("0x2"))) // -X raw
		return SLICE("BLKPG_DEL_PARTITION");
	return mdt_slice_starts(op, name) ? op : name;
}

static void explain(struct mdt_annotator *annotator, const struct mdt_event *event,
		    const struct request *request, struct mdt_annotation *ret)
{
	struct mdt_md_call call = {
		.op = ret->name,
		.payload = ret->has_in ? ret->in.bytes : (struct mdt_slice){ 0 },
	};
	const struct mdt_md_summary *summary;

	call.has_value = mdt_ref_u64(mdt_event_arg(event, 2), &call.value);
	summary = mdt_md_summary_find(&call);
	if (summary && summary->is_md_ioctl)
		ret->topics |= MDT_TOPIC_MD;
	if (mdt_annotate_failure(annotator, event,
				 operation(ret->name, mdt_event_arg(event, 2)), ret))
		return;
	if (summary && mdt_event_succeeded(event)) {
		ret->means = mdt_slice_cstr(summary->effect);
		ret->source = summary->source;
	} else if (!request->row && request->has_number) {
		ret->means = SLICE("not in the table: see mdtrace decode");
	}
}

struct mdt_error *mdt_annotate_ioctl(struct mdt_annotator *annotator,
				     const struct mdt_event *event,
				     struct mdt_annotation *ret)
{
	struct mdt_ref ref = mdt_event_arg(event, 1);
	struct request request;
	struct mdt_error *err = NULL;

	ret->file = mdt_trace_file(&annotator->trace, event, mdt_event_arg(event, 0));
	ret->device = ret->file ? ret->file->device : NULL;
	request = read_request(annotator->table, ref, ret->device);
	if (!request.row && !request.has_number && !request.name.len)
		return NULL;
	ret->topics = MDT_TOPIC_IOCTL;
	if (mdt_device_is_md(ret->device))
		ret->topics |= MDT_TOPIC_MD;
	else if (ret->device)
		ret->topics |= MDT_TOPIC_BLOCK;
	ret->ioctl = request.row;
	ret->ioctl_count = request.count;
	mdt_buf_clear(&annotator->request);
	if (request.row)
		mdt_buf_adds(&annotator->request, request.row->name);
	else if (request.has_number)
		mdt_ioctl_number_text(request.number, &annotator->request);
	else
		mdt_buf_add(&annotator->request, request.name);
	ret->name = mdt_buf_slice(&annotator->request);
	if (mdt_ref_node(ref)->kind != MDT_NODE_WORD && request.row)
		ret->new_request = ret->name;
	if (request.row)
		err = read_argument(annotator, event, request.row, ret);
	if (!err)
		explain(annotator, event, &request, ret);
	return err;
}
