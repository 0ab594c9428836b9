/*
 * house.h - a whole small house for tests: store, keyring, gate with a configuration, a settable now.
 *
 * auth.example.test belongs to the account; applications: app.example.test ("Berth planner": people
 * of example.test, TOTP for 24 h), shop.test ("Shop": the same people, TOTP for each session, 0m),
 * notes.test ("Notes": no second factor), open.test ("Open": bypass), keys.test (security keys only).
 */
#ifndef CS_TESTS_HOUSE_H
#define CS_TESTS_HOUSE_H

#include "folder.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/log.h"
#include "domain/background.h"
#include "domain/domain.h"
#include "domain/keys.h"
#include "domain/mailbox.h"
#include "domain/session.h"
#include "gate/snapshot.h"
#include "proto/totp.h"
#include "store/account_store.h"
#include "store/outbox_store.h"
#include "store/user_store.h"

#define HOUSE_APPS 5

enum house_app { HOUSE_BERTH = 0, HOUSE_SHOP, HOUSE_NOTES, HOUSE_OPEN, HOUSE_KEYS };

struct house {
	char dir[TEST_FOLDER_SIZE];
	char path[TEST_FOLDER_SIZE + 32];
	char url[TEST_FOLDER_SIZE + 32];
	struct cs_domain d;
	struct cs_arena *arena;
	struct cs_op op; /* now is changed by the cases */
	struct cs_follower follower;
	/* the configuration: changed by the cases, in force after house_publish */
	struct cs_rule staff;
	struct cs_rule everyone;
	struct cs_policy policies[HOUSE_APPS];
	struct cs_destination places[HOUSE_APPS];
	struct cs_application apps[HOUSE_APPS];
	struct cs_identity_provider providers[2];
	struct cs_access_config config;
};

static inline cs_id
house_id(const char *name)
{
	cs_id id = { { 0 } };

	memcpy(id.b, name, strlen(name) < sizeof(id.b) ? strlen(name) : sizeof(id.b));
	return id;
}

static inline struct cs_time
house_now(void *ctx)
{
	return ((struct house *)ctx)->op.now;
}

/* Snapshots own an arena; everything in ours outlives it. */
static inline void
house_publish(struct house *h)
{
	struct cs_arena *arena = cs_arena_new(1 << 20);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	struct cs_application *apps = CS_NEW_ARRAY(arena, struct cs_application, HOUSE_APPS);
	struct cs_policy *policies = CS_NEW_ARRAY(arena, struct cs_policy, HOUSE_APPS);
	struct cs_snapshot *snapshot = NULL;

	*config = h->config;
	memcpy(apps, h->apps, sizeof(h->apps));
	memcpy(policies, h->policies, sizeof(h->policies));
	for (size_t i = 0; i < HOUSE_APPS; i++)
		apps[i].policies = &policies[i];
	config->applications = apps;
	CHECK_OK(cs_snapshot_new(&arena, config, &snapshot));
	cs_gate_publish(h->d.gate, &snapshot);
}

static inline cs_err
house_republish(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	house_publish((struct house *)(void *)((char *)d - offsetof(struct house, d)));
	return CS_OK;
}

static inline cs_err
house_add_account(struct cs_tx *tx, void *ctx)
{
	const struct house *h = ctx;
	const struct cs_account account = {
		.id = h->config.account,
		.name = h->config.account_name,
		.auth_host = h->config.auth_host,
		.auth_origin = h->config.auth_origin,
		.created = h->op.now,
	};

	return cs_account_add(tx, &account);
}

static inline void
house_add_app(struct house *h, enum house_app which, const char *name, const char *host)
{
	h->places[which] = (struct cs_destination){ .host = cs_str_c(host) };
	h->policies[which] = (struct cs_policy){
		.id = house_id(host),
		.name = CS_STR("people of example.test"),
		.decision = CS_POLICY_ALLOW,
		.rules.include = { &h->staff, 1 },
	};
	h->apps[which] = (struct cs_application){
		.id = house_id(name),
		.aud = { (uint8_t)(which + 1) },
		.name = cs_str_c(name),
		.domain = cs_str_c(host),
		.destinations = &h->places[which],
		.destination_count = 1,
		.policy_count = 1,
		.is_in_launcher = true,
		.is_http_only = true,
		.mfa = { .is_set = true },
	};
}

static inline void
house_configure(struct house *h)
{
	h->staff = (struct cs_rule){ .kind = CS_RULE_EMAIL_DOMAIN, .text = CS_STR("example.test") };
	h->everyone = (struct cs_rule){ .kind = CS_RULE_EVERYONE };
	house_add_app(h, HOUSE_BERTH, "Berth planner", "app.example.test");
	house_add_app(h, HOUSE_SHOP, "Shop", "shop.test");
	house_add_app(h, HOUSE_NOTES, "Notes", "notes.test");
	house_add_app(h, HOUSE_OPEN, "Open", "open.test");
	house_add_app(h, HOUSE_KEYS, "Keys", "keys.test");
	h->apps[HOUSE_SHOP].mfa.has_duration = true; /* 0m */
	h->apps[HOUSE_NOTES].mfa.is_disabled = true;
	h->policies[HOUSE_OPEN].decision = CS_POLICY_BYPASS;
	h->policies[HOUSE_OPEN].rules.include = (struct cs_rule_list){ &h->everyone, 1 };
	h->apps[HOUSE_KEYS].mfa.has_methods = true;
	h->apps[HOUSE_KEYS].mfa.methods = CS_MFA_SECURITY_KEY;
	h->providers[0] = (struct cs_identity_provider){
		.id = house_id("pin"), .type = CS_IDP_ONETIMEPIN, .name = CS_STR("PIN by e-mail")
	};
	h->providers[1] = (struct cs_identity_provider){
		.id = house_id("oidc"), .type = CS_IDP_OIDC, .name = CS_STR("Staff directory")
	};
	h->config = (struct cs_access_config){
		.account = house_id("halden"),
		.account_name = CS_STR("Halden"),
		.auth_host = CS_STR("auth.example.test"),
		.auth_origin = CS_STR("https://auth.example.test"),
		.organization = {
			.exists = true,
			.name = CS_STR("Halden Maritime"),
			.session_duration_ms = 24 * CS_HOUR_MS,
			.mfa = { .is_set = true, .has_methods = true, .methods = CS_MFA_TOTP,
			    .has_duration = true, .duration_ms = 24 * CS_HOUR_MS },
		},
		.application_count = HOUSE_APPS,
		.providers = h->providers,
		.provider_count = 2,
	};
}

