#include "cli/session/new_entry.h"

#include "base/codec.h"
#include "cli/program/file_in.h"
#include "cli/session/scan.h"
#include "cli/program/terminal.h"
#include "proto/steam.h"
#include "vault/entry_otpauth.h"
#include "vault/text.h"

#define PICTURE_MAX (32 << 20)

cs_str
cs_words_join(struct cs_arena *a, char *const *words, int count)
{
	cs_str all = CS_STR("");

	for (int i = 0; i < count; i++)
		all = i == 0 ? cs_str_c(words[i])
			     : cs_arena_printf(a, "%.*s %s", CS_STR_ARG(all), words[i]);
	return all;
}

void
cs_entry_name_parse(cs_str typed, cs_str *out_issuer, cs_str *out_account)
{
	typed = cs_str_trim(typed);
	size_t colon = cs_str_find(typed, ':', 0);
	size_t open = cs_str_find(typed, '(', 0);

	if (open < typed.len && open > 0 && cs_str_ends(typed, CS_STR(")"))) {
		*out_issuer = cs_str_trim(cs_str_slice(typed, 0, open));
		*out_account = cs_str_trim(cs_str_slice(typed, open + 1, typed.len - 1));
		return;
	}
	*out_issuer = cs_str_trim(cs_str_slice(typed, 0, colon));
	*out_account = cs_str_trim(cs_str_slice(typed, colon + 1, typed.len));
}

static int
apply_type(const struct cs_entry_words *w, struct cs_entry *e)
{
	enum cs_entry_kind kind;

	if (w->type == NULL)
		return CS_CLI_OK;
	if (cs_failed(cs_entry_kind_decode(cs_str_c(w->type), &kind)) || kind > CS_ENTRY_STEAM) {
		cs_complain("--type is totp, hotp or steam, not '%s'; a YubiKey is pasted as "
			    "\"yubikey PUBLIC-ID PRIVATE-ID KEY\"",
		    w->type);
		return CS_CLI_USAGE;
	}
	if (e->kind > CS_ENTRY_STEAM) {
		cs_complain("what this entry holds makes no %s codes", w->type);
		return CS_CLI_USAGE;
	}
	if (kind == CS_ENTRY_STEAM)
		e->hotp = (struct cs_hotp){ .hash = CS_SHA1, .digits = CS_STEAM_LETTERS };
	else if (e->kind == CS_ENTRY_STEAM)
		e->hotp.digits = 6;
	if (kind != CS_ENTRY_HOTP && e->period_s == 0)
		e->period_s = 30;
	e->kind = kind;
	return CS_CLI_OK;
}

static int
apply_numbers(const struct cs_cli_line *line, const struct cs_entry_words *w, struct cs_entry *e)
{
	int64_t n;

	if (w->algorithm != NULL &&
	    (e->kind > CS_ENTRY_HOTP ||
		cs_failed(cs_otp_hash_decode(cs_str_c(w->algorithm), &e->hotp.hash)))) {
		cs_complain("--algorithm is SHA1, SHA256 or SHA512, of a totp or hotp entry");
		return CS_CLI_USAGE;
	}
	if (w->digits != NULL) {
		if (e->kind > CS_ENTRY_HOTP)
			return cs_line_misused(line, "--digits is for totp and hotp entries");
		if (!cs_line_number(
			line, "--digits", w->digits, CS_OTP_DIGITS_MIN, CS_OTP_DIGITS_MAX, &n))
			return CS_CLI_USAGE;
		e->hotp.digits = (int)n;
	}
	if (w->period != NULL) {
		if (e->kind != CS_ENTRY_TOTP && e->kind != CS_ENTRY_STEAM)
			return cs_line_misused(line, "--period is for totp and steam entries");
		if (!cs_line_number(line, "--period", w->period, 1, 3600, &e->period_s))
			return CS_CLI_USAGE;
	}
	if (w->counter != NULL) {
		if (e->kind != CS_ENTRY_HOTP)
			return cs_line_misused(line, "--counter is for hotp entries: --type hotp");
		if (!cs_line_number(line, "--counter", w->counter, 0, INT64_MAX, &n))
			return CS_CLI_USAGE;
		e->counter = (uint64_t)n;
	}
	return CS_CLI_OK;
}

static int
apply_tags(const struct cs_entry_words *w, struct cs_arena *a, struct cs_entry *e)
{
	cs_str *tags = CS_NEW_ARRAY(a, cs_str, CS_ENTRY_TAGS_MAX);
	size_t count = 0;

	for (; count < e->tag_count; count++)
		tags[count] = e->tags[count];
	for (int i = 0; i < w->tags.count; i++) {
		cs_str tag = cs_str_trim(cs_str_c(w->tags.values[i]));
		size_t same = 0;
		while (same < count && !cs_str_equal(tags[same], tag))
			same++;
		if (same < count)
			continue;
		if (count == CS_ENTRY_TAGS_MAX) {
			cs_complain("an entry has at most %d tags", CS_ENTRY_TAGS_MAX);
			return CS_CLI_USAGE;
		}
		tags[count++] = tag;
	}
	e->tags = tags;
	e->tag_count = count;
	return CS_CLI_OK;
}

int
cs_entry_words_apply(const struct cs_cli_line *line, const struct cs_entry_words *w,
    struct cs_arena *a, struct cs_entry *e)
{
	int status = apply_type(w, e);

