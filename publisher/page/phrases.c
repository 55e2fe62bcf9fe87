/*
 * phrases.c - see phrases.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/phrases.h"

#include <string.h>
#include <strings.h>

/* clang-format off */
static const char *const PHRASES[PHRASE_COUNT][LANGUAGE_COUNT] = {

	[PHRASE_KICKER + VERDICT_MALICIOUS] = { "MALICIOUS", "悪性" },
	[PHRASE_KICKER + VERDICT_SUSPICIOUS] = { "SUSPICIOUS", "疑わしい" },
	[PHRASE_KICKER + VERDICT_KNOWN_GOOD] = { "KNOWN SOFTWARE", "既知のソフトウェア" },
	[PHRASE_KICKER + VERDICT_UNDETECTED] = { "NOT DETECTED", "検出なし" },
	[PHRASE_KICKER + VERDICT_INCONCLUSIVE] = { "FEW VERDICTS", "判定数が不足" },
	[PHRASE_KICKER + VERDICT_NOT_ANALYSED] = { "NO VERDICT", "判定なし" },
	[PHRASE_KICKER + VERDICT_UNKNOWN] = { "UNKNOWN TO VIRUSTOTAL", "VirusTotal に記録なし" },
	[PHRASE_SUBJECT + VERDICT_MALICIOUS] = { "Malicious file", "悪性ファイル" },
	[PHRASE_SUBJECT + VERDICT_SUSPICIOUS] = { "Suspicious file", "疑わしいファイル" },
	[PHRASE_SUBJECT + VERDICT_KNOWN_GOOD] = { "Known software", "既知のソフトウェア" },
	[PHRASE_SUBJECT + VERDICT_UNDETECTED] = { "File", "ファイル" },
	[PHRASE_SUBJECT + VERDICT_INCONCLUSIVE] = { "File with few verdicts", "判定の少ないファイル" },
	[PHRASE_SUBJECT + VERDICT_NOT_ANALYSED] = { "File without a verdict", "判定のないファイル" },
	[PHRASE_SUBJECT + VERDICT_UNKNOWN] = { "Unknown file", "未知のファイル" },
	[PHRASE_HEADLINE + VERDICT_MALICIOUS] = { "{1} of {2} engines detected it as of {3}", "{2} 製品中 {1} 製品が検出 ({3} 時点)" },
	[PHRASE_HEADLINE + VERDICT_SUSPICIOUS] = { "{1} of {2} engines detected it as of {3}", "{2} 製品中 {1} 製品が検出 ({3} 時点)" },
	[PHRASE_HEADLINE + VERDICT_KNOWN_GOOD] = { "No engine detected it as of {3}; {2} gave a verdict", "{3} 時点で検出した製品はありません (判定 {2} 製品)" },
	[PHRASE_HEADLINE + VERDICT_UNDETECTED] = { "No engine detected it as of {3}; {2} gave a verdict", "{3} 時点で検出した製品はありません (判定 {2} 製品)" },
	[PHRASE_HEADLINE + VERDICT_INCONCLUSIVE] = { "No engine detected it as of {3}, but only {2} gave a verdict", "{3} 時点で検出した製品はありませんが、判定したのは {2} 製品だけです" },
	[PHRASE_HEADLINE + VERDICT_NOT_ANALYSED] = { "No engine had given a verdict as of {3}", "{3} 時点で判定した製品はありません" },
	[PHRASE_HEADLINE + VERDICT_UNKNOWN] = { "VirusTotal had no record of it as of {3}", "{3} 時点で VirusTotal に記録がありません" },
	[PHRASE_TITLE + VERDICT_MALICIOUS] = { "{1}: {2}/{3} engines as of {4} · {5}", "{1}: {2}/{3} 製品が検出 ({4} 時点) · {5}" },
	[PHRASE_TITLE + VERDICT_SUSPICIOUS] = { "{1}: {2}/{3} engines as of {4} · {5}", "{1}: {2}/{3} 製品が検出 ({4} 時点) · {5}" },
	[PHRASE_TITLE + VERDICT_KNOWN_GOOD] = { "{1}: not detected as of {4} · {5}", "{1}: 検出なし ({4} 時点) · {5}" },
	[PHRASE_TITLE + VERDICT_UNDETECTED] = { "{1}: not detected as of {4} · {5}", "{1}: 検出なし ({4} 時点) · {5}" },
	[PHRASE_TITLE + VERDICT_INCONCLUSIVE] = { "{1}: none of {3} engines as of {4} · {5}", "{1}: {3} 製品のいずれも検出なし ({4} 時点) · {5}" },
	[PHRASE_TITLE + VERDICT_NOT_ANALYSED] = { "{1} as of {4} · {5}", "{1} ({4} 時点) · {5}" },
	[PHRASE_TITLE + VERDICT_UNKNOWN] = { "{1}: not on VirusTotal as of {4} · {5}", "{1}: VirusTotal に記録なし ({4} 時点) · {5}" },
	[PHRASE_LEAD + VERDICT_MALICIOUS] = { "A file that antivirus engines call malicious", "ウイルス対策製品が悪性と判定したファイルです" },
	[PHRASE_LEAD + VERDICT_SUSPICIOUS] = { "A file that few antivirus engines detect", "一部のウイルス対策製品だけが検出しているファイルです" },
	[PHRASE_LEAD + VERDICT_KNOWN_GOOD] = { "Known software", "既知のソフトウェアです" },
	[PHRASE_LEAD + VERDICT_UNDETECTED] = { "A file that no antivirus engine has detected", "どのウイルス対策製品も検出していないファイルです" },
	[PHRASE_LEAD + VERDICT_INCONCLUSIVE] = { "A file that few antivirus engines have judged", "判定したウイルス対策製品が少ないファイルです" },
	[PHRASE_LEAD + VERDICT_NOT_ANALYSED] = { "A file that VirusTotal knows but no antivirus engine has judged", "VirusTotal に登録されているものの、判定したウイルス対策製品がないファイルです" },
	[PHRASE_LEAD + VERDICT_UNKNOWN] = { "A file that VirusTotal does not know, so it may be new", "VirusTotal に記録のないファイルで、新しいものである可能性があります" },

	[PHRASE_KICKER_PUA] = { "POTENTIALLY UNWANTED", "望ましくない可能性のあるアプリケーション" },
	[PHRASE_KICKER_TEST] = { "TEST FILE", "テストファイル" },
	[PHRASE_KICKER_KEY] = { "SSH KEY", "SSH 公開鍵" },
	[PHRASE_KICKER_FEW] = { "{1}, FEW VERDICTS", "{1} (判定数が不足)" },
	[PHRASE_KICKER_PAST] = { "{1} IN {2}", "{1} ({2} 年)" },
	[PHRASE_SUBJECT_PUA] = { "Potentially unwanted application", "望ましくない可能性のあるアプリケーション" },
	[PHRASE_SUBJECT_TEST] = { "Antivirus test file, not malware", "ウイルス対策のテストファイル (マルウェアではありません)" },
	[PHRASE_SUBJECT_KEY] = { "SSH public key", "SSH 公開鍵" },
	[PHRASE_SUBJECT_CVE] = { "Exploit for {3}", "{3} のエクスプロイト" },
	[PHRASE_SUBJECT_FAMILY_CVE] = { "{1}, exploit for {3}", "{1} ({3} のエクスプロイト)" },
	[PHRASE_SUBJECT_FAMILY_PUA] = { "{1}, potentially unwanted application", "望ましくない可能性のあるアプリケーション {1}" },
	[PHRASE_SUBJECT_FAMILY_CATEGORY] = { "{1} {2}", "{2} {1}" },
	[PHRASE_SUBJECT_CATEGORY] = { "{2}", "{2}" },
	[PHRASE_SUBJECT_FAMILY] = { "{1} malware", "マルウェア {1}" },
	[PHRASE_SUBJECT_NAMED] = { "{1} {2}", "{1} {2}" },
	[PHRASE_SUBJECT_AND_NAME] = { "{1}, {2}", "{1} {2}" },
	[PHRASE_SUBJECT_TYPE] = { "{1} ({2})", "{1} ({2})" },
	[PHRASE_TITLE_ONE_VERDICT] = { "{1}: not detected by the one engine that judged it as of {4} · {5}", "{1}: 判定した 1 製品では検出なし ({4} 時点) · {5}" },
	[PHRASE_TITLE_SUSPECTED] = { "{1}: called suspicious, not malicious, as of {4} · {5}", "{1}: 悪性とした製品はなく、疑わしいと判定 ({4} 時点) · {5}" },
	[PHRASE_HEADLINE_SUSPECTED] = { "No engine called it malicious as of {3}; {2} gave a verdict, {1} of them suspicious", "{3} 時点で悪性とした製品はありません (判定 {2} 製品、うち疑わしいとした製品 {1})" },
	[PHRASE_LEAD_SUSPECTED] = { "A file that antivirus engines call suspicious, but not malicious", "悪性とした製品はないものの、一部の製品が疑わしいとしたファイルです" },
	[PHRASE_LEAD_RECOGNISED] = { "A file that few antivirus engines detect, but that rules or sandboxes in the same report recognise", "検出した製品は一部ですが、同じレポートのルールやサンドボックスも検出しているファイルです" },
	[PHRASE_LEAD_PUA] = { "A potentially unwanted application", "望ましくない可能性のあるアプリケーション (PUA) に分類されているファイルです" },
	[PHRASE_LEAD_TEST] = { "A test file, not malware: antivirus products detect it by agreement, so that users can check that they work. There is nothing to block", "マルウェアではなく、ウイルス対策製品の動作確認用に各製品が申し合わせて検出するテストファイルです。遮断の必要はありません" },
	[PHRASE_LEAD_KEY] = { "A public SSH key of the kind that attackers add to authorized_keys to log in again without a password", "攻撃者がパスワードなしで再びログインするために authorized_keys に書き加える SSH 公開鍵です" },
	[PHRASE_LEAD_CVE] = { "An exploit for {3}", "{3} を悪用するエクスプロイトです" },
	[PHRASE_LEAD_FAMILY_CVE] = { "{1}, an exploit for {3}", "{3} を悪用するエクスプロイト {1} です" },
	[PHRASE_LEAD_FAMILY_PUA] = { "{1}, a potentially unwanted application", "望ましくない可能性のあるアプリケーション (PUA) に分類されている {1} です" },
	[PHRASE_LEAD_FAMILY_CATEGORY] = { "{1}, classified as {2}", "{2}に分類されている {1} です" },
	[PHRASE_LEAD_FAMILY] = { "Malware of the {1} family", "{1} ファミリーのマルウェアです" },
	[PHRASE_LEAD_CATEGORY] = { "A file that VirusTotal classifies as {2}", "VirusTotal で{2}に分類されているファイルです" },
	[PHRASE_LEAD_END] = { ". ", "。" },

	[PHRASE_DOWNLOADED] = { "Attackers downloaded it to {1} over {2}.", "攻撃者が {2} 経由で {1}にダウンロードさせました。" },
	[PHRASE_UPLOADED] = { "Attackers uploaded it to {1} over {2}.", "攻撃者が {2} 経由で {1}にアップロードしました。" },
	[PHRASE_BROUGHT] = { "Attackers uploaded it to {1} or downloaded it there, over {2}.", "攻撃者が {2} 経由で {1}にアップロードするか、ダウンロードさせました。" },
	[PHRASE_DOWNLOADED_PLAIN] = { "Attackers downloaded it to {1}.", "攻撃者が {1}にダウンロードさせました。" },
	[PHRASE_UPLOADED_PLAIN] = { "Attackers uploaded it to {1}.", "攻撃者が {1}にアップロードしました。" },
	[PHRASE_BROUGHT_PLAIN] = { "Attackers uploaded it to {1} or downloaded it there.", "攻撃者が {1}にアップロードするか、ダウンロードさせました。" },
	[PHRASE_HONEYPOTS] = { "{1} honeypots", "{1} ハニーポット" },
	[PHRASE_HONEYPOT_KINDS] = { "{1} kinds of honeypots", "{1} 種類のハニーポット" },
	[PHRASE_LIST] = { ", ", "、" },
	[PHRASE_LIST_END] = { " and ", "、" },
	[PHRASE_NOT_CAPTURED] = { "It was looked up by hand; our honeypots have not captured it.", "手動で照会したファイルで、当サイトのハニーポットでは捕獲していません。" },

	[PHRASE_LABEL] = { "label {1}", "ラベル {1}" },
	[PHRASE_DISTRIBUTOR] = { "distributed by {1}", "配布元 {1}" },
	[PHRASE_SUSPICIONS] = { "{1} engines called it suspicious", "疑わしいとした製品 {1}" },
	[PHRASE_SUSPICION] = { "{1} engine called it suspicious", "疑わしいとした製品 {1}" },
	[PHRASE_PAST] = { "analysed {1} years before the latest capture", "解析は最新の捕獲の {1} 年前" },
	[PHRASE_PAST_YEAR] = { "analysed a year before the latest capture", "解析は最新の捕獲の 1 年前" },
	[PHRASE_GONE] = { "no longer on VirusTotal as of {1}", "{1} 時点では VirusTotal に記録がなくなっています" },

	[PHRASE_H_BLOCK] = { "What to block or look for", "遮断・確認の候補" },
	[PHRASE_H_HASH] = { "Hash", "ハッシュ値" },
	[PHRASE_HASH] = { "{1}", "{1} ハッシュ値" },
	[PHRASE_URL] = { "Download URL", "配布 URL" },
	[PHRASE_URLS] = { "Download URLs", "配布 URL" },
	[PHRASE_HOST] = { "Host", "ホスト" },
	[PHRASE_HOSTS] = { "Hosts", "ホスト" },
	[PHRASE_DEFANGED] = { "Defanged: hxxp stands for http, fxp for ftp, [.] for a dot. A host may be a third party’s compromised server: check before you block it entirely.", "hxxp は http、fxp は ftp、[.] はドットを表します (無害化表記)。ホストは侵害された第三者のサーバーの可能性もあるため、全体を遮断する前に確認してください。" },
	[PHRASE_URLS_LEFT_OUT] = { "URLs are left out if very many different files came from them, or in the same session, within a day: their hosts may be innocent.", "1 日のうちに同じ URL または同じセッションから非常に多くの異なるファイルが届いた URL は、無関係なホストの可能性があるため記載していません。" },
	[PHRASE_URLS_MORE] = { "{1} more URLs are not shown.", "ほかの URL {1} 件は省略しました。" },
	[PHRASE_URL_MORE] = { "{1} more URL is not shown.", "ほかの URL {1} 件は省略しました。" },

	[PHRASE_H_ARRIVED] = { "How it arrived", "捕獲の経緯" },
	[PHRASE_CARD_CAPTURES] = { "captures as of {1}", "捕獲回数 ({1} 現在)" },
	[PHRASE_CARD_CAPTURE] = { "capture as of {1}", "捕獲回数 ({1} 現在)" },
	[PHRASE_CARD_ADDRESSES] = { "source addresses", "送信元 IP アドレス" },
	[PHRASE_CARD_ADDRESS] = { "source address", "送信元 IP アドレス" },
	[PHRASE_CARD_COUNTRIES] = { "source countries", "送信元の国・地域" },
	[PHRASE_CARD_COUNTRY] = { "source country", "送信元の国・地域" },
	[PHRASE_FIRST_CAPTURED] = { "We first captured it on {1}.", "当サイトでの初回捕獲は {1}です。" },
	[PHRASE_FIRST_BEFORE] = { "We first captured it on {1}, before anybody had submitted it to VirusTotal.", "当サイトでの初回捕獲は {1}で、VirusTotal への初回送信より前でした。" },
	[PHRASE_FIRST_DAYS] = { "We first captured it on {1}, {2} days before it was first submitted to VirusTotal.", "当サイトでの初回捕獲は {1}で、VirusTotal への初回送信より {2} 日前でした。" },
	[PHRASE_FIRST_DAY] = { "We first captured it on {1}, a day before it was first submitted to VirusTotal.", "当サイトでの初回捕獲は {1}で、VirusTotal への初回送信より 1 日前でした。" },
	[PHRASE_CARD_ADDRESSES_MOST] = { "source addresses at most", "送信元 IP アドレス (最大)" },
	[PHRASE_SOURCES] = { "Source addresses by country: {1}.", "送信元 IP アドレス (国・地域別): {1}。" },
	[PHRASE_SOURCES_MORE] = { "Source addresses by country: {1}; {2} from other countries.", "送信元 IP アドレス (国・地域別): {1}、その他 {2}。" },
	[PHRASE_SOURCES_CUT] = { "Older addresses are kept only as networks, so one that came again later is counted twice.", "古いアドレスはネットワーク単位でのみ保存しているため、後日再び現れたアドレスは二重に数えています。" },
	[PHRASE_SCANNED] = { "Sources, file names and URLs are those of the newest {1} captures.", "送信元、ファイル名、URL は新しい方から {1} 回の捕獲によるものです。" },
	[PHRASE_STORY_IN] = { "In the first session the attacker logged in{1}{2} on the {3} try.", "最初のセッションでは、攻撃者が {3} 回目の試行で{2}{1}ログインしました。" },
	[PHRASE_STORY_IN_TYPED] = { "In the first session the attacker logged in{1}{2} on the {3} try and typed {4}.", "最初のセッションでは、攻撃者が {3} 回目の試行で{2}{1}ログインし、{4}を入力しました。" },
	[PHRASE_STORY_IN_FETCHED] = { "In the first session the attacker logged in{1}{2} on the {3} try, typed {4} and fetched the file with {5}.", "最初のセッションでは、攻撃者が {3} 回目の試行で{2}{1}ログインし、{4}を入力して {5} でファイルを取得しました。" },
	[PHRASE_STORY_TYPED] = { "In the first session the attacker typed {4}.", "最初のセッションでは、攻撃者が {4}を入力しました。" },
	[PHRASE_STORY_FETCHED] = { "In the first session the attacker typed {4} and fetched the file with {5}.", "最初のセッションでは、攻撃者が {4}を入力して {5} でファイルを取得しました。" },
	[PHRASE_STORY_OVER] = { " over {1}", " {1} に" },
	[PHRASE_STORY_AS] = { " as {1}", " {1} として" },
	[PHRASE_STORY_COMMAND] = { "one command", "1 個のコマンド" },
	[PHRASE_STORY_COMMANDS] = { "{1} commands", "{1} 個のコマンド" },
	[PHRASE_STORY_ANYBODY] = { "(The honeypot lets anybody in after a few tries.)", "(このハニーポットは、数回試行すれば誰にでもログインを許します。)" },
	[PHRASE_STORY_REQUEST] = { "The attacker sent it in this request:", "攻撃者は次のリクエストでこのファイルを送信しました:" },
	[PHRASE_STORY_EXPLOIT] = { "The attacker sent this exploit:", "攻撃者は次の攻撃コードを送信しました:" },
	[PHRASE_SHOW_COMMAND] = { "Show the command", "入力されたコマンドを表示" },
	[PHRASE_SHOW_COMMANDS] = { "Show the {1} commands", "入力された {1} 個のコマンドを表示" },
	[PHRASE_SHOW_FIRST_COMMANDS] = { "Show the first {1} of {2} commands", "入力された {2} 個のコマンドのうち最初の {1} 個を表示" },
	[PHRASE_ORDINAL + 0] = { "first", "1" },
	[PHRASE_ORDINAL + 1] = { "second", "2" },
	[PHRASE_ORDINAL + 2] = { "third", "3" },
	[PHRASE_ORDINAL + 3] = { "fourth", "4" },
	[PHRASE_ORDINAL + 4] = { "fifth", "5" },
	[PHRASE_ORDINAL + 5] = { "sixth", "6" },
	[PHRASE_ORDINAL + 6] = { "seventh", "7" },
	[PHRASE_ORDINAL + 7] = { "eighth", "8" },
	[PHRASE_ORDINAL + 8] = { "ninth", "9" },
	[PHRASE_ORDINAL + 9] = { "tenth", "10" },
	[PHRASE_C_WHEN] = { "When", "日時" },
	[PHRASE_C_WHEN_ZONE] = { "When ({1})", "日時 ({1})" },
	[PHRASE_C_HOW] = { "How", "経路" },
	[PHRASE_C_FROM] = { "From", "送信元" },
	[PHRASE_UNVERIFIED] = { "not verifiable", "確認できません" },
	[PHRASE_TIMES] = { "{1} times", "{1} 回" },
	[PHRASE_PROTOCOL_PORT] = { "{1}, port {2}", "{1} (ポート {2})" },
	[PHRASE_PORT] = { "port {1}", "ポート {1}" },
	[PHRASE_DOWNLOAD] = { "download", "ダウンロード" },
	[PHRASE_UPLOAD] = { "upload", "アップロード" },
	[PHRASE_CAPTURES_MORE] = { "{1} earlier captures are not shown.", "これ以前の捕獲 {1} 回は省略しました。" },
	[PHRASE_CAPTURE_MORE] = { "{1} earlier capture is not shown.", "これ以前の捕獲 {1} 回は省略しました。" },

	[PHRASE_H_DETECTIONS] = { "Detections", "検出の詳細" },
	[PHRASE_C_ANALYSED] = { "Analysed", "解析日" },
	[PHRASE_C_DETECTED] = { "Engines that detected it", "検出した製品数" },
	[PHRASE_SHARE] = { "{1} of {2}", "{2} 製品中 {1} 製品" },
	[PHRASE_SHOW_NAMES] = { "Show the names given by {1} engines ({2} different)", "{1} 製品の検出名を表示 ({2} 種類)" },
	[PHRASE_SHOW_ONE_NAME] = { "Show the name given by {1} engines", "{1} 製品に共通の検出名を表示" },
	[PHRASE_SHOW_NAME] = { "Show the name given by {1} engine", "{1} 製品の検出名を表示" },
	[PHRASE_C_NAME] = { "Name", "検出名" },
	[PHRASE_C_ENGINES] = { "Engines", "製品" },
	[PHRASE_C_ALSO] = { "Also in the report", "同じレポートの他の検出" },
	[PHRASE_C_FINDING] = { "Finding", "内容" },
	[PHRASE_SANDBOX] = { "Sandbox", "サンドボックス" },
	[PHRASE_YARA] = { "YARA rule", "YARA ルール" },
	[PHRASE_SIGMA] = { "Sigma rule, high", "Sigma ルール (高)" },
	[PHRASE_IDS] = { "IDS rule, high", "IDS ルール (高)" },
	[PHRASE_BY] = { "{1} by {2}", "{1} (作成: {2})" },
	[PHRASE_IN] = { "{1} in {2}", "{1} ({2})" },

	[PHRASE_H_FILE] = { "File", "ファイル" },
	[PHRASE_R_FAMILY] = { "Family", "ファミリー" },
	[PHRASE_FAMILY_COUNT_ONE] = { "{1} (named by {2} engine)", "{1} ({2} 製品の検出名による)" },
	[PHRASE_FAMILY_COUNT] = { "{1} (named by {2} engines)", "{1} ({2} 製品の検出名による)" },
	[PHRASE_R_CATEGORY] = { "Category", "分類" },
	[PHRASE_R_LISTED] = { "MalwareBazaar (abuse.ch)", "MalwareBazaar (abuse.ch)" },
	[PHRASE_LISTED] = { "listed as of {1}", "登録あり ({1} 時点)" },
	[PHRASE_LISTED_AS] = { "listed as {1} as of {2}", "{1} として登録 ({2} 時点)" },
	[PHRASE_R_TYPE] = { "Type", "形式" },
	[PHRASE_R_SIZE] = { "Size", "サイズ" },
	[PHRASE_SIZE_ONE] = { "{1} byte", "{1} バイト" },
	[PHRASE_SIZE] = { "{1} bytes", "{1} バイト" },
	[PHRASE_R_NAMES] = { "File names seen", "観測したファイル名" },
	[PHRASE_R_NAME] = { "File name seen", "観測したファイル名" },
	[PHRASE_R_VT_NAME] = { "Name on VirusTotal", "VirusTotal での名前" },
	[PHRASE_R_VT_TAGS] = { "Tags on VirusTotal", "VirusTotal のタグ" },
	[PHRASE_AND_MORE] = { "… and {1} more", "… ほか {1} 件" },
	[PHRASE_R_FIRST] = { "First captured", "初回捕獲" },
	[PHRASE_R_LAST] = { "Last captured", "最終捕獲" },
	[PHRASE_R_VT_FIRST] = { "First on VirusTotal", "VirusTotal 初回送信" },
	[PHRASE_R_VT_ANALYSED] = { "Last analysed", "最終解析" },
	[PHRASE_R_LOOKED_UP] = { "Last looked up", "最終照会" },
	[PHRASE_R_HASHES] = { "Other hashes", "その他のハッシュ値" },

	[PHRASE_H_RELATED] = { "Related posts", "関連記事" },
	[PHRASE_SAME_FAMILY] = { "same family", "同じファミリー" },
	[PHRASE_SAME_HOST] = { "same host", "同じホスト" },
	[PHRASE_NEARLY_SAME] = { "nearly the same file (TLSH distance {1})", "ほぼ同じファイル (TLSH 距離 {1})" },

	[PHRASE_BUTTON] = { "Report on VirusTotal", "VirusTotal のレポート" },
	[PHRASE_LISTING_BUTTON] = { "Entry on MalwareBazaar", "MalwareBazaar の記録" },
	[PHRASE_REASON_UNKNOWN] = { "Why this file has its own page: VirusTotal had no record of it, and it was captured more than once or from a URL.", "この記事の掲載理由: VirusTotal に記録がなく、複数回捕獲したか、URL からダウンロードされたため。" },
	[PHRASE_REASON_FIRST] = { "Why this file has its own page: it was captured here before anybody had submitted it to VirusTotal.", "この記事の掲載理由: VirusTotal への初回送信より前に捕獲したため。" },
	[PHRASE_REASON_FAMILY] = { "Why this file has its own page: no other file of its family had been captured here for 30 days.", "この記事の掲載理由: このファミリーのファイルを直近 30 日間で初めて捕獲したため。" },
	[PHRASE_REASON_HARDLY] = { "Why this file has its own page: few engines detected it, and it was new to VirusTotal.", "この記事の掲載理由: 検出した製品が少なく、VirusTotal への初回送信から 30 日たっていなかったため。" },
	[PHRASE_REASON_WIDE] = { "Why this file has its own page: within a day it came {1}.", "この記事の掲載理由: 1 日以内に、{1}捕獲したため。" },
	[PHRASE_WIDE_ADDRESSES] = { "from 10 or more addresses", "10 個以上のアドレスから" },
	[PHRASE_WIDE_HONEYPOTS] = { "to several kinds of honeypots", "複数の種類のハニーポットで" },
	[PHRASE_WIDE_SENSORS] = { "to several sensors", "複数のセンサーで" },
	[PHRASE_REASON_GRAVE] = { "Why this file has its own page: it is of a kind that does serious damage, the first of its family this month.", "この記事の掲載理由: 被害の大きい種類で、このファミリーとしては今月初めて捕獲したため。" },
	[PHRASE_GENERATED] = { "Generated from honeypot records counted on {1} and VirusTotal’s answer of {2}. Source addresses are shortened to their networks, times to the hour; addresses and URLs are defanged: do not visit them. A country is that of the network, not of the people behind it.", "{1} に集計したハニーポットの記録と {2} の VirusTotal の回答から自動作成しました。送信元 IP アドレスはネットワーク単位、時刻は 1 時間単位で示しています。アドレスと URL は無害化した表記です。アクセスしないでください。国・地域はネットワークの所在地であり、攻撃者の所在地を示すものではありません。" },
	[PHRASE_GENERATED_BY_HAND] = { "Generated from VirusTotal’s answer of {2}.", "{2} の VirusTotal の回答から自動作成しました。" },
};

