/*
 * KeePass 2 and KeePassXC, exported as XML: KeePass's own fields (TimeOtp-Secret-Base32,
 * HmacOtp-Counter …), an address or KeeOtp's "key=…&size=…&step=…" in "otp", and KeeTrayTOTP's "TOTP
 * Seed" with "TOTP Settings". Entries without any of them are passwords, and none of ours.
 */
#include "base/codec.h"
#include "vault/import/lines.h"
#include "vault/import/xml_parts.h"

static bool
is_database(cs_span file)
{
	return cs_str_starts(
	    (cs_str){ (const char *)file.p, file.len }, CS_STR("\x03\xd9\xa2\x9a"));
}

static bool
is_mine(cs_span file)
{
	return is_database(file) ||
	       (cs_import_begins(file, '<') && cs_import_mentions(file, "<KeePassFile"));
}

/* The value of an entry's field; empty when it is not there. */
static cs_str
field(const struct cs_xml_node *entry, const char *key)
{
	for (const struct cs_xml_node *s = cs_xml_child(entry, "String"); s != NULL;
	     s = cs_xml_again(s))
		if (cs_str_equal(cs_xml_child_text(s, "Key"), cs_str_c(key)))
			return cs_xml_child_text(s, "Value");
	return CS_STR_NONE;
}

/* "TimeOtp" and "-Secret-Hex" into the field of that name. */
static cs_str
otp_field(const struct cs_xml_node *entry, const char *prefix, const char *name)
{
	char key[64];

	snprintf(key, sizeof(key), "%s%s", prefix, name);
	return field(entry, key);
}

/* False: there is no such field. *why: it makes no sense. */
static bool
learn_secret(struct cs_import *in, const struct cs_xml_node *entry, const char *prefix,
    struct cs_entry *e, const char **why)
{
	cs_str plain = otp_field(entry, prefix, "-Secret");
	cs_str hex = otp_field(entry, prefix, "-Secret-Hex");
	cs_str base32 = otp_field(entry, prefix, "-Secret-Base32");
	cs_str base64 = otp_field(entry, prefix, "-Secret-Base64");
	bool is_right = true;

	if (plain.len != 0)
		e->secret = cs_str_span(plain);
	else if (hex.len != 0)
		is_right = cs_import_hex(in, hex, &e->secret);
	else if (base32.len != 0)
		is_right = cs_import_base32(in, base32, &e->secret);
	else if (base64.len != 0)
		is_right = cs_import_base64(in, base64, &e->secret);
	else
		return false;
	if (!is_right)
		*why = "its secret is not what its field says";
	return true;
}

static const char *
learn_number(cs_str text, int64_t high, int64_t *inout)
{
	if (text.len != 0 && (!cs_str_to_i64(text, inout) || *inout > high))
		return "one of its numbers makes no sense";
	return NULL;
}

static const char *
learn_totp(const struct cs_xml_node *entry, struct cs_entry *e)
{
	int64_t digits = e->hotp.digits;
	const char *why = learn_number(field(entry, "TimeOtp-Length"), CS_OTP_DIGITS_MAX, &digits);

	if (why == NULL)
		why = learn_number(field(entry, "TimeOtp-Period"), INT64_MAX, &e->period_s);
	if (why == NULL && !cs_import_hash(field(entry, "TimeOtp-Algorithm"), &e->hotp.hash))
		why = "its algorithm is none of SHA1, SHA256 and SHA512";
	e->hotp.digits = (int)digits;
	return why;
}

static const char *
learn_hotp(const struct cs_xml_node *entry, struct cs_entry *e)
{
	int64_t counter = 0;
	const char *why = learn_number(field(entry, "HmacOtp-Counter"), INT64_MAX, &counter);

	e->kind = CS_ENTRY_HOTP;
	e->counter = (uint64_t)counter;
	return why;
}

static cs_err
take_own(struct cs_import *in, const struct cs_xml_node *entry, const struct cs_entry *known,
    const char *dropped)
{
	struct cs_entry e = *known;
	const char *why = NULL;

	if (learn_secret(in, entry, "TimeOtp", &e, &why)) {
		const char *other = learn_totp(entry, &e);
		CS_TRY(cs_import_take(in, &e, why != NULL ? why : other, dropped));
	}
	e = *known;
	why = NULL;
	if (learn_secret(in, entry, "HmacOtp", &e, &why)) {
		const char *other = learn_hotp(entry, &e);
		CS_TRY(cs_import_take(in, &e, why != NULL ? why : other, dropped));
	}
	return CS_OK;
}

