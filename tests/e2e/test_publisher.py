"""The publisher against a real WordPress: exactly one post per key, whatever is lost on the way."""

import re

import tpot_day
from posts import answered, capture, row


def test_a_post(publishing, vt, site):
    """An answer becomes one published post with title, content, excerpt, category, tags and closed comments."""
    key, = answered(publishing, vt)
    log = publishing.once("publisher")
    assert "event=done" in log
    post, = site.posts()
    assert (post.status, post.slug) == ("publish", f"malware-{key}")
    assert f'id="potpress-{key}"' in post.content and 'potpress-malicious' in post.content
    assert key[:12] in post.title and "45/63" in post.title
    assert "45" in post.excerpt and "<" not in post.excerpt
    full = site.request("GET", f"/wp/v2/posts/{post.id}?context=edit")
    assert (full["comment_status"], full["ping_status"]) == ("closed", "closed")
    assert {t["slug"] for t in site.request("GET", f"/wp/v2/tags?post={post.id}")} == {"mirai", "cowrie"}
    saved = row(publishing, key)
    assert (saved["state"], saved["wp_id"], saved["link"]) == ("done", post.id, full["link"])
    assert saved["published_at"] and saved["content_hash"] == saved["sent_hash"], "stored bytes are sent bytes"
    publishing.once("publisher")
    assert site.count() == 1


def test_every_verdict_in_both_languages(publishing, vt, site):
    """Each verdict word has its honest form; 0/0 appears nowhere; edited in place after a change of language."""
    kinds = ("mirai", "few", "undetected", "inconclusive", "not_analysed", "pua", "dropper")
    keys = [answered(publishing, vt, kind=kind, name=kind)[0] for kind in kinds]
    vt.unknown_are_found = False
    capture(publishing, tpot_day.sha256("nobody knows it"))
    publishing.once("enricher")
    publishing.once("publisher")
    english = {p.slug: p for p in site.posts()}
    assert len(english) == len(keys) + 1
    asked, answers = len(vt.requests), publishing.sql("SELECT * FROM lookup")
    links = {r["key"]: r["link"] for r in publishing.sql("SELECT key, link FROM post")}

    def republish(language, timezone):
        publishing.configure("publisher", language=language)
        publishing.configure("general", timezone=timezone)
        publishing.shell("UPDATE post SET state = 'pending'")
        publishing.once("publisher")
        assert len(vt.requests) == asked and publishing.sql("SELECT * FROM lookup") == answers, "VirusTotal is not asked"
        assert {r["key"]: r["link"] for r in publishing.sql("SELECT key, link FROM post")} == links
        return {p.slug: p for p in site.posts()}

    japanese = republish("ja", "Asia/Tokyo")
    assert {p.id for p in japanese.values()} == {p.id for p in english.values()}, "edited in place"
    assert {p.status for p in japanese.values()} == {"publish"}
    for slug, post in japanese.items():
        assert post.content != english[slug].content and "ハッシュ値" in post.content and "時点" in post.title
    for post in [*english.values(), *japanese.values()]:
        text = re.sub(r"<[^>]*>", "", post.title + post.content + post.excerpt)
        assert "0/0" not in text and not re.search(r"harmless|clean|benign", text)
    assert {row["state"] for row in publishing.sql("SELECT state FROM post")} == {"done"}
    again = republish("en", "UTC")
    assert {s: p.content for s, p in again.items()} == {s: p.content for s, p in english.items()}, "rebuilt, byte by byte"
