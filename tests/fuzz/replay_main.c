/*
 * replay_main.c - give a target every file of a folder, and say so as TAP: one case a file.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define FILE_MAX_BYTES (1 << 20)

static int
is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Copied to memory of exactly its size, so that reading past it is seen. */
static int
replay(const char *folder, const char *name)
{
	static uint8_t bytes[FILE_MAX_BYTES];
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return -1;
	size_t len = fread(bytes, 1, sizeof(bytes), f);
	int is_whole = feof(f) && !ferror(f);
	fclose(f);
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	if (!is_whole || copy == NULL)
		return -1;
	for (size_t i = 0; i < len; i++)
		copy[i] = bytes[i];
	int status = LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	return status;
}

int
main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int count = argc == 2 ? scandir(argv[1], &entries, is_visible, alphasort) : -1;
	int failed = 0;

	if (count <= 0) {
		printf("Bail out! no corpus\n");
		return 2;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		/* Flushed before, so that a crash is seen to belong to this one. */
		printf("# %s\n", entries[i]->d_name);
		fflush(stdout);
		int is_good = replay(argv[1], entries[i]->d_name) == 0;
		printf("%s %d - %s\n", is_good ? "ok" : "not ok", i + 1, entries[i]->d_name);
		failed += !is_good;
		free(entries[i]);
	}
	free(entries);
	return failed != 0;
}
