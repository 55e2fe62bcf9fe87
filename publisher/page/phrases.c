/*
 * phrases.c - see phrases.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/phrases.h"

#include <string.h>

/* clang-format off */
static const char *const PHRASES[PHRASE_COUNT][LANGUAGE_COUNT] = {
	[PHRASE_KICKER + VERDICT_MALICIOUS] = { "MALICIOUS", "悪性" },
	[PHRASE_KICKER + VERDICT_SUSPICIOUS] = { "SUSPICIOUS", "疑わしい" },
	[PHRASE_KICKER + VERDICT_KNOWN_GOOD] = { "KNOWN SOFTWARE", "既知のソフトウェア" },
	[PHRASE_KICKER + VERDICT_UNDETECTED] = { "NOT DETECTED", "検出なし" },
	[PHRASE_KICKER + VERDICT_INCONCLUSIVE] = { "INCONCLUSIVE", "判断できず" },
	[PHRASE_KICKER + VERDICT_NOT_ANALYSED] = { "NO VERDICT", "判定なし" },
	[PHRASE_KICKER + VERDICT_UNKNOWN] = { "UNKNOWN TO VIRUSTOTAL", "VirusTotal に記録なし" },

	[PHRASE_SUBJECT + VERDICT_MALICIOUS] = { "Malicious file", "悪性ファイル" },
	[PHRASE_SUBJECT + VERDICT_SUSPICIOUS] = { "Suspicious file", "疑わしいファイル" },
	[PHRASE_SUBJECT + VERDICT_KNOWN_GOOD] = { "Known software", "既知のソフトウェア" },
	[PHRASE_SUBJECT + VERDICT_UNDETECTED] = { "Undetected file", "検出のないファイル" },
	[PHRASE_SUBJECT + VERDICT_INCONCLUSIVE] = { "Hardly analysed file", "判定の少ないファイル" },
	[PHRASE_SUBJECT + VERDICT_NOT_ANALYSED] = { "File without a verdict", "判定のないファイル" },
	[PHRASE_SUBJECT + VERDICT_UNKNOWN] = { "File unknown to VirusTotal", "未知のファイル (VirusTotal に記録なし)" },

	[PHRASE_HEADLINE + VERDICT_MALICIOUS] = { "{1} of {2} engines detected this file as of {3}", "{2} 製品中 {1} 製品が検出 ({3} 時点)" },
	[PHRASE_HEADLINE + VERDICT_SUSPICIOUS] = { "{1} of {2} engines detected this file as of {3}", "{2} 製品中 {1} 製品が検出 ({3} 時点)" },
	[PHRASE_HEADLINE + VERDICT_KNOWN_GOOD] = { "No engine detected it as of {3}", "{3} 時点で検出した製品はありません" },
	[PHRASE_HEADLINE + VERDICT_UNDETECTED] = { "No engine detected it as of {3}", "{3} 時点で検出した製品はありません" },
	[PHRASE_HEADLINE + VERDICT_INCONCLUSIVE] = { "No engine detected it as of {3}, but only {2} gave a verdict", "{3} 時点で検出した製品はありませんが、判定したのは {2} 製品だけです" },
	[PHRASE_HEADLINE + VERDICT_NOT_ANALYSED] = { "VirusTotal knows this file, but no engine had given a verdict as of {3}", "VirusTotal に登録されていますが、{3} 時点で判定した製品はありません" },
	[PHRASE_HEADLINE + VERDICT_UNKNOWN] = { "VirusTotal had no record of this file as of {3}", "{3} 時点で VirusTotal に記録のないファイルです" },
	[PHRASE_HEADLINE_SUSPECTED] = { "None of {2} engines called this file malicious as of {3}, but some called it suspicious", "{3} 時点で {2} 製品中に悪性とした製品はありませんが、疑わしいとした製品があります" },

	[PHRASE_SUBJECT_FAMILY] = { "{1}", "マルウェア {1}" },
	[PHRASE_TITLE_CAPTURED] = { "{3} captured by {1}: {2}", "{1} が捕獲した{3}: {2}" },
	[PHRASE_TITLE_BY_HAND] = { "{3} looked up by hand: {2}", "手動で照会した{3}: {2}" },
	[PHRASE_RATIO_AS_OF] = { "({1} as of {2})", "({2} 時点 {1})" },
	[PHRASE_LABEL] = { "Threat label: {1}", "脅威ラベル: {1}" },
	[PHRASE_DISTRIBUTOR] = { "Known distributor: {1}", "既知の配布元: {1}" },
	[PHRASE_SUSPECTED] = { "{1} engines called it suspicious", "疑わしいとした製品 {1}" },
	[PHRASE_SUSPECTED_ONE] = { "{1} engine called it suspicious", "疑わしいとした製品 {1}" },
	[PHRASE_VERDICTS] = { "{1} engines gave a verdict", "判定した製品 {1}" },
	[PHRASE_ANALYSED] = { "analysed {1}", "解析日時 {1}" },
	[PHRASE_ASKED] = { "asked {1}", "照会日時 {1}" },
	[PHRASE_CARD_HONEYPOT] = { "honeypot", "ハニーポット" },
	[PHRASE_CARD_HONEYPOTS] = { "honeypots", "ハニーポット" },
	[PHRASE_CARD_CAPTURE] = { "capture as of {1}", "捕獲回数 ({1} 現在)" },
	[PHRASE_CARD_CAPTURES] = { "captures as of {1}", "捕獲回数 ({1} 現在)" },
	[PHRASE_CARD_COUNTRY] = { "source country", "送信元の国" },
	[PHRASE_CARD_COUNTRIES] = { "source countries", "送信元の国" },
	[PHRASE_CAPTURED] = { "{1} honeypots captured this file ({2}) for the first time on {3}.", "{1} ハニーポットが {3}に初めて捕獲したファイル ({2}) です。" },
	[PHRASE_CAPTURED_PLAIN] = { "{1} honeypots captured this file for the first time on {3}.", "{1} ハニーポットが {3}に初めて捕獲したファイルです。" },
	[PHRASE_NOT_CAPTURED] = { "This file was looked up by hand; our honeypots did not capture it.", "手動で照会したファイルです。当ハニーポットでは捕獲していません。" },
	[PHRASE_SENTENCE_LABEL] = { "VirusTotal labels it {1}.", "VirusTotal での脅威ラベルは {1} です。" },
	[PHRASE_SENTENCE_NEWS] = { "VirusTotal had no record of it when asked on {1}, so it may be new.", "{1}の照会時点で VirusTotal に記録がなく、新しいファイルの可能性があります。" },
	[PHRASE_SENTENCE_FIRST] = { "We captured it before anybody had sent it to VirusTotal.", "VirusTotal に初めて送信されるより前に捕獲しました。" },
	[PHRASE_SENTENCE_PUA] = { "It is classed as a potentially unwanted application.", "望ましくない可能性のあるアプリケーション (PUA) に分類されています。" },
	[PHRASE_H_FILE] = { "File", "ファイル" },
	[PHRASE_H_HASHES] = { "Hashes", "ハッシュ値" },
	[PHRASE_H_CAPTURES] = { "How it reached the honeypots", "捕獲の経緯" },
	[PHRASE_H_URLS] = { "Download URLs", "配布 URL" },
	[PHRASE_H_DETECTIONS] = { "Detections", "検出名" },
	[PHRASE_R_FAMILY] = { "Family", "ファミリー" },
	[PHRASE_FAMILY_VOTE] = { "{1} (named by {2} engines)", "{1} ({2} 製品による)" },
	[PHRASE_R_CATEGORY] = { "Category", "分類" },
	[PHRASE_R_TYPE] = { "File type", "ファイル形式" },
	[PHRASE_R_SIZE] = { "Size", "サイズ" },
	[PHRASE_SIZE] = { "{1} bytes", "{1} バイト" },
	[PHRASE_R_NAMES] = { "Names here", "当ハニーポットでの名前" },
	[PHRASE_R_VT_NAME] = { "Name on VirusTotal", "VirusTotal での名前" },
	[PHRASE_R_VT_FIRST] = { "First sent to VirusTotal", "VirusTotal 初回送信" },
	[PHRASE_R_VT_ASKED] = { "VirusTotal last asked", "VirusTotal への照会" },
	[PHRASE_R_FIRST_CAPTURE] = { "First captured here", "初回捕獲" },
	[PHRASE_R_LAST_CAPTURE] = { "Last captured here", "最終捕獲" },
	[PHRASE_R_VT_TAGS] = { "Tags on VirusTotal", "VirusTotal のタグ" },
	[PHRASE_C_TIME] = { "Time ({1})", "時刻 ({1})" },
	[PHRASE_C_HONEYPOT] = { "Honeypot", "ハニーポット" },
	[PHRASE_C_SOURCE] = { "Source", "送信元" },
	[PHRASE_C_ENGINE] = { "Engine", "製品" },
	[PHRASE_C_NAME] = { "Name", "検出名" },
	[PHRASE_MORE] = { "{1} more are not shown.", "ほか {1} 件は省略しました。" },
	[PHRASE_SHOW_NAMES] = { "Show the names given by {1} engines", "{1} 製品の検出名を表示" },
	[PHRASE_SHOW_NAME] = { "Show the name given by {1} engine", "{1} 製品の検出名を表示" },
	[PHRASE_BUTTON] = { "Open the report on VirusTotal", "VirusTotal のレポートを開く" },
	[PHRASE_SMALL_PRINT] = { "Written automatically from the records of honeypots and from the answer VirusTotal gave on {1}. Source addresses are shortened to their networks and times to the hour. Addresses and URLs are defanged; do not visit them.", "ハニーポットの記録と {1}時点の VirusTotal の回答から自動作成しました。送信元アドレスはネットワーク単位、時刻は時間単位で示しています。アドレスと URL は無害化してあります。アクセスしないでください。" },
};

