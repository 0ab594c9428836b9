/*
 * yard.h - the real configuration store for tests: two accounts made as `countersignd init` makes
 * them, a gate that is published to, a settable now.
 *
 * Halden: auth.halden.test, owner owner@halden.test; Oslo: auth.oslo.test; the server realm:
 * console.example.test.
 */
#ifndef CS_TESTS_YARD_H
#define CS_TESTS_YARD_H

#include "folder.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "domain/config/account.h"
#include "domain/config/application.h"
#include "domain/config/group.h"
#include "domain/config/member.h"
#include "domain/config/organization.h"
#include "domain/config/policy.h"
#include "domain/config/provider.h"
#include "domain/config/publish.h"
#include "domain/keys.h"

struct yard {
	char dir[TEST_FOLDER_SIZE];
	char path[TEST_FOLDER_SIZE + 32];
	char url[TEST_FOLDER_SIZE + 32];
	struct cs_domain d;
	struct cs_arena *arena;
	struct cs_op op; /* now is changed by the cases */
	struct cs_created_account halden;
	struct cs_created_account oslo;
	struct cs_fault fault;
	cs_id pin; /* Halden's provider, once there is an organization */
	json_t *bodies[64];
	size_t body_count;
};

static inline void
yard_add_account(struct yard *y, const char *name, const char *origin, const char *owner,
    struct cs_created_account *out)
{
	const struct cs_new_account wanted = {
		.name = cs_str_c(name),
		.auth_origin = cs_str_c(origin),
		.console_origin = CS_STR("https://console.example.test"),
		.owner_email = cs_str_c(owner),
	};
	CHECK_OK(cs_account_create(&y->d, &y->op, &wanted, out, &y->fault));
}

static inline struct yard *
yard_open(void)
{
	struct yard *y = calloc(1, sizeof(*y));
	CS_ASSERT(y != NULL);
	test_folder_new("yard", y->dir);
	snprintf(y->path, sizeof(y->path), "%s/keyring", y->dir);
	snprintf(y->url, sizeof(y->url), "sqlite:%s/yard.db", y->dir);
	y->arena = cs_arena_new(64 << 20);
	y->op = (struct cs_op){
		.id = { { 1 } },
		.now = cs_seconds(1795340000),
		.arena = y->arena,
	};
	y->op.deadline = cs_time_add(y->op.now, 1000 * CS_DAY_MS);
	y->d.rng = &cs_random_system;
	CHECK_OK(cs_keyring_create(y->path, y->d.rng, y->op.now));
	CHECK_OK(cs_keyring_open(y->path, &y->d.keyring));
	CHECK_OK(cs_store_open_migrated(
	    &(struct cs_store_config){ .url = cs_str_c(y->url), .readers = 4 }, &y->d.store));
	CHECK_OK(cs_pwhasher_new(
	    1, 8, (struct cs_pwhash_cost){ .memory_kib = 8, .passes = 1 }, &y->d.pwhasher));
	cs_gate_new(&(struct cs_gate_config){ 0 }, &y->d.gate);
	cs_publisher_new(&y->d.publisher);
	y->d.keys = cs_keys_new();
	y->d.republish = cs_config_republish;
	yard_add_account(y, "Halden", "https://auth.halden.test", "Owner@Halden.test", &y->halden);
	yard_add_account(y, "Oslo", "https://auth.oslo.test:8443/", "owner@oslo.test", &y->oslo);
	CHECK_OK(cs_config_publish_all(&y->d, &y->op));
	return y;
}

static inline void
yard_close(struct yard **yard)
{
	static const char *const files[] = { "yard.db", "yard.db-wal", "yard.db-shm", "keyring" };
	struct yard *y = *yard;
	char path[TEST_FOLDER_SIZE + 32];
	for (size_t i = 0; i < y->body_count; i++)
		json_decref(y->bodies[i]);
	cs_store_close(&y->d.store);
	cs_pwhasher_free(&y->d.pwhasher);
	cs_keys_free(&y->d.keys);
	cs_gate_free(&y->d.gate);
	cs_publisher_free(&y->d.publisher);
	cs_keyring_close(&y->d.keyring);
	for (size_t i = 0; i < CS_COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", y->dir, files[i]);
		unlink(path);
	}
	rmdir(y->dir);
	cs_arena_free(&y->arena);
	free(y);
	*yard = NULL;
}

#define YARD(NAME) CS_AUTO(yard_close) struct yard *NAME = yard_open()

/* JSON with ' for ", freed with the yard. */
static inline const json_t *
yard_json(struct yard *y, const char *text)
{
	char *copy = cs_arena_c(y->arena, cs_str_c(text));
	for (char *p = copy; *p != '\0'; p++) {
		if (*p == '\'')
			*p = '"';
	}
	CS_ASSERT(y->body_count < CS_COUNT(y->bodies));
	json_t *j = json_loads(copy, JSON_REJECT_DUPLICATES, NULL);
	CS_ASSERT(j != NULL);
	y->bodies[y->body_count++] = j;
	return j;
}

/* A change of Halden's by its owner. */
static inline struct cs_config_change
yard_change(struct yard *y)
{
	return (struct cs_config_change){
		.domain = &y->d,
		.op = &y->op,
		.account = y->halden.account,
		.actor = y->halden.owner,
		.fault = &y->fault,
	};
}

static inline void
yard_add_organization(struct yard *y)
{
	struct cs_config_change c = yard_change(y);
	CHECK_OK(cs_config_add_organization(
	    &c, yard_json(y, "{'name':'Halden','auth_domain':'auth.halden.test','mfa_config':"
			     "{'allowed_authenticators':['totp'],'session_duration':'8h'}}")));
	CHECK_OK(cs_config_add_provider(
	    &c, yard_json(y, "{'name':'PIN','type':'onetimepin','config':{}}"), &y->pin));
}

static inline cs_id
yard_add_group(struct yard *y, const char *text)
{
	struct cs_config_change c = yard_change(y);
	cs_id id;
	CHECK_OK(cs_config_add_group(&c, yard_json(y, text), &id));
	return id;
}

static inline cs_id
yard_add_app(struct yard *y, const char *text)
{
	struct cs_config_change c = yard_change(y);
	cs_id id;
	CHECK_OK(cs_config_add_application(&c, yard_json(y, text), &id));
	return id;
}

static inline void
yard_check_reason(const struct yard *y, const char *part)
{
	char text[CS_FAULT_MAX + 1] = { 0 };
	memcpy(text, y->fault.text, y->fault.len);
	if (strstr(text, part) == NULL)
		fail_msg("the reason is \"%s\", without \"%s\"", text, part);
}

#endif
