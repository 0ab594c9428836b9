/* show: all of an entry but its secret, and with --secret that too. */
#include "base/codec.h"
#include "cli/session/json_out.h"
#include "cli/session/new_entry.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"
#include "proto/modhex.h"
#include "vault/capsule.h"

#include <unistd.h>

#define SECRET_TEXT_MAX 8192

static void
show_row(const char *name, cs_str value)
{
	if (value.len > 0)
		cs_say(stdout, "%-10s %.*s", name, CS_STR_ARG(value));
}

static void
show_time(struct cs_arena *a, const char *name, cs_time t)
{
	if (t.ms != 0)
		show_row(name, cs_terminal_time(a, t));
}

/* Each line of a note behind the first under it. */
static void
show_note(cs_str note)
{
	const char *name = "note";
	cs_str part;

	while (cs_str_cut(&note, '\n', &part)) {
		cs_say(stdout, "%-10s %.*s", name, CS_STR_ARG(part));
		name = "";
	}
}

static void
show_public_id(cs_span id)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init(&text, 64);
	cs_modhex_encode(id, &text);
	show_row("public id", cs_buf_str(&text));
}

static void
show_manner(struct cs_arena *a, const struct cs_entry *e)
{
	show_row("kind", cs_entry_kind_name(e->kind));
	if (e->kind == CS_ENTRY_TOTP || e->kind == CS_ENTRY_STEAM)
		show_row("codes",
		    cs_arena_printf(a, "%.*s, %d %s, every %lld s",
			CS_STR_ARG(cs_otp_hash_name(e->hotp.hash)), e->hotp.digits,
			e->kind == CS_ENTRY_STEAM ? "letters" : "digits", (long long)e->period_s));
	if (e->kind == CS_ENTRY_HOTP)
		show_row("codes", cs_arena_printf(a, "%.*s, %d digits, next counter %llu",
				      CS_STR_ARG(cs_otp_hash_name(e->hotp.hash)), e->hotp.digits,
				      (unsigned long long)e->counter));
	if (e->kind == CS_ENTRY_YUBIKEY)
		show_public_id(e->public_id);
	if (e->kind == CS_ENTRY_CAPSULE && e->capsule->of == CS_ENTRY_HOTP)
		show_row("codes", cs_arena_printf(a, "%llu of %zu left",
				      (unsigned long long)(e->capsule->count - e->capsule->used),
				      e->capsule->count));
	if (e->kind == CS_ENTRY_CAPSULE)
		show_time(a, "until", e->capsule->until);
}

/* Where it went, and when: "2026-11-22 09:41  phone  Pixel". */
static void
show_events(struct cs_session *s, const struct cs_entry *e)
{
	const char *name = "went";

	for (size_t i = 0; i < s->book->event_count; i++) {
		const struct cs_book_event *event = &s->book->events[i];
		if (!cs_id_equal(event->entry, e->id))
			continue;
		cs_say(stdout, "%-10s %.*s  %.*s  %.*s", name,
		    CS_STR_ARG(cs_terminal_time(s->arena, event->at)), CS_STR_ARG(event->what),
		    CS_STR_ARG(event->whom));
		name = "";
	}
}

static json_t *
events_json(const struct cs_book *book, cs_id entry)
{
	json_t *all = json_array();

	for (size_t i = 0; i < book->event_count; i++) {
		const struct cs_book_event *event = &book->events[i];
		if (cs_id_equal(event->entry, entry))
			json_array_append_new(
			    all, json_pack("{s:o, s:o, s:o}", "at", cs_json_time(event->at), "what",
				     cs_json_str(event->what), "whom", cs_json_str(event->whom)));
	}
	return all;
}

static void
show_entry(struct cs_session *s, const struct cs_entry *e)
{
	struct cs_arena *a = s->arena;

	show_row("service", e->issuer);
	show_row("account", e->account);
	show_manner(a, e);
	for (size_t i = 0; i < e->tag_count; i++)
		show_row(i == 0 ? "tags" : "", e->tags[i]);
	show_row("icon", e->icon);
	show_note(e->note);
	if (e->spare_count > 0) {
		size_t left = 0;
		for (size_t i = 0; i < e->spare_count; i++)
			left += e->spares[i].used.ms == 0;
		show_row("spare",
		    cs_arena_printf(a, "%zu of %zu backup codes left", left, e->spare_count));
	}
	show_time(a, "added", e->added);
	show_time(a, "changed", e->changed);
	show_events(s, e);
	show_row("id", cs_id_uuid_text(a, e->id));
}

