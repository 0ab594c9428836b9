/*
 * lines.c - lists of otpauth:// addresses, and Google Authenticator's migration addresses among them
 * or alone.
 */
#include "vault/import/lines.h"

#include "proto/migration.h"

#define BATCHES_MAX 1024
#define BATCH_SIZE_MAX 1024

/* What was seen of one export that is spread over several codes. */
struct series {
	int32_t id;
	int32_t size;
	bool seen[BATCH_SIZE_MAX];
};

struct reading {
	struct cs_import *in;
	struct series **series;
	size_t series_count;
};

bool
cs_import_is_text(cs_span file, cs_str *out)
{
	*out = (cs_str){ (const char *)file.p, file.len };
	if (cs_str_starts(*out, CS_STR("\xef\xbb\xbf")))
		*out = cs_str_slice(*out, 3, out->len);
	return cs_utf8_is_valid(cs_str_span(*out));
}

cs_err
cs_import_each_line(struct cs_import *in, cs_err (*take)(struct cs_import *in, cs_str line))
{
	cs_str rest, line;

	if (!cs_import_is_text(in->file, &rest))
		return cs_import_problem(in, "it is no text: not UTF-8");
	while (cs_import_next_line(&rest, &line))
		CS_TRY(take(in, line));
	return CS_OK;
}

bool
cs_import_starts_nocase(cs_str text, const char *prefix)
{
	return cs_str_equal_nocase(cs_str_slice(text, 0, strlen(prefix)), cs_str_c(prefix));
}

static size_t
line_end(cs_str text)
{
	size_t i = 0;

	while (i < text.len && text.p[i] != '\n' && text.p[i] != '\r')
		i++;
	return i;
}

bool
cs_import_next_line(cs_str *rest, cs_str *line)
{
	while (rest->len != 0) {
		size_t end = line_end(*rest);

		*line = cs_str_trim(cs_str_slice(*rest, 0, end));
		*rest = cs_str_slice(*rest, end + 1, rest->len);
		if (line->len != 0 && line->p[0] != '#' && line->p[0] != ';' &&
		    !cs_str_starts(*line, CS_STR("//")))
			return true;
	}
	return false;
}

/* Those kinds of lines of which one is enough to know the file. */
static bool
has_line(cs_span file, bool is_migration)
{
	cs_str rest, line;

	if (!cs_import_is_text(CS_SPAN(file.p, file.len < 65536 ? file.len : 65536), &rest) &&
	    file.len < 65536)
		return false;
	while (cs_import_next_line(&rest, &line))
		if (is_migration ? cs_migration_is_uri(line)
				 : cs_import_starts_nocase(line, "otpauth://") ||
				       cs_import_starts_nocase(line, "steam://") ||
				       cs_import_starts_nocase(line, "motp://"))
			return true;
	return false;
}

static bool
is_list(cs_span file)
{
	return has_line(file, false);
}

static bool
is_google(cs_span file)
{
	return has_line(file, true);
}

static cs_err
series_of(struct reading *r, const struct cs_migration_batch *batch, struct series **out)
{
	void *p = NULL;

	*out = NULL;
	for (size_t i = 0; i < r->series_count; i++)
		if (r->series[i]->id == batch->id && r->series[i]->size == batch->size) {
			*out = r->series[i];
			return CS_OK;
		}
	if (r->series_count == BATCHES_MAX)
		return CS_FAIL(LIMIT);
	if (r->series == NULL) {
		CS_TRY(cs_arena_try(r->in->arena, BATCHES_MAX * sizeof(*r->series), &p));
		r->series = p;
	}
	CS_TRY(cs_arena_try(r->in->arena, sizeof(struct series), &p));
	*out = r->series[r->series_count++] = p;
	(*out)->id = batch->id;
	(*out)->size = batch->size;
	return CS_OK;
}

