/*
 * look_alike.c - characters that look like one of ASCII, or mean a number, and have no compatibility form
 * that says so. The letters are those of Unicode's list of confusable characters (UTS 39) and, of Latin,
 * all with strokes and hooks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/internal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* From the first character on, what each is read as; a blank: nothing else. Sorted. */
/* clang-format off */
static const struct {
	uint32_t first;
	const char *ascii;
} ROWS[] = {
	/* Latin */
	{ 0x00b7, "." }, { 0x00d8, "o" }, { 0x00f0, "d" }, { 0x00f8, "o     p" },
	{ 0x0110, "dd" }, { 0x0126, "hh" }, { 0x0131, "i" }, { 0x0141, "ll" },
	{ 0x0166, "tt" },
	{ 0x0180, "bbbbb  cc ddd    ffg   ikkl  nno    ppr2   tttt   vyyzz3" },
	{ 0x01c0, "|" }, { 0x01e4, "gg" }, { 0x021c, "3   nd88zz" },
	{ 0x0234,
	    "lntj  accl sz  b  eejj qrryy a b cdde  e    gggy  h iiil"
	    "ll w mnnno      rrr r s     t  u   yzz3      b  hj lq" },
	{ 0x02d0, ":      -" }, { 0x02f8, ":" },
	/* Greek and Coptic */
	{ 0x037f, "j" }, { 0x0387, "." }, { 0x0391, "ab  ezh ik mn o p  ty x" },
	{ 0x03b1, "aby ezn ik uv o p otu x w" }, { 0x03dc, "f" }, { 0x03e8, "2" },
	{ 0x03f2, "cj     cm" },
	/* Cyrillic */
	{ 0x0405, "si j" },
	{ 0x0410,
	    "a b  e 3  k mho pcty x      b   a6br e 3u k mhonpcty x  "
	    "    b" },
	{ 0x0455, "si j" }, { 0x0461, "w" }, { 0x0474, "vv" }, { 0x04ae, "yy" },
	{ 0x04ba, "hh e  l" }, { 0x04cf, "l" }, { 0x04e0, "33" }, { 0x0500, "dd" },
	{ 0x050c, "gg" }, { 0x051a, "qqww" },
	/* Armenian, Hebrew, Arabic and their neighbours */
	{ 0x054d, "u s     o" }, { 0x0561, "w q  q" }, { 0x0570, "h" },
	{ 0x0578, "n   nu   g  fo   :" }, { 0x05c3, ": ." }, { 0x060c, "," },
	{ 0x066b, "," }, { 0x06d4, "." }, { 0x0701, "..::" }, { 0x0903, ":" },
	{ 0x0970, "." },
	/* Georgian, Cherokee, the syllables of Canada */
	{ 0x10e7, "y" }, { 0x10ff, "o" }, { 0x1361, "." },
	{ 0x13a0, "drt  i   yaje      w   m   h y  g hz" },
	{ 0x13ce, "4b  r ws   vs   lc  p   kd      6    gb" }, { 0x142f, "v" },
	{ 0x144c, "u" }, { 0x146d, "p d  b" }, { 0x148d, "j" }, { 0x14aa, "l" },
	{ 0x14bf, "2" }, { 0x1541, "x" }, { 0x157c, "hx" }, { 0x1587, "r" },
	{ 0x15af, "b    f" }, { 0x15c5, "a" }, { 0x15de, "d" },
	{ 0x15ea, "d     m      b" }, { 0x16eb, ".:" }, { 0x1803, "." },
	/* Latin: small capitals, strokes and hooks */
	{ 0x1d00, "a   cd e  jk m o o      p  tu   vwz   r" },
	{ 0x1d6c, "bdfmnprrstz      p  bdfgklmnprs vxza de   i  u" },
	{ 0x1e9d, "f" }, { 0x1efe, "yy" },
	/* marks and symbols */
	{ 0x201a, "," }, { 0x2022, ".    ." }, { 0x2043, "-/" }, { 0x205a, ":" },
	{ 0x212e, "e" }, { 0x2212, "-  /  .." }, { 0x2223, "|" }, { 0x2236, ":" },
	{ 0x22c5, "." }, { 0x2500, "--" }, { 0x25aa, "." }, { 0x25cf, "." },
	{ 0x25e6, "." }, { 0x26ab, ".." }, { 0x2796, "-" }, { 0x2840, "." },
	{ 0x2981, "." }, { 0x2b24, "." },
	/* Coptic */
	{ 0x2c85, "r" }, { 0x2c8e, "h   l k   m n   oo  ppcct y   x" },
	{ 0x2cca, "9 3   l 6" }, { 0x2e30, ".. ." },
	/* Japanese and Chinese: marks, and what is read as a digit */
	{ 0x3001, ",.    0" }, { 0x30fb, ".-" }, { 0x4e00, "1  7     3" },
	{ 0x4e5d, "9" }, { 0x4e8c, "2" }, { 0x4e94, "5" }, { 0x4f0d, "5" },
	{ 0x516b, "8 6" }, { 0x53c2, "33" }, { 0x56db, "4" }, { 0x58f1, "1" },
	{ 0x58f9, "1" }, { 0x5f0c, "123 2" }, { 0x634c, "8" }, { 0x67d2, "7" },
	{ 0x6f06, "7" }, { 0x7396, "9" }, { 0x8086, "4" }, { 0x8cb3, "2" },
	{ 0x9678, "6" }, { 0x96f6, "0" },
	/* Lisu, Cyrillic, Latin and small letters of Cherokee */
	{ 0xa4d0, "bpddt gk jc zf mnlsr  vh  wxy a e lou   .,   :" },
	{ 0xa60e, "." }, { 0xa644, "2  i" }, { 0xa730, "fs" },
	{ 0xa740, "kk      lloooo  ppppppqq  2" }, { 0xa76a, "3   9" },
	{ 0xa789, ":    l.nnccchbbff     uggkknnrrssh3 l q  jxb   uu" },
	{ 0xa7c4, "cszddss" }, { 0xab32, "e ef lllmn o" },
	{ 0xab47, "rrr    u   u   xxxxy" }, { 0xab75, "i" }, { 0xab81, "r w" },
	{ 0xab93, "z" }, { 0xaba9, "vs    c" },
	/* Deseret and marks of others */
	{ 0x10101, "." }, { 0x10404, "o" }, { 0x10415, "c     l    s" },
	{ 0x1042c, "o" }, { 0x1043d, "c" }, { 0x10448, "s" }, { 0x10a50, "." },
};
/* clang-format on */

