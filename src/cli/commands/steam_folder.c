#include "cli/commands/steam_folder.h"

#include "cli/program/file_in.h"
#include "cli/program/terminal.h"
#include "vault/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST "manifest.json"

static bool
is_mafile(const char *name)
{
	size_t len = strlen(name), end = sizeof(".maFile") - 1;

	return name[0] != '.' && len > end &&
	       cs_str_equal_nocase((cs_str){ name + len - end, end }, CS_STR(".maFile"));
}

bool
cs_steam_folder_is(const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;
	bool is_one = false;

	if (d == NULL)
		return false;
	while (!is_one && (entry = readdir(d)) != NULL)
		is_one = is_mafile(entry->d_name);
	closedir(d);
	return is_one;
}

static int
by_name(const void *a, const void *b)
{
	return cs_str_order(*(const cs_str *)a, *(const cs_str *)b);
}

static int
list(struct cs_session *s, const char *folder, cs_str *names, size_t *count)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;
	bool is_full = false;

	if (d == NULL) {
		cs_complain("%s: %s", folder, strerror(errno));
		return CS_CLI_DISK;
	}
	while (!is_full && (entry = readdir(d)) != NULL) {
		if (!is_mafile(entry->d_name) && strcmp(entry->d_name, MANIFEST) != 0)
			continue;
		is_full = *count == CS_STEAM_FOLDER_FILES_MAX;
		if (!is_full)
			names[(*count)++] = cs_arena_str(s->arena, cs_str_c(entry->d_name));
	}
	closedir(d);
	if (is_full) {
		cs_complain("%s: it holds more files than can be read", folder);
		return CS_CLI_FAILED;
	}
	qsort(names, *count, sizeof(*names), by_name);
	return CS_CLI_OK;
}

static int
add_file(const char *folder, cs_str name, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf data;
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%.*s", folder, CS_STR_ARG(name));

	cs_buf_init_sensitive(&data, CS_STEAM_FOLDER_FILE_MAX);
	if (len < 0 || (size_t)len >= sizeof(path) || !cs_utf8_is_valid(cs_str_span(name))) {
		cs_complain("%s: the name of a file in it cannot be used", folder);
		return CS_CLI_FAILED;
	}
	int status = cs_file_read(path, &data);
	if (status != CS_CLI_OK)
		return status;
	cs_text_add(out, "file", name);
	if (cs_utf8_is_valid(cs_buf_span(&data)))
		cs_text_add(out, "data", cs_buf_str(&data));
	else
		cs_text_add(out, "refused", CS_STR("what is in it is no text"));
	return CS_CLI_OK;
}

int
cs_steam_folder_read(struct cs_session *s, const char *folder, struct cs_buf *out)
{
	cs_str *names = CS_NEW_ARRAY(s->arena, cs_str, CS_STEAM_FOLDER_FILES_MAX);
	size_t count = 0;
	int status = list(s, folder, names, &count);

	cs_text_add(out, "countersign", CS_STR("steam 1"));
	for (size_t i = 0; i < count && status == CS_CLI_OK; i++)
		status = add_file(folder, names[i], out);
	if (status != CS_CLI_OK || !out->has_failed)
		return status;
	cs_complain("%s: it holds more than can be read", folder);
	return CS_CLI_FAILED;
}
