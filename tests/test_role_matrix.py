"""Every route × role × method against the declared matrix; a route without a row fails.

Of the methods that no route takes each role asks one of a route, the next role the next: so each route is asked by all
of them, and each role asks by all of them. Parts of pages, and what has parts of others, every third role asks of a
route, the next third of the next. `make whole` has every role ask for all of it (`WHOLE`).

Asked with and without htmx, for one's own object, the neighbour's, one of another edition, two that do not belong
together, and one that does not exist. Whatever is answered is searched for what the person must not see, and whoever is
refused changes no row of any table.
"""

import json
import os
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
from accounts.openid.views import Leaving
from tests.factories.cast import EVERYONE, Cast
from tests.headers import unsaid
from tests.matrix import PAST, Row
from tests.matrix.canaries import FAR, LATE, NEAR, heard
from tests.matrix.stage import Stage, scene
from tests.routes import ours

pytestmark = pytest.mark.django_db

APPS = (
    "platform",
    "programmes",
    "cohorts",
    "sessions",
    "prototypes",
    "canvases",
    "figures",
    "exchanges",
    "notifications",
    "files",
)
SIGNED_OUT = "-z"  # never signed in, and signed in when the account was closed
REFUSED = {403, 404, 405}
DENIED = {302, 401} | REFUSED
CALM = REFUSED | {302}  # or led back to where it is not any more, with a word about it
OTHER_METHODS = ("put", "patch", "delete", "options")
HTMX = {"HX-Request": "true"}
WHOLE = bool(os.environ.get("WHOLE"))
NO_KEY, NO_SLUG = 4_000_000_000, "nothing-of-the-kind"


def declared() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for app in APPS:
        rows |= import_module(f"tests.matrix.{app}").ROUTES
    return rows


ROWS = declared()
Codes = Callable[[str, str], set[int]]
Turn = tuple[str, Iterable[str]]  # a letter, and the methods it asks by


def rows_written() -> int:
    """Lines of history: every write to a tracked table leaves one."""
    kept = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " + ".join(f"(SELECT count(*) FROM {table})" for table in kept))
        return int(cursor.fetchone()[0])


def touched() -> int:
    """Rows of any table that this transaction has written, changed or removed so far, also where it took it back.

    Sessions are left out: that somebody was there is written down whatever they are answered.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
            " + pg_stat_get_xact_tuples_deleted(oid)) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_session'"
        )
        return int(cursor.fetchone()[0])


@dataclass
class Asking:
    """One route asked on the stage; what was unexpected and what leaked is kept, and every answer is a cell."""

    stage: Stage
    row: Row
    cells: int = 0
    unexpected: list[Any] = field(default_factory=list)
    leaks: list[Any] = field(default_factory=list)

    def ask(self, letter: str, method: str, address: str, codes: set[int], **headers: str) -> int:
        """What is done is undone at once, so that each role meets what the one before met."""
        self.cells += 1
        cell = (letter, method, address, *headers)
        client = self.stage.clients[letter]
        kept = client.cookies.copy()  # who signs out is signed in again
        with scene() if codes - REFUSED and method == "post" else nullcontext():
            answer = send(client, method, address, self.row.form, headers)
        client.cookies = kept
        if answer.status_code not in codes:
            self.unexpected.append((*cell, answer.status_code, codes))
        self.unexpected += [(*cell, "does not tell browsers", name) for name in unsaid(answer)]
        self.leaks += [(*cell, said) for said in heard(told(answer), *self.hidden_from(letter))]
        return answer.status_code

    def hidden_from(self, letter: str) -> tuple[str, ...]:
        """A page that is open to everyone is opened by its address, which is somebody's: M's, at home."""
        return hidden_from("M" if self.row.public and letter == "p" else letter)

    def refused(self, letters: str, methods: Iterable[str], address: str, codes: Codes, **headers: str) -> None:
        self.all_refused([(letter, methods) for letter in letters], address, codes, **headers)

    def all_refused(self, turns: Iterable[Turn], address: str, codes: Codes, **headers: str) -> None:
        """Those whom the codes say are refused: together they write nothing."""
        before = touched()
        for letter, methods in turns:
            for method in methods:
                if codes(letter, method) <= DENIED:
                    self.ask(letter, method, address, codes(letter, method), **headers)
        if touched() != before:
            self.unexpected.append((turns, address, "refused, and rows were written"))

    def let_in(self, letters: str, methods: Iterable[str], address: str, codes: Codes) -> None:
        for letter in letters:
            for method in methods:
                if not codes(letter, method) <= DENIED:
                    self.ask(letter, method, address, codes(letter, method))


def send(client: Client, method: str, address: str, form: dict[str, str], headers: dict[str, str]) -> HttpResponse:
    if method in {"get", "head"}:
        answer = getattr(client, method)(address, form, headers=headers)
    elif method == "post":
        answer = client.post(address, form, headers=headers)
    else:
        answer = client.generic(method.upper(), address, headers=headers)
    answer.body = answer.getvalue()  # a file that is served is open until it is read
    return answer


def told(answer: Any) -> bytes:
    """Everything that went out: the body, and the headers with where to go next."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return answer.body if answer.body.startswith(b"PK") else answer.body + headers.encode()


