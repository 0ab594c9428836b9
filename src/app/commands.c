#include "app/command.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

static int cmd_help(struct cs_command_line *line);
static int cmd_version(struct cs_command_line *line);

static const struct cs_command commands[] = {
	{ "run", "[--config FILE]",
	    "Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again.", cs_cmd_run },
	{ "init",
	    "[--config FILE] --account NAME --auth-origin URL --owner ADDRESS\n"
	    "         [--console-origin URL] [--api-token-file FILE] [--account-id-file FILE]",
	    "Make database, keyring, signing key, the first account, and an invitation for its "
	    "owner.",
	    cs_cmd_init },
	{ "check", "webauthn FILE",
	    "Judge recorded security-key registrations and sign-ins, one line for each.",
	    cs_cmd_check },
	{ "check-config", "[--config FILE] [--explain]",
	    "Say whether the configuration file is right; --explain lists every setting.",
	    cs_cmd_check_config },
	{ "keys", "[--config FILE] add | use KEYID | reseal",
	    "Rotate the sealing keys: add everywhere, use everywhere, then reseal.", cs_cmd_keys },
	{ "audit", "[--config FILE] verify [--witness FILE]",
	    "Walk every account's audit trail; with a witness, prove its tail as well.",
	    cs_cmd_audit },
	{ "mds", "[--config FILE] import FILE [--root PEM] | show",
	    "Take the FIDO metadata from a file; say what is there and which keys it hits.",
	    cs_cmd_mds },
	{ "member", "[--config FILE] reset-2fa EMAIL",
	    "Take a member's second factor away, so that the next sign-in sets up a new one.",
	    cs_cmd_member },
	{ "version", "", "Print the version.", cmd_version },
	{ "help", "", "Print this.", cmd_help },
};

static int
cmd_version(struct cs_command_line *line)
{
	puts("countersignd " CS_VERSION);
	return CS_EXIT_OK;
}

static int
cmd_help(struct cs_command_line *line)
{
	puts("usage: countersignd COMMAND …\n");
	for (size_t i = 0; i < CS_COUNT(commands); i++)
		printf("  %s%s%s\n         %s\n", commands[i].name,
		    commands[i].usage[0] != '\0' ? " " : "", commands[i].usage, commands[i].help);
	puts("\nFILE is " CS_CONFIG_PATH
	     " unless named. See countersignd(8), countersignd.conf(5).");
	return CS_EXIT_OK;
}

static void
take_word(struct cs_command_line *line, int at)
{
	line->word_count--;
	memmove(line->words + at, line->words + at + 1,
	    (size_t)(line->word_count - at) * sizeof(*line->words));
}

const char *
cs_option(struct cs_command_line *line, const char *name, bool is_flag)
{
	size_t len = strlen(name);

	for (int i = 0; i < line->word_count; i++) {
		const char *word = line->words[i];
		if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, name, len) != 0)
			continue;
		const char *rest = word + 2 + len;
		if (*rest == '=' && !is_flag) {
			take_word(line, i);
			return rest + 1;
		}
		if (*rest != '\0')
			continue;
		take_word(line, i);
		if (is_flag)
			return "";
		if (i == line->word_count)
			return "";
		const char *value = line->words[i];
		take_word(line, i);
		return value;
	}
	return NULL;
}

bool
cs_no_words_left(const struct cs_command_line *line)
{
	if (line->word_count == 0)
		return true;
	fprintf(stderr, "countersignd: '%s' is not understood; see countersignd help\n",
	    line->words[0]);
	return false;
}

int
cs_app_main(int argc, char **argv, const struct cs_clock *clock)
{
	const char *name = argc > 1 ? argv[1] : "help";
	struct cs_command_line line = {
		.clock = clock,
		.words = argv + (argc > 1 ? 2 : 1),
		.word_count = argc > 1 ? argc - 2 : 0,
	};

	if (strcmp(name, "--help") == 0 || strcmp(name, "--version") == 0)
		name += 2;
	for (size_t i = 0; i < CS_COUNT(commands); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		const char *config = cs_option(&line, "config", false);
		line.config_path = config != NULL ? config : CS_CONFIG_PATH;
		return commands[i].run(&line);
	}
	fprintf(stderr, "countersignd: there is no command '%s'; see countersignd help\n", name);
	return CS_EXIT_USAGE;
}
