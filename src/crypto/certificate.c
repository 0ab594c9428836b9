#include "crypto/certificate.h"

#include "crypto/der.h"
#include "crypto/digest.h"
#include "crypto/mac.h"
#include "crypto/public_key.h"

#define SERIAL_MAX 64
#define SUBJECT_TEXT_MAX 256

/* --- reading --- */

static bool
digits(cs_span text, size_t from, size_t count, int64_t *out)
{
	return cs_str_to_i64(
	    cs_str_slice((cs_str){ (const char *)text.p, text.len }, from, from + count), out);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar; years count from March. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t month_from_march = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

	return 365 * y + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

static bool
is_day(int64_t year, int64_t month, int64_t day)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12 || day < 1)
		return false;
	return day <= lengths[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ (RFC 5280 §4.1.2.5). */
static cs_err
read_time(cs_span *rest, cs_time *out)
{
	struct cs_der item;
	int64_t year, month, day, hour, minute, second;

	CS_TRY(cs_der_read(rest, &item));
	cs_span text = item.content;
	size_t at = item.tag == CS_DER_GENERALIZED_TIME ? 4 : 2;
	if (item.tag != CS_DER_GENERALIZED_TIME && item.tag != CS_DER_UTC_TIME)
		return CS_FAIL(INVALID);
	if (text.len != at + 11 || text.p[at + 10] != 'Z' || !digits(text, 0, at, &year) ||
	    !digits(text, at, 2, &month) || !digits(text, at + 2, 2, &day) ||
	    !digits(text, at + 4, 2, &hour) || !digits(text, at + 6, 2, &minute) ||
	    !digits(text, at + 8, 2, &second))
		return CS_FAIL(INVALID);
	if (at == 2)
		year += year < 50 ? 2000 : 1900;
	if (!is_day(year, month, day) || hour > 23 || minute > 59 || second > 59)
		return CS_FAIL(INVALID);
	*out = cs_seconds(days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second);
	return CS_OK;
}

static cs_err
read_validity(cs_span *rest, struct cs_certificate *out)
{
	cs_span validity;

	CS_TRY(cs_der_take(rest, CS_DER_SEQUENCE, &validity));
	CS_TRY(read_time(&validity, &out->not_before));
	CS_TRY(read_time(&validity, &out->not_after));
	return validity.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
read_whole(cs_span *rest, uint32_t tag, cs_span *whole, cs_span *content)
{
	struct cs_der item;

	CS_TRY(cs_der_read(rest, &item));
	if (item.tag != tag)
		return CS_FAIL(INVALID);
	*whole = item.whole;
	*content = item.content;
	return CS_OK;
}

static cs_err
read_spki(cs_span *rest, struct cs_certificate *out)
{
	cs_span content;

	CS_TRY(read_whole(rest, CS_DER_SEQUENCE, &out->spki, &content));
	CS_TRY(cs_der_take(&content, CS_DER_SEQUENCE, NULL));
	CS_TRY(cs_der_take(&content, CS_DER_BIT_STRING, &out->key_bits));
	if (content.len != 0 || out->key_bits.len < 2 || out->key_bits.p[0] != 0)
		return CS_FAIL(INVALID);
	out->key_bits = CS_SPAN(out->key_bits.p + 1, out->key_bits.len - 1);
	return CS_OK;
}

/* --- extensions --- */

struct extension {
	cs_span oid;
	bool is_critical;
	cs_span value;
};

/* Some authorities write the default out (critical FALSE): tolerated, it says nothing new. */
static cs_err
read_extension(cs_span *rest, struct extension *out)
{
	cs_span content, truth;
	bool is_there;

	*out = (struct extension){ 0 };
	CS_TRY(cs_der_take(rest, CS_DER_SEQUENCE, &content));
	CS_TRY(cs_der_take(&content, CS_DER_OID, &out->oid));
	CS_TRY(cs_der_take_optional(&content, CS_DER_BOOLEAN, &truth, &is_there));
	if (is_there)
		CS_TRY(cs_der_truth(truth, &out->is_critical));
	CS_TRY(cs_der_take(&content, CS_DER_OCTET_STRING, &out->value));
	return content.len == 0 && out->oid.len != 0 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
find_extension(cs_span extensions, cs_span oid, struct extension *out)
{
	while (extensions.len != 0) {
		CS_TRY(read_extension(&extensions, out));
		if (cs_der_equal(out->oid, oid))
			return CS_OK;
	}
	*out = (struct extension){ 0 };
	return CS_FAIL(NOT_FOUND);
}

static cs_err
read_basic_constraints(cs_span value, struct cs_certificate *out)
{
	cs_span content, field;
	bool is_there;
	int64_t path_len;

	CS_TRY(cs_der_take(&value, CS_DER_SEQUENCE, &content));
	CS_TRY(cs_der_take_optional(&content, CS_DER_BOOLEAN, &field, &is_there));
	if (is_there)
		CS_TRY(cs_der_truth(field, &out->is_ca));
	CS_TRY(cs_der_take_optional(&content, CS_DER_INTEGER, &field, &is_there));
	if (is_there) {
		CS_TRY(cs_der_number(field, &path_len));
		if (path_len < 0 || !out->is_ca)
			return CS_FAIL(INVALID);
		out->path_len = path_len > CS_CHAIN_MAX ? -1 : (int)path_len;
	}
	out->has_basic_constraints = true;
	return value.len == 0 && content.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
read_key_usage(cs_span value, struct cs_certificate *out)
{
	cs_span bits;

	CS_TRY(cs_der_take(&value, CS_DER_BIT_STRING, &bits));
	if (value.len != 0 || bits.len == 0 || bits.p[0] > 7)
		return CS_FAIL(INVALID);
	out->has_key_usage = true;
	out->may_sign_certificates = bits.len > 1 && (bits.p[1] & 0x04) != 0;
	return CS_OK;
}

/* id-ce 2.5.29.n */
#define OID_KEY_USAGE "\x55\x1d\x0f"
#define OID_ALT_NAME "\x55\x1d\x11"
#define OID_BASIC_CONSTRAINTS "\x55\x1d\x13"
#define OID_NAME_CONSTRAINTS "\x55\x1d\x1e"
#define OID_POLICIES "\x55\x1d\x20"
#define OID_PURPOSES "\x55\x1d\x25"

/* Those that are honoured, or say nothing that a path without policies could break. */
static bool
is_honoured(cs_span oid)
{
	return cs_der_equal(oid, CS_OID(OID_KEY_USAGE)) ||
	       cs_der_equal(oid, CS_OID(OID_ALT_NAME)) ||
	       cs_der_equal(oid, CS_OID(OID_BASIC_CONSTRAINTS)) ||
	       cs_der_equal(oid, CS_OID(OID_POLICIES)) || cs_der_equal(oid, CS_OID(OID_PURPOSES));
}

static cs_err
note_extension(const struct extension *e, struct cs_certificate *out)
{
	if (cs_der_equal(e->oid, CS_OID(OID_BASIC_CONSTRAINTS)))
		CS_TRY(read_basic_constraints(e->value, out));
	else if (cs_der_equal(e->oid, CS_OID(OID_KEY_USAGE)))
		CS_TRY(read_key_usage(e->value, out));
	/* Names are not compared with constraints here, so nobody may be under any. */
	if (cs_der_equal(e->oid, CS_OID(OID_NAME_CONSTRAINTS)) ||
	    (e->is_critical && !is_honoured(e->oid)))
		out->has_unknown_critical = true;
	return CS_OK;
}

static cs_err
read_extensions(cs_span *rest, struct cs_certificate *out)
{
	cs_span tagged;
	bool is_there;

	CS_TRY(cs_der_take_optional(rest, CS_DER_CONTEXT(3), &tagged, &is_there));
	if (!is_there)
		return CS_OK;
	CS_TRY(cs_der_take(&tagged, CS_DER_SEQUENCE, &out->extensions));
	if (tagged.len != 0 || out->version != 3)
		return CS_FAIL(INVALID);
	cs_span left = out->extensions;
	for (size_t i = 0; left.len != 0; i++) {
		struct extension e, first;
		if (i == CS_CERTIFICATE_EXTENSIONS_MAX)
			return CS_FAIL(LIMIT);
		CS_TRY(read_extension(&left, &e));
		/* each once (RFC 5280 §4.2): the first with this name must be this one */
		CS_TRY(find_extension(out->extensions, e.oid, &first));
		if (first.value.p != e.value.p)
			return CS_FAIL(INVALID);
		CS_TRY(note_extension(&e, out));
	}
	return CS_OK;
}

/* --- the whole --- */

static cs_err
read_version(cs_span *rest, struct cs_certificate *out)
{
	cs_span tagged, number;
	bool is_there;
	int64_t version = 0;

	CS_TRY(cs_der_take_optional(rest, CS_DER_CONTEXT(0), &tagged, &is_there));
	if (is_there) {
		CS_TRY(cs_der_take(&tagged, CS_DER_INTEGER, &number));
		CS_TRY(cs_der_number(number, &version));
	}
	if (tagged.len != 0 || version < 0 || version > 2)
		return CS_FAIL(INVALID);
	out->version = (int)version + 1;
	return CS_OK;
}

static cs_err
read_tbs(cs_span tbs, cs_span signature_algorithm, struct cs_certificate *out)
{
	cs_span content, inner;
	bool is_there;

	CS_TRY(read_version(&tbs, out));
	CS_TRY(cs_der_take(&tbs, CS_DER_INTEGER, &out->serial));
	if (out->serial.len == 0 || out->serial.len > SERIAL_MAX)
		return CS_FAIL(INVALID);
	CS_TRY(read_whole(&tbs, CS_DER_SEQUENCE, &inner, &content));
	if (!cs_der_equal(inner, signature_algorithm))
		return CS_FAIL(INVALID);
	CS_TRY(read_whole(&tbs, CS_DER_SEQUENCE, &out->issuer, &content));
	CS_TRY(read_validity(&tbs, out));
	CS_TRY(read_whole(&tbs, CS_DER_SEQUENCE, &out->subject, &content));
	out->has_empty_subject = content.len == 0;
	CS_TRY(read_spki(&tbs, out));
	/* issuerUniqueID, subjectUniqueID: passed over */
	CS_TRY(cs_der_take_optional(&tbs, CS_DER_CONTEXT_PRIMITIVE(1), NULL, &is_there));
	CS_TRY(cs_der_take_optional(&tbs, CS_DER_CONTEXT_PRIMITIVE(2), NULL, &is_there));
	CS_TRY(read_extensions(&tbs, out));
	return tbs.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
read_certificate(cs_span der, struct cs_certificate *out)
{
	cs_span content, tbs, algorithm;

	out->der = der;
	CS_TRY(cs_der_take(&der, CS_DER_SEQUENCE, &content));
	CS_TRY(read_whole(&content, CS_DER_SEQUENCE, &out->tbs, &tbs));
	CS_TRY(read_whole(&content, CS_DER_SEQUENCE, &out->signature_algorithm, &algorithm));
	CS_TRY(cs_der_take(&content, CS_DER_BIT_STRING, &out->signature));
	if (der.len != 0 || content.len != 0 || out->signature.len < 2 || out->signature.p[0] != 0)
		return CS_FAIL(INVALID);
	out->signature = CS_SPAN(out->signature.p + 1, out->signature.len - 1);
	return read_tbs(tbs, out->signature_algorithm, out);
}

cs_err
cs_certificate_decode(cs_span der, struct cs_certificate *out)
{
	struct cs_certificate c = { .path_len = -1 };

	*out = (struct cs_certificate){ .path_len = -1 };
	if (der.len > CS_CERTIFICATE_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(read_certificate(der, &c));
	*out = c;
	return CS_OK;
}

/* --- names --- */

static cs_err
read_attribute(cs_span *set, cs_span *oid, struct cs_der *value)
{
	cs_span pair;

	CS_TRY(cs_der_take(set, CS_DER_SEQUENCE, &pair));
	CS_TRY(cs_der_take(&pair, CS_DER_OID, oid));
	CS_TRY(cs_der_read(&pair, value));
	return pair.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

static bool
is_ascii(cs_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] >= 0x80)
			return false;
	}
	return true;
}

static cs_err
text_of(const struct cs_der *value, cs_str *out)
{
	bool is_utf8 = value->tag == CS_DER_UTF8_STRING;
	bool is_plain = value->tag == CS_DER_PRINTABLE_STRING || value->tag == CS_DER_IA5_STRING ||
			value->tag == CS_DER_T61_STRING;

	*out = CS_STR_NONE;
	if (!(is_utf8 || (is_plain && is_ascii(value->content))) ||
	    !cs_utf8_is_valid(value->content))
		return CS_FAIL(INVALID);
	*out = (cs_str){ (const char *)value->content.p, value->content.len };
	return CS_OK;
}

/* rdns: the content of a Name. */
static cs_err
find_attribute(cs_span rdns, cs_span wanted, cs_str *out)
{
	struct cs_der value, found = { 0 };
	cs_span set, oid;
	size_t count = 0;

	*out = CS_STR_NONE;
	while (rdns.len != 0) {
		CS_TRY(cs_der_take(&rdns, CS_DER_SET, &set));
		while (set.len != 0) {
			CS_TRY(read_attribute(&set, &oid, &value));
			if (!cs_der_equal(oid, wanted))
				continue;
			found = value;
			count++;
		}
	}
	if (count != 1)
		return count == 0 ? CS_FAIL(NOT_FOUND) : CS_FAIL(CONFLICT);
	return text_of(&found, out);
}

cs_err
cs_certificate_subject(const struct cs_certificate *c, cs_span oid, cs_str *out)
{
	cs_span name = c->subject, rdns;

	*out = CS_STR_NONE;
	CS_TRY(cs_der_take(&name, CS_DER_SEQUENCE, &rdns));
	return find_attribute(rdns, oid, out);
}

/* The GeneralNames of subjectAltName (RFC 5280 §4.2.1.6). */
static cs_err
alt_names(const struct cs_certificate *c, cs_span *out)
{
	struct extension e;

	*out = CS_SPAN_NONE;
	CS_TRY(find_extension(c->extensions, CS_OID(OID_ALT_NAME), &e));
	CS_TRY(cs_der_take(&e.value, CS_DER_SEQUENCE, out));
	return e.value.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

#define ALT_DNS CS_DER_CONTEXT_PRIMITIVE(2)
#define ALT_DIRECTORY CS_DER_CONTEXT(4)

cs_err
cs_certificate_alt_name(const struct cs_certificate *c, cs_span oid, cs_str *out)
{
	cs_span names, rdns;
	struct cs_der name;

	*out = CS_STR_NONE;
	CS_TRY(alt_names(c, &names));
	while (names.len != 0) {
		CS_TRY(cs_der_read(&names, &name));
		if (name.tag != ALT_DIRECTORY)
			continue;
		CS_TRY(cs_der_take(&name.content, CS_DER_SEQUENCE, &rdns));
		cs_err e = find_attribute(rdns, oid, out);
		if (!cs_is(e, CS_E_NOT_FOUND))
			return e;
	}
	return CS_FAIL(NOT_FOUND);
}

bool
cs_certificate_has_host(const struct cs_certificate *c, cs_str wanted)
{
	cs_span names;
	struct cs_der name;

	if (cs_failed(alt_names(c, &names)))
		return false;
	while (!cs_failed(cs_der_read(&names, &name))) {
		cs_str host = { (const char *)name.content.p, name.content.len };
		if (name.tag == ALT_DNS && cs_str_equal_nocase(host, wanted))
			return true;
	}
	return false;
}

bool
cs_certificate_has_purpose(const struct cs_certificate *c, cs_span oid)
{
	struct extension e;
	cs_span purposes, purpose;

	if (cs_failed(find_extension(c->extensions, CS_OID(OID_PURPOSES), &e)) ||
	    cs_failed(cs_der_take(&e.value, CS_DER_SEQUENCE, &purposes)))
		return false;
	while (!cs_failed(cs_der_take(&purposes, CS_DER_OID, &purpose))) {
		if (cs_der_equal(purpose, oid))
			return true;
	}
	return false;
}

cs_err
cs_certificate_extension(
    const struct cs_certificate *c, cs_span oid, cs_span *out, bool *is_critical)
{
	struct extension e;

	*out = CS_SPAN_NONE;
	*is_critical = false;
	CS_TRY(find_extension(c->extensions, oid, &e));
	*out = e.value;
	*is_critical = e.is_critical;
	return CS_OK;
}

/* --- its key, its prints --- */

cs_err
cs_certificate_key(const struct cs_certificate *c, struct cs_public_key **out)
{
	return cs_public_key_from_spki(c->spki, out);
}

void
cs_certificate_fingerprint(const struct cs_certificate *c, uint8_t out[static 32])
{
	cs_sha256(c->der, out);
}

void
cs_certificate_key_id(const struct cs_certificate *c, uint8_t out[static CS_CERTIFICATE_KEY_ID_LEN])
{
	uint8_t digest[CS_DIGEST_MAX];

	cs_digest_compute(CS_DIGEST_SHA1, c->key_bits, digest);
	memcpy(out, digest, CS_CERTIFICATE_KEY_ID_LEN);
}

/* --- for people --- */

static const char *
short_name_of(cs_span oid)
{
	static const struct {
		const char *oid;
		const char *name;
	} rows[] = {
		{ CS_OID_COUNTRY, "C" },
		{ CS_OID_ORGANIZATION, "O" },
		{ CS_OID_ORGANIZATIONAL_UNIT, "OU" },
		{ CS_OID_COMMON_NAME, "CN" },
		{ "\x55\x04\x05", "serialNumber" },
		{ "\x55\x04\x07", "L" },
		{ "\x55\x04\x08", "ST" },
		{ "\x55\x04\x0c", "title" },
	};

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		if (cs_der_equal(oid, CS_SPAN(rows[i].oid, 3)))
			return rows[i].name;
	}
	return "?";
}

static void
add_printable(struct cs_buf *b, cs_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (b->len == SUBJECT_TEXT_MAX)
			return;
		bool is_control = text.p[i] < 0x20 || text.p[i] == 0x7f;
		cs_buf_add_byte(b, is_control ? '?' : text.p[i]);
	}
}

static void
add_attribute_text(struct cs_buf *b, cs_span oid, const struct cs_der *value)
{
	cs_str text;

	if (b->len != 0)
		add_printable(b, cs_str_span(CS_STR(", ")));
	add_printable(b, cs_str_span(cs_str_c(short_name_of(oid))));
	add_printable(b, cs_str_span(CS_STR("=")));
	add_printable(
	    b, cs_failed(text_of(value, &text)) ? cs_str_span(CS_STR("?")) : cs_str_span(text));
}

cs_str
cs_certificate_subject_text(struct cs_arena *a, const struct cs_certificate *c)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	cs_span name = c->subject, rdns, set, oid;
	struct cs_der value;

	cs_buf_init(&b, SUBJECT_TEXT_MAX);
	if (!cs_failed(cs_der_take(&name, CS_DER_SEQUENCE, &rdns))) {
		while (!cs_failed(cs_der_take(&rdns, CS_DER_SET, &set))) {
			while (!cs_failed(read_attribute(&set, &oid, &value)))
				add_attribute_text(&b, oid, &value);
		}
	}
	/* what was cut may have been cut within a character */
	cs_str text = cs_buf_str(&b);
	return cs_arena_str(a, cs_str_slice(text, 0, cs_utf8_prefix(cs_str_span(text))));
}
