/*
 * store.c - a pass or gopass store, as cli/commands/pass_store.c gathers it once its files are open:
 *     countersign store 1
 *     file NAME            then, of that file:
 *     line TEXT            one a line
 *     refused WHY          instead, when it could not be opened
 * A file has an otpauth:// address on any line (pass-otp), or one of gopass's keys: "totp: SECRET",
 * "hotp: SECRET", "otpauth: //totp/…". A file without any of them is a password, and none of ours.
 */
#include "vault/import/lines.h"
#include "vault/text.h"

#define HEAD "countersign store 1\n"

struct file {
	cs_str name; /* empty: none yet */
	cs_str uri;
	cs_str secret;
	bool is_hotp;
	int64_t counter;
	cs_str refused;
};

static bool
is_mine(cs_span file)
{
	return cs_str_starts((cs_str){ (const char *)file.p, file.len }, CS_STR(HEAD));
}

/* "work/example.test/alice": the last part is the account, the one before it the issuer. */
static void
learn_names(cs_str name, struct cs_entry *e)
{
	size_t last = name.len, before;

	while (last > 0 && name.p[last - 1] != '/')
		last--;
	if (last == 0) {
		e->issuer = name;
		return;
	}
	e->account = cs_str_slice(name, last, name.len);
	before = last - 1;
	while (before > 0 && name.p[before - 1] != '/')
		before--;
	e->issuer = cs_str_slice(name, before, last - 1);
}

static bool
key_value(cs_str line, const char *key, cs_str *out)
{
	size_t colon = cs_str_find(line, ':', 0);

	if (colon == line.len ||
	    !cs_str_equal_nocase(cs_str_trim(cs_str_slice(line, 0, colon)), cs_str_c(key)))
		return false;
	*out = cs_str_trim(cs_str_slice(line, colon + 1, line.len));
	return out->len != 0;
}

static cs_err
learn_line(struct cs_import *in, struct file *f, cs_str line)
{
	cs_str value, counter;
	void *p = NULL;

	line = cs_str_trim(line);
	if (key_value(line, "counter", &counter) && !cs_str_to_i64(counter, &f->counter))
		f->counter = 0;
	if (f->uri.len != 0)
		return CS_OK;
	if (cs_import_starts_nocase(line, "otpauth://")) {
		f->uri = line;
	} else if (key_value(line, "otpauth", &value)) {
		if (!cs_import_starts_nocase(value, "//")) {
			f->uri = value;
			return CS_OK;
		}
		CS_TRY(cs_arena_try(in->arena, value.len + 9, &p));
		f->uri = cs_arena_printf(in->arena, "otpauth:%.*s", CS_STR_ARG(value));
	} else if (key_value(line, "totp", &value) || key_value(line, "hotp", &value)) {
		f->is_hotp = key_value(line, "hotp", &value);
		f->secret = value;
	}
	return CS_OK;
}

static cs_err
take_file(struct cs_import *in, const struct file *f)
{
	struct cs_entry e = cs_import_entry();

	if (f->name.len == 0)
		return CS_OK;
	if (cs_arena_room(in->arena) < 16384)
		return CS_FAIL(LIMIT);
	learn_names(f->name, &e);
	if (f->refused.len != 0)
		return cs_import_take(in, &e, cs_arena_c(in->arena, f->refused), NULL);
	if (f->uri.len != 0)
		return cs_import_uri(in, f->uri, &e, true);
	if (f->secret.len == 0)
		return CS_OK;
	if (!f->is_hotp)
		return cs_import_uri(in, f->secret, &e, true);
	e.kind = CS_ENTRY_HOTP;
	e.counter = (uint64_t)f->counter;
	return cs_import_uri(in, f->secret, &e, true);
}

static cs_err
read_line(struct cs_import *in, struct cs_text *t, struct file *f)
{
	cs_str value;

	CS_TRY(cs_text_value(t, &value));
	if (cs_str_equal(t->name, CS_STR("file"))) {
		CS_TRY(take_file(in, f));
		*f = (struct file){ .name = value };
		return CS_OK;
	}
	if (cs_str_equal(t->name, CS_STR("refused"))) {
		f->refused = value;
		return CS_OK;
	}
	if (!cs_str_equal(t->name, CS_STR("line")))
		return CS_FAIL(INVALID);
	return learn_line(in, f, value);
}

static cs_err
read_file(struct cs_import *in)
{
	struct file f = { 0 };
	struct cs_text t;

	CS_TRY(cs_text_begin(in->arena, in->file, &t));
	for (cs_text_next(&t); t.has_line; cs_text_next(&t))
		CS_TRY(read_line(in, &t, &f));
	return take_file(in, &f);
}

const struct cs_import_format cs_import_store = {
	.name = "pass",
	.title = "pass-otp or gopass, a folder of .gpg or .age files",
	.is_mine = is_mine,
	.read = read_file,
};
