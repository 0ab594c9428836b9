#include "factor/backup_code.h"

#include "factor/rows.h"
#include "model/access.h"
#include "test.h"

#include "bench.h"

struct sheet {
	struct bench bench;
	struct cs_authenticator record;
	struct cs_buf lines;
};

static void
sheet_open(struct sheet *s)
{
	bench_open(&s->bench);
	s->record = bench_issue(&s->bench, &cs_factor_backup_code, &s->lines);
}

static void
sheet_close(struct sheet *s)
{
	cs_buf_clear(&s->lines);
	bench_close(&s->bench);
}

static cs_str
line(const struct sheet *s, size_t i)
{
	return (cs_str){ (const char *)s->lines.p + i * (CS_BACKUP_CODE_TEXT_LEN + 1),
		CS_BACKUP_CODE_TEXT_LEN };
}

static struct cs_factor_result
judge(struct sheet *s, cs_str typed)
{
	struct cs_factor_result r;

	memset(&r, 0xff, sizeof(r));
	CHECK_OK(cs_factor_backup_code.verify(&s->bench.env, &s->record, cs_str_span(typed), &r));
	return r;
}

static struct cs_factor_result
judge_c(struct sheet *s, const char *typed)
{
	return judge(s, cs_str_c(typed));
}

TEST(codes_are_ten_of_ten_characters_in_groups)
{
	struct sheet s;

	sheet_open(&s);
	CHECK_INT(s.lines.len, CS_BACKUP_CODES * (CS_BACKUP_CODE_TEXT_LEN + 1));
	for (size_t i = 0; i < CS_BACKUP_CODES; i++) {
		cs_str code = line(&s, i);

		CHECK(code.p[4] == '-' && code.p[9] == '-' && code.p[12] == '\n');
		for (size_t j = 0; j < code.len; j++)
			CHECK(j == 4 || j == 9 ||
			      strchr("0123456789abcdefghjkmnpqrstvwxyz", code.p[j]) != NULL);
		for (size_t j = 0; j < i; j++)
			CHECK(!cs_str_equal(code, line(&s, j)));
	}
	sheet_close(&s);
}

/* 50 random bits each: every character takes every value in a few thousand of them. */
TEST(every_character_of_the_alphabet_comes_at_every_place)
{
	static uint32_t seen[CS_BACKUP_CODE_TEXT_LEN];
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
	struct sheet s;

	sheet_open(&s);
	for (int i = 0; i < 60; i++) {
		cs_buf_reset(&s.lines);
		CHECK_OK(cs_factor_backup_code.issue(&s.bench.env, &s.record, &s.lines));
		for (size_t j = 0; j < CS_BACKUP_CODES; j++)
			for (size_t k = 0; k < CS_BACKUP_CODE_TEXT_LEN; k++) {
				const char *at = strchr(digits, line(&s, j).p[k]);

				if (at != NULL)
					seen[k] |= UINT32_C(1) << (at - digits);
			}
	}
	for (size_t k = 0; k < CS_BACKUP_CODE_TEXT_LEN; k++)
		CHECK(k == 4 || k == 9 ? seen[k] == 0 : seen[k] == UINT32_MAX);
	sheet_close(&s);
}

struct typed {
	const char *text;
	const char *means; /* NULL: no code */
};

TEST(a_code_is_read_as_people_write_it)
{
	static const struct typed all[] = {
		{ "7k3m9qxv2t", "7k3m9qxv2t" },
		{ "7k3m-9qxv-2t", "7k3m9qxv2t" },
		{ "7K3M-9QXV-2T", "7k3m9qxv2t" },
		{ " 7 k3m 9q-xv2--t ", "7k3m9qxv2t" },
		{ "oOiIlL0123", "0011110123" },
		{ "ABCDEFGHJK", "abcdefghjk" },
		{ "MNPQRSTVWX", "mnpqrstvwx" },
		{ "yz----------------------------------------------------yzyzyzyz", "yzyzyzyzyz" },
		{ "", NULL },
		{ "----------", NULL },
		{ "7k3m9qxv2", NULL },
		{ "7k3m9qxv2t0", NULL },
		{ "7k3m9qxv2u", NULL },
		{ "7k3m9qxv2U", NULL },
		{ "7k3m.9qxv.2t", NULL },
		{ "7k3m\t9qxv2t\r\n", "7k3m9qxv2t" },
		{ "7k3m\xe2\x80\x93"
		  "9qxv\xe2\x80\x94"
		  "2t\xc2\xa0",
		    "7k3m9qxv2t" },
		{ "7k3m\xe2\x80\x91"
		  "9qxv\xe2\x88\x92"
		  "2t",
		    "7k3m9qxv2t" },
		{ "7k3m9qxv2\xc3\xa9", NULL },
		{ "7k3m\xe2\x80"
		  "9qxv2t",
		    NULL },
		{ "7k3m9qxv2t\xe2\x80", NULL },
		{ "7k3m\xe2\x80\x99"
		  "9qxv2t",
		    NULL },
		{ "yz------------------------------------------------------yzyzyzyzz", NULL },
	};
	char code[CS_BACKUP_CODE_CHARS];

	for (size_t i = 0; i < CS_COUNT(all); i++) {
		cs_err e = cs_backup_code_read(cs_str_span(cs_str_c(all[i].text)), code);

		if (all[i].means == NULL)
			CHECK_ERR(e, INVALID);
		else
			CHECK(!cs_failed(e) && memcmp(code, all[i].means, sizeof(code)) == 0);
	}
	CHECK_ERR(cs_backup_code_read(CS_SPAN("7k3m9\0xv2t", 10), code), INVALID);
}

