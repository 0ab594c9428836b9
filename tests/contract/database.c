#include "database.h"

#include "base/err.h"
#include "store/store.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static unsigned made;
static bool has_template;

static const char *
server(void)
{
	const char *url = getenv("CS_TEST_DATABASE");
	return url == NULL ? "sqlite:" : url;
}

bool
test_database_is_postgres(void)
{
	return strncmp(server(), "postgres", 8) == 0;
}

/* The server's URL names the database "postgres" as its path. */
static void
url_of(const char *database, char *url, size_t len)
{
	const char *path = strstr(server(), "/postgres?");
	CS_ASSERT(path != NULL);
	int n = snprintf(url, len, "%.*s/%s%s", (int)(path - server()), server(), database,
	    path + strlen("/postgres"));
	CS_ASSERT(n > 0 && (size_t)n < len);
}

static void
ignore_notice(void *ctx, const PGresult *res)
{
}

static void
run_on_server(const char *text)
{
	PGconn *pg = PQconnectdb(server());
	PQsetNoticeReceiver(pg, ignore_notice, NULL);
	PGresult *r = PQexec(pg, text);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s: %s\n", text, PQerrorMessage(pg));
		abort();
	}
	PQclear(r);
	PQfinish(pg);
}

static void
migrate(const char *url)
{
	struct cs_store_config cfg = { .url = cs_str_c(url), .readers = 1 };
	struct cs_store *s;

	CS_ASSERT(!cs_failed(cs_store_open_migrated(&cfg, &s)));
	cs_store_close(&s);
}

static void
make_template(void)
{
	char url[512];

	run_on_server("DROP DATABASE IF EXISTS cs_template");
	run_on_server("CREATE DATABASE cs_template");
	url_of("cs_template", url, sizeof(url));
	migrate(url);
	has_template = true;
}

static void
new_postgres(char *url, size_t len, bool has_schema)
{
	char name[64], text[200];

	if (has_schema && !has_template)
		make_template();
	snprintf(name, sizeof(name), "cs_%d_%u", (int)getpid(), ++made);
	snprintf(text, sizeof(text), "CREATE DATABASE %s TEMPLATE %s", name,
	    has_schema ? "cs_template" : "template0");
	run_on_server(text);
	url_of(name, url, len);
}

static void
ensure_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (folder[0] != '\0')
		return;
	snprintf(folder, sizeof(folder), "%s/cs-store.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	CS_ASSERT(mkdtemp(folder) != NULL);
}

/* What was closed is one file: the log is gone with its last connection. */
static void
copy_template(const char *path)
{
	char template[sizeof(folder) + 32], chunk[1 << 16];
	ssize_t n;

	snprintf(template, sizeof(template), "%s/template.db", folder);
	if (!has_template) {
		char url[sizeof(template) + 8];
		snprintf(url, sizeof(url), "sqlite:%s", template);
		migrate(url);
		has_template = true;
	}
	int from = open(template, O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CS_ASSERT(from >= 0 && to >= 0);
	while ((n = read(from, chunk, sizeof(chunk))) > 0)
		CS_ASSERT(write(to, chunk, (size_t)n) == n);
	CS_ASSERT(n == 0);
	close(from);
	close(to);
}

static void
new_sqlite(char *url, size_t len, bool has_schema)
{
	ensure_folder();
	snprintf(url, len, "sqlite:%s/%u.db", folder, ++made);
	if (has_schema)
		copy_template(url + strlen("sqlite:"));
}

bool
test_database_new(char *url, size_t len, bool has_schema)
{
	if (test_database_is_postgres())
		new_postgres(url, len, has_schema);
	else
		new_sqlite(url, len, has_schema);
	return test_database_is_postgres();
}

void
test_database_drop(const char *url)
{
	char path[600];
	static const char *const suffixes[] = { "", "-wal", "-shm" };

	if (test_database_is_postgres()) {
		const char *q = strchr(url, '?');
		const char *name = q;
		while (name[-1] != '/')
			name--;
		snprintf(path, sizeof(path), "DROP DATABASE IF EXISTS %.*s WITH (FORCE)",
		    (int)(q - name), name);
		run_on_server(path);
		return;
	}
	for (size_t i = 0; i < CS_COUNT(suffixes); i++) {
		snprintf(path, sizeof(path), "%s%s", url + strlen("sqlite:"), suffixes[i]);
		unlink(path);
	}
}

void
test_database_clean(void)
{
	char path[sizeof(folder) + 32];

	if (folder[0] == '\0')
		return;
	snprintf(path, sizeof(path), "%s/template.db", folder);
	unlink(path);
	rmdir(folder);
}