static cs_err
note_batch(struct reading *r, const struct cs_migration_batch *batch)
{
	struct series *s = NULL;

	if (batch->size < 2 || batch->size > BATCH_SIZE_MAX || batch->index < 0 ||
	    batch->index >= batch->size)
		return CS_OK;
	CS_TRY(series_of(r, batch, &s));
	s->seen[batch->index] = true;
	return CS_OK;
}

static cs_err
take_account(struct cs_import *in, const struct cs_migration_item *item)
{
	struct cs_entry e = cs_import_entry();

	e.kind = item->type == CS_OTPAUTH_HOTP ? CS_ENTRY_HOTP : CS_ENTRY_TOTP;
	e.issuer = item->issuer;
	e.account = item->account;
	e.secret = item->secret;
	e.hotp = item->hotp;
	e.counter = item->counter;
	return cs_import_take(in, &e, item->refused, NULL);
}

static cs_err
take_migration(struct reading *r, cs_str uri)
{
	struct cs_entry unknown = cs_import_entry();
	struct cs_migration m;
	cs_err e = cs_migration_decode(r->in->arena, uri, &m);

	if (cs_is(e, CS_E_INVALID))
		return cs_import_take(
		    r->in, &unknown, "Google Authenticator's data is damaged, or cut short", NULL);
	CS_TRY(e);
	for (size_t i = 0; i < m.count; i++)
		CS_TRY(take_account(r->in, &m.items[i]));
	return note_batch(r, &m.batch);
}

/* A code that was not scanned holds accounts that nobody would miss until it is too late. */
static cs_err
name_missing(struct reading *r)
{
	struct cs_entry unknown = cs_import_entry();

	for (size_t i = 0; i < r->series_count; i++) {
		const struct series *s = r->series[i];

		for (int32_t k = 0; k < s->size; k++) {
			if (s->seen[k])
				continue;
			if (cs_arena_room(r->in->arena) < 4096)
				return CS_FAIL(LIMIT);
			cs_str why = cs_arena_printf(r->in->arena,
			    "code %d of the %d of this export is missing, and every account in it",
			    (int)k + 1, (int)s->size);
			CS_TRY(cs_import_take(r->in, &unknown, why.p, NULL));
		}
	}
	return CS_OK;
}

/* Ente once wrote all of its addresses on one line, with commas between. */
static cs_str
next_address(cs_str *line)
{
	static const cs_str mark = CS_STR(",otpauth://");
	cs_str whole = *line;
	const char *at = whole.len > 0 ? memmem(whole.p, whole.len, mark.p, mark.len) : NULL;
	size_t end = at == NULL ? whole.len : (size_t)(at - whole.p);

	*line = cs_str_slice(whole, end + 1, whole.len);
	return cs_str_slice(whole, 0, end);
}

static cs_err
take_line(struct reading *r, cs_str line)
{
	if (cs_migration_is_uri(line))
		return take_migration(r, line);
	while (line.len > 0)
		CS_TRY(cs_import_uri(r->in, next_address(&line), NULL, false));
	return CS_OK;
}

static cs_err
read_file(struct cs_import *in)
{
	struct reading r = { .in = in };
	cs_str rest, line;

	if (!cs_import_is_text(in->file, &rest))
		return cs_import_problem(in, "it is no text: not UTF-8");
	while (cs_import_next_line(&rest, &line))
		CS_TRY(take_line(&r, line));
	CS_TRY(name_missing(&r));
	if (in->item_count == 0)
		return cs_import_problem(in, "there is no address in it");
	return CS_OK;
}

const struct cs_import_format cs_import_otpauth = {
	.name = "otpauth",
	.title = "otpauth:// addresses, one a line",
	.is_mine = is_list,
	.read = read_file,
};

const struct cs_import_format cs_import_google = {
	.name = "google",
	.title = "Google Authenticator's export (otpauth-migration://), one code a line",
	.is_mine = is_google,
	.read = read_file,
};
