/*
 * noise.h - the condition under which a sample s is noise: its hashes never leave (common/outgoing/gate.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISHER_NOISE_H
#define POTPRESS_PUBLISHER_NOISE_H

/* s: the name of a sample. */
#define IS_NOISE(s)     \
	"EXISTS ( "     \
	"  SELECT 1 "   \
	"  FROM noise " \
	"  WHERE hash IN (" s ".sha256, " s ".sha1, " s ".md5)) "

#endif
