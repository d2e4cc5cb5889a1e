// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "trace/about.h"
#include "trace/request.h"
#include "annotate/remark.h"
#include "annotate/parts.h"

/* ---- which command ---- */

static bool is_kind(struct mdt_ref ref, enum mdt_node_kind kind)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == kind;
}

// The commands that a request can be: one number has several names, or the log has
// several.
struct request {
	const struct mdt_ioctl *row; // NULL: not in the table
	size_t count;		     // rows with this number
	size_t tied;		     // of these, from row on, that it may be as well
	bool has_number;
	uint32_t number;
	struct mdt_slice name;			 // as strace has it, when it has one
	const struct mdt_device *device, *array; // what it is made on; NULL: not known
};

static bool is_word(struct mdt_ref request)
{
	return is_kind(request, MDT_NODE_WORD);
}

static struct request read_request(struct mdt_annotator *annotator,
				   const struct mdt_event *event)
{
	struct mdt_about about;

	mdt_about_find(&annotator->trace, annotator->table, event, &about);
	return (struct request){
		.row = about.ioctl,
		.count = about.ioctl_count,
		.tied = about.ioctl_tied,
		.has_number = about.has_request,
		.number = about.request,
		.name = mdt_ref_text(mdt_event_arg(event, 1)),
		.device = about.device,
		.array = about.array,
	};
}

// Type 9 is md's.
static bool is_md_request(const struct request *request)
{
	return request->row ? strcmp(request->row->pack, "md") == 0
			    : request->has_number &&
				      (request->number >> 8 & 0xff) == MDT_MD_MAJOR;
}

