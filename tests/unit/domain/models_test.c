/*
 * models_test.c - who vouches for a model, and whom lists, roots and metadata hit, on the real store.
 */
#include "yard.h"

#include "domain/config/list.h"
#include "domain/models.h"
#include "mint_blob.h"
#include "proto/attestation_bench.h"
#include "store/authenticator_store.h"
#include "store/user_store.h"

#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"
#define MAKER "C=SE/O=Maker/OU=Authenticator Attestation/CN=Key"
#define MODEL "0123456789abcdef" /* sixteen bytes, of no table */
#define MODEL_HEX "30313233343536373839616263646566"
#define MODEL_UUID "30313233-3435-3637-3839-616263646566"

/* --- attestations --- */

static void
set_model(struct bench *t, const void *bytes)
{
	memcpy(t->aaguid, bytes, 16);
	bench_data(t);
}

static void
packed_until(struct bench *t, long until)
{
	char value[18] = "\x04\x10";

	memcpy(value + 2, t->aaguid, 16);
	const struct mint_wish wish = { .subject = MAKER,
		.basic = "CA:FALSE",
		.until = until,
		.extensions = { { AAGUID_OID, value, 18, false } } };
	bench_leaf(t, &wish);
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 3);
	put_text(&t->statement, "alg");
	put_int(&t->statement, -7);
	put_pair(&t->statement, "sig", bench_sign(t, t->leaf.key, bench_message(t)));
	put_x5c(&t->statement, t->leaf.der);
}

static void
packed(struct bench *t)
{
	packed_until(t, 0);
}

static void
packed_self(struct bench *t)
{
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 2);
	put_text(&t->statement, "alg");
	put_int(&t->statement, -7);
	put_pair(&t->statement, "sig", bench_sign(t, t->credential, bench_message(t)));
}

static void
apple(struct bench *t)
{
	char value[38] = "\x30\x24\xa1\x22\x04\x20";
	uint8_t nonce[32];

	cs_sha256(bench_message(t), nonce);
	memcpy(value + 6, nonce, 32);
	const struct mint_wish wish = { .subject = "CN=Apple",
		.key = t->credential,
		.extensions = { { "1.2.840.113635.100.8.2", value, 38, false } } };
	bench_leaf(t, &wish);
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 1);
	put_x5c(&t->statement, t->leaf.der);
}

static void
u2f(struct bench *t, bool names_model)
{
	char value[18] = "\x04\x10";
	struct mint_wish wish = { .subject = "CN=U2F" };
	struct cs_buf b;

	memcpy(value + 2, t->aaguid, 16);
	if (names_model)
		wish.extensions[0] = (struct mint_extension){ AAGUID_OID, value, 18, false };
	bench_leaf(t, &wish);
	cs_buf_init(&b, 1024);
	cs_buf_add_byte(&b, 0);
	cs_buf_add(&b, CS_SPAN(t->auth_data.p, 32));
	cs_buf_add(&b, CS_SPAN(t->client_hash, 32));
	cs_buf_add_c(&b, "cred");
	cs_buf_add(&b, CS_SPAN(t->point, 65));
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 2);
	put_x5c(&t->statement, t->leaf.der);
	put_pair(&t->statement, "sig", bench_sign(t, t->leaf.key, cs_buf_span(&b)));
	cs_buf_clear(&b);
}

static struct cs_attestation
verified(struct bench *t, const char *format)
{
	struct cs_attestation out = bench_verify_bytes(t, format, cs_buf_span(&t->statement));

	CHECK_INT(out.verdict, CS_WA_ACCEPTED);
	return out;
}

/* --- asking --- */

struct asking {
	cs_id account;
	const uint8_t *aaguid;
	const struct cs_attestation *attestation;
	cs_time at;
	struct cs_model *out;
};

