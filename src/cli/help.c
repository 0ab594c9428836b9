/*
 * help.c - see help.h. Lines of 80 columns: a terminal's width is not worth the question.
 */
#include "cli/help.h"

#include <string.h>

#define COLUMNS 79
#define INDENT 16
/* Longer words are no mistyped command. */
#define NAME_MAX_LEN 24
#define MISTAKES_MAX 2

static const char first_steps[] =
    "usage: countersign COMMAND [WORDS] [OPTIONS]\n"
    "\n"
    "Codes for signing in, in the terminal, out of an encrypted vault.\n"
    "\n"
    "To your first code:\n"
    "  countersign init                 make your vault (once); write the recovery\n"
    "                                   key down that it shows\n"
    "  countersign add Example:alice    put in an account: type or paste the key that\n"
    "                                   the service shows beside its QR code\n"
    "  countersign code example         the code, now\n"
    "\n"
    "Coming from another app? Export there, then: countersign import FILE\n";

static const char last_words[] =
    "\n"
    "countersign help COMMAND says what a command takes; countersign(1) has the rest.\n"
    "The server is countersignd; see countersignd(8).\n";

/* Words at a hanging indent; the line is at column at. */
static void
write_wrapped(FILE *out, const char *text, size_t at)
{
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (at > INDENT && at + 1 + len > COLUMNS) {
			fprintf(out, "\n%*s", INDENT, "");
			at = INDENT;
		} else if (at > INDENT) {
			putc(' ', out);
			at++;
		}
		fwrite(text, 1, len, out);
		at += len;
		text += len + strspn(text + len, " ");
	}
	putc('\n', out);
}

static void
write_group(FILE *out, const char *group, const struct cs_cli_command *commands, size_t count)
{
	fprintf(out, "\n%s\n", group);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(commands[i].group, group) != 0)
			continue;
		fprintf(out, "  %-*s", INDENT - 2, commands[i].name);
		write_wrapped(out, commands[i].help, INDENT);
	}
}

void
cs_help_write(FILE *out, const struct cs_cli_command *commands, size_t count)
{
	fputs(first_steps, out);
	for (size_t i = 0; i < count; i++) {
		size_t first = 0;
		while (strcmp(commands[first].group, commands[i].group) != 0)
			first++;
		if (first == i)
			write_group(out, commands[i].group, commands, count);
	}
	fputs(last_words, out);
}

void
cs_help_write_names(FILE *out, const struct cs_cli_command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s\t%s\n", commands[i].name, commands[i].help);
}

void
cs_help_write_one(FILE *out, const struct cs_cli_command *command)
{
	fprintf(out, "usage: countersign %s%s%s\n\n%s\n", command->name,
	    command->usage[0] == '\0' ? "" : " ", command->usage, command->help);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters left out, put in, wrong, or two of them swapped. */
static size_t
mistakes(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_LEN + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > NAME_MAX_LEN || b_len > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3],
		       *two_above = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(
			    least(row[j - 1], above[j]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

const struct cs_cli_command *
cs_help_nearest(const char *name, const struct cs_cli_command *commands, size_t count)
{
	const struct cs_cli_command *nearest = NULL;
	size_t len = strlen(name), best = MISTAKES_MAX + 1;

	for (size_t i = 0; i < count; i++) {
		size_t n = len > 1 && strncmp(commands[i].name, name, len) == 0
			       ? 0
			       : mistakes(name, commands[i].name);
		/* a word of three letters with two wrong is another word */
		if (n < best && n < len) {
			best = n;
			nearest = &commands[i];
		}
	}
	return nearest;
}
