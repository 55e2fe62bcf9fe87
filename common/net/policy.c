/*
 * policy.c - how a service is reached and trusted, and what a failure to do so is called.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>

#include "common/net/internal.h"
#include "common/net/url.h"

#define CONNECT_TO_MAX 600

static void
set_trust(struct easy *c, const struct service_config *s)
{
	/* A pinned key alone replaces other verification: T-Pot's certificate names only an internal
	 * address. */
	bool pin_alone = s->pinned_public_key != NULL && s->ca_file == NULL;

	http_opt_num(c, CURLOPT_SSL_VERIFYPEER, pin_alone ? 0L : 1L);
	http_opt_num(c, CURLOPT_SSL_VERIFYHOST, pin_alone ? 0L : 2L);
	if (s->pinned_public_key != NULL)
		http_opt_text(c, CURLOPT_PINNEDPUBLICKEY, s->pinned_public_key);
	if (s->ca_file != NULL)
		http_opt_text(c, CURLOPT_CAINFO, s->ca_file);
}

void
http_set_policy(
    struct easy *c, const struct http_service *service, struct curl_slist **connect_to)
{
	const struct service_config *s = service->config;
	auto_buf to = BUF_INIT(CONNECT_TO_MAX);

	http_opt_text(c, CURLOPT_PROTOCOLS_STR, "http,https");
	if (service->helo != NULL)
		http_set_mail_policy(c, s);
	http_opt_num(c, CURLOPT_FOLLOWLOCATION, 0);
	http_opt_num(c, CURLOPT_NOSIGNAL, 1);
	http_opt_num(c, CURLOPT_CONNECTTIMEOUT,
	    s->timeout_s < HTTP_CONNECT_TIMEOUT_S ? (long)s->timeout_s
						  : HTTP_CONNECT_TIMEOUT_S);
	/* Environment variables do not decide where requests go. */
	http_opt_text(c, CURLOPT_PROXY, s->proxy != NULL ? s->proxy : "");
	http_opt_text(c, CURLOPT_NOPROXY, "");
	if (s->proxy_user != NULL) {
		http_opt_num(c, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
		http_opt_text(c, CURLOPT_PROXYUSERNAME, s->proxy_user);
		http_opt_text(c, CURLOPT_PROXYPASSWORD, s->proxy_password.bytes);
	}
	set_trust(c, s);
	if (s->connect_to == NULL)
		return;
	buf_printf(&to, "::%s", s->connect_to);
	*connect_to = curl_slist_append(NULL, buf_text(&to));
	http_opt_list(c, CURLOPT_CONNECT_TO, *connect_to);
}

static const struct {
	CURLcode code;
	const char *sentence;
} SENTENCES[] = {
	{ CURLE_COULDNT_RESOLVE_HOST,
	    "the host name cannot be resolved; check `url` and DNS" },
	{ CURLE_COULDNT_RESOLVE_PROXY,
	    "the proxy's host name cannot be resolved; check `proxy` and DNS" },
	{ CURLE_COULDNT_CONNECT,
	    "no connection; check that it is running, the host and port, and "
	    "firewalls" },
	{ CURLE_OPERATION_TIMEDOUT,
	    "timed out; it is overloaded, or a firewall may be dropping packets" },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH,
	    "its TLS key does not match pinned_public_key: the server has a "
	    "new key, or somebody intercepts the connection" },
	{ CURLE_SSL_CONNECT_ERROR,
	    "the TLS handshake failed; check that the port serves TLS 1.2 or "
	    "newer" },
	{ CURLE_USE_SSL_FAILED,
	    "the server offers no STARTTLS; use smtps, or set allow_http = yes to send "
	    "in clear text" },
	{ CURLE_LOGIN_DENIED, "the server offers no login that works here" },
	{ CURLE_SSL_CACERT_BADFILE, "ca_file contains no usable certificate" },
	{ CURLE_GOT_NOTHING, "the connection was closed without an answer" },
	{ CURLE_PARTIAL_FILE, "the answer was truncated" },
	{ CURLE_SEND_ERROR, "the connection broke" },
	{ CURLE_RECV_ERROR, "the connection broke" },
};

static const char *
refusal(CURL *handle)
{
	long code = 0;

	curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &code);
	if (code == ECONNREFUSED)
		return "the connection was refused; check that it is running, and the "
		       "host and port";
	if (code == ENETUNREACH || code == EHOSTUNREACH)
		return "no route to host; check the host and the network";
	return NULL;
}

/* An invalid chain has its own result; otherwise the name does not match. */
static const char *
distrust(CURL *handle)
{
	long result = 0;

	curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &result);
	if (result == X509_V_OK || result == X509_V_ERR_UNSPECIFIED)
		return "its TLS certificate is for another host; set `url` to a name in "
		       "the certificate and connect_to to the address where it can be "
		       "reached";
	if (result == X509_V_ERR_CERT_HAS_EXPIRED ||
	    result == X509_V_ERR_CERT_NOT_YET_VALID)
		return "its TLS certificate has expired or is not yet valid; renew it, or "
		       "set this machine's clock";
	return "its TLS certificate is not trusted; set ca_file or pinned_public_key";
}

/* If the time was spent resolving the host, that is the reason. */
static const char *
lateness(CURL *handle)
{
	curl_off_t looked_up = 0;

	curl_easy_getinfo(handle, CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
	return looked_up == 0 ? "resolving the host name timed out; check DNS" : NULL;
}

static const char *
sentence(CURL *handle, CURLcode code)
{
	const char *special = NULL;

	if (code == CURLE_COULDNT_CONNECT)
		special = refusal(handle);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		special = distrust(handle);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		special = lateness(handle);
	if (special != NULL)
		return special;
	for (size_t i = 0; i < sizeof SENTENCES / sizeof SENTENCES[0]; i++)
		if (SENTENCES[i].code == code)
			return SENTENCES[i].sentence;
	return curl_easy_strerror(code);
}

const char *
http_proxy_refusal(CURL *handle, const struct service_config *config)
{
	long tunnel = 0, status = 0;

	curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	if (config->proxy == NULL || (tunnel != 407 && status != 407))
		return NULL;
	return config->proxy_user != NULL
		   ? "the proxy rejected proxy_user or its password (407)"
		   : "the proxy asks for a login (407): set proxy_user and "
		     "proxy_password_file";
}

/* The environment variable that names a proxy, if the host was unreachable; else NULL. */
static const char *
ignored_proxy(const struct service_config *config, CURLcode code)
{
	static const char *const NAMES[] = { "https_proxy", "HTTPS_PROXY", "http_proxy",
		"all_proxy", "ALL_PROXY" };

	if (config->proxy != NULL ||
	    (code != CURLE_COULDNT_RESOLVE_HOST && code != CURLE_COULDNT_CONNECT &&
		code != CURLE_OPERATION_TIMEDOUT))
		return NULL;
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		const char *value = getenv(NAMES[i]);

		if (value != NULL && value[0] != '\0')
			return NAMES[i];
	}
	return NULL;
}

void
http_describe(struct buf *out, CURL *handle, const struct service_config *config,
    CURLcode code, const char *detail)
{
	const char *refused = http_proxy_refusal(handle, config);
	const char *ignored = ignored_proxy(config, code);

	buf_puts(out, refused != NULL ? refused : sentence(handle, code));
	if (detail[0] != '\0')
		buf_printf(out, " (%s)", detail);
	if (ignored != NULL)
		buf_printf(out,
		    "; %s is set, but only `proxy` in the configuration counts", ignored);
}