static cs_err
ask(struct cs_tx *tx, void *ctx)
{
	const struct asking *a = ctx;

	return cs_models_load(tx, a->account, a->aaguid, a->attestation, a->at, a->out);
}

static struct cs_model
load_at(struct yard *y, struct bench *t, const char *format, cs_time at)
{
	struct cs_attestation attestation = verified(t, format);
	struct cs_model model;
	struct asking a = { y->halden.account, t->aaguid, &attestation, at, &model };

	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	return model;
}

static struct cs_model
load(struct yard *y, struct bench *t, const char *format)
{
	return load_at(y, t, format, y->op.now);
}

static struct cs_root
add_root(struct yard *y, cs_id account, cs_span der)
{
	struct cs_roots roots;

	CHECK_OK(
	    cs_roots_add(&y->d, &y->op, account, y->halden.owner, CS_STR("Maker"), der, &roots));
	CHECK_INT(roots.count, 1);
	return roots.items[0];
}

/* --- who vouches --- */

TEST(a_chain_to_a_root_of_the_account_is_verified_and_to_no_other)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();

	set_model(&t, MODEL);
	packed(&t);
	CHECK_INT(load(y, &t, "packed").evidence, CS_EVIDENCE_UNTRUSTED);
	add_root(y, y->oslo.account, t.root.der);
	CHECK_INT(load(y, &t, "packed").evidence, CS_EVIDENCE_UNTRUSTED);
	add_root(y, y->halden.account, t.root.der);
	CHECK_INT(load(y, &t, "packed").evidence, CS_EVIDENCE_VERIFIED);
}

TEST(what_is_no_chain_is_no_more_than_a_claim_whatever_the_roots)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();

	set_model(&t, MODEL);
	add_root(y, y->halden.account, t.root.der);
	packed_self(&t);
	CHECK_INT(load(y, &t, "packed").evidence, CS_EVIDENCE_SELF);
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 5, 0);
	CHECK_INT(load(y, &t, "none").evidence, CS_EVIDENCE_NONE);
}

TEST(certificates_are_judged_for_the_moment_of_registration)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();

	set_model(&t, MODEL);
	add_root(y, y->halden.account, t.root.der);
	packed_until(&t, 1790000000);
	CHECK_INT(load_at(y, &t, "packed", cs_seconds(1790000001)).evidence, CS_EVIDENCE_UNTRUSTED);
	CHECK_INT(load_at(y, &t, "packed", cs_seconds(1789999999)).evidence, CS_EVIDENCE_VERIFIED);
}

TEST(u2f_proves_a_model_only_where_the_certificate_names_it)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();

	add_root(y, y->halden.account, t.root.der);
	u2f(&t, false);
	CHECK_INT(load(y, &t, "fido-u2f").evidence, CS_EVIDENCE_VERIFIED);
	/* the same key, and an AAGUID that nobody has signed */
	set_model(&t, MODEL);
	u2f(&t, false);
	CHECK_INT(load(y, &t, "fido-u2f").evidence, CS_EVIDENCE_UNTRUSTED);
	u2f(&t, true);
	CHECK_INT(load(y, &t, "fido-u2f").evidence, CS_EVIDENCE_VERIFIED);
}

TEST(a_device_makers_root_does_not_vouch_for_a_maker_of_keys)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();
	uint8_t hello[16];

	add_root(y, y->halden.account, t.root.der);
	apple(&t);
	CHECK_INT(load(y, &t, "apple").evidence, CS_EVIDENCE_VERIFIED); /* zero */
	set_model(&t, MODEL);
	apple(&t);
	CHECK_INT(load(y, &t, "apple").evidence, CS_EVIDENCE_UNTRUSTED);
	CHECK_OK(cs_aaguid_decode(CS_STR("fa2b99dc-9e39-4257-8f92-4a30d23c4118"), hello));
	set_model(&t, hello); /* a YubiKey's */
	apple(&t);
	CHECK_INT(load(y, &t, "apple").evidence, CS_EVIDENCE_UNTRUSTED);
	CHECK_OK(cs_aaguid_decode(CS_STR("08987058-cadc-4b81-b6e1-30de50dcbe96"), hello));
	set_model(&t, hello); /* something built in */
	apple(&t);
	CHECK_INT(load(y, &t, "apple").evidence, CS_EVIDENCE_VERIFIED);
}

