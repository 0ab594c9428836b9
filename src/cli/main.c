/*
 * countersign: the command line for people. This program links libc alone, so that it starts as fast
 * as a shell's own command feels; what needs libraries it runs from libexec/countersign/.
 */
#include "cli/oath/cmd_oath.h"
#include "cli/help.h"

#include "base/err.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What was typed, perhaps by a page that somebody copied from. No command has such characters. */
static void
say_typed(const char *name)
{
	for (; *name != '\0'; name++)
		fputc(*name >= ' ' && *name < 0x7f ? *name : '?', stderr);
}

static int
refuse_name(const char *name)
{
	const struct cs_cli_command *nearest = cs_help_nearest(name);
	bool is_option = name[0] == '-';

	fputs(is_option ? "countersign: options come behind the command: countersign COMMAND "
			: "countersign: there is no command '",
	    stderr);
	say_typed(name);
	if (is_option)
		fputs("\n", stderr);
	else if (nearest != NULL)
		fprintf(stderr, "'; did you mean '%s'?\n", nearest->name);
	else
		fputs("'; countersign help lists them all\n", stderr);
	return CS_CLI_USAGE;
}

static bool
asks_for_help(const struct cs_cli_line *line)
{
	return line->word_count > 0 &&
	       (strcmp(line->words[0], "--help") == 0 || strcmp(line->words[0], "-h") == 0);
}

static int
written(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return CS_CLI_OK;
	fprintf(stderr, "countersign: cannot write: %s\n", strerror(errno));
	return CS_CLI_FAILED;
}

int
cs_cmd_version(struct cs_cli_line *line)
{
	if (asks_for_help(line))
		cs_help_write_one(stdout, cs_cli_command_named("version"));
	else if (line->word_count > 0 && strcmp(line->words[0], "--json") == 0)
		puts("{\"version\":\"" CS_VERSION "\"}");
	else
		puts("countersign " CS_VERSION);
	return written();
}

/* The words behind the name stand in one array with it. */
int
cs_cmd_oath(struct cs_cli_line *line)
{
	static char name[] = "oathtool";
	char **argv = line->words - 1;

	argv[0] = name;
	return cs_oath_main(line->word_count + 1, argv);
}

static bool
is_called_oathtool(const char *self)
{
	const char *slash = strrchr(self, '/');

	return strcmp(slash == NULL ? self : slash + 1, "oathtool") == 0;
}

/*
 * Beside this program as it is built, or where it is installed: never by PATH. On its own stack, so that
 * a code does not pay for pages of paths.
 */
__attribute__((noinline)) static int
run_program(const char *program, char **argv)
{
	static const char *const folders[] = { "libexec/countersign", "../libexec/countersign" };
	char self[PATH_MAX];
	char path[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	while (len > 0 && self[len - 1] != '/')
		len--;
	for (size_t i = 0; len > 0 && i < CS_COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%.*s%s/%s", (int)len, self, folders[i], program);
		execv(path, argv);
	}
	fprintf(stderr, "countersign: libexec/countersign/%s cannot be run: %s\n", program,
	    strerror(errno));
	return CS_CLI_FAILED;
}

/* The program that has a command says best what it takes. */
int
cs_cmd_help(struct cs_cli_line *line)
{
	const char *name = line->word_count > 0 && line->words[0][0] != '-' ? line->words[0] : NULL;
	const struct cs_cli_command *command = name == NULL ? NULL : cs_cli_command_named(name);
	char help[] = "--help", self[] = "countersign";

	if (name != NULL && command == NULL)
		return refuse_name(name);
	if (line->word_count > 0 && strcmp(line->words[0], "--names") == 0) {
		cs_help_write_names(stdout);
		return written();
	}
	if (command != NULL && command->run == NULL)
		return run_program(
		    command->program, (char *[]){ self, line->words[0], help, NULL });
	if (command != NULL)
		cs_help_write_one(stdout, command);
	else if (strcmp(line->name, "help") != 0)
		cs_help_write_short(stdout);
	else
		cs_help_write(stdout);
	return written();
}

/* How many words an option of every command (program.c has them all) takes here; 0: it is none. */
static int
global_option_words(const char *word)
{
	static const char *const flags[] = { "--json", "--yes", "-y" };
	static const char *const with_value[] = { "--vault", "--passphrase-file" };

	for (size_t i = 0; i < CS_COUNT(flags); i++) {
		if (strcmp(word, flags[i]) == 0)
			return 1;
	}
	for (size_t i = 0; i < CS_COUNT(with_value); i++) {
		size_t len = strlen(with_value[i]);
		if (strncmp(word, with_value[i], len) == 0 &&
		    (word[len] == '\0' || word[len] == '='))
			return word[len] == '\0' ? 2 : 1;
	}
	return 0;
}

/* `countersign --json list` means `countersign list --json`. */
static void
put_command_first(int argc, char **argv)
{
	int at = 1;

	for (int words = 1; at < argc && words > 0; at += words)
		words = global_option_words(argv[at]);
	if (at >= argc || at == 1)
		return;
	char *command = argv[at];
	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof(*argv));
	argv[1] = command;
}

int
main(int argc, char **argv)
{
	if (argc > 0 && is_called_oathtool(argv[0]))
		return cs_oath_main(argc, argv);
	put_command_first(argc, argv);
	const char *name = argc > 1 ? argv[1] : "--help";
	struct cs_cli_line line = {
		.name = name,
		.words = argv + (argc > 1 ? 2 : argc),
		.word_count = argc > 1 ? argc - 2 : 0,
	};

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		name = "version";
	const struct cs_cli_command *command = cs_cli_command_named(name);
	if (command == NULL)
		return refuse_name(name);
	return command->run != NULL ? command->run(&line) : run_program(command->program, argv);
}
