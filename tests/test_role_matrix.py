"""Every route × role × method against the role matrix; a route without a row fails.

What one view answers in the same way is requested in turn, and by the next role for the next route, so that each route
and each role is tried with every method: [testing](../docs/testing.md#the-access-matrix) has the table.
`make test-full` has every role make every request (`FULL`).

Requests are made with and without htmx, for the role's own object, the neighbour cohort's, one of another edition, two
that do not belong together, and a missing one. Every response is searched for leak markers, and a refused request
changes no row of any table.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pghistory.models import Event

from accounts.openid.configuration import providers
from accounts.openid.views import SignOutView
from tests.factories.cast import EVERYONE, Cast
from tests.full import FULL
from tests.headers import missing_headers
from tests.matrix import FORMER, RouteRow
from tests.matrix.leak_markers import FAR, LATE, NEAR, leaks_in
from tests.matrix.stage import Stage, rolled_back
from tests.routes import our_views

pytestmark = pytest.mark.django_db

APPS = (
    "platform",
    "api",
    "programmes",
    "cohorts",
    "sessions",
    "calls",
    "prototypes",
    "canvases",
    "fieldwork",
    "opendata",
    "publications",
    "webhooks",
    "dossiers",
    "planning",
    "figures",
    "exchanges",
    "notifications",
    "files",
    "imports",
    "lists",
)
SIGNED_OUT = "-z"  # never signed in, and signed in when the account was closed
REFUSED = {403, 404, 405}
DENIED = {302, 401} | REFUSED
NOT_FOUND_OR_REDIRECT = REFUSED | {302}  # or led back to where it is not any more, with a word about it
OTHER_METHODS = ("put", "patch", "delete", "options")
HTMX = {"HX-Request": "true"}
NO_KEY, NO_SLUG = 4_000_000_000, "nothing-of-the-kind"


def declared() -> dict[str, RouteRow]:
    rows: dict[str, RouteRow] = {}
    for app in APPS:
        rows |= import_module(f"tests.matrix.{app}").ROUTES
    return rows


ROWS = declared()
TURN = {name: turn for turn, name in enumerate(sorted(ROWS))}
Codes = Callable[[str, str], set[int]]
RoleMethods = tuple[str, Iterable[str]]  # a role, and the methods it uses


def rows_written() -> int:
    """Return the number of history rows: every write to a tracked table adds one."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " + ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        return int(cursor.fetchone()[0])


def touched_rows() -> int:
    """Return the rows of any table that this transaction has inserted, updated or deleted, even if undone.

    Sessions are excluded, because they are written whatever the response.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
            " + pg_stat_get_xact_tuples_deleted(oid)) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_session'"
        )
        return int(cursor.fetchone()[0])


@dataclass
class RouteCheck:
    """Checks one route on the stage; unexpected responses and leaks are collected, and every response is a cell."""

    stage: Stage
    row: RouteRow
    cells: int = 0
    unexpected: list[Any] = field(default_factory=list)
    leaks: list[Any] = field(default_factory=list)

    def request(self, role: str, method: str, address: str, codes: set[int], **headers: str) -> int:
        """Make a request and undo its effects, so that each role finds the same state."""
        self.cells += 1
        cell = (role, method, address, *headers)
        client = self.stage.clients[role]
        cookies = client.cookies.copy()  # who signs out is signed in again
        with rolled_back() if codes - REFUSED and method in {"post", "patch"} else nullcontext():
            answer = self.send(role, method, address, headers)
        client.cookies = cookies
        if answer.status_code not in codes:
            self.unexpected.append((*cell, answer.status_code, codes))
        self.unexpected += [(*cell, "does not tell browsers", name) for name in missing_headers(answer)]
        self.leaks += [(*cell, leak) for leak in leaks_in(sent_bytes(answer), *self.hidden_from(role))]
        return answer.status_code

    def send(self, role: str, method: str, address: str, headers: dict[str, str]) -> HttpResponse:
        """Send a request; one to an endpoint of the API has the role's token and JSON."""
        client, row = self.stage.clients[role], self.row
        if not row.token:
            return send(client, method, address, row.form, headers)
        if role in self.stage.tokens:
            headers = {**headers, "authorization": f"Bearer {self.stage.tokens[role]}"}
        answer = client.generic(method.upper(), address, json.dumps(row.form), "application/json", headers=headers)
        answer.body = answer.getvalue()
        return answer

    def hidden_from(self, role: str) -> tuple[str, ...]:
        """Return the markers hidden from the role; the address of a public page belongs to M of the own cohort."""
        return hidden_from("M" if self.row.public and role == "p" else role)

    def check_refused(self, roles: str, methods: Iterable[str], address: str, codes: Codes, **headers: str) -> None:
        self.check_all_refused([(role, methods) for role in roles], address, codes, **headers)

    def check_all_refused(self, turns: Iterable[RoleMethods], address: str, codes: Codes, **headers: str) -> None:
        """Check that all roles expected to be refused are refused, and that together they write nothing."""
        before = touched_rows()
        for role, methods in turns:
            for method in methods:
                if codes(role, method) <= DENIED:
                    self.request(role, method, address, codes(role, method), **headers)
        if touched_rows() != before:
            self.unexpected.append((turns, address, "refused, and rows were written"))

    def check_allowed(self, roles: str, methods: Iterable[str], address: str, codes: Codes) -> None:
        for role in roles:
            for method in methods:
                if not codes(role, method) <= DENIED:
                    self.request(role, method, address, codes(role, method))