TEST(a_compound_statement_is_as_good_as_its_best_part)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(minted_clear) struct minted other = mint_root("CN=Other root");
	struct cs_attestation parts[2];
	struct cs_model model;

	set_model(&t, MODEL);
	add_root(y, y->halden.account, t.root.der);
	packed(&t);
	parts[1] = verified(&t, "packed");
	parts[0] = parts[1];
	parts[0].x5c[0] = other.der;
	const struct cs_attestation both = { .format = CS_STR("compound"),
		.kind = CS_ATTESTATION_CHAIN,
		.x5c = { other.der },
		.x5c_count = 1,
		.parts = parts,
		.part_count = 2 };
	struct asking a = { y->halden.account, t.aaguid, &both, y->op.now, &model };
	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	CHECK_INT(model.evidence, CS_EVIDENCE_VERIFIED);
	parts[1] = parts[0];
	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	CHECK_INT(model.evidence, CS_EVIDENCE_UNTRUSTED);
}

/* --- metadata --- */

/* One model of that AAGUID, with a root; key_id: 40 hex digits, or NULL. */
static cs_str
entry(struct yard *y, const char *uuid, const char *key_id, cs_span root, const char *status)
{
	struct cs_buf b;

	cs_buf_init(&b, 65536);
	if (key_id != NULL)
		cs_buf_printf(&b, "{\"attestationCertificateKeyIdentifiers\":[\"%s\"],", key_id);
	else
		cs_buf_printf(&b, "{\"aaguid\":\"%s\",", uuid);
	cs_buf_add_c(&b, "\"metadataStatement\":{\"description\":\"Described\","
			 "\"attestationRootCertificates\":[\"");
	cs_base64_encode(root, &b);
	cs_buf_printf(&b, "\"]},\"statusReports\":[{\"status\":\"%s\"}]}", status);
	cs_str out = cs_arena_str(y->arena, cs_buf_str(&b));
	cs_buf_clear(&b);
	return out;
}

static struct cs_metadata_outcome
import_by(struct yard *y, int no, cs_str entries, const struct minted *root)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *anchors = NULL;
	CS_AUTO(minted_clear)
	struct minted ca = mint_root("CN=Metadata"), signer = blob_signer(&ca, false);
	struct cs_metadata_outcome outcome;

	CHECK_OK(cs_anchors_new(root != NULL ? &root->der : &ca.der, 1, &anchors));
	const struct cs_mds_expected expected = { .roots = anchors };
	cs_str payload = cs_arena_printf(y->arena,
	    "{\"no\":%d,\"nextUpdate\":\"2026-12-01\",\"entries\":[%.*s]}", no,
	    CS_STR_ARG(entries));
	cs_span blob =
	    blob_of(y->arena, blob_header(y->arena, "ES256", &signer.der, 1), payload, signer.key);
	CHECK_OK(cs_metadata_import(&y->d, &y->op, &expected, blob, &outcome));
	return outcome;
}

static struct cs_metadata_outcome
import(struct yard *y, int no, cs_str entries)
{
	struct cs_metadata_outcome outcome = import_by(y, no, entries, NULL);

	CHECK_INT(outcome.refusal, CS_MDS_REFUSAL_NONE);
	return outcome;
}

