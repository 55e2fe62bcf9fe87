/*
 * get.c - bare libcurl: GETs the URLs of standard input, some at a time, and throws the answers away.
 *
 *      get CONCURRENCY KEY [DATABASE] <URLS
 *
 * With a database, a new file, each answer is stored there as it came, in one durable commit: the least
 * that a program does which loses nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <curl/curl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"

#define LINE_MAX_BYTES 400
#define BODY_MAX (64 << 20)
#define WAIT_MS 1000

struct getter {
	CURL *easy;
	struct buf body;
	char url[LINE_MAX_BYTES];
};

static void
must(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "get: %s\n", what);
	exit(1);
}

static size_t
forget(char *bytes, size_t size, size_t count, void *ctx)
{
	(void)bytes;
	(void)ctx;
	return size * count;
}

static size_t
collect(char *bytes, size_t size, size_t count, void *ctx)
{
	buf_put(ctx, bytes, size * count);
	return size * count;
}

static sqlite3_stmt *
open_database(const char *path, sqlite3 **db)
{
	sqlite3_stmt *s;

	must(sqlite3_open(path, db) == SQLITE_OK &&
		 sqlite3_exec(*db,
		     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
		     "CREATE TABLE kept (url TEXT PRIMARY KEY, raw BLOB)",
		     NULL, NULL, NULL) == SQLITE_OK &&
		 sqlite3_prepare_v2(
		     *db, "INSERT INTO kept VALUES (?, ?)", -1, &s, NULL) == SQLITE_OK,
	    "the database");
	return s;
}

static void
store(sqlite3_stmt *s, struct getter *g)
{
	sqlite3_bind_text(s, 1, g->url, -1, SQLITE_STATIC);
	sqlite3_bind_blob(s, 2, g->body.ptr, (int)g->body.len, SQLITE_STATIC);
	must(sqlite3_step(s) == SQLITE_DONE, "the answer cannot be stored");
	sqlite3_reset(s);
	buf_reset(&g->body);
}

/* The next URL, if there is one. */
static bool
start(CURLM *multi, struct getter *g)
{
	if (fgets(g->url, sizeof g->url, stdin) == NULL)
		return false;
	g->url[strcspn(g->url, "\n")] = '\0';
	curl_easy_setopt(g->easy, CURLOPT_URL, g->url);
	return curl_multi_add_handle(multi, g->easy) == CURLM_OK;
}

static struct getter *
getter_new(struct curl_slist *headers, bool keeps)
{
	struct getter *g = calloc(1, sizeof *g);

	must(g != NULL, "out of memory");
	g->body.max = BODY_MAX;
	g->easy = curl_easy_init();
	curl_easy_setopt(g->easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(g->easy, CURLOPT_USERAGENT, "bare; gzip");
	curl_easy_setopt(g->easy, CURLOPT_PRIVATE, g);
	curl_easy_setopt(g->easy, CURLOPT_WRITEFUNCTION, keeps ? collect : forget);
	curl_easy_setopt(g->easy, CURLOPT_WRITEDATA, &g->body);
	if (!keeps)
		curl_easy_setopt(g->easy, CURLOPT_ACCEPT_ENCODING, "");
	return g;
}

static void
finish_some(CURLM *multi, sqlite3_stmt *s, int *running)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		CURL *easy = m->easy_handle;
		struct getter *g;

		must(m->data.result == CURLE_OK, curl_easy_strerror(m->data.result));
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&g);
		curl_multi_remove_handle(multi, easy);
		if (s != NULL)
			store(s, g);
		if (start(multi, g))
			continue;
		curl_easy_cleanup(easy);
		buf_done(&g->body);
		free(g);
		--*running;
	}
}

int
main(int argc, char **argv)
{
	CURLM *multi = curl_multi_init();
	struct curl_slist *headers;
	sqlite3 *db = NULL;
	sqlite3_stmt *s = argc == 4 ? open_database(argv[3], &db) : NULL;
	char key[LINE_MAX_BYTES];
	int running = 0, ignored;

	must((argc == 3 || argc == 4) && multi != NULL, "CONCURRENCY KEY [DATABASE]");
	snprintf(key, sizeof key, "x-apikey: %s", argv[2]);
	headers = curl_slist_append(NULL, key);
	if (s != NULL)
		headers = curl_slist_append(headers, "accept-encoding: gzip");
	for (long i = strtol(argv[1], NULL, 10); i > 0; i--)
		running += start(multi, getter_new(headers, s != NULL));
	for (;;) {
		curl_multi_perform(multi, &ignored);
		finish_some(multi, s, &running);
		if (running == 0)
			break;
		curl_multi_poll(multi, NULL, 0, WAIT_MS, NULL);
	}
	curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return 0;
}
