#include "proto/mds.h"

#include "base/codec.h"
#include "base/time.h"
#include "proto/aaguid.h"
#include "proto/mds_jws.h"

#include <jansson.h>

#define DESCRIPTION_MAX 200
#define KEY_IDS_MAX 1024 /* of one entry */

/* --- statuses --- */

static const struct {
	const char *name;
	unsigned bit;
} statuses[] = {
#define S(NAME, BIT, IS_REFUSED) { #NAME, 1u << (BIT) },
#include "proto/mds_statuses.def"
#undef S
};

unsigned
cs_mds_status_bit(cs_str name)
{
	for (size_t i = 0; i < CS_COUNT(statuses); i++) {
		if (cs_str_equal(cs_str_c(statuses[i].name), name))
			return statuses[i].bit;
	}
	return 0;
}

cs_str
cs_mds_status_name(unsigned bit)
{
	size_t i = 0;

	while (i < CS_COUNT(statuses) && statuses[i].bit != bit)
		i++;
	CS_ASSERT(i < CS_COUNT(statuses));
	return cs_str_c(statuses[i].name);
}

cs_str
cs_mds_refusal_words(enum cs_mds_refusal r)
{
	static const char *const words[] = {
		[CS_MDS_REFUSAL_NONE] = "",
#define R(NAME, WORDS) [CS_MDS_REFUSAL_##NAME] = WORDS,
#include "proto/mds_refusals.def"
#undef R
	};

	CS_ASSERT(r < CS_MDS_REFUSAL_COUNT);
	return cs_str_c(words[r]);
}

/* --- entries --- */

static void
free_json(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static cs_str
text_of(const json_t *j)
{
	return json_is_string(j) ? (cs_str){ json_string_value(j), json_string_length(j) }
				 : CS_STR_NONE;
}

/* One that the calendar has. */
static bool
is_date(cs_str text)
{
	static const char midnight[] = "T00:00:00Z";
	char moment[CS_MDS_DATE_LEN + sizeof(midnight)];
	cs_time t;

	if (text.len != CS_MDS_DATE_LEN)
		return false;
	memcpy(moment, text.p, text.len);
	memcpy(moment + text.len, midnight, sizeof(midnight));
	return !cs_failed(cs_time_decode(cs_str_c(moment), &t));
}

/* Dates as text; none is the earliest. */
static bool
is_later(cs_str a, cs_str b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++) {
		if (a.p[i] != b.p[i])
			return a.p[i] > b.p[i];
	}
	return a.len > b.len;
}

static bool
read_reports(const json_t *reports, struct cs_mds_entry *out)
{
	cs_str latest = CS_STR_NONE;
	const json_t *report;
	size_t i;

	if (!json_is_array(reports))
		return false;
	json_array_foreach(reports, i, report)
	{
		cs_str name = text_of(json_object_get(report, "status"));
		cs_str date = text_of(json_object_get(report, "effectiveDate"));
		if (name.len == 0)
			return false;
		unsigned bit = cs_mds_status_bit(name);
		out->statuses |= bit;
		/* of one day the first: they are written newest first */
		if (bit != 0 && (out->latest == 0 || is_later(date, latest))) {
			latest = date;
			out->latest = bit;
		}
	}
	return true;
}

/* Some makers' certificates come in lines; those that are no base64 at all are left out. */
static cs_err
read_root(struct cs_arena *a, cs_str text, cs_span *roots, size_t *count)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_buf_clear) struct cs_buf der;
	void *room;

	cs_buf_init(&plain, CS_CERTIFICATE_MAX * 2);
	cs_buf_init(&der, CS_CERTIFICATE_MAX);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		if (c != '\n' && c != '\r' && c != ' ' && c != '\t')
			cs_buf_add_byte(&plain, (uint8_t)c);
	}
	if (cs_failed(cs_buf_finish(&plain, NULL)) ||
	    cs_failed(cs_base64_decode(cs_buf_str(&plain), &der)) || der.len == 0)
		return CS_OK;
	CS_TRY(cs_arena_try(a, der.len, &room));
	memcpy(room, der.p, der.len);
	roots[(*count)++] = CS_SPAN(room, der.len);
	return CS_OK;
}

static cs_err
read_roots(struct cs_arena *a, const json_t *list, struct cs_mds_entry *out)
{
	size_t count = json_array_size(list);
	void *room;

	if (count > CS_MDS_ROOTS_MAX)
		return CS_FAIL(LIMIT);
	if (count == 0)
		return CS_OK;
	CS_TRY(cs_arena_try(a, count * sizeof(cs_span), &room));
	cs_span *roots = room;
	for (size_t i = 0; i < count; i++)
		CS_TRY(read_root(a, text_of(json_array_get(list, i)), roots, &out->root_count));
	out->roots = roots;
	return CS_OK;
}

static bool
is_key_id(cs_str text)
{
	if (text.len != (size_t)2 * CS_CERTIFICATE_KEY_ID_LEN)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool is_digit = text.p[i] >= '0' && text.p[i] <= '9';
		if (!is_digit && !(text.p[i] >= 'a' && text.p[i] <= 'f'))
			return false;
	}
	return true;
}