// What md does by a partition it does to the array.
static void set_device(const struct request *request, struct mdt_annotation *ret)
{
	bool is_partition = request->array && request->array != request->device;

	ret->device = request->device;
	ret->partition = NULL;
	if (!is_partition || !is_md_request(request))
		return;
	ret->device = request->array;
	ret->partition = request->device;
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

// The argument's text, and what is passed through in it: that is no part of the argument.
static void add_passed(struct mdt_annotator *annotator, const struct mdt_ioctl *row,
		       struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;
	size_t len = text->len, at;

	mdt_buf_adds(text, " (");
	at = text->len;
	mdt_annotate_nvme(row, ret->has_in ? &ret->in : &ret->out, text);
	if (text->len == at)
		text->len = len;
	else
		mdt_buf_addc(text, ')');
	ret->argument = mdt_buf_slice(text);
	ret->new_argument = mdt_slice_head(ret->argument, len);
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
	ret->payload = MDT_PAYLOAD_PRESENT;
	// What a call that failed would have filled in is only what stood in memory
	// before.
	if (row->arg == MDT_ARG_OUT && failed)
		return NULL;
	annotator->used = true;
	err = decode(annotator, row, in, &annotator->bytes, &ret->has_in, &ret->in);
	if (!err)
		err = decode(annotator, row, out, &annotator->bytes_out, &ret->has_out,
			     &ret->out);
	if (err || (!ret->has_in && !ret->has_out))
		return err;
	if (ret->has_in)
		add_payload_text(&ret->in, &annotator->argument);
	if (ret->has_in && ret->has_out)
		mdt_buf_adds(&annotator->argument, " => ");
	if (ret->has_out)
		add_payload_text(&ret->out, &annotator->argument);
	add_passed(annotator, row, ret);
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

// A number, or the NULL that strace prints for 0.
static bool argument_number(struct mdt_ref ref, uint64_t *ret)
{
	if (mdt_ref_u64(ref, ret))
		return true;
	*ret = 0;
	return mdt_slice_eq_short(mdt_ref_text(ref), SLICE("NULL"));
}

// `mdu_array_info_t, 72 bytes`
static void put_type(const struct mdt_ioctl *row, struct mdt_buf *text)
{
	mdt_buf_adds(text, "argument not in the log: ");
	mdt_buf_adds(text, row->type_text);
	if (!row->type->size)
		return;
	mdt_buf_adds(text, ", ");
	mdt_buf_dec(text, row->type->size);
	mdt_buf_adds(text, row->type->size == 1 ? " byte" : " bytes");
}

// An address: what is behind it, as far as somebody knows, and its type.
static struct mdt_error *read_absent(struct mdt_annotator *annotator,
				     const struct mdt_event *event,
				     const struct mdt_ioctl *row,
				     struct mdt_annotation *ret)
{
	static const struct mdt_text_limits no_limits = { 0 };
	const struct mdt_annotate_knower *knower = &annotator->knower;
	const struct mdt_derived *derived = NULL;
	struct mdt_buf *text = &annotator->argument;
	struct mdt_error *err;

	ret->payload = MDT_PAYLOAD_ABSENT;
	if (knower->find)
		derived = knower->find(knower->data,
				       event->began ? event->began : event->line);
	if (derived && strcmp(derived->row->name, row->name) == 0) {
		annotator->used = true;
		err = mdt_value_decode(derived->row->type, derived->row->meaning,
				       derived->bytes, &annotator->arena, &ret->known);
		if (err)
			return err;
		ret->derived = derived;
		mdt_derived_text(derived, &ret->known, &no_limits, text);
		mdt_buf_adds(text, " derived");
	} else {
		put_type(row, text);
	}
	ret->argument = mdt_buf_slice(text);
	return mdt_buf_error(text);
}

static struct mdt_error *read_argument(struct mdt_annotator *annotator,
				       const struct mdt_event *event,
				       const struct mdt_ioctl *row,
				       struct mdt_annotation *ret)
{
	struct mdt_ref ref = mdt_event_arg(event, 2);
	bool failed = mdt_event_failed(event);
	uint64_t value;
	bool is_number = argument_number(ref, &value);

	mdt_buf_clear(&annotator->argument);
	if (strcmp(row->pack, "dm") == 0)
		mdt_annotate_dm(mdt_slice_cstr(row->name), ref, &annotator->bytes,
				&annotator->argument);
	else if (strcmp(row->name, "SG_IO") == 0)
		mdt_annotate_scsi(ref, &annotator->bytes, &annotator->argument);
	ret->argument = mdt_buf_slice(&annotator->argument);
	if (ret->argument.len)
		return NULL;
	if (row->arg == MDT_ARG_VALUE && is_number) {
		read_value(annotator, row, value, ret);
	} else if (mdt_ioctl_has_payload(row)) {
		// An address, and not 0: the bytes behind it are not there.
		if (is_number && value)
			return read_absent(annotator, event, row, ret);
		if (is_kind(ref, MDT_NODE_STRING) || is_kind(ref, MDT_NODE_CHANGE))
			return read_payload(annotator, row, ref, failed, ret);
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

	if (mdt_annotate_injected(event, ret))
		return;
	if (mdt_annotate_failure(annotator, event,
				 operation(ret->name, mdt_event_arg(event, 2)), ret))
		return;
	call.has_value = argument_number(mdt_event_arg(event, 2), &call.value);
	summary = mdt_md_summary_find(&call);
	if (summary && mdt_event_succeeded(event)) {
		ret->means = mdt_slice_cstr(summary->effect);
		ret->source = summary->source;
	} else if (!request->row && request->has_number) {
		ret->means = SLICE("not in the table: see mdtrace decode");
	} else {
		mdt_annotate_begun(event, ret);
	}
}

static unsigned int topics_of(const struct request *request)
{
	const struct mdt_device *device = request->device;

	if (!request->row && !request->name.len)
		return 0;
	if (request->array || (request->row && is_md_request(request)))
		return MDT_TOPIC_IOCTL | MDT_TOPIC_MD;
	if ((device && device->source != MDT_DEV_UNKNOWN) ||
	    (request->row && strcmp(request->row->pack, "block") == 0))
		return MDT_TOPIC_IOCTL | MDT_TOPIC_BLOCK;
	return MDT_TOPIC_IOCTL;
}

// The line has the name, and there is nothing to add.
static bool says_nothing(const struct mdt_annotation *it, struct mdt_ref request)
{
	return !(it->topics & MDT_TOPIC_MD) && !it->device && !it->argument.len &&
	       !it->means.len && mdt_slice_eq(mdt_ref_text(request), it->name);
}

// `A`, or `A or B` as strace has it.
static void put_names(const struct request *request, struct mdt_ref ref,
		      struct mdt_buf *ret)
{
	if (is_kind(ref, MDT_NODE_CALL) && request->row->varies &&
	    mdt_slice_eq(mdt_ref_head(ref), request->name)) {
		mdt_buf_add(ret, request->name);
		return;
	}
	for (size_t i = 0; i < request->tied; i++) {
		if (i)
			mdt_buf_adds(ret, " or ");
		mdt_ioctl_name_text(request->row + i, request->number, ret);
	}
}

// Whether all that it may be take the same argument.
static bool have_one_type(const struct request *request)
{
	const struct mdt_ioctl *row = request->row;

	for (size_t i = 1; i < request->tied; i++)
		if (row[i].arg != row->arg || strcmp(row[i].type_text, row->type_text))
			return false;
	return true;
}

static struct mdt_error *annotate(struct mdt_annotator *annotator,
				  const struct mdt_event *event,
				  const struct request *request,
				  struct mdt_annotation *ret)
{
	struct mdt_ref ref = mdt_event_arg(event, 1);
	struct mdt_error *err = NULL;

	set_device(request, ret);
	ret->array = request->array;
	ret->has_request = request->has_number;
	ret->request = request->number;
	ret->ioctl = request->row;
	ret->ioctl_count = request->count;
	ret->of_13_bits = mdt_request_is_of_13_bits(annotator->table, ref);
	mdt_buf_clear(&annotator->request);
	if (request->row)
		put_names(request, ref, &annotator->request);
	else if (request->has_number)
		mdt_ioctl_number_text(request->number, &annotator->request);
	else
		mdt_buf_add(&annotator->request, request->name);
	ret->name = mdt_buf_slice(&annotator->request);
	if (mdt_ref_node(ref)->kind != MDT_NODE_WORD && request->row)
		ret->new_request = ret->name;
	if (request->row && have_one_type(request))
		err = read_argument(annotator, event, request->row, ret);
	if (err)
		return err;
	explain(annotator, event, request, ret);
	return says_nothing(ret, ref) ? NULL
				      : mdt_annotation_compose(annotator, event, ret);
}

/* ---- remarks that come again ---- */

enum {
	MEMO_SLOTS = 64,
	MEMO_TEXT_MAX = 40,
};

// What of the argument decides what is said.
enum argument_kind {
	ARGUMENT_ZERO,	  // 0, NULL, or there is none
	ARGUMENT_ADDRESS, // any other number
	ARGUMENT_DECODED, // strace has made a struct or words of it
	ARGUMENT_BYTES,	  // all of it
};

enum outcome {
	OUTCOME_NONE, // the log has no result
	OUTCOME_SUCCESS,
	OUTCOME_ERRNO,
	OUTCOME_UNSAID, // it failed, the log does not say why
};

// All that a remark depends on, unless it depends on more than fits in here.
struct memo_key {
	const struct mdt_file *file; // not compared: what of it counts is below
	const struct mdt_device *device;
	const char *device_name; // a device may get a better one
	const char *header;	 // of other ioctls on the file
	struct mdt_slice request, error, operation;
	enum argument_kind argument;
	enum outcome outcome;
};

struct memo {
	struct memo_key key;
	char text[3][MEMO_TEXT_MAX]; // behind the key's slices
	struct request request;
	unsigned int topics; // 0: the slot is free, or there is nothing to say
	bool has_remark;
	struct mdt_annotation annotation;
	struct mdt_buf name, argument, means, line; // behind its slices
};

struct mdt_ioctl_memo {
	struct memo slots[MEMO_SLOTS];
};

void mdt_ioctl_memo_forget(struct mdt_annotator *annotator, bool free_memory)
{
	if (!annotator->memo)
		return;
	array_for_each (it, annotator->memo->slots) {
		it->topics = 0;
		if (free_memory) {
			mdt_buf_deinit(&it->name);
			mdt_buf_deinit(&it->argument);
			mdt_buf_deinit(&it->means);
			mdt_buf_deinit(&it->line);
		}
	}
	if (!free_memory)
		return;
	free(annotator->memo);
	annotator->memo = NULL;
}

static enum outcome outcome_of(const struct mdt_event *event)
{
	if (event->result.error.len)
		return OUTCOME_ERRNO;
	if (mdt_event_failed_unsaid(event))
		return OUTCOME_UNSAID;
	return mdt_event_succeeded(event) ? OUTCOME_SUCCESS : OUTCOME_NONE;
}

static enum argument_kind argument_kind(struct mdt_ref ref)
{
	uint64_t value;

	if (!mdt_ref_ok(ref))
		return ARGUMENT_ZERO;
	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_STRING:
	case MDT_NODE_CHANGE:
		return ARGUMENT_BYTES;
	case MDT_NODE_INT:
	case MDT_NODE_WORD:
		if (argument_number(ref, &value))
			return value ? ARGUMENT_ADDRESS : ARGUMENT_ZERO;
		return ARGUMENT_DECODED;
	default:
		return ARGUMENT_DECODED;
	}
}

// @return false when what is said may depend on more than the key has.
static bool key_of(const struct mdt_event *event, const struct mdt_file *file,
		   struct mdt_ref request, struct mdt_ref argument, struct memo_key *ret)
{
	const struct mdt_device *device = file ? file->device : NULL;

	*ret = (struct memo_key){
		.file = file,
		.header = file ? file->header : NULL,
		.device = device,
		.device_name = device ? device->path.str : NULL,
		.request = mdt_ref_text(request),
		.error = event->result.error,
		.argument = argument_kind(argument),
		.outcome = outcome_of(event),
	};
	if (ret->argument == ARGUMENT_DECODED)
		ret->operation = mdt_ref_text(mdt_ref_member(argument, SLICE("op")));
	// Which of several names it is may depend on the path.
	if (file && !device && !is_word(request))
		return false;
	return ret->request.len && ret->request.len <= MEMO_TEXT_MAX &&
	       ret->error.len <= MEMO_TEXT_MAX && ret->operation.len <= MEMO_TEXT_MAX &&
	       !event->result.inject.len;
}

static bool key_eq(const struct memo_key *a, const struct memo_key *b)
{
	return a->device == b->device && a->device_name == b->device_name &&
	       a->header == b->header && a->argument == b->argument &&
	       a->outcome == b->outcome && mdt_slice_eq_short(a->request, b->request) &&
	       mdt_slice_eq_short(a->error, b->error) &&
	       mdt_slice_eq_short(a->operation, b->operation);
}

// The last letters tell the most.
static uint64_t hash_text(uint64_t hash, struct mdt_slice text)
{
	uint64_t last = 0;
	size_t len = text.len < sizeof(last) ? text.len : sizeof(last);

	if (len)
		memcpy(&last, text.str + text.len - len, len);
	return (hash ^ last) * 0x9e3779b97f4a7c15 + text.len;
}

// The slot that the key has, or would have; NULL when out of memory.
static struct memo *memo_slot(struct mdt_annotator *annotator, const struct memo_key *key)
{
	uint64_t hash = (uintptr_t)key->device;

	if (!annotator->memo)
		annotator->memo = calloc(1, sizeof(*annotator->memo));
	if (!annotator->memo)
		return NULL;
	hash = hash_text(hash, key->request);
	hash = hash_text(hash, key->error);
	hash = hash_text(hash, key->operation) + key->argument;
	return &annotator->memo->slots[(hash ^ hash >> 32) % MEMO_SLOTS];
}

static struct mdt_slice keep(struct mdt_buf *buf, struct mdt_slice text)
{
	mdt_buf_clear(buf);
	mdt_buf_add(buf, text);
	return mdt_buf_slice(buf);
}

static struct mdt_error *keep_remark(struct memo *memo, const struct mdt_annotation *from)
{
	struct mdt_annotation *it = &memo->annotation;

	*it = *from;
	it->name = keep(&memo->name, from->name);
	it->means = keep(&memo->means, from->means);
	it->text = keep(&memo->line, from->text);
	it->argument = keep(&memo->argument, from->argument);
	if (from->new_request.len)
		it->new_request = it->name;
	memo->has_remark = !memo->name.failed && !memo->argument.failed &&
			   !memo->means.failed && !memo->line.failed;
	return memo->has_remark ? NULL : &mdt_enomem;
}

static struct mdt_slice keep_text(char *to, struct mdt_slice text)
{
	if (text.len)
		memcpy(to, text.str, text.len);
	return mdt_slice_from(to, text.len);
}

static void memo_begin(struct memo *memo, const struct memo_key *key,
		       const struct request *request, unsigned int topics)
{
	memo->key = *key;
	memo->request = *request;
	memo->key.request = keep_text(memo->text[0], key->request);
	memo->key.error = keep_text(memo->text[1], key->error);
	memo->key.operation = keep_text(memo->text[2], key->operation);
	memo->request.name = memo->key.request;
	memo->topics = topics;
	memo->has_remark = false;
}

// An argument by value is in the remark itself, and one that may be known by its line.
static bool can_keep(const struct mdt_annotator *annotator, const struct request *request,
		     const struct memo_key *key)
{
	bool by_value = request->row && request->row->arg == MDT_ARG_VALUE;

	if (annotator->knower.find && key->argument == ARGUMENT_ADDRESS && request->row &&
	    mdt_ioctl_has_payload(request->row) && is_md_request(request))
		return false;
	// What is passed through stands in the argument, as strace has decoded it.
	if (request->row && (strcmp(request->row->pack, "dm") == 0 ||
			     strcmp(request->row->name, "SG_IO") == 0))
		return false;
	return key->argument != ARGUMENT_BYTES &&
	       (!by_value || key->argument == ARGUMENT_DECODED);
}

static struct mdt_error *annotate_anew(struct mdt_annotator *annotator,
				       const struct mdt_event *event,
				       const struct request *request,
				       struct mdt_annotation *current)
{
	if (annotator->used)
		mdt_arena_clear(&annotator->arena);
	annotator->used = false;
	return annotate(annotator, event, request, current);
}

// The slot of this key, filled except for the remark; NULL when it cannot be kept.
static struct memo *memo_get(struct mdt_annotator *annotator,
			     const struct mdt_event *event, const struct memo_key *key)
{
	struct memo *memo = memo_slot(annotator, key);
	struct request request;

	if (!memo)
		return NULL;
	if (memo->topics && key_eq(&memo->key, key)) {
		mdt_about_note(&annotator->trace, key->file, memo->request.row,
			       memo->request.count);
		return memo;
	}
	request = read_request(annotator, event);
	memo_begin(memo, key, &request, topics_of(&request));
	return memo;
}

// What cannot be kept is said without a slot.
static struct mdt_error *annotate_once(struct mdt_annotator *annotator,
				       const struct mdt_event *event,
				       struct mdt_annotation *current)
{
	struct request request = read_request(annotator, event);

	current->topics = topics_of(&request);
	return annotate_anew(annotator, event, &request, current);
}

struct mdt_error *mdt_annotate_ioctl(struct mdt_annotator *annotator,
				     const struct mdt_event *event, unsigned int topics,
				     const struct mdt_annotation **ret)
{
	struct mdt_ref fd = mdt_event_arg(event, 0),
		       request = mdt_ref_next(event->call, fd);
	struct mdt_ref argument = mdt_ref_next(event->call, request);
	const struct mdt_file *file = mdt_trace_file(&annotator->trace, event, fd);
	struct mdt_annotation *current;
	struct memo *memo = NULL;
	struct memo_key key;
	struct mdt_error *err;

	if (!mdt_ref_ok(request))
		return NULL;
	if (key_of(event, file, request, argument, &key))
		memo = memo_get(annotator, event, &key);
	if (memo && !(memo->topics & topics))
		return NULL;
	if (memo && memo->has_remark) {
		memo->annotation.file = file;
		*ret = &memo->annotation;
		return NULL;
	}
	current = mdt_annotation_begin(annotator);
	current->file = file;
	if (memo) {
		current->topics = memo->topics;
		err = annotate_anew(annotator, event, &memo->request, current);
	} else {
		err = annotate_once(annotator, event, current);
	}
	if (!err && memo && can_keep(annotator, &memo->request, &key))
		err = keep_remark(memo, current);
	if (current->topics & topics)
		*ret = current;
	return err;
}