def hidden_from(letter: str) -> tuple[str, ...]:
    if letter == "S":
        return ()
    if letter == "p":
        return (FAR, NEAR, LATE)
    return (FAR,) if letter == "N" else (FAR, NEAR)


def expected(row: Row, letter: str, method: str) -> set[int]:
    """HEAD is answered like GET, of a route that takes it."""
    if letter in SIGNED_OUT:
        open_to_all = {200, 302, 405, *row.answers.values()} if row.see else {404, 405}
        return open_to_all if row.public else {302, 401}
    if method in OTHER_METHODS:
        return {405}
    return row.expected(letter, "get" if method == "head" else method)


def turns(name: str) -> list[Turn]:
    """Who asks the route by which methods: with those that no route takes, one of them, or all."""
    first = sorted(ROWS).index(name)
    return [
        (letter, ("get", "post", *(OTHER_METHODS if WHOLE else (OTHER_METHODS[(first + turn) % len(OTHER_METHODS)],))))
        for turn, letter in enumerate(EVERYONE + PAST)
    ]


def third(letters: str, name: str) -> str:
    return letters if WHOLE else letters[sorted(ROWS).index(name) % 3 :: 3]


def at_home(asking: Asking, name: str, address: str) -> None:
    """Everyone by every method. HEAD is GET without its body: one who is let in and one who is not stand for all."""
    codes = partial(expected, asking.row)
    let_in = "".join(letter for letter in EVERYONE if codes(letter, "head") == {200})
    asking.all_refused(turns(name), address, codes)
    asking.refused("".join(set(EVERYONE) - set(let_in))[:1], ("head",), address, codes)
    asking.let_in(EVERYONE + PAST, ("get", "post"), address, codes)
    asking.let_in(let_in[:1], ("head",), address, codes)
    asking.refused(third(EVERYONE + PAST, name), ("get",) if asking.row.get else ("post",), address, codes, **HTMX)
    for letter in SIGNED_OUT:
        for method in ("get", "post"):
            asking.ask(letter, method, address, codes(letter, method))


def elsewhere(asking: Asking, address: str, letters: str, there: str) -> None:
    """An object of others: what one may do with it is what the letter one has there says."""

    def codes(_letter: str, method: str) -> set[int]:
        return expected(asking.row, there, method)

    asking.refused(letters, ("get", "post"), address, codes)
    asking.let_in(letters, ("get", "post"), address, codes)


def mixed(mine: list[Any], theirs: list[Any]) -> Iterator[list[Any]]:
    """Addresses that name one's own thing first, and others' as a part of it."""
    for place in range(1, len(mine)):
        if mine[place] != theirs[place] and mine[:place] != theirs[:place]:
            yield [*mine[:place], theirs[place], *mine[place + 1 :]]


