/*
 * labels.h - splits the engines' labels into words and recognises names among them.
 *
 * A label is free text of its engine ("HEUR:Backdoor.Linux.Mirai.b"). Labels are read from the array
 * `engines` of a report: pairs of engine and label, only of engines that detect.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_LABELS_H
#define POTPRESS_VIRUSTOTAL_LABELS_H

#include "common/json/json.h"

#define LABEL_WORD_MAX 64

/* The label of the engine after *engine (NULL: of the first), "" if it gave none; *engine moves on. NULL after
 * the last. */
const char *label_next(const cJSON *engines, const cJSON **engine);
/* Did an engine before this one give the same label? One engine is sold under several brands. */
bool label_is_repeated(const cJSON *engines, const cJSON *engine);
/* The next word (letters and digits, in lower case) at *at, which moves past it; false at the end.
 * Words that are too long to be names are left out. */
bool label_word(const char **at, char out[LABEL_WORD_MAX]);
/* The start of the label's variant ("enjc" of "Trojan.Win32.Miner.enjc"), or the label's end if there
 * is none. */
const char *label_variant(const char *label);
/* Where names begin in it: Bitdefender calls a cluster of files X by "Gen:Variant.X" and "Gen:Heur.X". */
const char *label_past_cluster(const char *label);
/* Is `word` (lower case) one of the label's words? */
bool label_has(const char *label, const char *word);

/* What a label's words say: that it comes from machine learning or reputation, and so names nothing; that
 * the file is a potentially unwanted application; that it is a test file. */
enum label_sense { LABEL_GUESS = 1, LABEL_UNWANTED = 2, LABEL_TEST = 4 };
/* A sum of these. */
unsigned label_senses(const char *label);
/* Is the word (lower case, without its trailing number) a kind, a platform, a method or an engine's
 * opinion rather than a family? */
bool label_word_is_generic(const char *word);

/* Cuts the number off the word's end. */
void label_strip_digits(char *word);

#endif