/* *is_good false: not an array of key ids. */
static cs_err
read_key_ids(struct cs_arena *a, const json_t *list, struct cs_mds_entry *out, bool *is_good)
{
	size_t count = json_array_size(list);
	void *room;

	*is_good = list == NULL || json_is_array(list);
	if (count > KEY_IDS_MAX)
		return CS_FAIL(LIMIT);
	if (count == 0)
		return CS_OK;
	CS_TRY(cs_arena_try(a, count * sizeof(cs_str), &room));
	cs_str *ids = room;
	for (size_t i = 0; i < count && *is_good; i++) {
		cs_str id = text_of(json_array_get(list, i));
		*is_good = is_key_id(id);
		ids[i] = cs_arena_str(a, id);
	}
	out->key_ids = ids;
	out->key_id_count = count;
	return CS_OK;
}

static cs_str
short_description(struct cs_arena *a, const json_t *statement)
{
	cs_str text = text_of(json_object_get(statement, "description"));

	text = cs_str_slice(text, 0, DESCRIPTION_MAX);
	text = cs_str_slice(text, 0, cs_utf8_prefix(cs_str_span(text)));
	return cs_arena_str(a, cs_str_trim(text));
}

/* *is_good false: broken. An entry without any key of ours has neither AAGUID nor key ids. */
static cs_err
read_entry(struct cs_arena *a, const json_t *j, struct cs_mds_entry *out, bool *is_good)
{
	const json_t *statement = json_object_get(j, "metadataStatement");
	const json_t *aaguid = json_object_get(j, "aaguid");

	*out = (struct cs_mds_entry){ 0 };
	CS_TRY(read_key_ids(
	    a, json_object_get(j, "attestationCertificateKeyIdentifiers"), out, is_good));
	if (!*is_good)
		return CS_OK;
	*is_good = false;
	out->has_aaguid = aaguid != NULL;
	if (aaguid != NULL && cs_failed(cs_aaguid_decode(text_of(aaguid), out->aaguid)))
		return CS_OK;
	if (!json_is_object(j) || !read_reports(json_object_get(j, "statusReports"), out))
		return CS_OK;
	*is_good = true;
	out->description = short_description(a, statement);
	return read_roots(a, json_object_get(statement, "attestationRootCertificates"), out);
}

static cs_err
read_entries(
    struct cs_arena *a, const json_t *list, struct cs_mds_blob *out, enum cs_mds_refusal *why)
{
	size_t count = json_array_size(list);
	void *room;

	if (count > CS_MDS_ENTRIES_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_arena_try(a, (count + 1) * sizeof(*out->entries), &room));
	out->entries = room;
	for (size_t i = 0; i < count; i++) {
		struct cs_mds_entry *entry = &out->entries[out->count];
		bool is_good;
		CS_TRY(read_entry(a, json_array_get(list, i), entry, &is_good));
		if (!is_good) {
			*why = CS_MDS_REFUSAL_ENTRY;
			return CS_OK;
		}
		if (entry->has_aaguid || entry->key_id_count != 0)
			out->count++;
		else
			out->ignored++;
	}
	return CS_OK;
}

/* --- the whole --- */

static cs_err
read_payload(struct cs_arena *a, const json_t *j, struct cs_mds_blob *out, enum cs_mds_refusal *why)
{
	const json_t *no = json_object_get(j, "no");
	const json_t *entries = json_object_get(j, "entries");
	cs_str next = text_of(json_object_get(j, "nextUpdate"));

	*why = CS_MDS_REFUSAL_PAYLOAD;
	if (!json_is_integer(no) || json_integer_value(no) < 0 || !json_is_array(entries) ||
	    !is_date(next))
		return CS_OK;
	*why = CS_MDS_REFUSAL_NONE;
	out->no = json_integer_value(no);
	memcpy(out->next_update, next.p, CS_MDS_DATE_LEN);
	return read_entries(a, entries, out, why);
}

cs_err
cs_mds_payload_decode(
    struct cs_arena *a, cs_span json, struct cs_mds_blob *out, enum cs_mds_refusal *why)
{
	CS_AUTO(free_json) json_t *j = NULL;

	*out = (struct cs_mds_blob){ 0 };
	*why = CS_MDS_REFUSAL_PAYLOAD;
	j = json_loadb((const char *)json.p, json.len, JSON_REJECT_DUPLICATES, NULL);
	return json_is_object(j) ? read_payload(a, j, out, why) : CS_OK;
}

static cs_err
decode_payload(struct cs_arena *a, cs_str text, struct cs_mds_blob *out, enum cs_mds_refusal *why)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;

	cs_buf_init(&bytes, CS_MDS_BLOB_MAX);
	*why = CS_MDS_REFUSAL_PAYLOAD;
	if (cs_failed(cs_base64url_decode(text, &bytes)))
		return CS_OK;
	return cs_mds_payload_decode(a, cs_buf_span(&bytes), out, why);
}

cs_err
cs_mds_decode(struct cs_arena *a, const struct cs_mds_expected *expected, cs_span blob,
    struct cs_mds_blob *out, enum cs_mds_refusal *why)
{
	cs_str payload, text = { (const char *)blob.p, blob.len };

	*out = (struct cs_mds_blob){ 0 };
	*why = CS_MDS_REFUSAL_FORM;
	if (blob.len > CS_MDS_BLOB_MAX)
		return CS_FAIL(LIMIT);
	/* as files end */
	while (text.len != 0 && (text.p[text.len - 1] == '\n' || text.p[text.len - 1] == '\r'))
		text.len--;
	CS_TRY(cs_mds_jws_verify(a, expected, text, &payload, why));
	if (*why != CS_MDS_REFUSAL_NONE)
		return CS_OK;
	return decode_payload(a, payload, out, why);
}