TEST(metadata_vouches_for_its_own_model_alone)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();

	import(y, 1, entry(y, MODEL_UUID, NULL, t.root.der, "FIDO_CERTIFIED"));
	set_model(&t, MODEL);
	packed(&t);
	struct cs_model model = load(y, &t, "packed");
	CHECK_INT(model.evidence, CS_EVIDENCE_VERIFIED);
	CHECK(model.is_in_metadata);
	CHECK_TEXT(model.name, "Described");
	CHECK_INT(model.statuses, CS_MDS_FIDO_CERTIFIED);
	set_model(&t, "0123456789abcdeX");
	packed(&t);
	model = load(y, &t, "packed");
	CHECK_INT(model.evidence, CS_EVIDENCE_UNTRUSTED);
	CHECK(!model.is_in_metadata);
	CHECK_INT(model.name.len, 0);
}

TEST(a_u2f_key_is_found_by_its_attestation_key)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct cs_certificate leaf;
	uint8_t id[CS_CERTIFICATE_KEY_ID_LEN];
	char hex[41];

	u2f(&t, false);
	CHECK_OK(cs_certificate_decode(t.leaf.der, &leaf));
	cs_certificate_key_id(&leaf, id);
	for (size_t i = 0; i < sizeof(id); i++)
		snprintf(hex + 2 * i, 3, "%02x", id[i]);
	CHECK_INT(load(y, &t, "fido-u2f").evidence, CS_EVIDENCE_UNTRUSTED);
	import(y, 1, entry(y, NULL, hex, t.root.der, "REVOKED"));
	struct cs_model model = load(y, &t, "fido-u2f");
	CHECK_INT(model.evidence, CS_EVIDENCE_VERIFIED);
	CHECK_INT(model.statuses, CS_MDS_REVOKED);
	CHECK_TEXT(model.name, "Described");
}

TEST(metadata_that_is_older_or_not_signed_rightly_changes_nothing)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct cs_metadata m;
	struct cs_metadata_outcome o;

	CHECK_OK(cs_metadata_find(&y->d, &y->op, &m));
	CHECK(!m.is_there);
	import(y, 7, entry(y, MODEL_UUID, NULL, t.root.der, "REVOKED"));
	o = import(y, 6, CS_STR(""));
	CHECK(o.is_older);
	o = import_by(y, 8, CS_STR(""), &t.root);
	CHECK_INT(o.refusal, CS_MDS_REFUSAL_ROOT);
	CHECK_OK(cs_metadata_find(&y->d, &y->op, &m));
	CHECK(m.is_there);
	CHECK_INT(m.no, 7);
	CHECK_INT(m.models, 1);
	CHECK_TEXT(m.next_update, "2026-12-01");
	CHECK_INT(m.imported.ms, y->op.now.ms);
	/* the same number again, and a higher one, replace it whole */
	CHECK(!import(y, 7, CS_STR("")).is_older);
	CHECK_OK(cs_metadata_find(&y->d, &y->op, &m));
	CHECK_INT(m.models, 0);
}

TEST(metadata_that_is_overdue_is_taken_and_said_to_be)
{
	YARD(y);

	CHECK(!import(y, 1, CS_STR("")).is_overdue);
	y->op.now = cs_seconds(1796083200); /* 2026-12-01 */
	CHECK(!import(y, 2, CS_STR("")).is_overdue);
	y->op.now = cs_seconds(1796083200 + 86400);
	CHECK(import(y, 3, CS_STR("")).is_overdue);
}

TEST(models_are_listed_by_name_with_what_the_metadata_says)
{
	YARD(y);
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root");
	struct cs_known_model *list;
	size_t own, count, seen = 0;

	(void)cs_aaguid_table(&own);
	CHECK_OK(cs_models_known(&y->d, &y->op, &list, &count));
	CHECK_INT(count, own);
	import(y, 1,
	    cs_arena_printf(y->arena, "%.*s,%.*s",
		CS_STR_ARG(entry(y, MODEL_UUID, NULL, root.der, "REVOKED")),
		CS_STR_ARG(entry(
		    y, "bada5566-a7aa-401f-bd96-45619a55120d", NULL, root.der, "FIDO_CERTIFIED"))));
	CHECK_OK(cs_models_known(&y->d, &y->op, &list, &count));
	CHECK_INT(count, own + 1);
	for (size_t i = 0; i < count; i++) {
		if (!list[i].is_in_metadata)
			continue;
		seen++;
		CHECK_TEXT(list[i].name, "Described");
		CHECK(list[i].statuses == CS_MDS_REVOKED || list[i].kind == CS_AAGUID_MANAGER);
	}
	CHECK_INT(seen, 2);
}

