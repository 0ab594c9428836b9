/*
 * member_command_test.c - countersignd member, as an operator types it.
 */
#include "domain/recovery_yard.h"

#include "app/command.h"

static cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

/* A configuration file for the yard's database; removed by the case. */
static const char *
write_config(struct yard *y)
{
	const char *path =
	    cs_arena_c(y->arena, cs_arena_printf(y->arena, "%s/countersignd.conf", y->dir));
	FILE *f = fopen(path, "we");

	CS_ASSERT(f != NULL);
	fprintf(f, "database = \"%s\"\nkeyring = \"%s\"\n", y->url, y->path);
	fclose(f);
	return path;
}

static int
run(struct yard *y, const char *config, const char *act, const char *email)
{
	const struct cs_clock clock = { yard_now, y };
	char *words[] = { (char *)"countersignd", (char *)"member", (char *)"--config",
		(char *)config, (char *)act, (char *)email };

	return cs_app_main(email == NULL ? 5 : 6, words, &clock);
}

TEST(the_operator_resets_a_members_second_factor)
{
	static struct mailbag bag;
	REFUGE(y);
	cs_id id = add_member(y, y->halden.account, "ada@halden.test", CS_ROLE_OWNER, true);
	struct cs_member_session done = sign_in(y, id, 1);
	const char *config = write_config(y);

	collect(y, &bag);
	CHECK_INT(run(y, config, "reset-2fa", "Ada@halden.test"), CS_EXIT_OK);
	CHECK_INT(state_of(y, id).authenticators, 0);
	CHECK_INT(state_of(y, id).row.must_enrol, CS_MUST_ENROL_RESET);
	CHECK(!is_there(y, &done));
	collect(y, &bag);
	CHECK_INT(bag.count, 1);
	CHECK_TEXT(bag.items[0].to, "ada@halden.test");
	/* again: nothing to take away, and no harm */
	CHECK_INT(run(y, config, "reset-2fa", "ada@halden.test"), CS_EXIT_OK);
	unlink(config);
}

TEST(an_address_that_nobody_has_and_words_that_are_none_are_refused)
{
	REFUGE(y);
	cs_id id = add_member(y, y->halden.account, "ada@halden.test", CS_ROLE_OWNER, true);
	const char *config = write_config(y);

	CHECK_INT(run(y, config, "reset-2fa", "nobody@halden.test"), CS_EXIT_FAILED);
	CHECK_INT(run(y, config, "reset-2fa", NULL), CS_EXIT_USAGE);
	CHECK_INT(run(y, config, "forget", "ada@halden.test"), CS_EXIT_USAGE);
	CHECK_INT(run(y, "/nonexistent/countersignd.conf", "reset-2fa", "ada@halden.test"),
	    CS_EXIT_CONFIG);
	CHECK_INT(state_of(y, id).authenticators, 1);
	unlink(config);
}

TEST_MAIN("app/cmd_member")
