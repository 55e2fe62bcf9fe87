"""A person at the site's administration pages, without a browser: its forms, and what it sends back when they are saved.

SPDX-License-Identifier: MIT
"""

import html
import html.parser
import json
import re
import urllib.parse

from lab import http

# What a person's browser keeps after the login.
COOKIES = """
$user = get_user_by("login", %s);
$token = WP_Session_Tokens::get_instance($user->ID)->create(time() + 3600);
foreach ([AUTH_COOKIE => "auth", LOGGED_IN_COOKIE => "logged_in"] as $name => $scheme)
	$cookies[] = $name . "=" . rawurlencode(wp_generate_auth_cookie($user->ID, time() + 3600, $scheme, $token));
echo implode("; ", $cookies);
"""


class _Form(html.parser.HTMLParser):
    """The fields that a browser sends for the form of this id."""

    def __init__(self, identifier):
        super().__init__()
        self.identifier = identifier
        self.inside = False
        self.fields = []
        self._text = self._select = None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.inside = a.get("id") == self.identifier
        if not self.inside or "disabled" in a:
            return
        name, kind = a.get("name"), a.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button", "image", "file") and (
                kind not in ("checkbox", "radio") or "checked" in a):
            self.fields.append((name, a.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in a:
            self.fields.append((self._select, a.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._text:
            name, pieces = self._text
            text = "".join(pieces).removeprefix("\n")
            self.fields.append((name, text))
            self._text = None

    def handle_data(self, data):
        if self._text:
            self._text[1].append(data)


class Admin:
    """Somebody who is logged in, by the login of a user of the site."""

    def __init__(self, site, login):
        self.site = site
        self.headers = {"Cookie": site.php(COOKIES % json.dumps(login))}

    def page(self, path):
        answer = http("GET", f"{self.site.url}/wp-admin/{path}", headers=self.headers)
        assert answer.status == 200, (path, answer.status, answer.headers.get("Location"))
        return answer.body.decode()

    def send(self, path, fields):
        """As a browser does, which ends each line of a text with CR and LF."""
        body = urllib.parse.urlencode([(n, v.replace("\r\n", "\n").replace("\n", "\r\n")) for n, v in fields])
        return http("POST", f"{self.site.url}/wp-admin/{path}", body,
                    headers={**self.headers, "Content-Type": "application/x-www-form-urlencoded"})

    def form(self, path, identifier):
        reader = _Form(identifier)
        reader.feed(self.page(path))
        assert reader.fields, f"no form {identifier} in {path}"
        return reader.fields

    def classic_save(self, post_id, change=None):
        """Opens the post in the editor of WordPress 4, as text, and presses Update; `change` makes a field's new text
        of its name and its text."""
        fields = self.form(f"post.php?post={post_id}&action=edit", "post")
        assert {"content", "post_title"} <= {name for name, _ in fields}
        fields = [(name, change(name, text) if change else text) for name, text in fields]
        answer = self.send("post.php", [*fields, ("save", "Update")])
        assert answer.status == 302 and "message=" in answer.headers["Location"], answer.body[:2000]

    def quick_edit(self, post_id, **change):
        """Quick Edit in the list of posts, as its script sends it."""
        page = self.page("edit.php")
        shown = re.search(rf'<div class="hidden" id="inline_{post_id}">(.*?)<div class="row-actions">', page, re.S)[1]
        values = {name: html.unescape(text) for name, text in re.findall(r'<div class="(\w+)"[^>]*>([^<]*)</div>', shown)}
        tags, categories = values.pop("tags_input"), values.pop("post_category").split(",")
        values = {name: text for name, text in values.items() if text and name not in ("comment_status", "ping_status")}
        nonce = re.search(r'name="_inline_edit" value="(\w+)"', page)[1]
        answer = self.send("admin-ajax.php", [*{
            "action": "inline-save", "post_type": "post", "post_ID": str(post_id), "edit_date": "true",
            "post_status": "all", "_inline_edit": nonce, "tax_input[post_tag]": tags, **values, **change,
        }.items(), *(("post_category[]", number) for number in ["0", *categories])])
        assert answer.status == 200 and f'id="post-{post_id}"' in answer.body.decode(), answer.body[:2000]