/* --- what is enrolled --- */

struct enrolling {
	struct yard *y;
	struct bench *t;
	const char *format;
	enum cs_evidence evidence;
	uint8_t number;
};

static cs_err
enrol(struct cs_tx *tx, void *ctx)
{
	const struct enrolling *e = ctx;
	struct yard *y = e->y;
	const struct cs_user user = { .account = y->halden.account,
		.id = { { 0xe, e->number } },
		.email = cs_arena_printf(y->arena, "user%d@halden.test", e->number),
		.created = y->op.now };
	struct cs_buf object;

	cs_buf_init(&object, 65536);
	put_head(&object, 5, 3);
	put_text(&object, "fmt");
	put_text(&object, e->format);
	put_text(&object, "attStmt");
	cs_buf_add(&object, cs_buf_span(&e->t->statement));
	put_pair(&object, "authData", cs_buf_span(&e->t->auth_data));
	struct cs_authenticator a = {
		.account = y->halden.account,
		.id = { { 0xa, e->number } },
		.subject = user.id,
		.factor = CS_STR("webauthn"),
		.method = CS_MFA_SECURITY_KEY,
		.name = CS_STR("Mine"),
		.sealed = cs_str_span(CS_STR("sealed")),
		.params = CS_STR("{}"),
		.created = y->op.now,
		.credential_id = cs_arena_span(y->arena, CS_SPAN(&e->number, 1)),
		.has_aaguid = true,
		.format = cs_str_c(e->format),
		.evidence = e->evidence,
		.attestation = cs_arena_span(y->arena, cs_buf_span(&object)),
		.client_hash = CS_SPAN(e->t->client_hash, 32),
	};
	memcpy(a.aaguid, e->t->aaguid, 16);
	cs_buf_clear(&object);
	CS_TRY(cs_user_add(tx, &user, user.email, true));
	CS_TRY(cs_authenticator_add(tx, &a, false, user.id));
	return cs_authenticator_confirm(tx, &a, a.name, CS_SPAN_NONE, y->op.now);
}

static cs_id
enrolled(
    struct yard *y, struct bench *t, const char *format, enum cs_evidence evidence, uint8_t number)
{
	struct enrolling e = { y, t, format, evidence, number };

	CHECK_OK(cs_store_write(y->d.store, &y->op, enrol, &e));
	return (cs_id){ { 0xa, number } };
}

struct finding {
	cs_id account;
	cs_id id;
	struct cs_authenticator a;
};

static cs_err
find_it(struct cs_tx *tx, void *ctx)
{
	struct finding *f = ctx;

	return cs_authenticator_find(tx, f->account, f->id, &f->a);
}

static enum cs_evidence
evidence_of(struct yard *y, cs_id id)
{
	struct finding f = { .account = y->halden.account, .id = id };

	CHECK_OK(cs_store_read(y->d.store, &y->op, find_it, &f));
	return f.a.evidence;
}

