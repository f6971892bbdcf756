"""The shell, service worker and manifest of the field page, without personal data."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from fieldwork.views import shell_html
from tests.factories.accounts import signed_in
from tests.factories.cast import EVERYONE, Cast
from tests.pages import links

pytestmark = pytest.mark.django_db
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"


def worker_cache() -> dict[str, Any]:
    """Return what the worker caches."""
    script = Client().get("/field/worker.js").content.decode()
    match = re.match(r"self\.FIELD = (\{.*\});\n", script)
    assert match
    return dict(json.loads(match[1]))


@pytest.mark.parametrize(("language", "title"), [("fr", "Sur le terrain"), ("en", "In the field")])
def test_the_shell_is_public_in_both_languages(language: str, title: str):
    answer = Client().get(f"/field/{language}/")
    assert (answer.status_code, f"<title>{title}" in answer.content.decode()) == (200, True)


def test_the_page_itself_follows_the_readers_language():
    answer = Client(headers={"accept-language": "en"}).get("/field/")
    assert '<html lang="en">' in answer.content.decode()


def test_the_page_leads_to_the_field_notebook_and_to_all_tests():
    found = links(Client().get("/field/en/"))
    assert (found["Field notebook"], found["All tests"]) == ("/notebook/", "/trials/")


def test_menu_offers_notes_and_tests_only_to_people_who_add_them(cast: Cast):
    offered = {
        role: {"Field notebook", "Log a test"} & links(signed_in(cast[role]).get("/account/")).keys()
        for role in EVERYONE
    }
    assert {role for role, names in offered.items() if len(names) == 2} == set("SCDPMN")
    assert {role for role, names in offered.items() if names} == set("SCDPMN")


def test_other_languages_give_404():
    assert [Client().get(f"/field/de/{end}").status_code for end in ("", "manifest.json")] == [404, 404]


def test_the_shell_has_no_personal_data(cast: Cast):
    client = Client()
    client.force_login(cast["M"], backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/field/fr/").content == Client().get("/field/fr/").content
    assert "csrf" not in shell_html("fr").replace("csrfmiddlewaretoken", "csrf-name").lower()


def test_the_worker_caches_both_shells_and_all_their_files():
    files = worker_cache()["files"]
    named = {name for page in ("fr", "en") for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', shell_html(page))}
    assert set(files) == {"/field/fr/", "/field/en/", "/field/fr/manifest.json", "/field/en/manifest.json", *named}
    assert [name for name in files if name.startswith("/static/") and not finders.find(name[8:])] == []


def test_the_worker_caches_every_module_of_the_page():
    modules = {f"/static/js/field/{path.name}" for path in (SCRIPTS / "field").glob("*.js")}
    apart = {"/static/js/field/worker.js", "/static/js/field/leaving.js"}
    shared = {"/static/js/recorder.js", "/static/vendor/idb.js"}
    assert {name for name in worker_cache()["files"] if name.endswith(".js")} == (modules - apart) | shared


def test_the_worker_version_changes_with_its_files(monkeypatch: pytest.MonkeyPatch):
    before = worker_cache()["version"]
    monkeypatch.setattr("fieldwork.views.page_texts", lambda: {"new": "words"})
    assert worker_cache()["version"] != before


def test_the_worker_is_the_same_on_the_next_day():
    """The date on which a test was held is filled in on the phone."""
    versions = []
    for day in (24, 25):
        with time_machine.travel(datetime(2026, 11, day, 12, tzinfo=UTC), tick=False):
            versions.append(worker_cache()["version"])
    assert versions[0] == versions[1]


def test_the_worker_is_not_cached():
    answer = Client().get("/field/worker.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_phone_can_install_the_page():
    answer = Client().get("/field/fr/manifest.json")
    manifest = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (manifest["name"], manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "Sur le terrain",
        "/field/",
        "/field/",
        "standalone",
    )
    assert [(icon["sizes"], icon["purpose"], bool(finders.find(icon["src"][8:]))) for icon in manifest["icons"]] == [
        ("192x192", "any", True),
        ("512x512", "any", True),
        ("512x512", "maskable", True),
    ]


def test_without_javascript_the_page_links_to_the_plain_form():
    assert re.search(r'<noscript>.*?href="/log/"', shell_html("fr"), re.DOTALL)


def test_scripts_are_smaller_than_thirty_kib():
    weight = sum(len(gzip.compress(path.read_bytes())) for path in (SCRIPTS / "field").glob("*.js"))
    assert weight < 30 * 1024


def test_the_page_has_no_inline_script_or_style():
    found = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", shell_html("fr"))
    assert found == [f'<script id="{name}" type="application/json">' for name in ("texts", "note-kinds")]
    assert re.findall(r"<style| style=| on\w+=", shell_html("fr")) == []


def test_the_page_may_ask_for_the_microphone():
    assert "microphone=(self)" in Client().get("/field/fr/").headers["Permissions-Policy"]
