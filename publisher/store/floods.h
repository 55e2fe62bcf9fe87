/*
 * floods.h - the conditions under which a flood_count f is a flood that a capture belongs to. Posts do
 * not name the URLs of floods: otherwise an attacker could get an innocent host blocked by flooding a
 * honeypot through it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISHER_FLOODS_H
#define POTPRESS_PUBLISHER_FLOODS_H

/* url: an expression. As in flood_count, without what is behind ? or #. */
#define FLOOD_OF_URL(url)                                 \
	"f.value = substr(" url ", 1, instr(replace(" url \
	", '#', '?') || '?', '?') - 1) "                  \
	"AND f.kind = 'url' "                             \
	"AND f.skipped > 0 "
/* s: the name of a sighting. */
#define FLOOD_OF_SESSION(s)                    \
	"f.value = coalesce(" s ".session, " s \
	".src_ip) "                            \
	"AND f.kind = 'session' "              \
	"AND f.honeypot = " s                  \
	".honeypot "                           \
	"AND f.skipped > 0 "

#endif
