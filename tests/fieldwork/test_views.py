"""The field page's shell, worker and manifest: nobody's data in them, and every file the page needs named."""

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

from fieldwork.views import shell
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"


def kept() -> dict[str, Any]:
    """What the worker keeps."""
    said = Client().get("/field/worker.js").content.decode()
    found = re.match(r"self\.FIELD = (\{.*\});\n", said)
    assert found
    return dict(json.loads(found[1]))


@pytest.mark.parametrize(("language", "title"), [("fr", "Consigner un test"), ("en", "Log a test")])
def test_the_shell_comes_in_either_language_to_anybody(language: str, title: str):
    answer = Client().get(f"/field/{language}/")
    assert (answer.status_code, f"<title>{title}" in answer.content.decode()) == (200, True)


def test_the_page_itself_follows_the_readers_language():
    answer = Client(headers={"accept-language": "en"}).get("/field/")
    assert '<html lang="en">' in answer.content.decode()


def test_there_is_no_third_language():
    assert [Client().get(f"/field/de/{end}").status_code for end in ("", "manifest.json")] == [404, 404]


def test_the_shell_says_nothing_of_who_opens_it(cast: Cast):
    client = Client()
    client.force_login(cast["M"], backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/field/fr/").content == Client().get("/field/fr/").content
    assert "csrf" not in shell("fr").replace("csrfmiddlewaretoken", "csrf-name").lower()


def test_the_worker_keeps_both_shells_and_every_file_they_name():
    files = kept()["files"]
    named = {name for page in ("fr", "en") for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', shell(page))}
    assert set(files) == {"/field/fr/", "/field/en/", "/field/fr/manifest.json", "/field/en/manifest.json", *named}
    assert [name for name in files if name.startswith("/static/") and not finders.find(name[8:])] == []


def test_every_module_of_the_page_is_among_them():
    modules = {f"/static/js/field/{path.name}" for path in (SCRIPTS / "field").glob("*.js")}
    apart = {"/static/js/field/worker.js", "/static/js/field/leaving.js"}
    assert {name for name in kept()["files"] if name.endswith(".js")} == modules - apart


def test_its_version_changes_with_what_it_keeps(monkeypatch: pytest.MonkeyPatch):
    before = kept()["version"]
    monkeypatch.setattr("fieldwork.views.texts", lambda: {"new": "words"})
    assert kept()["version"] != before


def test_a_phone_need_not_take_the_same_files_again_the_next_day():
    """The day a test was held on is for the phone to propose."""
    versions = []
    for day in (24, 25):
        with time_machine.travel(datetime(2026, 11, day, 12, tzinfo=UTC), tick=False):
            versions.append(kept()["version"])
    assert versions[0] == versions[1]


def test_the_worker_is_asked_for_anew_each_time():
    answer = Client().get("/field/worker.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_phone_can_install_the_page():
    told = Client().get("/field/fr/manifest.json")
    said = told.json()
    assert told.headers["Content-Type"] == "application/manifest+json"
    assert (said["name"], said["start_url"], said["scope"], said["display"]) == (
        "Consigner un test",
        "/field/",
        "/field/",
        "standalone",
    )
    assert [(icon["sizes"], icon["purpose"], bool(finders.find(icon["src"][8:]))) for icon in said["icons"]] == [
        ("192x192", "any", True),
        ("512x512", "any", True),
        ("512x512", "maskable", True),
    ]


def test_without_javascript_it_leads_to_the_form_of_old():
    assert re.search(r'<noscript>.*?href="/log/"', shell("fr"), re.DOTALL)


def test_its_scripts_weigh_less_than_thirty_kib():
    weight = sum(len(gzip.compress(path.read_bytes())) for path in (SCRIPTS / "field").glob("*.js"))
    assert weight < 30 * 1024


def test_no_script_or_style_stands_in_the_page():
    found = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", shell("fr"))
    assert found == ['<script id="texts" type="application/json">']
    assert re.findall(r"<style| style=| on\w+=", shell("fr")) == []
