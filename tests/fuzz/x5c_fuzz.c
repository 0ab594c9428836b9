/*
 * x5c_fuzz.c - certificates as an attestation brings them: a file of them, or one after another in
 * DER, read, asked for everything, and walked with the last one as the only anchor.
 */
#include "crypto/certificate.h"
#include "crypto/public_key.h"
#include "proto/trust.h"

#include "fuzz.h"

static void
check_within(cs_span whole, cs_span part)
{
	CS_ASSERT(part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len));
}

static void
ask_everything(struct cs_arena *a, const struct cs_certificate *c)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	uint8_t print[32], id[CS_CERTIFICATE_KEY_ID_LEN], aaguid[CS_TRUST_AAGUID_LEN];
	cs_str text;

	check_within(c->der, c->tbs);
	check_within(c->der, c->signature);
	check_within(c->tbs, c->spki);
	check_within(c->spki, c->key_bits);
	check_within(c->tbs, c->extensions);
	CS_ASSERT(c->version >= 1 && c->version <= 3 && c->path_len >= -1);
	CS_ASSERT(c->version == 3 || (c->extensions.len == 0 && !c->is_ca));
	if (!cs_failed(cs_certificate_subject(c, CS_OID(CS_OID_COMMON_NAME), &text)))
		CS_ASSERT(cs_utf8_is_valid(cs_str_span(text)));
	if (!cs_failed(cs_certificate_alt_name(c, CS_OID("\x67\x81\x05\x02\x01"), &text)))
		CS_ASSERT(cs_utf8_is_valid(cs_str_span(text)));
	CS_ASSERT(!cs_certificate_has_host(c, CS_STR("nobody.has.this.name.test")));
	(void)cs_certificate_has_purpose(c, CS_OID("\x67\x81\x05\x08\x03"));
	CS_ASSERT(cs_failed(cs_certificate_key(c, &key)) == (key == NULL));
	cs_certificate_fingerprint(c, print);
	cs_certificate_key_id(c, id);
	(void)!cs_failed(cs_trust_leaf_aaguid(c, aaguid));
	text = cs_certificate_subject_text(a, c);
	CS_ASSERT(text.len <= 256 && cs_utf8_is_valid(cs_str_span(text)));
}

/* Each behind two octets that say how long it is. */
static size_t
cut(const uint8_t *data, size_t size, cs_span *out)
{
	size_t count = 0;

	while (size >= 2 && count < CS_CHAIN_MAX) {
		size_t len = (size_t)data[0] << 8 | data[1];
		if (len > size - 2)
			len = size - 2;
		out[count++] = CS_SPAN(data + 2, len);
		data += 2 + len;
		size -= 2 + len;
	}
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4 << 20);
	CS_AUTO(cs_anchors_free) struct cs_anchors *anchors = NULL;
	cs_span ders[CS_CHAIN_MAX], *in_file;
	struct cs_certificate c;
	enum cs_trust trust;
	size_t in_file_count, count = cut(data, size, ders);

	if (!cs_failed(
		cs_certificate_decode_file(a, CS_SPAN(data, size), 16, &in_file, &in_file_count)))
		CS_ASSERT(in_file_count != 0);
	for (size_t i = 0; i < count; i++) {
		if (!cs_failed(cs_certificate_decode(ders[i], &c)))
			ask_everything(a, &c);
		else
			CS_ASSERT(c.der.len == 0 && !c.is_ca);
	}
	if (count == 0)
		return 0;
	CS_ASSERT(!cs_failed(cs_anchors_new(&ders[count - 1], 1, &anchors)));
	CS_ASSERT(!cs_failed(cs_trust_judge(anchors, ders, count, NULL, &trust)));
	CS_ASSERT(trust != CS_TRUST_ANCHORED || cs_anchors_count(anchors) == 1);
	return 0;
}