/* Past the buffers of standard output, which would keep a copy. */
static void
write_row(const char *name, const struct cs_buf *value)
{
	CS_AUTO(cs_buf_clear) struct cs_buf row;

	cs_buf_init_sensitive(&row, SECRET_TEXT_MAX + 64);
	cs_buf_printf(&row, "%-10s ", name);
	cs_buf_add(&row, cs_buf_span(value));
	cs_buf_add_byte(&row, '\n');
	fflush(stdout);
	for (size_t at = 0; at < row.len;) {
		ssize_t n = write(STDOUT_FILENO, row.p + at, row.len - at);
		if (n <= 0)
			return;
		at += (size_t)n;
	}
}

/* An address holds what the entry is called: that may be anything. */
static bool
find_secret(const struct cs_entry *e, struct cs_buf *key, struct cs_buf *uri)
{
	cs_buf_init_sensitive(key, SECRET_TEXT_MAX);
	cs_buf_init_sensitive(uri, SECRET_TEXT_MAX);
	if (e->kind == CS_ENTRY_YUBIKEY) {
		cs_hex_encode(e->secret, key);
		cs_entry_yubikey_encode(e, uri);
		return true;
	}
	if (!cs_entry_uri(e, uri))
		return false;
	cs_key_show(e->secret, key);
	return true;
}

static int
show_secret(struct cs_session *s, const struct cs_entry *e)
{
	CS_AUTO(cs_buf_clear) struct cs_buf key;
	CS_AUTO(cs_buf_clear) struct cs_buf uri;

	if (!find_secret(e, &key, &uri)) {
		cs_complain("%s: its kind has no key to be shown", cs_session_name(s, e));
		return CS_CLI_FAILED;
	}
	write_row("key", &key);
	write_row("address", &uri);
	return CS_CLI_OK;
}

static int
show_json(struct cs_session *s, const struct cs_entry *e, bool has_secret)
{
	CS_AUTO(cs_buf_clear) struct cs_buf key = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf uri = { 0 };
	json_t *j = cs_json_entry(e);

	json_object_set_new(j, "went", events_json(s->book, e->id));
	if (has_secret && !find_secret(e, &key, &uri)) {
		json_decref(j);
		cs_complain("%s: its kind has no key to be shown", cs_session_name(s, e));
		return CS_CLI_FAILED;
	}
	if (has_secret) {
		json_object_set_new(j, "key", cs_json_str(cs_buf_str(&key)));
		json_object_set_new(j, "uri", cs_json_str(cs_buf_str(&uri)));
	}
	return cs_json_show(j);
}

/* Somebody may be looking over a shoulder, or a log may be taken of what a script prints. */
static int
ask_about_secret(struct cs_session *s, const struct cs_entry *e)
{
	if (s->line->is_yes)
		return CS_CLI_OK;
	if (!cs_terminal_is_out()) {
		cs_complain("--secret writes the key where it may be kept: --yes if that is meant");
		return CS_CLI_USAGE;
	}
	return cs_terminal_confirm(s->line,
	    "Whoever sees the key of %s can make its codes for ever. Show it?",
	    cs_session_name(s, e));
}

int
cs_cmd_show(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	bool has_secret = false;
	const struct cs_cli_option options[] = {
		{ "secret", 0, NULL, "with the key that makes its codes", .flag = &has_secret },
	};
	struct cs_entry *e = NULL;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, -1, &status))
		return status;
	status = cs_session_open_entry(&s, line, &e);
	if (status == CS_CLI_OK && has_secret)
		status = ask_about_secret(&s, e);
	if (status != CS_CLI_OK)
		return status;
	if (line->is_json)
		return show_json(&s, e, has_secret);
	show_entry(&s, e);
	if (has_secret)
		status = show_secret(&s, e);
	return status == CS_CLI_OK ? cs_output_end() : status;
}
