"""Every response forbids caching, foreign scripts and embedding in other sites."""

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
from tests.headers import missing_headers, policies
from web.security.headers import HEADERS, HostStorage, set_default_headers


def broken(request: HttpRequest) -> None:
    raise RuntimeError


urlpatterns = [path("broken/", broken), path("", include(urls.urlpatterns))]
handler403, handler404, handler429 = urls.handler403, urls.handler404, urls.handler429
BEFORE = [
    "account_login",
    "account_reset_password",
    "request_sign_in_link",
    "account_inactive",
    "accessibility",
    "readyz",
]
WITHIN = ["account", "account_change_password", "mfa_index", "own_sign_ins", "account_logout", "account_email"]


def visitor(user: Any = None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


def elsewhere(ask: Callable[[], HttpResponse]) -> HttpResponse:
    """Make the request in another thread: the browser of other tests keeps an event loop in the main one."""

    def response() -> HttpResponse:
        try:
            return ask()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(response).result()


@pytest.mark.django_db
def test_library_pages_have_the_headers():
    before, within = visitor(), visitor(UserFactory())
    answers = {name: before.get(reverse(name)) for name in BEFORE if name != "readyz"} | {
        name: within.get(reverse(name)) for name in WITHIN
    }
    answers["readyz"] = elsewhere(lambda: before.get(reverse("readyz")))
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys([*BEFORE, *WITHIN], 200)
    assert {name: missing_headers(answer) for name, answer in answers.items() if missing_headers(answer)} == {}


@pytest.mark.django_db
def test_the_admin_site_has_the_headers():
    root = visitor(UserFactory(is_staff=True, is_superuser=True, is_lab_staff=True))
    answers = [root.get(reverse(name)) for name in ("admin:index", "admin:programmes_authority_changelist")]
    assert [(answer.status_code, missing_headers(answer)) for answer in answers] == [(200, []), (200, [])]


@pytest.mark.django_db
def test_error_pages_have_the_headers(settings: Any):
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
    assert [missing_headers(answer) for answer in answers] == [[]] * 5


def test_uploaded_files_have_the_headers_and_a_stricter_sandbox(cast: Cast):
    row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort))
    answer = visitor(cast["M"]).get(row.get_absolute_url())
    answer.getvalue()
    assert (policies(answer), missing_headers(answer)) == (
        {"sandbox", "default-src 'none'", "style-src-attr 'unsafe-inline'"},
        [],
    )


@pytest.mark.django_db
def test_static_files_may_be_cached_but_have_the_other_headers(settings: Any, tmp_path: Path):
    settings.MIDDLEWARE, settings.STATIC_ROOT = base.MIDDLEWARE, tmp_path
    (tmp_path / "page.js").write_text("export {};\n")
    answer = Client().get("/static/page.js")
    assert (answer.getvalue(), missing_headers(answer)) == (b"export {};\n", ["Cache-Control"])
    assert answer.headers["Cache-Control"] == "max-age=60, public"


def test_the_content_security_policy_has_no_unsafe_source():
    policy = str(base.CONTENT_SECURITY_POLICY)
    assert [word for word in ("unsafe", "http:", "https:", "'*'", "EXCLUDE", "strict-dynamic") if word in policy] == []
    files = [path for app in base.OUR_APPS for path in Path(base.BASE_DIR, app).rglob("*.py")]
    assert [path.name for path in files if re.search("csp_(exempt|replace)", path.read_text())] == []


@pytest.mark.django_db
def test_other_sites_cannot_embed_responses():
    response = visitor(UserFactory()).get("/", headers={"origin": "https://elsewhere.example"})
    assert [name for name in response.headers if name.startswith("Access-Control-")] == []
    assert Client().generic("TRACE", "/accounts/login/").status_code == 405


def test_headers_that_a_page_sets_itself_are_kept():
    answer = set_default_headers(lambda _request: HttpResponse(headers={"Cache-Control": "private, no-cache"}))(
        HttpRequest()
    )
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS | {"Cache-Control": "private, no-cache"}


def message_for_the_next_page(storage: type[BaseStorage]) -> SimpleCookie:
    request, answer = RequestFactory().get("/"), HttpResponse()
    request.session = {}
    stored = storage(request)
    stored.add(messages.SUCCESS, "Saved.")
    stored.update(answer)
    return answer.cookies


def test_messages_are_in_a_cookie_of_this_host_only(settings: Any):
    settings.SESSION_COOKIE_SECURE = True
    cookie = message_for_the_next_page(HostStorage)["__Host-messages"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        True,
        "Lax",
        "/",
        "",
    )
