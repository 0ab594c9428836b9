#include "cli/commands/sharing.h"

#include "cli/session/entry_order.h"
#include "cli/program/terminal.h"

bool
cs_sharing_is_one(const struct cs_book_event *e)
{
	return cs_str_equal(e->what, CS_STR("shared")) || cs_str_equal(e->what, CS_STR("lent"));
}

static bool
is_revoked_since(const struct cs_book *book, const struct cs_book_event *share)
{
	for (size_t i = 0; i < book->event_count; i++) {
		const struct cs_book_event *e = &book->events[i];

		if (cs_str_equal(e->what, CS_STR("revoked")) &&
		    cs_id_equal(e->entry, share->entry) && e->at.ms >= share->at.ms)
			return true;
	}
	return false;
}

enum cs_sharing
cs_sharing_of(const struct cs_book *book, const struct cs_book_event *e, cs_time now)
{
	if (e->until.ms != 0 && e->until.ms <= now.ms)
		return CS_SHARING_OVER;
	if (cs_book_entry(book, e->entry) == NULL)
		return CS_SHARING_GONE;
	return is_revoked_since(book, e) ? CS_SHARING_REVOKED : CS_SHARING_OPEN;
}

const char *
cs_sharing_name(enum cs_sharing s)
{
	static const char *const names[] = {
		[CS_SHARING_OPEN] = "open",
		[CS_SHARING_REVOKED] = "revoked",
		[CS_SHARING_OVER] = "over",
		[CS_SHARING_GONE] = "gone",
	};

	return names[s];
}

static const struct cs_book_contact *
find_contact(const struct cs_book *book, cs_str whom)
{
	for (size_t i = 0; i < book->contact_count; i++) {
		const struct cs_book_contact *c = &book->contacts[i];

		if (cs_entry_text_equal(c->name, whom) || cs_str_equal_nocase(c->recipient, whom))
			return c;
	}
	return NULL;
}

int
cs_sharing_recipient(
    struct cs_session *s, const char *whom, cs_age_recipient *out, cs_str *out_name)
{
	cs_str text = cs_str_c(whom);
	const struct cs_book_contact *c = find_contact(s->book, text);

	*out_name = cs_arena_str(s->arena, c != NULL ? c->name : text);
	if (!cs_failed(cs_age_recipient_decode(c != NULL ? c->recipient : text, out)))
		return CS_CLI_OK;
	if (c == NULL && !cs_str_equal_nocase(cs_str_slice(text, 0, 4), CS_STR("age1"))) {
		cs_complain("there is no contact '%s': countersign contact add NAME age1…, with "
			    "the key that countersign contact me shows them",
		    whom);
		return CS_CLI_NOT_FOUND;
	}
	cs_complain("'%s' is no age recipient: a letter of it is wrong, or some are missing", whom);
	return CS_CLI_USAGE;
}

const char *
cs_sharing_time(struct cs_arena *a, cs_time t)
{
	cs_str text = cs_time_text(a, t);

	return cs_arena_printf(a, "%.10s %.5s UTC", text.p, text.p + 11).p;
}