static const struct { const char *category, *names[LANGUAGE_COUNT], *said; } CATEGORIES[] = {
	{ "trojan", { "trojan", "トロイの木馬" }, "a trojan" },
	{ "ransomware", { "ransomware", "ランサムウェア" }, "ransomware" },
	{ "worm", { "worm", "ワーム" }, "a worm" },
	{ "virus", { "virus", "ウイルス" }, "a virus" },
	{ "miner", { "cryptocurrency miner", "暗号資産マイナー" }, "a cryptocurrency miner" },
	{ "downloader", { "downloader", "ダウンローダー" }, "a downloader" },
	{ "dropper", { "dropper", "ドロッパー" }, "a dropper" },
	{ "hacktool", { "hacking tool", "ハッキングツール" }, "a hacking tool" },
	{ "adware", { "adware", "アドウェア" }, "adware" },
	{ "pua", { "potentially unwanted application", "望ましくない可能性のあるアプリケーション (PUA)" }, "a potentially unwanted application" },
	{ "spyware", { "spyware", "スパイウェア" }, "spyware" },
	{ "banker", { "banking trojan", "バンキング型トロイの木馬" }, "a banking trojan" },
	{ "phishing", { "phishing", "フィッシング" }, "phishing" },
	{ "exploit", { "exploit", "エクスプロイト" }, "an exploit" },
	{ "backdoor", { "backdoor", "バックドア" }, "a backdoor" },
	{ "rootkit", { "rootkit", "ルートキット" }, "a rootkit" },
	{ "keylogger", { "keylogger", "キーロガー" }, "a keylogger" },
	{ "stealer", { "information stealer", "情報窃取型マルウェア" }, "an information stealer" },
	{ "infostealer", { "information stealer", "情報窃取型マルウェア" }, "an information stealer" },
	{ "rat", { "remote access trojan", "遠隔操作型トロイの木馬" }, "a remote access trojan" },
	{ "bot", { "bot", "ボット" }, "a bot" },
	{ "ddos", { "DDoS malware", "DDoS 攻撃用マルウェア" }, "DDoS malware" },
	{ "wiper", { "wiper", "ワイパー" }, "a wiper" },
	{ "fakeav", { "fake antivirus program", "偽のウイルス対策ソフト" }, "a fake antivirus program" },
	{ "dialer", { "dialer", "ダイヤラー" }, "a dialer" },
	{ "riskware", { "riskware", "リスクウェア" }, "riskware" },
	{ "grayware", { "grayware", "グレーウェア" }, "grayware" },
};
#define CATEGORY_COUNT (sizeof CATEGORIES / sizeof CATEGORIES[0])
/* clang-format on */

const char *
phrase(enum language language, enum phrase p)
{
	return PHRASES[p][language] != NULL ? PHRASES[p][language]
					    : phrases_digest[p][language];
}

static size_t
category_place(const char *category)
{
	size_t i = 0;

	while (i < CATEGORY_COUNT && strcasecmp(CATEGORIES[i].category, category) != 0)
		i++;
	return i;
}

const char *
phrase_category(enum language language, const char *category)
{
	size_t i = category_place(category);

	return i < CATEGORY_COUNT ? CATEGORIES[i].names[language] : NULL;
}

const char *
phrase_category_said(enum language language, const char *category)
{
	size_t i = category_place(category);

	if (i == CATEGORY_COUNT)
		return NULL;
	return language == LANGUAGE_EN ? CATEGORIES[i].said
				       : CATEGORIES[i].names[language];
}

/* The argument for a placeholder "{N}" at p, else NULL. */
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