TEST(roots_that_come_and_go_judge_anew_what_is_enrolled)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();

	set_model(&t, MODEL);
	packed(&t);
	cs_id chain = enrolled(y, &t, "packed", CS_EVIDENCE_UNTRUSTED, 1);
	packed_self(&t);
	cs_id self = enrolled(y, &t, "packed", CS_EVIDENCE_SELF, 2);
	struct cs_root root = add_root(y, y->halden.account, t.root.der);
	CHECK_INT(evidence_of(y, chain), CS_EVIDENCE_VERIFIED);
	CHECK_INT(evidence_of(y, self), CS_EVIDENCE_SELF);
	/* also when the certificate is over by now: its moment was the registration */
	y->op.now = cs_seconds(MINT_UNTIL + 1);
	y->op.deadline = cs_time_add(y->op.now, CS_HOUR_MS);
	add_root(y, y->halden.account, t.root.der);
	CHECK_INT(evidence_of(y, chain), CS_EVIDENCE_VERIFIED);
	CHECK_OK(cs_roots_remove(&y->d, &y->op, y->halden.account, y->halden.owner, root.id));
	CHECK_INT(evidence_of(y, chain), CS_EVIDENCE_UNTRUSTED);
}

TEST(imported_metadata_judges_anew_what_is_enrolled)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();

	set_model(&t, MODEL);
	packed(&t);
	cs_id id = enrolled(y, &t, "packed", CS_EVIDENCE_UNTRUSTED, 1);
	CHECK_INT(
	    import(y, 1, entry(y, MODEL_UUID, NULL, t.root.der, "FIDO_CERTIFIED")).rejudged, 1);
	CHECK_INT(evidence_of(y, id), CS_EVIDENCE_VERIFIED);
	CHECK_INT(
	    import(y, 2, entry(y, MODEL_UUID, NULL, t.root.der, "FIDO_CERTIFIED")).rejudged, 0);
	CHECK_INT(import(y, 3, CS_STR("")).rejudged, 1);
	CHECK_INT(evidence_of(y, id), CS_EVIDENCE_UNTRUSTED);
}

TEST(reports_name_the_enrolled_authenticators_that_they_hit)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct cs_model_strays hit;

	set_model(&t, MODEL);
	packed(&t);
	cs_id id = enrolled(y, &t, "packed", CS_EVIDENCE_UNTRUSTED, 1);
	set_model(&t, "0123456789abcdeX");
	packed(&t);
	enrolled(y, &t, "packed", CS_EVIDENCE_UNTRUSTED, 2);
	CHECK_OK(cs_models_hit(&y->d, &y->op, &hit));
	CHECK_INT(hit.total, 0);
	import(y, 1, entry(y, MODEL_UUID, NULL, t.root.der, "UPDATE_AVAILABLE"));
	CHECK_OK(cs_models_hit(&y->d, &y->op, &hit));
	CHECK_INT(hit.total, 0);
	import(y, 2, entry(y, MODEL_UUID, NULL, t.root.der, "ATTESTATION_KEY_COMPROMISE"));
	CHECK_OK(cs_models_hit(&y->d, &y->op, &hit));
	CHECK_INT(hit.total, 1);
	CHECK_INT(hit.count, 1);
	CHECK(cs_id_equal(hit.items[0].authenticator, id));
	CHECK_TEXT(hit.items[0].email, "user1@halden.test");
	CHECK_TEXT(hit.items[0].name, "Mine");
	CHECK_TEXT(hit.items[0].model, "Described");
	CHECK_INT(hit.items[0].statuses, CS_MDS_ATTESTATION_KEY_COMPROMISE);
	CHECK_INT(hit.items[0].reason, CS_MODEL_REPORTED);
}

struct looking {
	cs_id account;
	cs_id user;
	struct cs_model model;
};

/* As a challenge has them: listed, without the attestation. */
static cs_err
look(struct cs_tx *tx, void *ctx)
{
	struct looking *l = ctx;
	const struct cs_authenticator *list;
	size_t count;

	CS_TRY(cs_authenticator_list(tx, l->account, l->user, &list, &count));
	CHECK_INT(count, 1);
	CHECK_INT(list[0].attestation.len, 0);
	return cs_models_now(tx, &list[0], &l->model);
}

