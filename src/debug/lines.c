// SPDX-License-Identifier: MIT
#include "debug/lines.h"

#include <dwarf.h>
#include <stdlib.h>

enum { LINES_MAX = 64, DEPTH_MAX = 256, STEPS_MAX = 4000000 };

struct reading {
	struct mdt_arena *arena;
	Dwarf_Die *unit;
	struct mdt_source_line *lines;
	size_t count;
};

static bool add_line(struct reading *r, const char *function, const char *file, int line)
{
	struct mdt_source_line *it = &r->lines[r->count];

	if (r->count == LINES_MAX)
		return true;
	it->line = line;
	if (!mdt_arena_copy(r->arena, mdt_slice_cstr(function ? function : "?"),
			    &it->function) ||
	    !mdt_arena_copy(r->arena, mdt_slice_cstr(file ? file : "?"), &it->file))
		return false;
	r->count++;
	return true;
}

static const char *call_file(Dwarf_Die *unit, Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Files *files;
	Dwarf_Word index;
	size_t count;

	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attr), &index) ||
	    dwarf_getsrcfiles(unit, &files, &count) || index >= count)
		return NULL;
	return dwarf_filesrc(files, index, NULL, NULL);
}

static int call_line(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Word line;

	return dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attr), &line)
		       ? 0
		       : (int)line;
}

/* ---- the functions around an address ---- */

// From the function itself to what is inlined at the address. libdw's own walk
// (dwarf_getscopes()) does not end well on debug info that is damaged.
struct walk {
	Dwarf_Addr at;
	Dwarf_Die path[LINES_MAX];
	size_t len;
	size_t steps; // that are left
};

static bool is_function(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

// What may have functions in it and has no addresses itself.
static bool is_folder(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_module ||
	       tag == DW_TAG_structure_type || tag == DW_TAG_class_type;
}

static bool walk_into(struct walk *walk, Dwarf_Die *parent, unsigned int depth)
{
	Dwarf_Die child;

	if (depth > DEPTH_MAX || dwarf_child(parent, &child))
		return false;
	do {
		int tag = dwarf_tag(&child);
		bool covers = (is_function(tag) || tag == DW_TAG_lexical_block) &&
			      dwarf_haspc(&child, walk->at) > 0;

		if (!walk->steps--) {
			walk->steps = 0;
			return false;
		}
		if (covers && is_function(tag) && walk->len < LINES_MAX)
			walk->path[walk->len++] = child;
		if ((covers || is_folder(tag)) && walk_into(walk, &child, depth + 1))
			return true;
		if (covers)
			return true;
	} while (!dwarf_siblingof(&child, &child));
	return false;
}

// The innermost function has the line of the code; each that it is inlined in, the line
// of the call.
static bool add_scopes(struct reading *r, Dwarf_Addr at, const char *file, int line)
{
	struct walk walk = { .at = at, .steps = STEPS_MAX };
	bool ok = true;

	walk_into(&walk, r->unit, 0);
	while (ok && walk.len) {
		Dwarf_Die *it = &walk.path[--walk.len];

		ok = add_line(r, dwarf_diename(it), file, line);
		if (dwarf_tag(it) == DW_TAG_subprogram)
			break;
		file = call_file(r->unit, it);
		line = call_line(it);
	}
	return ok;
}

struct mdt_error *mdt_debug_lines(Dwfl_Module *module, Dwarf_Addr at,
				  struct mdt_arena *arena, struct mdt_source_lines *ret)
{
	struct reading r = { .arena = arena };
	Dwarf_Addr bias = 0;
	Dwfl_Line *source;
	const char *file;
	int line = 0;

	*ret = (struct mdt_source_lines){ 0 };
	source = dwfl_module_getsrc(module, at);
	file = source ? dwfl_lineinfo(source, NULL, &line, NULL, NULL, NULL) : NULL;
	r.unit = dwfl_module_addrdie(module, at, &bias);
	if (!file || !r.unit)
		return NULL;
	r.lines = mdt_arena_alloc(arena, sizeof(*r.lines) * LINES_MAX,
				  _Alignof(struct mdt_source_line));
	if (!r.lines || !add_scopes(&r, at - bias, file, line))
		return &mdt_enomem;
	*ret = (struct mdt_source_lines){ r.lines, r.count };
	return NULL;
}