/* A capital may look like another letter than the small one does. */
uint32_t
look_alike(uint32_t c)
{
	size_t low = 0, high = COUNT(ROWS);
	const char *p;

	/* The last row that does not begin after it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ROWS[middle].first <= c)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	p = ROWS[low - 1].ascii;
	for (size_t n = c - ROWS[low - 1].first; n > 0 && *p != '\0'; n--)
		p++;
	return *p == ' ' ? 0 : (unsigned char)*p;
}

/* ---- rows of letters and numbers in circles, squares and brackets */

static const struct {
	uint32_t first, count, number;
} NUMBERS[] = { { 0x2474, 20, 1 }, { 0x24eb, 10, 11 }, { 0x24f5, 10, 1 },
	{ 0x24ff, 1, 0 }, { 0x2776, 10, 1 }, { 0x2780, 10, 1 }, { 0x278a, 10, 1 },
	{ 0x3021, 9, 1 }, { 0x1ccf0, 10, 0 }, { 0x1f10b, 1, 0 }, { 0x1f10c, 1, 0 },
	{ 0x1f51f, 1, 10 } };
static const uint32_t ALPHABETS[] = { 0x249c, 0x1ccd6, 0x1f150, 0x1f170, 0x1f1e6 };

#define LETTER_COUNT 26

size_t
look_enclosed(uint32_t c, uint32_t out[2])
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(ALPHABETS); i++)
		if (c - ALPHABETS[i] < LETTER_COUNT) {
			out[0] = 'a' + (c - ALPHABETS[i]);
			return 1;
		}
	for (size_t i = 0; i < COUNT(NUMBERS); i++)
		if (c - NUMBERS[i].first < NUMBERS[i].count) {
			uint32_t number = NUMBERS[i].number + (c - NUMBERS[i].first);

			if (number > 9)
				out[n++] = '0' + number / 10;
			out[n++] = '0' + number % 10;
			return n;
		}
	return 0;
}
