#include "test.h"

#include "app/settings.h"

static struct cs_buf problem;

static cs_err
decode(const char *text, struct cs_settings **out)
{
	cs_buf_init(&problem, 4096);
	return cs_settings_decode(CS_STR("test.conf"), cs_str_c(text), out, &problem);
}

/* The text is refused, and the reason holds these words. */
static void
refused(const char *text, const char *words)
{
	struct cs_settings *c = NULL;

	CHECK_ERR(decode(text, &c), INVALID);
	CHECK(c == NULL);
	cs_buf_add_byte(&problem, 0);
	if (strstr((const char *)problem.p, words) == NULL) {
		print_error("got \"%s\", wanted \"%s\"\n", (const char *)problem.p, words);
		fail();
	}
	cs_buf_clear(&problem);
}

TEST(an_empty_file_gives_every_default)
{
	CS_AUTO(cs_settings_free) struct cs_settings *c = NULL;

	CHECK_OK(decode("", &c));
	CHECK_TEXT(c->database, "sqlite:/var/lib/countersign/countersign.db");
	CHECK_INT(c->listen.count, 1);
	CHECK_TEXT(c->listen.items[0], "127.0.0.1:8080");
	CHECK_INT(c->stop_timeout_ms, 10000);
	CHECK_INT(c->workers, 8);
	CHECK(!c->mfa_age_at_sign_in_only);
	CHECK_INT(c->outbound.allow.count, 0);
	CHECK_INT(c->proxy_count, 0);
	CHECK_INT(problem.len, 0);
}

TEST(every_kind_of_value_is_read)
{
	CS_AUTO(cs_settings_free) struct cs_settings *c = NULL;

	CHECK_OK(
	    decode("# comment\n"
		   "database = \"postgresql://db.example/cs\"\n"
		   "workers = 4 // four\n"
		   "listen = {\"127.0.0.1:1\", \"unix:/run/x\"}\n"
		   "listen_status = {}\n"
		   "change_poll = \"250ms\"\n"
		   "mfa_age_at_sign_in_only = true\n"
		   "mail { server = \"smtp://mail.example:25\" from = \"a@mail.example\" }\n"
		   "proxy edge { dialect = \"nginx\" peers = {\"127.0.0.1/32\"} }\n"
		   "proxy \"other\" { dialect = \"envoy\" peers = {\"10.0.0.0/8\", \"::1\"} }\n",
		&c));
	CHECK_TEXT(c->database, "postgresql://db.example/cs");
	CHECK_INT(c->workers, 4);
	CHECK_INT(c->listen.count, 2);
	CHECK_TEXT(c->listen.items[1], "unix:/run/x");
	CHECK_INT(c->listen_status.count, 0);
	CHECK_INT(c->change_poll_ms, 250);
	CHECK(c->mfa_age_at_sign_in_only);
	CHECK_TEXT(c->mail.from, "a@mail.example");
	CHECK_INT(c->proxy_count, 2);
	CHECK_TEXT(c->proxies[0].name, "edge");
	CHECK_TEXT(c->proxies[1].dialect, "envoy");
	CHECK_INT(c->proxies[1].peers.count, 2);
}

TEST(an_unknown_key_is_refused_with_its_line)
{
	refused("workers = 4\nworker = 4\n", "test.conf:2: ");
	refused("workers = 4\nworker = 4\n", "worker");
}

TEST(an_unknown_key_in_a_section_is_refused_with_its_line)
{
	refused("mail {\n  from = \"a@mail.example\"\n  form = \"x\"\n}\n", "test.conf:3: ");
}

TEST(a_key_set_twice_is_refused)
{
	refused("workers = 4\n\nworkers = 5\n", "test.conf:3: this is set twice: 'workers'");
	refused("mail { from = \"a\" from = \"b\" }", "this is set twice: 'from'");
}

TEST(a_section_written_twice_is_refused)
{
	refused("mail { from = \"a@x.test\" }\nmail { user = \"b\" }\n",
	    "test.conf:2: this is set twice: 'mail'");
}

TEST(two_proxies_with_one_name_are_refused)
{
	refused("proxy a { dialect = \"nginx\" peers = {\"::1\"} }\n"
		"proxy a { dialect = \"envoy\" peers = {\"::1\"} }\n",
	    "this is set twice: 'a'");
}

TEST(appending_to_a_list_is_refused)
{
	refused("listen += {\"127.0.0.1:2\"}\n", "write the whole list in one place");
}

TEST(variables_are_not_expanded)
{
	refused("database = \"${HOME}/x.db\"\n", "variables are not expanded");
	refused("database = ${HOME}\n", "variables are not expanded");
}