def with_parts_of_others(asking: Asking, name: str, mine: list[Any], theirs: list[Any]) -> None:
    """There is no such page, for the lab neither; a part that is gone is answered calmly."""
    for args in mixed(mine, theirs):
        before = touched()
        for letter in third(EVERYONE, name):
            for method in ("get", "post"):
                asking.ask(letter, method, reverse(name, args=args), CALM)
        if touched() != before:
            asking.unexpected.append((name, args, "rows were written"))


def of_nothing(asking: Asking, name: str, mine: list[Any]) -> None:
    """Not there for the lab; others may be told first that it is not theirs to do. Sent, it may be answered calmly."""
    args = [NO_KEY if isinstance(arg, int) else NO_SLUG for arg in mine]
    stranger = CALM if "X" in (asking.row.see if asking.row.act is None else asking.row.act) else REFUSED
    codes = {("S", "get"): {404, 405}, ("X", "get"): REFUSED, ("S", "post"): CALM - {403}, ("X", "post"): stranger}
    asking.refused("SX", ("get", "post"), reverse(name, args=args), lambda letter, method: codes[letter, method])


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(ours()) == set(ROWS)


def test_a_route_is_ours_by_its_view_among_those_of_the_libraries_too():
    found = ours()
    assert {"account_confirm_email", "account_logout", "usersessions_list", "access_asked"} <= set(found)
    assert {name for name in found if name.startswith(("admin:", "mfa_", "socialaccount_"))} == set()
    assert found["account_logout"].view_class is Leaving  # of two of one name, ours


def test_only_routes_declared_public_answer_whoever_is_signed_out():
    open_doors = {name for name, view in ours().items() if not getattr(view, "login_required", True)}
    assert open_doors == {name for name, row in ROWS.items() if row.public}


@pytest.fixture(autouse=True)
def portal(settings: Any) -> None:
    """An organisation's sign-in is offered, and does not answer."""
    told = {"id": "portal", "name": "Portal", "client_id": "x", "secret": "x" * 40, "server_url": "http://127.0.0.1:9"}
    settings.OIDC_PROVIDERS = providers(json.dumps([told]))


@pytest.mark.parametrize("name", sorted(ROWS))
def test_each_role_gets_what_the_table_says(
    name: str, stage: Stage, record_property: Callable[[str, object], None], caplog: pytest.LogCaptureFixture
):
    asking = Asking(stage, ROWS[name])
    with scene():
        mine = asking.row.args(stage.home)
        at_home(asking, name, reverse(name, args=mine))
        if mine and not asking.row.public:
            of_others(asking, name, mine, stage.far, stage.near)
            of_nothing(asking, name, mine)
    asking.leaks += [("logged", said) for said in heard(caplog.text.encode(), FAR, NEAR)]
    record_property("cells", (asking.cells, len(asking.leaks), len(asking.unexpected)))
    assert (asking.leaks[:20], asking.unexpected[:20]) == ([], [])
    assert asking.cells >= len(EVERYONE + PAST) * 3


def of_others(asking: Asking, name: str, mine: list[Any], far: Cast, near: Cast) -> None:
    """Of the neighbour for those at home, of a far edition for those of the neighbour and of nowhere; what is of an
    edition as such, for everyone of another one. The lab stands there as at home."""
    theirs, wide = asking.row.args(far), asking.row.edition_wide
    elsewhere(asking, reverse(name, args=theirs), ("CDPMRANX" if wide else "NX") + PAST, "X")
    if not wide:
        theirs = asking.row.args(near)
        elsewhere(asking, reverse(name, args=theirs), "CDPMR", "N")
        elsewhere(asking, reverse(name, args=theirs), "A", "X")
    with_parts_of_others(asking, name, mine, theirs)
