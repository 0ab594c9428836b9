#include "vault/import/parts.h"

#include "base/codec.h"
#include "vault/entry_otpauth.h"

/* What can be told about a URI that is not taken: its names, for the person who looks for it. */
static void
learn_names(struct cs_import *in, cs_str uri, struct cs_entry *e)
{
	size_t mark = cs_str_find(uri, '?', 0);
	size_t slash = cs_str_find(uri, '/', sizeof("otpauth://") - 1);
	cs_str label, issuer;

	if (slash >= mark ||
	    cs_failed(cs_percent_decode(in->arena, cs_str_slice(uri, slash + 1, mark), &label)))
		return;
	e->issuer = CS_STR_NONE;
	if (!cs_failed(cs_form_get(
		in->arena, cs_str_slice(uri, mark + 1, uri.len), CS_STR("issuer"), &issuer)))
		e->issuer = issuer;
	cs_import_split_label(e, label);
}

static bool
has_number(struct cs_import *in, cs_str query, const char *name, int64_t low, int64_t high)
{
	cs_str text;
	int64_t n;
	cs_err e = cs_form_get(in->arena, query, cs_str_c(name), &text);

	return cs_is(e, CS_E_NOT_FOUND) ||
	       (!cs_failed(e) && cs_str_to_i64(text, &n) && n >= low && n <= high);
}

/* cs_otpauth_decode said no: which part of it was it? */
static const char *
reason_of(struct cs_import *in, cs_str uri)
{
	size_t mark = cs_str_find(uri, '?', 0);
	cs_str query = cs_str_slice(uri, mark + 1, uri.len);
	cs_str text;
	cs_span secret;
	enum cs_hash hash;

	if (uri.len > CS_OTPAUTH_MAX_BYTES)
		return "its address is too long";
	if (cs_failed(cs_form_get(in->arena, query, CS_STR("secret"), &text)) || text.len == 0)
		return "it has no secret";
	if (!cs_import_base32(in, text, &secret))
		return "its secret is not Base32";
	if (!cs_failed(cs_form_get(in->arena, query, CS_STR("algorithm"), &text)) &&
	    !cs_import_hash(text, &hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	if (!has_number(in, query, "digits", CS_OTP_DIGITS_MIN, CS_OTP_DIGITS_MAX))
		return "its number of digits makes no sense";
	if (!has_number(in, query, "period", 1, 3600))
		return "its period makes no sense";
	if (!has_number(in, query, "counter", 0, INT64_MAX))
		return "its counter makes no sense";
	return "its address cannot be read";
}

/* Ente writes {"tags":[…],"note":…,"trashed":…} beside the rest. */
static const char *
learn_display(struct cs_import *in, cs_str uri, struct cs_entry *e)
{
	CS_AUTO(cs_import_json_free) json_t *display = NULL;
	cs_str query = cs_str_slice(uri, cs_str_find(uri, '?', 0) + 1, uri.len);
	cs_str text;
	size_t i;
	json_t *tag;

	if (cs_failed(cs_form_get(in->arena, query, CS_STR("codeDisplay"), &text)) ||
	    cs_failed(cs_import_json(cs_str_span(text), &display)))
		return NULL;
	json_array_foreach(json_object_get(display, "tags"), i, tag)
	{
		if (json_is_string(tag))
			cs_import_add_tag(in, e,
			    cs_arena_str(in->arena,
				(cs_str){ json_string_value(tag), json_string_length(tag) }));
	}
	if (e->note.len == 0)
		e->note = cs_arena_str(in->arena, cs_import_text(display, "note"));
	return cs_import_says_true(display, "trashed") ? "its place in the bin there" : NULL;
}

static bool
starts(cs_str text, const char *prefix)
{
	return cs_str_equal_nocase(cs_str_slice(text, 0, strlen(prefix)), cs_str_c(prefix));
}

/* Steam's as programs write it that know nothing but totp: five of what are no digits at all. */
static bool
learn_steam(struct cs_import *in, cs_str uri, struct cs_entry *e)
{
	cs_str query = cs_str_slice(uri, cs_str_find(uri, '?', 0) + 1, uri.len);
	cs_str digits, secret;

	if (!cs_str_equal_nocase(e->issuer, CS_STR("Steam")) ||
	    cs_failed(cs_form_get(in->arena, query, CS_STR("digits"), &digits)) ||
	    !cs_str_equal(digits, CS_STR("5")) ||
	    cs_failed(cs_form_get(in->arena, query, CS_STR("secret"), &secret)) ||
	    secret.len == 0 || !cs_import_base32(in, secret, &e->secret))
		return false;
	cs_import_make_steam(e);
	return true;
}

static cs_err
take_otpauth(struct cs_import *in, cs_str uri, const struct cs_entry *also)
{
	CS_AUTO(cs_otpauth_clear) struct cs_otpauth o = { 0 };
	struct cs_entry e = *also;
	const char *dropped;

	if (cs_failed(cs_otpauth_decode(in->arena, uri, &o))) {
		learn_names(in, uri, &e);
		if (e.issuer.len == 0 && e.account.len == 0) {
			e.issuer = also->issuer;
			e.account = also->account;
		}
		if (starts(uri, "otpauth://totp/") && learn_steam(in, uri, &e))
			return cs_import_take(in, &e, NULL, NULL);
		return cs_import_take(in, &e, reason_of(in, uri), NULL);
	}
	CS_TRY(cs_entry_from_otpauth(in->arena, &o, &e));
	if (e.issuer.len == 0)
		e.issuer = also->issuer;
	if (e.account.len == 0)
		e.account = also->account;
	dropped = learn_display(in, uri, &e);
	return cs_import_take(in, &e, NULL, dropped);
}

static cs_err
take_secret(struct cs_import *in, cs_str secret, const struct cs_entry *also, bool is_steam)
{
	struct cs_entry e = *also;

	if (is_steam)
		cs_import_make_steam(&e);
	if (is_steam && e.issuer.len == 0)
		e.issuer = CS_STR("Steam");
	if (!cs_import_base32(in, secret, &e.secret))
		return cs_import_take(in, &e, "its secret is not Base32", NULL);
	return cs_import_take(in, &e, NULL, NULL);
}

cs_err
cs_import_uri(struct cs_import *in, cs_str uri, const struct cs_entry *also, bool is_bare_ok)
{
	static const struct {
		const char *prefix;
		const char *why;
	} foreign[] = {
		{ "otpauth://yaotp/", "Yandex's codes are not made here" },
		{ "otpauth://motp/", "mOTP's codes are not made here" },
		{ "motp://", "mOTP's codes are not made here" },
		{ "otpauth-migration://",
		    "it holds several entries: give it as a file of its own" },
	};
	struct cs_entry known = also != NULL ? *also : cs_import_entry();

	uri = cs_str_trim(uri);
	if (cs_arena_room(in->arena) < 16 * uri.len + 4096)
		return CS_FAIL(LIMIT);
	for (size_t i = 0; i < CS_COUNT(foreign); i++)
		if (starts(uri, foreign[i].prefix)) {
			if (starts(uri, "otpauth://"))
				learn_names(in, uri, &known);
			return cs_import_take(in, &known, foreign[i].why, NULL);
		}
	if (starts(uri, "steam://"))
		return take_secret(in, cs_str_slice(uri, 8, uri.len), &known, true);
	if (starts(uri, "otpauth://"))
		return take_otpauth(in, uri, &known);
	if (is_bare_ok)
		return take_secret(in, uri, &known, false);
	return cs_import_take(in, &known, "it is no otpauth:// address", NULL);
}