TEST(a_nul_in_a_value_is_refused)
{
	refused("database = \"sqlite:/x\\x00y\"\n", "NUL");
	refused("database = \"sqlite:/x\\0\"\n", "NUL");
	refused("database = \"sqlite:/x\\000y\"\n", "NUL");
}

TEST(a_number_out_of_range_is_refused)
{
	refused("workers = 0\n", "test.conf:1: workers takes a number from 1 to 256");
	refused("workers = 257\n", "from 1 to 256");
	refused("workers = -1\n", "from 1 to 256");
}

TEST(a_word_for_a_number_is_refused)
{
	refused("workers = many\n", "test.conf:1: ");
}

TEST(a_wrong_duration_is_refused)
{
	refused("change_poll = \"soon\"\n", "change_poll takes a duration");
	refused("change_poll = \"10ms\"\n", "from 50 to 60000");
}

TEST(a_wrong_flag_is_refused)
{
	refused("mfa_age_at_sign_in_only = perhaps\n", "test.conf:1: ");
}

TEST(a_wrong_dialect_is_refused)
{
	refused("\nproxy a { dialect = \"apache\" peers = {\"::1\"} }\n",
	    "test.conf:2: dialect cannot be 'apache'; it takes: nginx");
	refused("proxy a { peers = {\"::1\"} }\n", "names no dialect");
}

TEST(a_word_that_is_none_of_the_few_is_refused_with_its_line)
{
	refused("workers = 4\nlog_level = \"loud\"\n",
	    "test.conf:2: log_level cannot be 'loud'; it takes: error warn info debug");
	refused("mail { security = \"ssl\" }\n", "it takes: starttls tls none");
	refused("log_level = \"\"\n", "test.conf:1: ");
}

TEST(an_address_or_network_that_is_none_is_refused_with_its_line)
{
	static const char *const listeners[] = { "8080", "127.0.0.1", "::1", "localhost:80",
		"127.0.0.1:65536", "unix:run/x", "[::1]", "" };
	char text[128];

	for (size_t i = 0; i < CS_COUNT(listeners); i++) {
		snprintf(
		    text, sizeof(text), "\nlisten = {\"127.0.0.1:1\", \"%s\"}\n", listeners[i]);
		refused(text, "test.conf:2: listen");
	}
	refused("listen_status = {\"9180\"}\n", "neither ADDRESS:PORT nor unix:/PATH");
	refused(
	    "outbound { allow = {\"10.0.0.1/8\"} }\n", "test.conf:1: allow: '10.0.0.1/8' is no");
	refused("outbound { allow = {\"unix:/x\"} }\n", "is no network");
	refused("proxy a {\n dialect = \"nginx\"\n peers = {\"proxy.example\"}\n}\n",
	    "test.conf:3: peers: 'proxy.example' is no network");
}

TEST(a_proxy_without_peers_is_refused)
{
	refused("proxy a { dialect = \"nginx\" }\n", "names no peers");
}

TEST(an_empty_listen_list_is_refused)
{
	refused("listen = {}\n", "listen is empty");
}

TEST(a_mail_server_without_a_sender_is_refused)
{
	refused("mail { server = \"smtp://mail.example\" }\n", "mail.from is not");
}

TEST(an_open_quotation_mark_is_refused_with_its_line)
{
	refused("workers = 4\ndatabase = \"sqlite:/x\n", "not closed");
}

TEST(a_section_that_is_not_closed_is_refused)
{
	refused("mail {\n from = \"a@x.test\"\n", "test.conf:3: a section is not closed");
}

TEST(text_that_is_no_configuration_is_refused)
{
	refused("<xml/>", "test.conf:1: ");
}

TEST(including_another_file_is_refused)
{
	refused("include(\"/etc/passwd\")\n", "test.conf:1: ");
}

TEST(a_missing_file_is_refused_with_its_name)
{
	struct cs_settings *c = NULL;

	cs_buf_init(&problem, 4096);
	CHECK_ERR(cs_settings_open("/nonexistent/countersignd.conf", &c, &problem), INVALID);
	CHECK(cs_str_starts(cs_buf_str(&problem), CS_STR("/nonexistent/countersignd.conf: ")));
	cs_buf_clear(&problem);
}

TEST(the_explanation_names_every_section)
{
	struct cs_buf out;

	cs_buf_init(&out, 65536);
	cs_settings_explain(&out);
	cs_buf_add_byte(&out, 0);
	CHECK_OK(cs_buf_finish(&out, NULL));
	CHECK(strstr((const char *)out.p, "mail.password_file") != NULL);
	CHECK(strstr((const char *)out.p, "proxy.dialect") != NULL);
	CHECK(strstr((const char *)out.p, "password.memory_kib") != NULL);
	cs_buf_clear(&out);
}

TEST_MAIN("app/settings")
