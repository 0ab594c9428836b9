/* age: open and write age files, with the vault's key or any other. Options as age has them. */
#include "cli/commands/age_input.h"
#include "cli/program/file_in.h"
#include "cli/program/file_out.h"
#include "cli/program/program.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"

#include <stdio.h>

struct wish {
	bool is_decrypt, is_encrypt, is_armor, is_passphrase;
	struct cs_cli_list recipients, recipient_files, identity_files;
	const char *output;
	const char *input; /* NULL: standard input */
	struct cs_cli_line *line;
};

static const char *
input_name(const struct wish *w)
{
	return w->input == NULL || strcmp(w->input, "-") == 0 ? "standard input" : w->input;
}

/* --- what is asked for --- */

static bool
is_dash(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

/* Standard input can be read once. */
static int
count_standard_input(const struct wish *w)
{
	int count = (w->input == NULL || is_dash(w->input)) + is_dash(w->line->passphrase_file);

	for (int i = 0; i < w->identity_files.count; i++)
		count += is_dash(w->identity_files.values[i]);
	for (int i = 0; i < w->recipient_files.count; i++)
		count += is_dash(w->recipient_files.values[i]);
	return count;
}

static int
check_wish(const struct wish *w)
{
	int to = w->recipients.count + w->recipient_files.count;
	const char *wrong = NULL;

	if (w->is_decrypt && w->is_encrypt)
		wrong = "-d and -e do not go together";
	else if (w->is_decrypt && (w->is_armor || w->is_passphrase || to != 0))
		wrong = "-d takes neither -a nor -p nor recipients: the file says what it is";
	else if (!w->is_decrypt && w->is_passphrase && to + w->identity_files.count != 0)
		wrong = "-p does not go with recipients";
	else if (!w->is_decrypt && !w->is_passphrase && to + w->identity_files.count == 0)
		wrong = "for whom? -r age1…, -R FILE, -i FILE or -p";
	else if (count_standard_input(w) > 1)
		wrong = "standard input can be only one of the files";
	return wrong != NULL ? cs_line_misused(w->line, "%s", wrong) : CS_CLI_OK;
}

/* --- what comes out --- */

/* Letters, spaces and line feeds: nothing of it would steer the terminal. */
static bool
is_plain_text(cs_span bytes)
{
	cs_str rest = { (const char *)bytes.p, bytes.len }, line;

	if (!cs_utf8_is_valid(bytes))
		return false;
	while (cs_str_cut(&rest, '\n', &line)) {
		CS_AUTO(cs_buf_clear) struct cs_buf visible, tabs;

		cs_buf_init_sensitive(&visible, bytes.len * 8 + 64);
		cs_buf_init_sensitive(&tabs, line.len + 1);
		cs_buf_add_str(&tabs, line);
		for (size_t i = 0; i < tabs.len; i++)
			if (tabs.p[i] == '\t')
				tabs.p[i] = ' ';
		cs_terminal_visible(cs_buf_str(&tabs), &visible);
		if (!cs_str_equal(cs_buf_str(&visible), cs_buf_str(&tabs)))
			return false;
	}
	return true;
}

static int
write_out(const struct wish *w, cs_span bytes, bool is_text)
{
	if (w->output == NULL && !is_text && cs_terminal_is_out()) {
		cs_complain(
		    w->is_decrypt
			? "what is in it would steer your terminal: -o FILE, or -o - if you mean it"
			: "an age file is binary: -a writes it as text, -o FILE into a file, -o - "
			  "does what you said");
		return CS_CLI_REFUSED;
	}
	return cs_file_write(w->output == NULL ? "-" : w->output, bytes, true);
}

/* --- decrypting --- */

static int
write_plain(const struct wish *w, cs_err err, cs_span bytes)
{
	if (cs_failed(err))
		return cs_age_input_trouble(input_name(w), err);
	bool is_text = w->output != NULL || !cs_terminal_is_out() || is_plain_text(bytes);
	return write_out(w, bytes, is_text);
}

static int
open_file(const struct wish *w, cs_span file, const struct cs_age_opener *opener)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;

	cs_buf_init_sensitive(&plain, CS_AGE_INPUT_MAX);
	cs_err err = cs_age_decrypt(file, opener, &plain);
	return write_plain(w, err, cs_buf_span(&plain));
}

static int
open_by_passphrase(const struct wish *w, cs_span file)
{
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	if (w->identity_files.count != 0)
		return cs_line_misused(
		    w->line, "%s opens by a passphrase, not by -i", input_name(w));
	int status = cs_age_input_passphrase(w->line, input_name(w), false, &passphrase);
	if (status != CS_CLI_OK)
		return status;
	struct cs_age_passphrase who = { cs_buf_str(&passphrase), CS_AGE_WORK_FACTOR_MAX };
	struct cs_age_opener opener = cs_age_passphrase_opener(&who);
	return open_file(w, file, &opener);
}

static int
open_by_files(const struct wish *w, cs_span file)
{
	CS_AUTO(cs_age_keys_clear) struct cs_age_keys keys = { .count = 0 };
	int status = CS_CLI_OK;

	for (int i = 0; i < w->identity_files.count && status == CS_CLI_OK; i++)
		status = cs_age_input_identities(w->line, w->identity_files.values[i], &keys);
	if (status != CS_CLI_OK)
		return status;
	struct cs_age_identities who = { keys.identities, keys.count };
	struct cs_age_opener opener = cs_age_identities_opener(&who);
	return open_file(w, file, &opener);
}