/* KeeOtp: "key=BASE32&size=6&step=30&type=totp&otpHashMode=sha1&counter=0". */
static const char *
learn_keeotp(struct cs_import *in, cs_str text, struct cs_entry *e)
{
	static const char *const names[] = { "key", "size", "step", "counter", "otpHashMode",
		"type", "encoding" };
	enum { KEY, SIZE, STEP, COUNTER, HASH, TYPE, ENCODING };
	cs_str found[CS_COUNT(names)];
	int64_t digits = e->hotp.digits, counter = 0;
	const char *why;

	for (size_t i = 0; i < CS_COUNT(names); i++)
		if (cs_failed(cs_form_get(in->arena, text, cs_str_c(names[i]), &found[i])))
			found[i] = CS_STR_NONE;
	if (cs_str_equal_nocase(found[TYPE], CS_STR("hotp")))
		e->kind = CS_ENTRY_HOTP;
	if (found[ENCODING].len != 0 && !cs_str_equal_nocase(found[ENCODING], CS_STR("base32")))
		return "its secret is written in a way that is not known";
	if (found[KEY].len == 0 || !cs_import_base32(in, found[KEY], &e->secret))
		return "its secret is not Base32";
	if (!cs_import_hash(found[HASH], &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	why = learn_number(found[SIZE], CS_OTP_DIGITS_MAX, &digits);
	if (why == NULL)
		why = learn_number(found[STEP], INT64_MAX, &e->period_s);
	if (why == NULL)
		why = learn_number(found[COUNTER], INT64_MAX, &counter);
	e->hotp.digits = (int)digits;
	e->counter = (uint64_t)counter;
	return why;
}

static cs_err
take_otp(struct cs_import *in, cs_str text, const struct cs_entry *known, const char *dropped)
{
	struct cs_entry e = *known;

	if (!cs_import_starts_nocase(text, "key=") && cs_str_find(text, '&', 0) == text.len)
		return cs_import_uri(in, text, known, true);
	if (cs_import_starts_nocase(text, "otpauth://"))
		return cs_import_uri(in, text, known, false);
	const char *why = learn_keeotp(in, text, &e);
	return cs_import_take(in, &e, why, dropped);
}

/* "30;6", "30;S" (Steam), with ";URL" of a clock behind. */
static const char *
learn_settings(cs_str settings, struct cs_entry *e)
{
	cs_str rest = settings, period, digits;
	int64_t n = e->hotp.digits;

	if (settings.len == 0)
		return NULL;
	if (!cs_str_cut(&rest, ';', &period) || !cs_str_cut(&rest, ';', &digits) ||
	    !cs_str_to_i64(period, &e->period_s))
		return "its settings make no sense";
	if (cs_str_equal_nocase(digits, CS_STR("S"))) {
		int64_t period_s = e->period_s;

		cs_import_make_steam(e);
		e->period_s = period_s;
		return NULL;
	}
	if (!cs_str_to_i64(digits, &n) || n > CS_OTP_DIGITS_MAX)
		return "its settings make no sense";
	e->hotp.digits = (int)n;
	return NULL;
}

static cs_err
take_seed(struct cs_import *in, const struct cs_xml_node *entry, cs_str seed,
    const struct cs_entry *known, const char *dropped)
{
	struct cs_entry e = *known;
	const char *why = learn_settings(field(entry, "TOTP Settings"), &e);

	if (!cs_import_base32(in, seed, &e.secret))
		why = "its secret is not Base32";
	return cs_import_take(in, &e, why, dropped);
}

static void
learn_tags(struct cs_import *in, const struct cs_xml_node *entry, struct cs_entry *e)
{
	cs_str rest = cs_xml_child_text(entry, "Tags"), tag;

	while (cs_str_cut(&rest, ';', &tag))
		cs_import_add_tag(in, e, cs_str_trim(tag));
}

static cs_err
take_entry(struct cs_import *in, const struct cs_xml_node *entry, bool is_binned)
{
	struct cs_entry known = cs_import_entry();
	const char *dropped = is_binned ? "its place in the bin there" : NULL;
	cs_str otp = field(entry, "otp");
	cs_str seed = field(entry, "TOTP Seed");

	known.issuer = field(entry, "Title");
	known.account = field(entry, "UserName");
	known.note = field(entry, "Notes");
	learn_tags(in, entry, &known);
	CS_TRY(take_own(in, entry, &known, dropped));
	if (otp.len != 0)
		CS_TRY(take_otp(in, otp, &known, dropped));
	if (seed.len != 0)
		CS_TRY(take_seed(in, entry, seed, &known, dropped));
	return CS_OK;
}

/* Groups lie within groups; how deep is bounded by the reader of XML. Histories are not entered. */
static cs_err
take_group(struct cs_import *in, const struct cs_xml_node *group, cs_str bin_id, bool is_binned)
{
	cs_str id = cs_xml_child_text(group, "UUID");

	if (bin_id.len != 0 && cs_str_equal(id, bin_id))
		is_binned = true;
	for (const struct cs_xml_node *n = group->first; n != NULL; n = n->next) {
		if (cs_str_equal(n->name, CS_STR("Entry")))
			CS_TRY(take_entry(in, n, is_binned));
		else if (cs_str_equal(n->name, CS_STR("Group")))
			CS_TRY(take_group(in, n, bin_id, is_binned));
	}
	return CS_OK;
}

static cs_err
read_file(struct cs_import *in)
{
	const struct cs_xml_node *file;

	if (is_database(in->file))
		return cs_import_problem(
		    in, "it is a KeePass database: export it as XML from KeePass first");
	CS_TRY(cs_import_xml(in, "KeePassFile", &file));
	cs_str bin_id = cs_xml_child_text(cs_xml_child(file, "Meta"), "RecycleBinUUID");
	const struct cs_xml_node *root = cs_xml_child(file, "Root");
	if (root == NULL)
		return cs_import_problem(in, "there are no entries in it");
	return take_group(in, root, bin_id, false);
}

const struct cs_import_format cs_import_keepass = {
	.name = "keepass",
	.title = "KeePass or KeePassXC, exported as XML",
	.is_mine = is_mine,
	.read = read_file,
};
