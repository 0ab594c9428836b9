#include "domain/model_parts.h"

#include "base/codec.h"
#include "proto/trust.h"
#include "store/attestation_root_store.h"
#include "store/mds_store.h"

/* --- what the metadata says --- */

/* One or two entries: of the AAGUID, and of the attestation key where that is how they are named. */
struct entry {
	bool is_there;
	cs_str description;
	unsigned statuses;
	cs_span *roots;
	size_t root_count;
};

unsigned
cs_models_statuses(cs_str names)
{
	unsigned statuses = 0;
	cs_str name;

	while (cs_str_cut(&names, ' ', &name))
		statuses |= cs_mds_status_bit(name);
	return statuses;
}

static cs_err
read_roots(struct cs_arena *a, cs_str body, struct entry *out)
{
	cs_str text;

	out->roots = CS_NEW_ARRAY(a, cs_span, CS_MDS_ROOTS_MAX);
	while (cs_str_cut(&body, ' ', &text) && out->root_count < CS_MDS_ROOTS_MAX) {
		CS_AUTO(cs_buf_clear) struct cs_buf der;
		cs_buf_init(&der, CS_CERTIFICATE_MAX);
		CS_TRY(cs_base64_decode(text, &der));
		out->roots[out->root_count++] = cs_arena_span(a, cs_buf_span(&der));
	}
	return CS_OK;
}

static cs_err
find_entry(struct cs_tx *tx, cs_str key, struct entry *out)
{
	struct cs_mds_row row;

	*out = (struct entry){ 0 };
	cs_err e = cs_mds_entry_find(tx, key, &row);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	out->is_there = true;
	out->description = row.description;
	out->statuses = cs_models_statuses(row.status);
	return read_roots(cs_tx_op(tx)->arena, row.body, out);
}

static cs_err
find_by_aaguid(struct cs_tx *tx, const uint8_t aaguid[static CS_AAGUID_LEN], struct entry *out)
{
	char hex[CS_AAGUID_HEX_LEN];

	*out = (struct entry){ 0 };
	if (cs_aaguid_is_zero(aaguid))
		return CS_OK;
	cs_aaguid_hex(aaguid, hex);
	return find_entry(tx, (cs_str){ hex, sizeof(hex) }, out);
}

/* U2F keys, which have no AAGUID, are named by their attestation key (FIDO MDS v3.0 §3.1.1). */
static cs_err
find_by_key(struct cs_tx *tx, const struct cs_attestation *part, struct entry *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf hex;
	uint8_t id[CS_CERTIFICATE_KEY_ID_LEN];
	struct cs_certificate leaf;

	*out = (struct entry){ 0 };
	cs_buf_init(&hex, sizeof(id) * 2);
	if (part->kind != CS_ATTESTATION_CHAIN || !cs_str_equal(part->format, CS_STR("fido-u2f")) ||
	    cs_failed(cs_certificate_decode(part->x5c[0], &leaf)))
		return CS_OK;
	cs_certificate_key_id(&leaf, id);
	cs_hex_encode(CS_SPAN(id, sizeof(id)), &hex);
	return find_entry(tx, cs_buf_str(&hex), out);
}

/* What it is called. The metadata has a word first. */
static void
describe(const struct entry *entry, struct cs_model *out)
{
	const struct cs_known_authenticator *known = cs_aaguid_find(out->aaguid);

	if (known != NULL) {
		out->name = known->name;
		out->kind = known->kind;
	}
	if (entry->description.len != 0)
		out->name = entry->description;
	out->is_in_metadata = entry->is_there;
	out->statuses = entry->statuses;
}

/* --- who vouches --- */

/* Without an AAGUID there is no model for which somebody could speak. */
static bool
covers(const struct cs_attestation *part, const struct cs_model *model)
{
	return cs_aaguid_is_zero(model->aaguid) || cs_trust_covers_aaguid(part, model->aaguid);
}

/*
 * TPMs, Android's key store and Apple's service attest keys for any programme that asks, and the
 * programme says the AAGUID. A root of theirs that an account has uploaded must not vouch for a maker
 * of security keys: it counts for what is known to be built into devices. (A root that comes with the
 * metadata is of one model alone.)
 */
static bool
may_vouch(const struct cs_attestation *part, const struct cs_model *model)
{
	return cs_str_equal(part->format, CS_STR("packed")) ||
	       cs_str_equal(part->format, CS_STR("fido-u2f")) || cs_aaguid_is_zero(model->aaguid) ||
	       model->kind == CS_AAGUID_PLATFORM;
}