static int
open_by_vault(const struct wish *w, cs_span file)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };

	CS_AUTO(cs_buf_clear) struct cs_buf plain;

	cs_buf_init_sensitive(&plain, CS_AGE_INPUT_MAX);
	cs_session_init(&s, w->line);
	int status = cs_session_unlock(&s);
	if (status != CS_CLI_OK)
		return status;
	cs_err err = cs_session_decrypt(&s, file, &plain);
	return write_plain(w, err, cs_buf_span(&plain));
}

static int
decrypt(const struct wish *w)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = CS_AGE_INPUT_MAX };
	bool is_passphrase;
	int status = cs_file_read(w->input, &file);

	if (status != CS_CLI_OK)
		return status;
	cs_span bytes = cs_buf_span(&file);
	cs_err err = cs_age_is_passphrase(bytes, &is_passphrase);
	/* Before anybody is asked for anything. */
	if (cs_failed(err))
		return cs_age_input_trouble(input_name(w), err);
	if (is_passphrase)
		return open_by_passphrase(w, bytes);
	return w->identity_files.count != 0 ? open_by_files(w, bytes) : open_by_vault(w, bytes);
}

/* --- encrypting --- */

static int
gather_recipients(const struct wish *w, struct cs_age_recipients *out)
{
	CS_AUTO(cs_age_keys_clear) struct cs_age_keys keys = { .count = 0 };
	int status = CS_CLI_OK;

	for (int i = 0; i < w->recipients.count && status == CS_CLI_OK; i++)
		status = cs_age_input_recipient(cs_str_c(w->recipients.values[i]), "-r", out);
	for (int i = 0; i < w->recipient_files.count && status == CS_CLI_OK; i++)
		status = cs_age_input_recipients(w->recipient_files.values[i], out);
	for (int i = 0; i < w->identity_files.count && status == CS_CLI_OK; i++)
		status = cs_age_input_identities(w->line, w->identity_files.values[i], &keys);
	for (size_t i = 0; i < keys.count && status == CS_CLI_OK; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 128 };
		cs_age_recipient r = cs_age_recipient_of(keys.identities[i]);

		cs_age_recipient_encode(&r, &text);
		status = cs_age_input_recipient(cs_buf_str(&text), "-i", out);
	}
	if (status == CS_CLI_OK && !w->is_passphrase && out->count == 0) {
		cs_complain("there is no recipient in those files");
		return CS_CLI_DAMAGED;
	}
	return status;
}

static int
write_age(const struct wish *w, struct cs_buf *file)
{
	CS_AUTO(cs_buf_clear) struct cs_buf armor = { .max = (size_t)CS_AGE_INPUT_MAX * 2 };

	if (!w->is_armor)
		return write_out(w, cs_buf_span(file), false);
	cs_age_armor(cs_buf_span(file), &armor);
	return write_out(w, cs_buf_span(&armor), true);
}

static int
encrypt(const struct wish *w)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain, passphrase;
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = (size_t)CS_AGE_INPUT_MAX + (64 << 20) };
	struct cs_age_recipients to = { .count = 0 };
	cs_err err;

	cs_buf_init_sensitive(&plain, CS_AGE_INPUT_MAX);
	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	int status = gather_recipients(w, &to);
	if (status == CS_CLI_OK && w->is_passphrase)
		status = cs_age_input_passphrase(
		    w->line, w->output != NULL ? w->output : "the file", true, &passphrase);
	if (status == CS_CLI_OK)
		status = cs_file_read(w->input, &plain);
	if (status != CS_CLI_OK)
		return status;
	if (w->is_passphrase)
		err = cs_age_encrypt_passphrase(&cs_random_system, cs_buf_str(&passphrase),
		    CS_AGE_WORK_FACTOR, cs_buf_span(&plain), &file);
	else
		err = cs_age_encrypt(
		    &cs_random_system, to.list, to.count, cs_buf_span(&plain), &file);
	if (!cs_failed(err))
		return write_age(w, &file);
	cs_complain(cs_is(err, CS_E_CRYPTO) ? "one of the recipients is no key that is safe to use"
					    : "there is not enough memory");
	return CS_CLI_FAILED;
}

int
cs_cmd_age(struct cs_cli_line *line)
{
	struct wish w = { .line = line };
	const struct cs_cli_option options[] = {
		{ "decrypt", 'd', NULL, "open a file", .flag = &w.is_decrypt },
		{ "encrypt", 'e', NULL, "write one; so it does unless told",
		    .flag = &w.is_encrypt },
		{ "armor", 'a', NULL, "write it as text", .flag = &w.is_armor },
		{ "passphrase", 'p', NULL, "write it for whoever knows a passphrase",
		    .flag = &w.is_passphrase },
		{ "recipient", 'r', "age1…", "write it for this key", .list = &w.recipients },
		{ "recipients-file", 'R', "FILE", "write it for the keys in a file",
		    .list = &w.recipient_files },
		{ "identity", 'i', "FILE", "open it with this key; the vault's unless told",
		    .list = &w.identity_files },
		{ "output", 'o', "FILE", "where to write; standard output unless told",
		    .value = &w.output },
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, 1, &status))
		return status;
	w.input = line->word_count == 1 ? line->words[0] : NULL;
	status = check_wish(&w);
	if (status != CS_CLI_OK)
		return status;
	return w.is_decrypt ? decrypt(&w) : encrypt(&w);
}
