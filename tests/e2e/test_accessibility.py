"""Posts as somebody with a screen reader, a keyboard or weak eyes meets them: axe-core in a real browser."""

import html
import json
import re

import browser
import lab
import pytest
import tpot_day
import vt_reports
from posts import capture, plugin, published, states

KINDS = ("mirai", "few", "undetected", "inconclusive", "not_analysed", "pua", "dropper")
WIDTHS = (1200, 390)


def wrong_with(site, ids):
    """{(post, width): [(rule, element, why)]} of each post in a wide and a narrow window, folds open."""
    code = (lab.HERE / "wordpress-axe.php").read_text().removeprefix("<?php")
    with plugin(site, f"const LAB_AXE = {json.dumps(str(lab.axe()))};\n{code}"):
        page = browser.document(f"{site.url}/?lab-axe={','.join(map(str, ids))}")
    lines = html.unescape(re.search(r'<pre id="axe">(.*?)</pre>', page, re.S)[1]).splitlines()
    said = {(int(post), int(width)): json.loads(wrong) for post, width, wrong in (line.split(" ", 2) for line in lines)}
    assert set(said) == {(post, width) for post in ids for width in WIDTHS}
    return {where: wrong for where, wrong in said.items() if wrong}


def every_kind(home, vt):
    """A post of each kind: captured, answered and published."""
    for kind in KINDS:
        known = vt_reports.hashes(f"axe {kind}")
        vt.files[known["sha256"]] = vt_reports.report(f"axe {kind}", kind)
        capture(home, known["sha256"], src_ip="2001:db8:9::1", file_name=f"{kind}.sh")
    vt.unknown_are_found = False
    capture(home, tpot_day.sha256("nobody knows it"))
    home.once("enricher")
    home.once("publisher")
    assert states(home) == {"done"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_kind_of_post(publishing, vt, site, language):
    publishing.configure("publisher", language=language)
    every_kind(publishing, vt)
    assert not wrong_with(site, [post.id for post in site.posts()])


def test_it_is_noticed(publishing, vt, site):
    """A picture without a text and pale words are found, so that silence means something."""
    published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, content=post.content + '<!-- wp:html --><p style="color:#cccccc;background-color:#ffffff">'
                   'pale</p><img src="/nothing.png"><!-- /wp:html -->')
    rules = {rule for wrong in wrong_with(site, [post.id]).values() for rule, _element, _why in wrong}
    assert {"color-contrast", "image-alt"} <= rules
