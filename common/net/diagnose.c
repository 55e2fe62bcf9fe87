/*
 * diagnose.c - why a service cannot be reached, for --check; sends no request.
 *
 * SPDX-License-Identifier: MIT
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "common/net/internal.h"

#define DIGEST_BYTES 32
#define NAMES_MAX 2000
#define URL_MAX 4400 /* the longest that the configuration accepts, and a name for EHLO */

/* Connects only; sends no request. */
static CURLcode
connect_only(struct easy *c, const struct http *h, const struct http_service *service,
    char detail[CURL_ERROR_SIZE])
{
	long left_ms = http_time_left_ms(h, service);
	auto_buf url = BUF_INIT(URL_MAX);

	http_put_url(&url, service);
	http_opt_text(c, CURLOPT_URL, buf_text(&url));
	http_opt_num(c, CURLOPT_TIMEOUT_MS, left_ms > 0 ? left_ms : 1);
	http_opt_num(c, CURLOPT_CONNECT_ONLY, 1);
	if (curl_easy_setopt(c->handle, CURLOPT_ERRORBUFFER, detail) != CURLE_OK)
		return CURLE_FAILED_INIT;
	return c->failed != CURLE_OK ? c->failed : curl_easy_perform(c->handle);
}

/* The server's certificate of the last connection, as PEM from libcurl. */
static X509 *
leaf(CURL *handle)
{
	struct curl_certinfo *info = NULL;
	X509 *certificate = NULL;

	if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL || info->num_of_certs < 1)
		return NULL;
	for (struct curl_slist *i = info->certinfo[0]; i != NULL; i = i->next) {
		BIO *bio;

		if (strncmp(i->data, "Cert:", 5) != 0)
			continue;
		bio = BIO_new_mem_buf(i->data + 5, -1);
		certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		BIO_free(bio);
		break;
	}
	return certificate;
}

static void
put_pin(struct buf *out, X509 *certificate)
{
	unsigned char *key = NULL, digest[DIGEST_BYTES], text[64];
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);

	if (len > 0 &&
	    EVP_Digest(key, (size_t)len, digest, NULL, EVP_sha256(), NULL) == 1) {
		EVP_EncodeBlock(text, digest, DIGEST_BYTES);
		buf_printf(out, "sha256//%s", (const char *)text);
	}
	OPENSSL_free(key);
}

static void
put_names(struct buf *out, X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509_EXTENSION *names;
	char *text = NULL;
	long len;
	int at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);

	names = at >= 0 ? X509_get_ext(certificate, at) : NULL;
	if (names == NULL || X509V3_EXT_print(bio, names, 0, 0) != 1)
		BIO_puts(bio, "no names");
	len = BIO_get_mem_data(bio, &text);
	buf_put(out, text, len < NAMES_MAX ? (size_t)len : NAMES_MAX);
	BIO_free(bio);
}

/* Is the certificate for the host of the service's URL? */
static bool
names_host(X509 *certificate, const struct http_service *service)
{
	CURLU *url = curl_url();
	char *host = NULL;
	bool named = false;

	if (url != NULL &&
	    curl_url_set(url, CURLUPART_URL, service->config->url, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		char *bare = host + (host[0] == '[');

		bare[strcspn(bare, "]")] = '\0';
		named = X509_check_ip_asc(certificate, bare, 0) == 1 ||
			X509_check_host(certificate, bare, 0, 0, NULL) == 1;
	}
	curl_free(host);
	curl_url_cleanup(url);
	return named;
}

static void
put_certificate(struct buf *out, X509 *certificate, const struct http_service *service)
{
	buf_puts(out, ". Its certificate is for: ");
	put_names(out, certificate);
	if (!names_host(certificate, service))
		buf_puts(out,
		    ", which is not the host in `url`; with ca_file, `url` must "
		    "contain one of these names, and connect_to the address where it "
		    "can be reached");
	buf_puts(out,
	    ". If that server is yours, compare its key on the server itself (openssl "
	    "x509 -in CERTIFICATE -pubkey -noout | openssl pkey -pubin -outform der | "
	    "openssl dgst -sha256 -binary | base64) and then set pinned_public_key = ");
	put_pin(out, certificate);
}

/* Connects again without verification, to see the certificate; nothing is sent over that connection. */
static void
describe_certificate(
    const struct http *h, const struct http_service *service, struct buf *out)
{
	struct easy c = { .handle = curl_easy_init() };
	struct curl_slist *connect_to = NULL;
	char detail[CURL_ERROR_SIZE] = "";
	X509 *certificate = NULL;

	if (c.handle == NULL)
		return;
	http_set_policy(&c, service, &connect_to);
	http_opt_num(&c, CURLOPT_CERTINFO, 1);
	http_opt_text(&c, CURLOPT_PINNEDPUBLICKEY, NULL);
	http_opt_num(&c, CURLOPT_SSL_VERIFYPEER, 0);
	http_opt_num(&c, CURLOPT_SSL_VERIFYHOST, 0);
	if (connect_only(&c, h, service, detail) == CURLE_OK)
		certificate = leaf(c.handle);
	if (certificate != NULL)
		put_certificate(out, certificate, service);
	X509_free(certificate);
	curl_easy_cleanup(c.handle);
	curl_slist_free_all(connect_to);
}

static bool
is_about_trust(CURLcode code)
{
	return code == CURLE_PEER_FAILED_VERIFICATION ||
	       code == CURLE_SSL_PINNEDPUBKEYNOTMATCH || code == CURLE_SSL_CONNECT_ERROR;
}

void
http_diagnose(struct http *h, const struct http_service *service, struct buf *out)
{
	struct easy c = { .handle = curl_easy_init() };
	struct curl_slist *connect_to = NULL;
	char detail[CURL_ERROR_SIZE] = "";
	CURLcode code;

	h->newest_date = 0;
	if (c.handle == NULL)
		return;
	http_set_policy(&c, service, &connect_to);
	code = connect_only(&c, h, service, detail);
	if (code != CURLE_OK) {
		buf_printf(out, "%s: ", service->config->url);
		http_describe(out, c.handle, service->config, code, detail);
		if (is_about_trust(code))
			describe_certificate(h, service, out);
	}
	curl_easy_cleanup(c.handle);
	curl_slist_free_all(connect_to);
}