static const struct { const char *category, *names[LANGUAGE_COUNT]; } CATEGORIES[] = {
	{ "trojan", { "trojan", "トロイの木馬" } },
	{ "ransomware", { "ransomware", "ランサムウェア" } },
	{ "worm", { "worm", "ワーム" } },
	{ "virus", { "virus", "ウイルス" } },
	{ "miner", { "cryptocurrency miner", "暗号資産マイナー" } },
	{ "downloader", { "downloader", "ダウンローダー" } },
	{ "dropper", { "dropper", "ドロッパー" } },
	{ "hacktool", { "hacking tool", "ハッキングツール" } },
	{ "adware", { "adware", "アドウェア" } },
	{ "pua", { "potentially unwanted application", "望ましくない可能性のあるアプリケーション (PUA)" } },
	{ "spyware", { "spyware", "スパイウェア" } },
	{ "banker", { "banking trojan", "バンキング型トロイの木馬" } },
	{ "phishing", { "phishing", "フィッシング" } },
};
/* clang-format on */

const char *
phrase(enum language language, enum phrase p)
{
	return PHRASES[p][language];
}

const char *
phrase_category(enum language language, const char *category)
{
	for (size_t i = 0; i < sizeof CATEGORIES / sizeof CATEGORIES[0]; i++)
		if (strcmp(CATEGORIES[i].category, category) == 0)
			return CATEGORIES[i].names[language];
	return NULL;
}