	if (status == CS_CLI_OK)
		status = apply_numbers(line, w, e);
	if (status == CS_CLI_OK)
		status = apply_tags(w, a, e);
	if (w->issuer != NULL)
		e->issuer = cs_str_trim(cs_str_c(w->issuer));
	if (w->account != NULL)
		e->account = cs_str_trim(cs_str_c(w->account));
	if (w->note != NULL)
		e->note = cs_str_c(w->note);
	if (w->icon != NULL)
		e->icon = cs_str_trim(cs_str_c(w->icon));
	return status;
}

/* What is wrong with a key, without showing any of it. */
static int
tell_bad_key(cs_str text)
{
	size_t seen = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (c == ' ' || c == '-' || c == '\t' || c == '=')
			continue;
		seen++;
		if (!is_letter && (c < '2' || c > '7')) {
			cs_complain(
			    "that is no set-up key: its character %zu is none of A-Z and 2-7",
			    seen);
			return CS_CLI_FAILED;
		}
	}
	cs_complain("that is no set-up key: %s",
	    seen == 0 ? "there is nothing in it"
		      : "it has a letter too few or too many. Was all of it copied?");
	return CS_CLI_FAILED;
}

static int
from_key(struct cs_arena *a, cs_str text, struct cs_entry *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf key;

	cs_buf_init_sensitive(&key, CS_ENTRY_SECRET_MAX);
	cs_err err = cs_otpauth_key_decode(text, &key);
	if (cs_is(err, CS_E_LIMIT)) {
		cs_complain("that key is longer than %d bytes", CS_ENTRY_SECRET_MAX);
		return CS_CLI_FAILED;
	}
	if (cs_failed(err))
		return tell_bad_key(text);
	*out = (struct cs_entry){
		.kind = CS_ENTRY_TOTP,
		.secret = cs_arena_span(a, cs_buf_span(&key)),
		.hotp = cs_totp_usual.hotp,
		.period_s = cs_totp_usual.period_s,
	};
	return CS_CLI_OK;
}

static int
from_uri(struct cs_arena *a, cs_str uri, struct cs_entry *out)
{
	struct cs_otpauth o = { 0 };
	cs_err err = cs_otpauth_decode(a, uri, &o);

	if (cs_failed(err)) {
		cs_complain("that otpauth:// address is %s",
		    cs_is(err, CS_E_LIMIT)
			? "too long"
			: "incomplete or damaged: there is no code to be made of it");
		return CS_CLI_FAILED;
	}
	*out = (struct cs_entry){ 0 };
	err = cs_entry_from_otpauth(a, &o, out);
	cs_otpauth_clear(&o);
	if (!cs_failed(err))
		return CS_CLI_OK;
	cs_complain("there is no memory for another entry");
	return CS_CLI_FAILED;
}

static bool
begins(cs_str text, cs_str with)
{
	return cs_str_equal_nocase(cs_str_slice(text, 0, with.len), with);
}

static int
from_yubikey(struct cs_arena *a, cs_str text, struct cs_entry *out)
{
	if (!cs_failed(cs_entry_yubikey_decode(a, text, out)))
		return CS_CLI_OK;
	cs_complain("a YubiKey is \"yubikey PUBLIC-ID PRIVATE-ID KEY\": modhex or -, 12 and 32 "
		    "hexadecimal digits");
	return CS_CLI_FAILED;
}

int
cs_entry_from_text(struct cs_arena *a, cs_str text, struct cs_entry *out)
{
	*out = (struct cs_entry){ 0 };
	while (text.len > 0 && strchr(" \t\r\n", text.p[text.len - 1]) != NULL)
		text.len--;
	text = cs_str_trim(text);
	if (begins(text, CS_STR("otpauth-migration:"))) {
		cs_complain(
		    "that is an export of Google Authenticator: countersign import takes it");
		return CS_CLI_FAILED;
	}
	if (begins(text, CS_STR("otpauth:")))
		return from_uri(a, text, out);
	if (begins(text, CS_STR("yubikey ")))
		return from_yubikey(a, text, out);
	return from_key(a, text, out);
}

int
cs_entries_from_picture(
    struct cs_arena *a, const char *path, struct cs_entry **out, size_t *out_count)
{
	CS_AUTO(cs_buf_clear) struct cs_buf picture;
	const char *what = cs_file_shown(path);
	cs_str *payloads;
	size_t count = 0;

	*out_count = 0;
	cs_buf_init_sensitive(&picture, PICTURE_MAX);
	int status = cs_file_read(path, &picture);
	if (status == CS_CLI_OK)
		status = cs_scan_picture(a, cs_buf_span(&picture), what, &payloads, &count);
	*out = CS_NEW_ARRAY(a, struct cs_entry, count);
	for (size_t i = 0; i < count && status == CS_CLI_OK; i++) {
		if (begins(payloads[i], CS_STR("otpauth")))
			status = cs_entry_from_text(a, payloads[i], &(*out)[(*out_count)++]);
	}
	if (status != CS_CLI_OK || *out_count > 0)
		return status;
	cs_complain("%s: there is no QR code of an authenticator in this picture", what);
	return CS_CLI_NOT_FOUND;
}

void
cs_key_show(cs_span secret, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf key;

	cs_buf_init_sensitive(&key, 2 * CS_ENTRY_SECRET_MAX);
	cs_base32_encode(secret, &key);
	for (size_t i = 0; i < key.len; i += 4) {
		if (i > 0)
			cs_buf_add_byte(out, ' ');
		cs_buf_add(out, CS_SPAN(key.p + i, key.len - i < 4 ? key.len - i : 4));
	}
}

bool
cs_entry_uri(const struct cs_entry *e, struct cs_buf *out)
{
	struct cs_otpauth o;

	if (!cs_entry_to_otpauth(e, &o))
		return false;
	cs_otpauth_encode_short(&o, out);
	cs_otpauth_clear(&o);
	return true;
}