TEST(a_report_of_a_u2f_attestation_key_is_seen_again_when_its_owner_comes_back)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct cs_certificate leaf;
	uint8_t key[CS_CERTIFICATE_KEY_ID_LEN];
	char hex[41];

	u2f(&t, false);
	CHECK_OK(cs_certificate_decode(t.leaf.der, &leaf));
	cs_certificate_key_id(&leaf, key);
	for (size_t i = 0; i < sizeof(key); i++)
		snprintf(hex + 2 * i, 3, "%02x", key[i]);
	enrolled(y, &t, "fido-u2f", CS_EVIDENCE_UNTRUSTED, 1);
	struct looking l = { .account = y->halden.account, .user = { { 0xe, 1 } } };
	CHECK_OK(cs_store_read(y->d.store, &y->op, look, &l));
	CHECK_INT(l.model.statuses, 0);
	import(y, 1, entry(y, NULL, hex, t.root.der, "REVOKED"));
	CHECK_OK(cs_store_read(y->d.store, &y->op, look, &l));
	CHECK_INT(l.model.statuses, CS_MDS_REVOKED);
	CHECK_INT(l.model.evidence, CS_EVIDENCE_VERIFIED);
}

static cs_id
add_list(struct yard *y, const char *text)
{
	struct cs_config_change c = yard_change(y);
	cs_id id;

	y->op.account = y->halden.account;
	CHECK_OK(cs_config_add_list(&c, yard_json(y, text), &id));
	y->op.account = cs_id_zero;
	return id;
}

TEST(a_look_before_a_list_is_required_names_those_outside)
{
	YARD(y);
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct cs_model_strays out;

	cs_id list =
	    add_list(y, "{'name':'Keys','type':'AAGUID','items':[{'value':'" MODEL_HEX "'}]}");
	cs_id mail = add_list(y, "{'name':'Mail','type':'EMAIL','items':[{'value':'a@b.test'}]}");
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 5, 0);
	enrolled(y, &t, "none", CS_EVIDENCE_NONE, 1); /* zero */
	set_model(&t, MODEL);
	packed(&t);
	enrolled(y, &t, "packed", CS_EVIDENCE_VERIFIED, 2);
	enrolled(y, &t, "packed", CS_EVIDENCE_UNTRUSTED, 3);
	CHECK_OK(cs_models_outside(&y->d, &y->op, y->halden.account, list, true, &out));
	CHECK_INT(out.total, 2);
	CHECK_INT(out.items[0].reason, CS_MODEL_UNLISTED);
	CHECK_TEXT(out.items[0].email, "user1@halden.test");
	CHECK_INT(out.items[1].reason, CS_MODEL_UNPROVEN);
	CHECK_TEXT(out.items[1].email, "user3@halden.test");
	CHECK_OK(cs_models_outside(&y->d, &y->op, y->halden.account, list, false, &out));
	CHECK_INT(out.total, 1);
	CHECK_ERR(cs_models_outside(&y->d, &y->op, y->halden.account, mail, true, &out), NOT_FOUND);
	CHECK_ERR(cs_models_outside(&y->d, &y->op, y->oslo.account, list, true, &out), NOT_FOUND);
	CHECK_ERR(cs_models_outside(&y->d, &y->op, y->halden.account, (cs_id){ { 1 } }, true, &out),
	    NOT_FOUND);
}

/* --- roots --- */

TEST(a_root_is_shown_as_it_is)
{
	YARD(y);
	CS_AUTO(minted_clear) struct minted root = mint_root("O=Maker/CN=Root");
	struct cs_roots roots;

	CHECK_OK(cs_roots_add(
	    &y->d, &y->op, y->halden.account, y->halden.owner, CS_STR_NONE, root.der, &roots));
	CHECK_OK(cs_roots_list(&y->d, &y->op, y->halden.account, &roots));
	CHECK_INT(roots.count, 1);
	CHECK_TEXT(roots.items[0].subject, "O=Maker, CN=Root");
	CHECK_TEXT(roots.items[0].name, "O=Maker, CN=Root");
	CHECK_INT(roots.items[0].not_after.ms, MINT_UNTIL * INT64_C(1000));
	CHECK_INT(roots.items[0].created.ms, y->op.now.ms);
	CHECK_OK(cs_roots_list(&y->d, &y->op, y->oslo.account, &roots));
	CHECK_INT(roots.count, 0);
}

