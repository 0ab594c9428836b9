/*
 * countersign: the command line for people. One row here and one cmd_NAME.c a command; this file
 * links libc alone, so that it starts as fast as a shell builtin feels.
 */

#include <stdio.h>
#include <string.h>

struct command {
	const char *name;
	const char *help; /* one sentence */
	int (*run)(int argc, char **argv); /* its own words; returns the exit status */
};

static int version(int argc, char **argv);
static int help(int argc, char **argv);

static const struct command commands[] = {
	{ "version", "Print the version.", version },
	{ "help", "Print this.", help },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
write_help(FILE *out)
{
	fputs("usage: countersign COMMAND\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].help);
	fputs("\nThe server is countersignd; see countersignd(8).\n", out);
}

static int
version(int argc, char **argv)
{
	return puts("countersign " CS_VERSION) < 0;
}

static int
help(int argc, char **argv)
{
	write_help(stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";
	int taken = argc > 1 ? 2 : argc;

	if (strcmp(name, "--help") == 0 || strcmp(name, "--version") == 0)
		name += 2;
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(argc - taken, argv + taken);
	fprintf(stderr, "countersign: there is no command '%s'\n", name);
	write_help(stderr);
	return 2;
}
