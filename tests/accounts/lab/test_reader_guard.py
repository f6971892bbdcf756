"""Readers of the lab: every change is refused unless its page is marked, and pages offer nothing that is refused."""

import contextlib
import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve, reverse

from accounts.lab.reader_guard import LIBRARY_PREFIXES, ReaderGuardMiddleware
from accounts.models import User
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import Cast
from tests.matrix.stage import Stage
from tests.pages import elements
from tests.test_role_matrix import ROWS, touched_rows
from web.errors import Refused
from web.security.lab_readers import is_open_to_lab_readers

REFUSED = "You are a reader of the lab"
# Pages on which readers change what concerns only themselves.
OPEN_TO_READERS = {
    "account",
    "api:create_token",
    "api:revoke_token",
    "cohorts:accept_remembered",
    "cohorts:own_application",
    "cohorts:own_application_step",
    "cohorts:apply",
    "cohorts:erase_own_application",
    "cohorts:join",
    "confirm_claim",
    "dossiers:cohort_dossier",
    "dossiers:edition_dossier",
    "dossiers:idea_dossier",
    "exchanges:leave_directory",
    "end_other_sign_ins",
    "end_sign_in",
    "figures:rates_ideas_csv",
    "figures:rates_ideas_xlsx",
    "files:list_file",
    "files:own_copy",
    "language",
    "leave",
    "lists:add_view",
    "lists:delete_view",
    "lists:edit_view",
    "notifications:preferences",
    "report_accessibility_problem",
    "notifications:revoke_calendar",
    "notifications:subscribe",
    "notifications:unsubscribe",
    "openid_connect_login",
    "request_sign_in_link",
    "sign_in_link",
    "snooze_notice",
    "withdraw_claim",
    "cohorts:withdraw_own_application",
}
PAGES = (
    ("home", ()),
    ("cohorts:lab", ()),
    ("cohorts:cohorts", ()),
    ("cohorts:cohort", ("cohort",)),
    ("cohorts:members", ("cohort",)),
    ("cohorts:invitations", ("cohort",)),
    ("cohorts:sessions", ()),
    ("cohorts:access_requests", ()),
    ("programmes:programmes", ()),
    ("programmes:authorities", ()),
    ("programmes:edition", ("edition",)),
    ("prototypes:idea_list", ()),
    ("prototypes:idea", ("idea",)),
    ("exchanges:exchange_list", ()),
    ("notifications:ledger", ()),
    ("leaving", ()),
    ("status", ()),
)

# Endpoints of the API are no pages: where a token is read, one of a reader of the lab changes nothing.
PAGE_ROWS = {name: row for name, row in ROWS.items() if not name.startswith("api_v1:")}


def path_of(name: str) -> str:
    """Return an address of the route, with arguments of the right kind that lead to no object."""
    space, _, last = name.rpartition(":")
    resolver = get_resolver()
    for part in filter(None, space.split(":")):
        prefix, resolver = resolver.namespace_dict[part]
        assert prefix == ""
    form = resolver.reverse_dict.getlist(last)[0][0][0][0]
    return "/" + re.sub(r"%\(\w+\)s", "7", form)


def test_only_these_pages_are_open_to_readers():
    assert {name for name in PAGE_ROWS if is_open_to_lab_readers(resolve(path_of(name)).func)} == OPEN_TO_READERS


def refusal_of(name: str, reader: User) -> str:
    """Return the sentence with which the guard refuses a POST to the route; empty if it lets it pass."""
    request = RequestFactory().post(path_of(name))
    request.user, request.resolver_match = reader, resolve(request.path)
    try:
        guard = ReaderGuardMiddleware(lambda _request: HttpResponse())
        guard.process_view(request, *request.resolver_match[:3])
    except Refused as refused:
        return str(refused.message)
    return ""


@pytest.mark.django_db
def test_each_changing_route_that_is_not_marked_is_refused_to_readers():
    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    changing = [name for name, row in PAGE_ROWS.items() if row.post and name not in OPEN_TO_READERS]
    guarded = [name for name in changing if not name.startswith(LIBRARY_PREFIXES)]
    assert len(guarded) > 150
    assert [name for name in guarded if REFUSED not in refusal_of(name, reader)] == []
    client = signed_in(reader)
    client.get("/")
    before = touched_rows()
    for name in guarded[::50]:
        answer = client.post(path_of(name), {})
        assert (name, answer.status_code, REFUSED in answer.content.decode()) == (name, 403, True)
    assert touched_rows() == before


def status_of(client: Client, path: str) -> int:
    """Return the status of a page; a file that it serves is closed."""
    with contextlib.closing(client.get(path)) as answer:
        return int(answer.status_code)


def offered(client: Client, path: str) -> tuple[int, set[str], set[str]]:
    """Return the status of a page, the paths of its links and those that its forms post to."""
    page = client.get(path)
    hrefs = {element["attrs"].get("href", "") for element in elements(page, "a")}
    posts = {
        element["attrs"].get("action") or path
        for element in elements(page, "form")
        if (element["attrs"].get("method") or "").lower() == "post"
    }
    return page.status_code, {href for href in hrefs if href.startswith("/")}, posts


@pytest.mark.django_db
def test_readers_see_what_the_lab_sees_and_are_offered_nothing_that_is_refused_to_them(stage: Stage):
    cast: Cast = stage.home
    arguments = {"cohort": cast.cohort.slug, "edition": cast.edition.slug, "idea": cast.cohort.ideas.first().pk}
    client = signed_in(UserFactory(is_lab_staff=True, lab_role="reader"))
    client.raise_request_exception = False  # the stage has an e-mail about a kind of event that does not exist
    links, forms = set(), set()
    for route, names in PAGES:
        path = reverse(route, args=[arguments[name] for name in names])
        status, hrefs, posts = offered(client, path)
        assert (route, status) == (route, 200)
        links |= {href.partition("#")[0] for href in hrefs}
        forms |= {post.partition("?")[0] for post in posts}
    assert [path for path in sorted(links) if status_of(client, path) == 403] == []
    refused = [path for path in sorted(forms) if client.post(path, {}).status_code == 403]
    assert refused == []