TEST(a_root_that_is_there_already_stays_as_it_is)
{
	YARD(y);
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root");
	struct cs_root first = add_root(y, y->halden.account, root.der);
	struct cs_roots roots;

	CHECK_OK(cs_roots_add(&y->d, &y->op, y->halden.account, y->halden.owner,
	    CS_STR("Another name"), root.der, &roots));
	CHECK_INT(roots.count, 1);
	CHECK(cs_id_equal(roots.items[0].id, first.id));
	CHECK_TEXT(roots.items[0].name, "Maker");
}

TEST(what_is_no_certificate_becomes_no_root)
{
	YARD(y);
	struct cs_roots roots;

	CHECK_ERR(cs_roots_add(&y->d, &y->op, y->halden.account, y->halden.owner, CS_STR("x"),
		      cs_str_span(CS_STR("no certificate")), &roots),
	    INVALID);
	CHECK_INT(roots.count, 0);
	CHECK_OK(cs_roots_list(&y->d, &y->op, y->halden.account, &roots));
	CHECK_INT(roots.count, 0);
}

TEST(a_root_is_removed_by_its_own_account_once)
{
	YARD(y);
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root");
	struct cs_root added = add_root(y, y->halden.account, root.der);

	CHECK_ERR(
	    cs_roots_remove(&y->d, &y->op, y->oslo.account, y->halden.owner, added.id), NOT_FOUND);
	CHECK_OK(cs_roots_remove(&y->d, &y->op, y->halden.account, y->halden.owner, added.id));
	CHECK_ERR(cs_roots_remove(&y->d, &y->op, y->halden.account, y->halden.owner, added.id),
	    NOT_FOUND);
}

TEST(an_account_has_so_many_roots_and_no_more)
{
	YARD(y);
	CS_AUTO(cs_buf_clear) struct cs_buf pem;
	struct cs_roots roots;

	cs_buf_init(&pem, 1 << 20);
	EVP_PKEY *key = mint_key(false);
	for (size_t i = 0; i < CS_ATTESTATION_ROOTS_MAX; i++) {
		char subject[32];
		snprintf(subject, sizeof(subject), "CN=Root %zu", i);
		const struct mint_wish wish = { .subject = subject, .basic = MINT_CA, .key = key };
		CS_AUTO(minted_clear) struct minted root = mint(&wish, NULL);
		cs_buf_add_c(&pem, "-----BEGIN CERTIFICATE-----\n");
		cs_base64_encode(root.der, &pem);
		cs_buf_add_c(&pem, "\n-----END CERTIFICATE-----\n");
	}
	EVP_PKEY_free(key);
	CHECK_OK(cs_roots_add(&y->d, &y->op, y->halden.account, y->halden.owner, CS_STR_NONE,
	    cs_buf_span(&pem), &roots));
	CHECK_INT(roots.count, CS_ATTESTATION_ROOTS_MAX);
	CS_AUTO(minted_clear) struct minted more = mint_root("CN=One more");
	CHECK_ERR(cs_roots_add(&y->d, &y->op, y->halden.account, y->halden.owner, CS_STR_NONE,
		      more.der, &roots),
	    LIMIT);
	CHECK_OK(cs_roots_list(&y->d, &y->op, y->halden.account, &roots));
	CHECK_INT(roots.count, CS_ATTESTATION_ROOTS_MAX);
}

TEST_MAIN("domain/models")
