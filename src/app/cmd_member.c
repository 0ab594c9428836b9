/*
 * cmd_member.c - what only the operator can do for a member: the last way back in, on the server.
 */
#include "app/command.h"

#include "app/settings.h"
#include "domain/two_factor_reset.h"

#include <stdio.h>
#include <string.h>

#define ARENA_BYTES ((size_t)16 << 20)

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "countersignd member: %s: %s\n", what, why);
	return CS_EXIT_FAILED;
}

static int
reset(struct cs_domain *d, const struct cs_op *op, const char *email)
{
	bool had;
	cs_err e = cs_two_factor_reset_by_operator(d, op, cs_str_c(email), &had);

	if (cs_is(e, CS_E_NOT_FOUND))
		return fail(email, "no member has this address");
	if (cs_is(e, CS_E_CONFLICT))
		return fail(email, "comes by single sign-on, and has no second factor here");
	if (cs_failed(e))
		return fail(email, cs_code_name(e.code));
	printf("%s%s\n", email,
	    had ? ": the second factor was taken away; the next sign-in sets up a new one"
		: ": there was no second factor; the next sign-in sets one up");
	return CS_EXIT_OK;
}

static int
open_and_reset(const struct cs_settings *c, const struct cs_command_line *line)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(ARENA_BYTES);
	CS_AUTO(cs_keyring_close) struct cs_keyring *keyring = NULL;
	CS_AUTO(cs_store_close) struct cs_store *store = NULL;
	const struct cs_store_config cfg = { .url = c->database, .readers = 1 };
	cs_time now = cs_clock_now(line->clock);

	cs_err e = cs_keyring_open(cs_arena_c(arena, c->keyring), &keyring);
	if (cs_failed(e))
		return fail("cannot use the keyring", cs_code_name(e.code));
	e = cs_store_open(&cfg, &store);
	if (cs_failed(e))
		return fail("cannot open the database", cs_code_name(e.code));
	struct cs_domain d = { .store = store, .keyring = keyring, .rng = &cs_random_system };
	const struct cs_op op = {
		.id = cs_id_new(&cs_random_system),
		.now = now,
		.deadline = cs_time_add(now, CS_MINUTE_MS),
		.arena = arena,
		.user_agent = CS_STR("countersignd member reset-2fa"),
	};
	return reset(&d, &op, line->words[1]);
}

int
cs_cmd_member(struct cs_command_line *line)
{
	CS_AUTO(cs_settings_free) struct cs_settings *config = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;

	cs_buf_init(&problem, 4096);
	if (line->word_count != 2 || strcmp(line->words[0], "reset-2fa") != 0) {
		fputs("usage: countersignd member [--config FILE] reset-2fa EMAIL\n", stderr);
		return CS_EXIT_USAGE;
	}
	if (cs_failed(cs_settings_open(line->config_path, &config, &problem))) {
		fprintf(stderr, "%.*s\n", (int)problem.len, (const char *)problem.p);
		return CS_EXIT_CONFIG;
	}
	return open_and_reset(config, line);
}