static inline struct house *
house_open(void)
{
	struct house *h = calloc(1, sizeof(*h));
	struct cs_gate_config gate = { 0 };
	cs_time next;

	CS_ASSERT(h != NULL);
	test_folder_new("house", h->dir);
	snprintf(h->path, sizeof(h->path), "%s/keyring", h->dir);
	snprintf(h->url, sizeof(h->url), "sqlite:%s/house.db", h->dir);
	h->arena = cs_arena_new(64 << 20);
	h->op = (struct cs_op){
		.id = house_id("request"),
		.now = cs_seconds(1795340000),
		.arena = h->arena,
	};
	h->op.deadline = cs_time_add(h->op.now, 1000 * CS_DAY_MS);
	CHECK_OK(cs_addr_decode(CS_STR("192.0.2.7"), &h->op.peer));
	h->d.rng = &cs_random_system;
	CHECK_OK(cs_keyring_create(h->path, h->d.rng, h->op.now));
	CHECK_OK(cs_keyring_open(h->path, &h->d.keyring));
	CHECK_OK(cs_store_open_migrated(
	    &(struct cs_store_config){ .url = cs_str_c(h->url), .readers = 2 }, &h->d.store));
	CHECK_OK(cs_pwhasher_new(
	    2, 256, (struct cs_pwhash_cost){ .memory_kib = 8, .passes = 1 }, &h->d.pwhasher));
	cs_gate_new(&gate, &h->d.gate);
	h->d.keys = cs_keys_new();
	h->d.node = cs_id_new(h->d.rng);
	h->d.republish = house_republish;
	house_configure(h);
	CHECK_OK(cs_store_write(h->d.store, &h->op, house_add_account, h));
	CHECK_OK(cs_follow_step(&h->d, &h->op, &h->follower, &next));
	h->op.account = h->config.account;
	return h;
}

static inline void
house_close(struct house *h)
{
	static const char *const files[] = { "house.db", "house.db-wal", "house.db-shm",
		"keyring" };
	char path[TEST_FOLDER_SIZE + 32];

	cs_store_close(&h->d.store);
	cs_pwhasher_free(&h->d.pwhasher);
	cs_keys_free(&h->d.keys);
	cs_gate_free(&h->d.gate);
	cs_keyring_close(&h->d.keyring);
	for (size_t i = 0; i < CS_COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", h->dir, files[i]);
		unlink(path);
	}
	rmdir(h->dir);
	cs_arena_free(&h->arena);
	free(h);
}

/* --- mail --- */

struct house_mail {
	struct cs_outbox_item item;
	bool is_there;
	cs_id node;
};

static inline cs_err
house_lease(struct cs_tx *tx, void *ctx)
{
	struct house_mail *m = ctx;
	cs_time now = cs_tx_op(tx)->now;
	cs_err e = cs_outbox_lease(tx, m->node, now, cs_time_add(now, 1000), &m->item);

	m->is_there = !cs_failed(e);
	if (!m->is_there)
		return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
	return cs_outbox_done(tx, m->item.account, m->item.id, m->node, now);
}

/* Takes the next mail that would be delivered; false when there is none. */
static inline bool
house_mail_take(struct house *h, struct cs_message *out)
{
	struct house_mail m = { .node = h->d.node };

	CHECK_OK(cs_store_write(h->d.store, &h->op, house_lease, &m));
	if (m.is_there)
		CHECK_OK(cs_mailbox_unseal(&h->d, &h->op, &m.item, out));
	return m.is_there;
}

/* The PIN in a mail's text: the only line that is indented. */
static inline cs_str
house_pin_of(const struct cs_message *m)
{
	cs_str rest = m->text;
	cs_str line;

	while (cs_str_cut(&rest, '\n', &line))
		if (cs_str_starts(line, CS_STR("    ")))
			return cs_str_trim(line);
	return CS_STR_NONE;
}

/* --- codes --- */

/* What an authenticator app shows for a set-up key at now. */
static inline cs_str
house_code(struct house *h, cs_str key, cs_time now)
{
	struct cs_buf bytes;
	struct cs_mac *mac = NULL;
	char code[CS_OTP_DIGITS_MAX];

	cs_buf_init(&bytes, 128);
	CHECK_OK(cs_base32_decode(key, &bytes));
	CHECK_OK(cs_mac_new(CS_SHA1, cs_buf_span(&bytes), &mac));
	CHECK_OK(cs_hotp_code(
	    &cs_totp_usual.hotp, mac, (uint64_t)cs_totp_step(&cs_totp_usual, now), code));
	cs_mac_free(&mac);
	cs_buf_clear(&bytes);
	return cs_arena_str(h->arena, (cs_str){ code, 6 });
}

#endif