def send(client: Client, method: str, address: str, form: dict[str, str], headers: dict[str, str]) -> HttpResponse:
    if method in {"get", "head"}:
        answer = getattr(client, method)(address, form, headers=headers)
    elif method == "post":
        answer = client.post(address, form, headers=headers)
    else:
        answer = client.generic(method.upper(), address, headers=headers)
    answer.body = answer.getvalue()  # a file that is served is open until it is read
    return answer


def sent_bytes(answer: Any) -> bytes:
    """Return the full response: the body, and the headers that name an address."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return answer.body if answer.body.startswith(b"PK") else answer.body + headers.encode()


def hidden_from(role: str) -> tuple[str, ...]:
    if role == "S":
        return ()
    if role == "p":
        return (FAR, NEAR, LATE)
    return (FAR,) if role == "N" else (FAR, NEAR)


def expected(row: RouteRow, role: str, method: str) -> set[int]:
    """Return the expected codes; HEAD has those of GET if the route accepts GET."""
    if role in SIGNED_OUT and row.token:
        return {401, 405}
    if role in SIGNED_OUT:
        open_to_all = {200, 302, 405, *row.codes.values()} if row.visible_to else {404, 405}
        return open_to_all if row.public else {302, 401}
    if method in OTHER_METHODS and method not in row.changes:
        return {405}
    return row.expected(role, "get" if method == "head" else method)


def requests_of(name: str, *, full: bool = FULL) -> list[RoleMethods]:
    """Return the roles and their methods for a route: all of them, or those that it answers alike in turn.

    One role tries one of the methods that the route does not accept. Of the roles that get the same answer to PATCH,
    one tries it, if the route accepts it.
    """
    roles, first, row = EVERYONE + FORMER, TURN[name], ROWS[name]
    if full:
        return [(role, ("get", "post", *OTHER_METHODS)) for role in roles]
    _accepted, others = accepted_methods(row)
    methods: dict[str, tuple[str, ...]] = dict.fromkeys(roles, ())
    for group in answered_alike(row, "get", "post"):
        for turn, role in enumerate(group, first):
            methods[role] = methods_of_turn(row, role, turn, len(group))
    refused = [method for method in others if method not in row.changes]
    methods[roles[first % len(roles)]] += (refused[first % len(refused)],)
    for method in {*others} - {*refused}:
        for group in answered_alike(row, method):
            methods[group[first % len(group)]] += (method,)
    return list(methods.items())


def accepted_methods(row: RouteRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return those of GET and POST that a route accepts, and all other methods."""
    accepted = tuple(method for method in ("get", "post") if getattr(row, method) or method in row.changes)
    return accepted, tuple(method for method in ("get", "post", *OTHER_METHODS) if method not in accepted)