/* A place "{N}" at p: its filling, else NULL. */
static const struct filling *
place(const char *p, const struct filling fillings[FILLINGS_MAX])
{
	if (p[0] != '{' || p[1] < '1' || p[1] > '0' + FILLINGS_MAX || p[2] != '}')
		return NULL;
	return &fillings[p[1] - '1'];
}

#define PLACE_LEN 3
#define PIECE_MAX 1024

static void
put_piece(struct html *h, const char *text, size_t len)
{
	auto_buf piece = BUF_INIT(PIECE_MAX);

	buf_put(&piece, text, len);
	h->failed |= !buf_ok(&piece);
	if (buf_ok(&piece))
		html_text(h, buf_text(&piece));
}

static void
put_filling(struct html *h, const struct filling *f)
{
	if (f->strong)
		html_open(h, TAG_STRONG);
	html_text(h, f->text != NULL ? f->text : "");
	if (f->strong)
		html_close(h, TAG_STRONG);
}

void
phrase_html(struct html *h, enum language language, enum phrase p,
    const struct filling fillings[FILLINGS_MAX])
{
	const char *text = phrase(language, p), *start = text;

	for (; *text != '\0'; text++) {
		const struct filling *f = place(text, fillings);

		if (f == NULL)
			continue;
		put_piece(h, start, (size_t)(text - start));
		put_filling(h, f);
		start = text + PLACE_LEN;
		text = start - 1;
	}
	put_piece(h, start, strlen(start));
}

void
phrase_plain(struct buf *out, enum language language, enum phrase p,
    const struct filling fillings[FILLINGS_MAX])
{
	const char *text = phrase(language, p);

	while (*text != '\0') {
		const struct filling *f = place(text, fillings);

		if (f == NULL) {
			buf_putc(out, *text++);
			continue;
		}
		buf_puts(out, f->text != NULL ? f->text : "");
		text += PLACE_LEN;
	}
}
