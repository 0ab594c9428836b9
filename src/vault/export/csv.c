/*
 * CSV with a header row, which import/csv_table.c reads back whole. Several tags or backup codes have
 * line feeds between them; a backup code that was used has a tab and the time behind it.
 */
#include "proto/csv.h"

#include "base/codec.h"
#include "proto/totp.h"
#include "vault/export/parts.h"

#include <stdio.h>

static const char header[] = "issuer,account,type,secret,algorithm,digits,period,counter,public_id,"
			     "private_id,note,tags,icon,spare_codes\r\n";

/*
 * A name is a stranger's text, and a spreadsheet works out what begins like a formula: it is given an
 * apostrophe, as is what has one already, so that import/csv_table.c can take it away again.
 */
static void
add_text(struct cs_buf *out, cs_str text, bool is_first)
{
	CS_AUTO(cs_buf_clear) struct cs_buf shown = { 0 };
	size_t at = 0;

	while (at < text.len && text.p[at] == '\'')
		at++;
	if (at == text.len || strchr("=+-@\t\r", text.p[at]) == NULL) {
		cs_csv_add(out, text, is_first);
		return;
	}
	cs_buf_init_sensitive(&shown, text.len + 1);
	cs_buf_add_byte(&shown, '\'');
	cs_buf_add_str(&shown, text);
	cs_csv_add(out, cs_buf_str(&shown), is_first);
}

static void
add_number(struct cs_buf *out, bool is_said, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	cs_csv_add(out, is_said ? cs_str_c(text) : CS_STR_NONE, false);
}

/* Their texts were bounded when they were kept: nothing here can fail but for the output's size. */
static void
add_encoded(struct cs_buf *out, cs_span bytes, bool is_base32)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, 4 * CS_ENTRY_SECRET_MAX);
	if (is_base32)
		cs_base32_encode(bytes, &text);
	else
		cs_hex_encode(bytes, &text);
	cs_csv_add(out, cs_buf_str(&text), false);
}

static void
add_code(struct cs_buf *out, const struct cs_entry *e)
{
	bool is_code = e->kind != CS_ENTRY_YUBIKEY;
	bool is_timed = e->kind == CS_ENTRY_TOTP || e->kind == CS_ENTRY_STEAM;

	add_encoded(out, e->secret, true);
	cs_csv_add(out, is_code ? cs_otp_hash_name(e->hotp.hash) : CS_STR_NONE, false);
	add_number(out, is_code, (uint64_t)e->hotp.digits);
	add_number(out, is_timed, (uint64_t)e->period_s);
	add_number(out, !is_timed, e->counter);
	add_encoded(out, e->public_id, false);
	add_encoded(out, e->private_id, false);
}

static void
add_tags(struct cs_buf *out, const struct cs_entry *e)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init(&text, CS_ENTRY_TAGS_MAX * (CS_ENTRY_TEXT_MAX + 1));
	for (size_t i = 0; i < e->tag_count; i++) {
		if (i != 0)
			cs_buf_add_byte(&text, '\n');
		cs_buf_add_str(&text, e->tags[i]);
	}
	add_text(out, cs_buf_str(&text), false);
}

static void
add_spares(struct cs_buf *out, const struct cs_entry *e)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	char when[CS_RFC3339_LEN];

	cs_buf_init_sensitive(
	    &text, CS_ENTRY_SPARES_MAX * (CS_ENTRY_TEXT_MAX + CS_RFC3339_LEN + 2));
	for (size_t i = 0; i < e->spare_count; i++) {
		if (i != 0)
			cs_buf_add_byte(&text, '\n');
		cs_buf_add_str(&text, e->spares[i].code);
		if (e->spares[i].used.ms == 0)
			continue;
		cs_time_rfc3339(e->spares[i].used, when);
		cs_buf_add_byte(&text, '\t');
		cs_buf_add(&text, CS_SPAN(when, CS_RFC3339_LEN));
	}
	add_text(out, cs_buf_str(&text), false);
}

cs_err
cs_export_csv_write(struct cs_export *x)
{
	cs_buf_add_c(x->out, header);
	for (size_t i = 0; i < x->count; i++) {
		const struct cs_entry *e = &x->entries[i];

		if (e->kind != CS_ENTRY_YUBIKEY && !cs_export_has_code(x, i, true))
			continue;
		add_text(x->out, e->issuer, true);
		add_text(x->out, e->account, false);
		cs_csv_add(x->out, cs_entry_kind_name(e->kind), false);
		add_code(x->out, e);
		add_text(x->out, e->note, false);
		add_tags(x->out, e);
		add_text(x->out, e->icon, false);
		add_spares(x->out, e);
		cs_buf_add_c(x->out, "\r\n");
	}
	return CS_OK;
}
