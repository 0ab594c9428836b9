#include "notify/notify.h"

#include "test.h"

#include "letter.h"

TEST(mail_is_a_channel_and_an_unknown_number_is_not)
{
	const struct cs_notify_channel *c;

	CHECK_OK(cs_notify_channel_find(CS_CHANNEL_MAIL, &c));
	assert_string_equal(c->name, "mail");
	CHECK_ERR(cs_notify_channel_find((enum cs_channel)0, &c), NOT_FOUND);
	CHECK(c == NULL);
	CHECK_ERR(cs_notify_channel_find((enum cs_channel)99, &c), NOT_FOUND);
}

TEST(a_message_of_an_unknown_channel_is_refused_for_good)
{
	struct cs_notify n = { .mail = settings() };
	struct cs_op op = { .now = cs_seconds(1790000000), .arena = cs_arena_new(65536) };
	struct cs_message m = letter();
	struct cs_delivery d = { .outcome = CS_DELIVERED };

	m.channel = (enum cs_channel)0;
	cs_notify_deliver(&n, &op, &m, &d);
	CHECK_INT(d.outcome, CS_DELIVERY_REFUSED);
	cs_arena_free(&op.arena);
}

TEST(a_mail_goes_the_way_of_its_channel)
{
	struct cs_notify n = { .mail = settings() };
	struct cs_op op = { .now = cs_seconds(1790000000), .arena = cs_arena_new(65536) };
	struct cs_message m = letter();
	struct cs_delivery d = { .outcome = CS_DELIVERED };

	m.to = CS_STR("not an address");
	cs_notify_deliver(&n, &op, &m, &d);
	CHECK_INT(d.outcome, CS_DELIVERY_REFUSED);
	CHECK_INT(d.code, 0);
	cs_arena_free(&op.arena);
}

TEST_MAIN("notify/notify")
