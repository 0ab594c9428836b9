/*
 * backup_split.c - the recovery key on several papers, of which some are enough.
 */
#include "cli/commands/backup.h"
#include "cli/session/json_out.h"
#include "cli/commands/sheet.h"
#include "cli/program/terminal.h"
#include "vault/shares.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 512
#define WORDS_A_LINE 8
#define WORD_WIDTH 10
#define WORDS_A_LINE_SHOWN 4 /* in columns, on a window of 60 too */

struct splitting {
	struct cs_share shares[CS_SHARES_MAX];
	int of;
	int need;
};

static void
forget(struct splitting *p)
{
	cs_wipe(p, sizeof(*p));
}

/* "1. word 2. word …", eight a line, so that a slip is seen. */
static void
number_words(cs_str words, int line, struct cs_buf *out)
{
	cs_str word;
	int number = 0;

	cs_buf_reset(out);
	while (cs_str_cut(&words, ' ', &word)) {
		if (number / WORDS_A_LINE == line)
			cs_buf_printf(out, "%s%d. %.*s", out->len == 0 ? "" : "  ", number + 1,
			    CS_STR_ARG(word));
		number++;
	}
}

static void
title_of(const struct splitting *p, int i, char out[static 128])
{
	snprintf(out, 128, "Share %d of %d of a recovery key (%d are needed; set %04X)", i + 1,
	    p->of, p->need, p->shares[i].set);
}

/* The next line of words, one under the other, for who copies them onto paper. */
static void
line_up_words(cs_str *words, int first, struct cs_buf *out)
{
	cs_str word;

	cs_buf_reset(out);
	for (int i = 0; i < WORDS_A_LINE_SHOWN && cs_str_cut(words, ' ', &word); i++)
		cs_buf_printf(out, "%2d. %-*.*s", first + i,
		    i + 1 < WORDS_A_LINE_SHOWN ? WORD_WIDTH : 0, CS_STR_ARG(word));
}

static void
print_share(const struct splitting *p, int i, struct cs_buf *words, struct cs_buf *line)
{
	char title[128];
	cs_str rest = cs_buf_str(words);

	title_of(p, i, title);
	cs_say(stdout, "%s", title);
	for (int at = 0; at < CS_SHARE_WORDS; at += WORDS_A_LINE_SHOWN) {
		line_up_words(&rest, at + 1, line);
		cs_say(stdout, "    %.*s", CS_STR_ARG(cs_buf_str(line)));
	}
	cs_say(stdout, "%s", "");
}

static void
add_to_sheet(const struct splitting *p, int i, struct cs_buf *words, struct cs_buf *line,
    struct cs_sheet *sheet)
{
	CS_AUTO(cs_buf_clear) struct cs_buf qr;
	char title[128];

	cs_buf_init_sensitive(&qr, WORDS_MAX);
	cs_share_qr(&p->shares[i], &qr);
	title_of(p, i, title);
	cs_sheet_begin(sheet, cs_str_c(title), cs_buf_str(&qr));
	for (int at = 0; at < CS_SHARE_WORDS / WORDS_A_LINE; at++) {
		number_words(cs_buf_str(words), at, line);
		cs_sheet_line(sheet, cs_buf_str(line));
	}
}

/* On paper by way of a sheet, or as text. */
static int
give_out(const struct splitting *p, const char *path)
{
	CS_AUTO(cs_buf_clear) struct cs_buf words;
	CS_AUTO(cs_buf_clear) struct cs_buf line;
	CS_AUTO(cs_sheet_clear) struct cs_sheet sheet;

	cs_sheet_init(&sheet);
	cs_buf_init_sensitive(&words, WORDS_MAX);
	cs_buf_init_sensitive(&line, WORDS_MAX);
	for (int i = 0; i < p->of; i++) {
		cs_buf_reset(&words);
		cs_share_words(&p->shares[i], &words);
		if (path != NULL)
			add_to_sheet(p, i, &words, &line, &sheet);
		else
			print_share(p, i, &words, &line);
	}
	return path != NULL ? cs_sheet_write(&sheet, path, false) : cs_output_end();
}

static int
show_json(const struct splitting *p)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	json_t *all = json_array();

	cs_buf_init_sensitive(&text, WORDS_MAX);
	for (int i = 0; i < p->of; i++) {
		json_t *j = json_object();

		json_object_set_new(j, "number", json_integer(i + 1));
		cs_buf_reset(&text);
		cs_share_words(&p->shares[i], &text);
		json_object_set_new(j, "words", cs_json_str(cs_buf_str(&text)));
		cs_buf_reset(&text);
		cs_share_qr(&p->shares[i], &text);
		json_object_set_new(j, "qr", cs_json_str(cs_buf_str(&text)));
		json_array_append_new(all, j);
	}
	return cs_json_show(
	    json_pack("{s:i, s:i, s:o}", "of", p->of, "need", p->need, "shares", all));
}

/* Papers of a key that does not open the vault would be found out on the worst day. */
static int
check_key(struct cs_session *s, struct cs_secret *key)
{
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	struct cs_age_identities who = { &key, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);
	cs_err e = cs_place_read(&s->place, &opener, &book, &s->trouble);

	if (!cs_failed(e) || s->trouble.problem == CS_PLACE_NONE)
		return CS_CLI_OK;
	cs_complain("that key does not open %s/vault.age", s->place.folder);
	return CS_CLI_WRONG_KEY;
}

static int
split(struct cs_session *s, struct splitting *p, const char *recovery_file, const char *sheet)
{
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;

	if (recovery_file == NULL && cs_terminal_is_there())
		cs_say(stderr,
		    "%d papers are made of the recovery key; any %d of them stand for it.", p->of,
		    p->need);
	int status = cs_take_recovery_key(s->line, recovery_file, false, &key);
	if (status == CS_CLI_OK)
		status = check_key(s, key);
	if (status != CS_CLI_OK)
		return status;
	if (cs_failed(cs_shares_split(s->place.rng, key, p->need, p->of, p->shares))) {
		cs_complain("that cannot be split");
		return CS_CLI_FAILED;
	}
	status = s->line->is_json ? show_json(p) : give_out(p, sheet);
	if (status == CS_CLI_OK && !s->line->is_json)
		cs_say(stderr,
		    "Any %d of these %d open the vault and its backups (countersign recover "
		    "--shares); fewer tell nothing.",
		    p->need, p->of);
	return status;
}

int
cs_backup_split(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(forget) struct splitting p = { 0 };
	const char *of = NULL;
	const char *need = NULL;
	const char *recovery_file = NULL;
	const char *sheet = NULL;
	const struct cs_cli_option options[] = {
		{ "of", 0, "N", "how many papers; 5 unless told", .value = &of },
		{ "need", 0, "N", "how many of them are enough; 3 unless told", .value = &need },
		{ "recovery-file", 0, "FILE", "the recovery key is in this file",
		    .value = &recovery_file },
		{ "sheet", 0, "FILE", "a .pdf or .png with words and QR codes", .value = &sheet },
	};
	int64_t of_n, need_n;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, 0, &status))
		return status;
	if (!cs_line_number(line, "--of", of != NULL ? of : "5", 2, CS_SHARES_MAX, &of_n) ||
	    !cs_line_number(line, "--need", need != NULL ? need : "3", 2, of_n, &need_n))
		return CS_CLI_USAGE;
	p.of = (int)of_n;
	p.need = (int)need_n;
	cs_session_init(&s, line);
	return split(&s, &p, recovery_file, sheet);
}
