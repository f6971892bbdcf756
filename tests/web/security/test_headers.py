"""Every answer tells the browser to keep nothing, run nothing of others and lend nothing to other sites."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path, reverse

from labplatform import urls
from labplatform.settings import base
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import AttachmentFactory
from tests.headers import policies, unsaid
from web.security.headers import HEADERS, HostStorage, told


def broken(request: HttpRequest) -> None:
    raise RuntimeError


urlpatterns = [path("broken/", broken), path("", include(urls.urlpatterns))]
handler403, handler404, handler429 = urls.handler403, urls.handler404, urls.handler429
BEFORE = ["account_login", "account_reset_password", "ask_sign_in_link", "account_inactive", "accessibility", "readyz"]
WITHIN = ["account", "account_change_password", "mfa_index", "own_sign_ins", "account_logout", "account_email"]


def visitor(user: Any = None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def elsewhere(ask: Callable[[], HttpResponse]) -> HttpResponse:
    """Asked in a thread of its own: the browser that other tests drive keeps a loop in the main one."""

    def asked() -> HttpResponse:
        try:
            return ask()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asked).result()


@pytest.mark.django_db
def test_so_do_pages_of_the_libraries_before_signing_in_and_within():
    before, within = visitor(), visitor(UserFactory())
    answers = {name: before.get(reverse(name)) for name in BEFORE if name != "readyz"} | {
        name: within.get(reverse(name)) for name in WITHIN
    }
    answers["readyz"] = elsewhere(lambda: before.get(reverse("readyz")))
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys([*BEFORE, *WITHIN], 200)
    assert {name: unsaid(answer) for name, answer in answers.items() if unsaid(answer)} == {}


@pytest.mark.django_db
def test_so_does_the_administration_of_django():
    root = visitor(UserFactory(is_staff=True, is_superuser=True, is_lab_staff=True))
    answers = [root.get(reverse(name)) for name in ("admin:index", "admin:programmes_authority_changelist")]
    assert [(answer.status_code, unsaid(answer)) for answer in answers] == [(200, []), (200, [])]


@pytest.mark.django_db
def test_so_do_errors(settings: Any):
    settings.ROOT_URLCONF = __name__
    member = visitor(UserFactory())
    answers = [
        member.get("/broken/"),
        member.get("/nothing/"),
        member.get("/status/"),
        member.get("/", headers={"host": "elsewhere.example"}),
        Client(enforce_csrf_checks=True).post("/sign-in/link/"),
    ]
    assert [answer.status_code for answer in answers] == [500, 404, 403, 400, 403]
    assert [unsaid(answer) for answer in answers] == [[]] * 5


def test_so_do_files_people_brought_and_their_sandbox_is_tighter(cast: Cast):
    row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort))
    answer = visitor(cast["M"]).get(row.get_absolute_url())
    answer.getvalue()
    assert (policies(answer), unsaid(answer)) == (
        {"sandbox", "default-src 'none'", "style-src-attr 'unsafe-inline'"},
        [],
    )


@pytest.mark.django_db
def test_static_files_may_be_kept_and_nothing_else_of_it_changes(settings: Any, tmp_path: Path):
    settings.MIDDLEWARE, settings.STATIC_ROOT = base.MIDDLEWARE, tmp_path
    (tmp_path / "page.js").write_text("export {};\n")
    answer = Client().get("/static/page.js")
    assert (answer.getvalue(), unsaid(answer)) == (b"export {};\n", ["Cache-Control"])
    assert answer.headers["Cache-Control"] == "max-age=60, public"


def test_nothing_of_a_policy_is_unsafe_and_there_is_no_way_around_it():
    said = str(base.CONTENT_SECURITY_POLICY)
    assert [word for word in ("unsafe", "http:", "https:", "'*'", "EXCLUDE", "strict-dynamic") if word in said] == []
    files = [path for app in base.OUR_APPS for path in Path(base.BASE_DIR, app).rglob("*.py")]
    assert [path.name for path in files if re.search("csp_(exempt|replace)", path.read_text())] == []


@pytest.mark.django_db
def test_no_other_site_reads_an_answer_and_nobody_asks_for_what_is_not_there():
    asked = visitor(UserFactory()).get("/", headers={"origin": "https://elsewhere.example"})
    assert [name for name in asked.headers if name.startswith("Access-Control-")] == []
    assert Client().generic("TRACE", "/accounts/login/").status_code == 405


def test_what_a_page_says_itself_stands():
    answer = told(lambda _request: HttpResponse(headers={"Cache-Control": "private, no-cache"}))(HttpRequest())
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS | {"Cache-Control": "private, no-cache"}


def said_for_the_next_page(storage: type[BaseStorage]) -> SimpleCookie:
    request, answer = RequestFactory().get("/"), HttpResponse()
    request.session = {}
    kept = storage(request)
    kept.add(messages.SUCCESS, "Saved.")
    kept.update(answer)
    return answer.cookies


def test_what_is_said_for_the_next_page_is_in_a_cookie_of_this_host(settings: Any):
    settings.SESSION_COOKIE_SECURE = True
    cookie = said_for_the_next_page(HostStorage)["__Host-messages"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        True,
        "Lax",
        "/",
        "",
    )