TEST(what_is_no_code_costs_no_hash)
{
	struct cs_factor_result r;
	struct sheet s;

	sheet_open(&s);
	cs_pwhasher_free(&s.bench.pwhasher);
	s.bench.env.pwhasher = NULL; /* whoever hashed would fall over it */
	r = judge_c(&s, "123456");
	CHECK_INT(r.verdict, CS_DENIED);
	CHECK_INT(r.reason, CS_REASON_MALFORMED);
	sheet_close(&s);
}

TEST(a_code_of_another_set_is_a_wrong_one)
{
	struct cs_buf other;
	struct sheet s;

	sheet_open(&s);
	(void)bench_issue(&s.bench, &cs_factor_backup_code, &other);
	CHECK_INT(judge(&s, (cs_str){ (const char *)other.p, CS_BACKUP_CODE_TEXT_LEN }).reason,
	    CS_REASON_MISMATCH);
	cs_buf_clear(&other);
	sheet_close(&s);
}

TEST(any_order_will_do_and_each_says_when_it_was_used)
{
	static const size_t order[] = { 9, 0, 4 };
	cs_time at[3];
	struct sheet s;

	sheet_open(&s);
	CHECK_INT(cs_backup_code_left(&s.record), 10);
	for (size_t i = 0; i < CS_COUNT(order); i++) {
		struct cs_factor_result r;

		at[i] = s.bench.env.now;
		r = judge(&s, line(&s, order[i]));
		bench_keep(&s.record, &r);
		CHECK_INT(r.left, 9 - (int)i);
		CHECK_INT(cs_backup_code_left(&s.record), r.left);
		s.bench.env.now = cs_time_add(s.bench.env.now, CS_DAY_MS + 1);
	}
	for (size_t i = 0; i < CS_COUNT(order); i++) {
		CHECK_INT(judge(&s, line(&s, order[i])).reason, CS_REASON_REPLAYED);
		CHECK_INT(judge(&s, line(&s, order[i])).used_at.ms, at[i].ms);
	}
	CHECK_INT(judge(&s, line(&s, 1)).verdict, CS_GRANTED);
	sheet_close(&s);
}

TEST(a_set_outlives_a_change_of_what_hashing_costs)
{
	struct sheet s;

	sheet_open(&s);
	cs_pwhasher_free(&s.bench.pwhasher);
	CHECK_OK(cs_pwhasher_new(
	    1, 4, (struct cs_pwhash_cost){ .memory_kib = 64, .passes = 2 }, &s.bench.pwhasher));
	s.bench.env.pwhasher = s.bench.pwhasher;
	CHECK_INT(judge(&s, line(&s, 3)).verdict, CS_GRANTED);
	sheet_close(&s);
}

TEST(a_replay_state_that_makes_no_sense_grants_nothing)
{
	static const size_t lengths[] = { 1, 60, 62, CS_REPLAY_MAX };
	struct cs_factor_result r;
	struct sheet s;

	sheet_open(&s);
	s.record.replay[0] = 1;
	for (size_t i = 0; i < CS_COUNT(lengths); i++) {
		s.record.replay_len = lengths[i];
		CHECK_ERR(cs_factor_backup_code.verify(
			      &s.bench.env, &s.record, cs_str_span(line(&s, 0)), &r),
		    INVALID);
		CHECK_INT(r.verdict, CS_DENIED);
		CHECK_INT(cs_backup_code_left(&s.record), 0);
	}
	s.record.replay_len = 61;
	s.record.replay[0] = 2;
	CHECK_ERR(
	    cs_factor_backup_code.verify(&s.bench.env, &s.record, cs_str_span(line(&s, 0)), &r),
	    INVALID);
	CHECK_INT(r.verdict, CS_DENIED);
	sheet_close(&s);
}

TEST(no_code_is_kept_as_it_is)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	struct cs_binding binding;
	char code[CS_BACKUP_CODE_CHARS];
	struct sheet s;

	sheet_open(&s);
	binding = cs_factor_binding(&s.record);
	cs_buf_init_sensitive(&plain, 1024);
	CHECK_OK(cs_unseal(s.bench.keyring, s.record.sealed, &binding, &plain));
	CHECK_INT(plain.len, 345);
	for (size_t i = 0; i < CS_BACKUP_CODES; i++) {
		CHECK_OK(cs_backup_code_read(cs_str_span(line(&s, i)), code));
		CHECK(memmem(plain.p, plain.len, code, sizeof(code)) == NULL);
	}
	CHECK_TEXT(s.record.params, "{\"total\":10}");
	sheet_close(&s);
}

TEST_MAIN("factor/backup_code")
