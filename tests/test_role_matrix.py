"""Every route × role × method against the declared matrix; a route without a row fails."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pghistory.models import Event

from accounts.models import User
from tests.factories.cast import EVERYONE, Cast
from tests.matrix import Row

APPS = (
    "platform",
    "programmes",
    "cohorts",
    "sessions",
    "prototypes",
    "canvases",
    "rates",
    "exchanges",
    "notifications",
    "files",
)
NOT_OURS = {"accounts/", "admin/"}
REFUSALS = {302, 403, 404, 405}


def declared() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for app in APPS:
        rows |= import_module(f"tests.matrix.{app}").ROUTES
    return rows


def routes(resolver: URLResolver, namespace: str = "") -> set[str]:
    """Names of our routes; allauth's and Django's own are theirs to guard, and tested with the sign-in pages."""
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(f"{namespace}{pattern.name}")
        elif str(pattern.pattern) not in NOT_OURS:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= routes(pattern, inner)
    return found


ROWS = declared()
METHODS = ("get", "post")


def rows_written() -> int:
    """Lines of history: every write to a tracked table leaves one."""
    kept = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " + ".join(f"(SELECT count(*) FROM {table})" for table in kept))
        return int(cursor.fetchone()[0])


def test_every_route_has_a_row_and_every_row_a_route():
    assert routes(get_resolver()) == set(ROWS)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_each_role_gets_what_the_table_says(name: str, cast: Cast):
    """By GET and by POST; whoever is not signed in is sent to sign in."""
    row = ROWS[name]
    address = reverse(name, args=row.args(cast))
    before = rows_written()
    answers = {
        (letter, method): answered(cast[letter], method, address, row, before)
        for letter in EVERYONE
        for method in METHODS
    }
    wrong = {who: code for who, code in answers.items() if code not in row.expected(*who)}
    assert wrong == {}
    signed_out = Client().get(address)
    sent = (signed_out.status_code, signed_out.headers.get("Location", "")[:17])
    assert sent[0] in ({200, 405} if row.see else {404}) if row.public else sent == (302, "/accounts/login/?")


def answered(user: User, method: str, address: str, row: Row, before: int) -> int:
    """The code; a refusal writes nothing, and each role meets what the one before met."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        answer = getattr(client, method)(address, row.form)
        answer.getvalue()  # a file that is served is open until it is read
        if answer.status_code in REFUSALS - {302}:
            assert rows_written() == before, f"{user} was refused and still wrote something"
        transaction.set_rollback(True)
    return int(answer.status_code)