def answered_alike(row: RouteRow, *methods: str) -> list[str]:
    """Return the roles in groups to which a route gives the same answers to these methods."""
    groups: dict[tuple[frozenset[int], ...], str] = {}
    for role in EVERYONE + FORMER:
        answers = tuple(frozenset(expected(row, role, method)) for method in methods)
        groups[answers] = groups.get(answers, "") + role
    return list(groups.values())


def methods_of_turn(row: RouteRow, role: str, turn: int, size: int) -> tuple[str, ...]:
    """Return which of the accepted methods a role tries, in a group of `size` that gets the same answers.

    A public page is tried by every third role of the group, an endpoint that only reads by every other one, any other
    page by all who may, and by every other one of those refused. Of GET and POST a role tries one, if both are refused,
    and of four or more every other one does; GET and every other POST, if it may both.
    """
    accepted = accepted_methods(row)[0]
    refused = [expected(row, role, method) <= DENIED for method in accepted]
    if len(accepted) == 1:
        share = 3 if row.public else 2 if row.token or refused[0] else 1
        return accepted if size < share or turn % share == 0 else ()
    if row.token or size == 1 or refused[0] != refused[1]:
        return ("get", "post")
    if not refused[0]:
        return ("get", "post") if turn % 2 else ("get",)
    if size < 4:
        return (("get", "post")[turn % 2],)
    return (("get", "post")[turn // 2 % 2],) if turn % 2 == 0 else ()


def one_of(share: int, roles: str, name: str) -> str:
    """Return one of `share` roles, the next ones for the next route; all of them with `FULL` set."""
    return roles if FULL else roles[TURN[name] % share :: share]


def methods_on_objects_of_others(roles: str, name: str, *, full: bool = FULL) -> list[RoleMethods]:
    """Return the roles that request an object of others, each with one method; all roles with both if `full`.

    Every third role has its turn, the next ones at the next route, by one of the methods that the route accepts. A role
    that is alone always has its turn.
    """
    if full:
        return [(role, ("get", "post")) for role in roles]
    accepted, first = accepted_methods(ROWS[name])[0], TURN[name]
    return [
        (role, (accepted[turn // 3 % len(accepted)],))
        for turn, role in enumerate(roles, first)
        if turn % 3 == 0 or len(roles) == 1
    ]


def check_own_object(check: RouteCheck, name: str, address: str) -> None:
    """Every role, methods in turn. HEAD is GET without a body: one role stands for all, allowed or refused."""
    codes = partial(expected, check.row)
    turns = requests_of(name)
    check.check_all_refused(turns, address, codes)
    for role, methods in turns:
        check.check_allowed(role, methods, address, codes)
    for part in check.row.parts:
        check.check_allowed(EVERYONE + FORMER, ("get",), f"{address}{part}", codes)
    allowed = "".join(role for role in EVERYONE if codes(role, "head") == {200})
    others = "".join(role for role in EVERYONE if role not in allowed)
    heads = one_of(2, allowed[:1] + others[:1], name) or allowed[:1] or others[:1]
    check.check_refused(heads, ("head",), address, codes)
    check.check_allowed(heads, ("head",), address, codes)
    method = "get" if check.row.get else "post"
    check.check_refused(one_of(6, EVERYONE + FORMER, name), (method,), address, codes, **HTMX)
    for turn, role in enumerate(SIGNED_OUT, TURN[name]):
        for method in ("get", "post") if FULL or check.row.public else (("get", "post")[turn % 2],):
            check.request(role, method, address, codes(role, method))


def check_object_of_others(check: RouteCheck, name: str, address: str, roles: str, role_there: str) -> None:
    """Check an object of others; the expected codes are those of the role that one has towards it."""
    turns = methods_on_objects_of_others(roles, name)

    def codes(_role: str, method: str) -> set[int]:
        return expected(check.row, role_there, method)

    check.check_all_refused(turns, address, codes)
    for role, methods in turns:
        check.check_allowed(role, methods, address, codes)


def mixed_arguments(own_args: list[Any], other_args: list[Any]) -> Iterator[list[Any]]:
    """Return addresses that name one's own object first, and a part of another object."""
    for index in range(1, len(own_args)):
        if own_args[index] != other_args[index] and own_args[:index] != other_args[:index]:
            yield [*own_args[:index], other_args[index], *own_args[index + 1 :]]


def check_mixed_objects(check: RouteCheck, name: str, own_args: list[Any], other_args: list[Any]) -> None:
    """Check that no role, lab staff included, gets such a page; a missing part may be answered with a message."""
    for args in mixed_arguments(own_args, other_args):
        before = touched_rows()
        for role in one_of(3, EVERYONE, name):
            for method in ("get", "post") if FULL else accepted_methods(check.row)[0]:
                check.request(role, method, reverse(name, args=args), NOT_FOUND_OR_REDIRECT)
        if touched_rows() != before:
            check.unexpected.append((name, args, "rows were written"))


def turns_on_missing(name: str, *, full: bool = FULL) -> list[RoleMethods]:
    """Return how lab staff and outsiders request what is missing: by one method each, or by the only one in turn."""
    accepted, first = accepted_methods(ROWS[name])[0], TURN[name]
    if full:
        return [("S", accepted), ("X", accepted)]
    if len(accepted) == 1:
        return [("SX"[first % 2], accepted)]
    return [("S", (accepted[first % 2],)), ("X", (accepted[1 - first % 2],))]


def check_missing_object(check: RouteCheck, name: str, own_args: list[Any]) -> None:
    """Check that lab staff get 404. Others may get 403 first, and a POST may be answered with a message."""
    args = [NO_KEY if isinstance(arg, int) else NO_SLUG for arg in own_args]
    stranger = (
        NOT_FOUND_OR_REDIRECT
        if "X" in (check.row.visible_to if check.row.usable_by is None else check.row.usable_by)
        else REFUSED
    )
    codes = {
        ("S", "get"): {404, 405},
        ("X", "get"): REFUSED,
        ("S", "post"): NOT_FOUND_OR_REDIRECT - {403},
        ("X", "post"): stranger,
    }
    address = reverse(name, args=args)
    check.check_all_refused(turns_on_missing(name), address, lambda role, method: codes[role, method])


def test_every_role_and_every_route_is_tried_with_every_method():
    roles, every = set(EVERYONE + FORMER), {"get", "post", *OTHER_METHODS}
    turns = {name: requests_of(name, full=False) for name in ROWS}
    assert {(role, method) for turn in turns.values() for role, methods in turn for method in methods} == {
        (role, method) for role in roles for method in every
    }
    for name, turn in turns.items():
        assert [role for role, _ in turn] == list(EVERYONE + FORMER)
        row, (accepted, others) = ROWS[name], map(set, accepted_methods(ROWS[name]))
        assert len(others & {method for _, methods in turn for method in methods} - {*row.changes}) == 1
        for method in others & {*row.changes}:
            answers = [expected(row, role, method) <= DENIED for role, methods in turn if method in methods]
            assert {*answers} == {True, False}
        for group in answered_alike(row, "get", "post"):
            tried = [accepted & {*methods} for role, methods in turn if role in group]
            assert set().union(*tried) == accepted
            is_refused = all(expected(row, group[0], method) <= DENIED for method in accepted)
            assert row.public or row.token or is_refused or set() not in tried
        readers = [(role, "get" in methods) for role, methods in turn if expected(row, role, "get") == {200}]
        assert [role for role, is_read in readers if not (is_read or row.public or row.token)] == []


def test_missing_objects_are_requested_by_each_accepted_method():
    for name, row in ROWS.items():
        tried = {method for _, methods in turns_on_missing(name, full=False) for method in methods}
        assert tried == {*accepted_methods(row)[0]}


def test_full_matrix_tries_every_method_as_every_role():
    name = sorted(ROWS)[0]
    assert requests_of(name, full=True) == [(role, ("get", "post", *OTHER_METHODS)) for role in EVERYONE + FORMER]
    assert methods_on_objects_of_others("NX", name, full=True) == [("N", ("get", "post")), ("X", ("get", "post"))]


def test_every_role_opens_objects_of_others_and_posts_to_them():
    for roles in ("CDPMR", "NX" + FORMER, "A"):
        turns = {name: methods_on_objects_of_others(roles, name, full=False) for name in ROWS}
        assert {(role, *methods) for turn in turns.values() for role, methods in turn} == {
            (role, method) for role in roles for method in ("get", "post")
        }
        for name, turn in turns.items():
            tried = [method for _, (method,) in turn]
            assert set(tried) <= {*accepted_methods(ROWS[name])[0]}
            assert len(tried) in {(len(roles) + 2) // 3, len(roles) // 3 or 1}
            assert len(set(tried)) == 2 or len(tried) == 1 or not (ROWS[name].get and ROWS[name].post)


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(our_views()) == set(ROWS)


def test_routes_with_our_views_are_ours_under_library_names_too():
    found = our_views()
    assert {"account_confirm_email", "account_logout", "usersessions_list", "access_requested"} <= set(found)
    assert {name for name in found if name.startswith(("admin:", "mfa_", "socialaccount_"))} == set()
    assert found["account_logout"].view_class is SignOutView  # of two of one name, ours


def test_only_routes_declared_public_answer_signed_out_users():
    open_doors = {name for name, view in our_views().items() if not getattr(view, "login_required", True)}
    assert open_doors == {name for name, row in ROWS.items() if row.public or row.token}


@pytest.fixture(autouse=True)
def portal(settings: Any) -> None:
    """Return the arguments of a provider's sign-in; the provider does not answer."""
    sent_bytes = {
        "id": "portal",
        "name": "Portal",
        "client_id": "x",
        "secret": "x" * 40,
        "server_url": "http://127.0.0.1:9",
    }
    settings.OIDC_PROVIDERS = providers(json.dumps([sent_bytes]))


@pytest.mark.parametrize("name", sorted(ROWS))
def test_each_role_gets_the_declared_answer(
    name: str, stage: Stage, record_property: Callable[[str, object], None], caplog: pytest.LogCaptureFixture
):
    check = RouteCheck(stage, ROWS[name])
    with rolled_back():
        own_args = check.row.args(stage.home)
        check_own_object(check, name, reverse(name, args=own_args))
        if own_args and not check.row.public:
            check_objects_of_others(check, name, own_args, stage.far, stage.near)
            check_missing_object(check, name, own_args)
    check.leaks += [("logged", leak) for leak in leaks_in(caplog.text.encode(), FAR, NEAR)]
    record_property("cells", (check.cells, len(check.leaks), len(check.unexpected)))
    assert (check.leaks[:20], check.unexpected[:20]) == ([], [])
    assert check.cells >= len(EVERYONE)


def check_objects_of_others(check: RouteCheck, name: str, own_args: list[Any], far: Cast, near: Cast) -> None:
    """Check objects of the neighbour cohort for the cast, and of a distant edition for the neighbour cohort and
    outsiders.

    What belongs to a whole edition is checked for everyone of another one. Lab staff have the same rights everywhere.
    """
    other_args, wide = check.row.args(far), check.row.is_edition_wide
    check_object_of_others(check, name, reverse(name, args=other_args), ("CDPMRANX" if wide else "NX") + FORMER, "X")
    if not wide:
        other_args = check.row.args(near)
        check_object_of_others(check, name, reverse(name, args=other_args), "CDPMR", "N")
        check_object_of_others(check, name, reverse(name, args=other_args), "A", "X")
    check_mixed_objects(check, name, own_args, other_args)
