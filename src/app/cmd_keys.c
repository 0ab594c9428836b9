#include "app/command.h"
#include "app/settings.h"

#include "base/codec.h"
#include "base/err.h"
#include "crypto/keyring.h"
#include "store/reseal_store.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

/*
 * Three steps, so that many nodes can follow: add on every node (the same file), use on every node,
 * then reseal once. A running server reads the file again on SIGHUP.
 */

static int
say(cs_err e, const char *what, const char *about)
{
	fprintf(stderr, "countersignd keys: %s %s: %s\n", what, about, cs_code_name(e.code));
	return CS_EXIT_FAILED;
}

static int
add(const struct cs_settings *c, const struct cs_clock *clock)
{
	CS_AUTO(cs_buf_clear) struct cs_buf hex;
	uint8_t id[CS_KEY_ID_LEN];
	const char *path = cs_arena_c(c->arena, c->keyring);

	cs_buf_init(&hex, 64);
	cs_err e = cs_keyring_file_add(path, &cs_random_system, cs_clock_now(clock), id);
	if (cs_failed(e))
		return say(e, "no key was added to", path);
	cs_hex_encode(CS_SPAN(id, sizeof(id)), &hex);
	printf("added key %.*s to %s; it opens but does not seal yet.\n"
	       "Copy the file to every node, send each SIGHUP, then: countersignd keys use %.*s\n",
	    (int)hex.len, (const char *)hex.p, path, (int)hex.len, (const char *)hex.p);
	return CS_EXIT_OK;
}

static int
use(const struct cs_settings *c, const char *text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf id;
	const char *path = cs_arena_c(c->arena, c->keyring);

	cs_buf_init(&id, CS_KEY_ID_LEN);
	if (cs_failed(cs_hex_decode(cs_str_c(text), &id)) || id.len != CS_KEY_ID_LEN) {
		fprintf(stderr, "countersignd keys use: a key id is %d hex digits\n",
		    2 * CS_KEY_ID_LEN);
		return CS_EXIT_USAGE;
	}
	cs_err e = cs_keyring_file_use(path, id.p);
	if (cs_failed(e))
		return say(e, "no such key to use in", path);
	printf("key %s seals from now on in %s.\n"
	       "Send every node SIGHUP, then, once: countersignd keys reseal\n",
	    text, path);
	return CS_EXIT_OK;
}

static cs_err
reseal_with(const struct cs_settings *c, const struct cs_op *op, struct cs_reseal_result *out)
{
	CS_AUTO(cs_keyring_close) struct cs_keyring *keyring = NULL;
	CS_AUTO(cs_store_close) struct cs_store *store = NULL;
	const struct cs_store_config cfg = { .url = c->database, .readers = 1 };

	CS_TRY(cs_keyring_open(cs_arena_c(c->arena, c->keyring), &keyring));
	CS_TRY(cs_store_open(&cfg, &store));
	return cs_reseal_all(store, op, keyring, &cs_random_system, out);
}

static int
reseal(const struct cs_settings *c, const struct cs_clock *clock)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(16 << 20);
	struct cs_reseal_result result = { 0 };
	cs_time now = cs_clock_now(clock);
	const struct cs_op op = {
		.id = cs_id_new(&cs_random_system),
		.now = now,
		.deadline = cs_time_add(now, CS_HOUR_MS),
		.arena = arena,
	};

	cs_err e = reseal_with(c, &op, &result);
	if (cs_failed(e))
		return say(e, "could not reseal", cs_arena_c(c->arena, c->database));
	printf("%lld sealed values, %lld sealed anew, %lld could not be opened\n",
	    (long long)result.seen, (long long)result.resealed, (long long)result.failed);
	return result.failed == 0 ? CS_EXIT_OK : CS_EXIT_FAILED;
}

int
cs_cmd_keys(struct cs_command_line *line)
{
	CS_AUTO(cs_settings_free) struct cs_settings *config = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;
	const char *verb = line->word_count > 0 ? line->words[0] : "";

	cs_buf_init(&problem, 4096);
	if (cs_failed(cs_settings_open(line->config_path, &config, &problem))) {
		fprintf(stderr, "%.*s\n", (int)problem.len, (const char *)problem.p);
		return CS_EXIT_CONFIG;
	}
	if (strcmp(verb, "add") == 0 && line->word_count == 1)
		return add(config, line->clock);
	if (strcmp(verb, "use") == 0 && line->word_count == 2)
		return use(config, line->words[1]);
	if (strcmp(verb, "reseal") == 0 && line->word_count == 1)
		return reseal(config, line->clock);
	fputs("usage: countersignd keys [--config FILE] add | use KEYID | reseal\n", stderr);
	return CS_EXIT_USAGE;
}
