/*
 * get.c - bare libcurl: GETs the URLs of standard input, some at a time, and throws the answers away.
 *
 *      get CONCURRENCY KEY <URLS
 *
 * SPDX-License-Identifier: MIT
 */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 400
#define WAIT_MS 1000

static size_t
forget(char *bytes, size_t size, size_t count, void *ctx)
{
	(void)bytes;
	(void)ctx;
	return size * count;
}

/* The next URL, if there is one. */
static bool
start(CURLM *multi, CURL *easy)
{
	char url[LINE_MAX_BYTES];

	if (fgets(url, sizeof url, stdin) == NULL)
		return false;
	url[strcspn(url, "\n")] = '\0';
	curl_easy_setopt(easy, CURLOPT_URL, url);
	return curl_multi_add_handle(multi, easy) == CURLM_OK;
}

static CURL *
handle(struct curl_slist *headers)
{
	CURL *easy = curl_easy_init();

	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "bare; gzip");
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, forget);
	return easy;
}

static bool
finish_one(CURLM *multi, int *running)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		CURL *easy = m->easy_handle;

		if (m->data.result != CURLE_OK)
			return false;
		curl_multi_remove_handle(multi, easy);
		if (!start(multi, easy)) {
			curl_easy_cleanup(easy);
			--*running;
		}
	}
	return true;
}

int
main(int argc, char **argv)
{
	CURLM *multi = curl_multi_init();
	struct curl_slist *headers = NULL;
	char key[LINE_MAX_BYTES];
	int running = 0, ignored;

	if (argc != 3 || multi == NULL)
		return 64;
	snprintf(key, sizeof key, "x-apikey: %s", argv[2]);
	headers = curl_slist_append(NULL, key);
	for (long i = strtol(argv[1], NULL, 10); i > 0; i--)
		running += start(multi, handle(headers));
	while (running > 0) {
		curl_multi_perform(multi, &ignored);
		if (!finish_one(multi, &running))
			return 1;
		curl_multi_poll(multi, NULL, 0, WAIT_MS, NULL);
	}
	curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
	return 0;
}