/* Everything that may end one statement's chain: ders has room for all. */
static size_t
gather(const struct cs_attestation_root *own, size_t own_count, const struct entry *entries,
    size_t entry_count, cs_span *ders)
{
	size_t count = 0;

	for (size_t i = 0; i < own_count; i++)
		ders[count++] = own[i].certificate;
	for (size_t e = 0; e < entry_count; e++) {
		for (size_t i = 0; i < entries[e].root_count; i++)
			ders[count++] = entries[e].roots[i];
	}
	return count;
}

struct judging {
	struct cs_tx *tx;
	cs_time at;
	const struct cs_model *model;
	const struct cs_attestation_root *own;
	size_t own_count;
	struct entry entries[2]; /* of the AAGUID; of the attestation key */
};

static cs_err
judge_chain(const struct judging *j, const struct cs_attestation *part, enum cs_evidence *out)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *anchors = NULL;
	size_t own_count = may_vouch(part, j->model) ? j->own_count : 0;
	cs_span *ders = CS_NEW_ARRAY(
	    cs_tx_op(j->tx)->arena, cs_span, own_count + CS_COUNT(j->entries) * CS_MDS_ROOTS_MAX);
	enum cs_trust trust;

	*out = CS_EVIDENCE_UNTRUSTED;
	if (!covers(part, j->model))
		return CS_OK;
	size_t count = gather(j->own, own_count, j->entries, CS_COUNT(j->entries), ders);
	CS_TRY(cs_anchors_new(ders, count, &anchors));
	CS_TRY(cs_trust_judge(anchors, part->x5c, part->x5c_count, &j->at, &trust));
	if (trust == CS_TRUST_ANCHORED)
		*out = CS_EVIDENCE_VERIFIED;
	return CS_OK;
}

static cs_err
judge_part(struct judging *j, const struct cs_attestation *part, struct cs_model *out)
{
	enum cs_evidence evidence = CS_EVIDENCE_NONE;

	if (part->kind == CS_ATTESTATION_SELF)
		evidence = CS_EVIDENCE_SELF;
	if (part->kind == CS_ATTESTATION_CHAIN) {
		CS_TRY(find_by_key(j->tx, part, &j->entries[1]));
		CS_TRY(judge_chain(j, part, &evidence));
		out->is_in_metadata = out->is_in_metadata || j->entries[1].is_there;
		out->statuses |= j->entries[1].statuses;
		if (out->name.len == 0)
			out->name = j->entries[1].description;
	}
	if (evidence > out->evidence)
		out->evidence = evidence;
	return CS_OK;
}

cs_err
cs_models_load(struct cs_tx *tx, cs_id account, const uint8_t aaguid[static CS_AAGUID_LEN],
    const struct cs_attestation *attestation, cs_time at, struct cs_model *out)
{
	struct cs_attestation_root *own;
	struct judging j = { .tx = tx, .at = at, .model = out };

	*out = (struct cs_model){ 0 };
	memcpy(out->aaguid, aaguid, CS_AAGUID_LEN);
	CS_TRY(find_by_aaguid(tx, aaguid, &j.entries[0]));
	describe(&j.entries[0], out);
	CS_TRY(cs_attestation_root_list(tx, account, &own, &j.own_count));
	j.own = own;
	if (attestation->part_count == 0)
		return judge_part(&j, attestation, out);
	for (size_t i = 0; i < attestation->part_count; i++)
		CS_TRY(judge_part(&j, &attestation->parts[i], out));
	return CS_OK;
}

cs_err
cs_models_of(struct cs_tx *tx, const struct cs_authenticator *a, struct cs_model *out)
{
	struct entry entry;

	*out = (struct cs_model){ .evidence = a->evidence };
	if (!a->has_aaguid)
		return CS_OK;
	memcpy(out->aaguid, a->aaguid, CS_AAGUID_LEN);
	CS_TRY(find_by_aaguid(tx, a->aaguid, &entry));
	describe(&entry, out);
	return CS_OK;
}

cs_err
cs_models_name(struct cs_tx *tx, const uint8_t aaguid[static CS_AAGUID_LEN], cs_str *out)
{
	struct cs_model model = { 0 };
	struct entry entry;

	*out = CS_STR_NONE;
	memcpy(model.aaguid, aaguid, CS_AAGUID_LEN);
	CS_TRY(find_by_aaguid(tx, aaguid, &entry));
	describe(&entry, &model);
	*out = model.name;
	return CS_OK;
}
