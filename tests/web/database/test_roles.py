"""As the application's own role: pages and actions work, and nothing at the database's prompt alters the history."""

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pghistory
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from accounts import actions
from accounts.models import User
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.notifications import DeliveryFactory
from tests.factories.prototypes import IdeaFactory
from tests.sql import execute, refused_by
from web.actions import action
from web.database import roles

pytestmark = pytest.mark.django_db
TABLES = roles.history_tables()
PASSWORD = "a long demonstration word"


@pytest.fixture
def role(db: None) -> str:
    """The application's role, with its rights, in this database only."""
    name = f"app_of_{connection.settings_dict['NAME']}"
    roles.make_role(connection, name, "only for a test")
    roles.give_rights(connection, name)
    return name


@pytest.fixture
def as_app(role: str) -> Iterator[None]:
    """From here on every statement is the application's."""
    execute(f'SET LOCAL ROLE "{role}"')
    yield
    execute("RESET ROLE")


def allowed(attempt: Callable[[str], str]) -> list[str]:
    """The history tables for which the database lets the statement through; only missing rights count as refused."""
    through = []
    for table in TABLES:
        try:
            with transaction.atomic():
                execute(attempt(table))
            through.append(table)
        except DatabaseError as error:
            if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
    return through


ATTEMPTS: dict[str, Callable[[str], str]] = {
    "insert": lambda table: f"INSERT INTO {table} SELECT * FROM {table}",
    "update": lambda table: f"UPDATE {table} SET {column(table)} = {column(table)}",
    "delete": lambda table: f"DELETE FROM {table}",
    "truncate": lambda table: f"TRUNCATE {table} CASCADE",
    "disable triggers": lambda table: f"ALTER TABLE {table} DISABLE TRIGGER ALL",
    "drop": lambda table: f"DROP TABLE {table} CASCADE",
    "rename": lambda table: f"ALTER TABLE {table} RENAME TO other",
    "another trigger": lambda table: (
        f"CREATE TRIGGER t BEFORE INSERT ON {table} EXECUTE FUNCTION pghistory_context_append_only()"
    ),
    "lock": lambda table: f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
}


def column(table: str) -> str:
    return "metadata" if table == Context._meta.db_table else "pgh_label"


def in_the_catalogue() -> list[str]:
    """Every table that the database itself knows as one of history, whatever models there are."""
    found = execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND (EXISTS"
        " (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'pgh_label')"
        " OR relname = 'pghistory_context')"
    )
    return sorted(name for (name,) in found)


RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def test_of_every_table_of_history_in_the_catalogue_the_role_may_read_and_nothing_else(role: str):
    tables = in_the_catalogue()
    asked = "SELECT t FROM unnest(%s::text[]) AS t WHERE has_table_privilege(%s, t, %s)"
    has = {right: [name for (name,) in execute(asked, tables, role, right)] for right in RIGHTS}
    assert (has, tables) == ({right: [] for right in RIGHTS} | {"SELECT": tables}, TABLES)


def test_whatever_a_trigger_writes_history_to_is_one_of_them():
    written = execute(
        "SELECT DISTINCT (regexp_match(prosrc, 'INSERT INTO \"([a-z_0-9]+)\"'))[1] FROM pg_proc"
        " WHERE prosrc LIKE '%%_pgh_attach_context()%%' AND prorettype = 'trigger'::regtype"
    )
    assert sorted(name for (name,) in written) == [name for name in TABLES if name != Context._meta.db_table]


def test_the_command_finds_a_table_of_history_that_no_model_knows(role: str):
    execute("CREATE TABLE left_overevent (pgh_id int, pgh_label text)")
    execute(f'GRANT INSERT ON left_overevent TO "{role}"')
    with pytest.raises(CommandError, match="may write left_overevent"):
        command("--check", "--role", role)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_no_table_of_the_history_lets_it_through(attempt: str, as_app: None):
    assert (allowed(ATTEMPTS[attempt]), len(TABLES) > 50) == ([], True)


def test_the_owner_could_so_that_the_refusals_are_those_of_the_role(role: str):
    assert allowed(ATTEMPTS["insert"]) == TABLES


def writers() -> list[str]:
    """The functions that write history, and the one that says who and why."""
    found = execute("SELECT oid::regprocedure::text FROM pg_proc WHERE prosrc LIKE '%%_pgh_attach_context()%%'")
    return [name for (name,) in found]


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid AS 'SELECT NULL::uuid' LANGUAGE sql",
        "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN"
        " AS 'SELECT TRUE' LANGUAGE sql",
        "CREATE FUNCTION mine() RETURNS int AS 'SELECT 1' LANGUAGE sql",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE ROLE mine SUPERUSER",
        "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_user DISABLE TRIGGER USER",
        "DROP TABLE accounts_user CASCADE",
        "TRUNCATE accounts_user CASCADE",
        "UPDATE pg_trigger SET tgenabled = 'D'",
        "UPDATE django_migrations SET name = 'x'",
        "COPY accounts_userevent FROM PROGRAM 'echo'",
        "SET ROLE postgres",
    ],
)
def test_what_would_get_around_it_is_refused(statement: str, role: str):
    """Signed in as the role, not only acting as it: as itself it may become nobody else."""
    execute(f'SET LOCAL SESSION AUTHORIZATION "{role}"')
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        execute(statement)
    execute("RESET SESSION AUTHORIZATION")
    assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_the_functions_that_write_history_can_neither_be_replaced_nor_borrowed(as_app: None):
    execute("RESET ROLE")
    found = writers()
    assert len(found) > 100
    assert [
        name for name in found if not execute("SELECT prosecdef FROM pg_proc WHERE oid = %s::regprocedure", name)[0][0]
    ] == []
    may = "SELECT count(*) FROM unnest(%s::text[]) AS f WHERE has_function_privilege('public', f, 'EXECUTE')"
    assert execute(may, found) == [(0,)]


def test_no_trigger_stands_aside_when_asked_to(as_app: None):
    """pgtrigger would skip the triggers named in this setting, which everybody may set."""
    person = UserFactory(language="fr")
    named = execute("SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = 'accounts_user'::regclass")
    execute("SELECT set_config('pgtrigger.ignore', %s, true)", named[0][0])
    execute("UPDATE accounts_user SET language = 'en' WHERE id = %s", person.pk)
    assert list(person.events.order_by("pgh_id").values_list("language", flat=True)) == ["fr", "en"]


@action("first")
def first(*, user: User, by: User, reason: str) -> None:
    execute("UPDATE accounts_user SET language = 'fr' WHERE id = %s", user.pk)


@action("then")
def then(*, user: User, by: User, reason: str) -> None:
    execute("UPDATE accounts_user SET language = 'en' WHERE id = %s", user.pk)


def test_two_actions_of_one_request_each_keep_their_name_and_reason():
    person = UserFactory()
    with pghistory.context(url="/"):
        first(user=person, by=person, reason="because")
        then(user=person, by=person, reason="hence")
    told = [line.pgh_context.metadata for line in person.events.order_by("pgh_id")[1:]]
    assert [(said["action"], said["reason"]) for said in told] == [("first", "because"), ("then", "hence")]


@pytest.mark.parametrize("statement", ["UPDATE {} SET metadata = '{{}}'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_not_even_the_owner_changes_who_and_why_by_mistake(statement: str):
    UserFactory()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with refused_by("context_append_only"):
        execute(statement.format(Context._meta.db_table))


PAGES = [
    "home",
    "account",
    "search",
    "cohorts:cohorts",
    "prototypes:idea_list",
    "notifications:ledger",
    "figures:network",
]


def test_pages_sign_in_and_actions_work_as_the_role(cast: Cast, client: Client, as_app: None):
    """Sessions, allauth's tables, a form, letters and ideas: what a day is made of."""
    staff = cast["S"]
    signed_in = client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
    assert {name: client.get(reverse(name)).status_code for name in PAGES} == dict.fromkeys(PAGES, 200)
    answer = client.post(reverse("account"), {"full_name": "Other", "language": "en"})
    assert (answer.status_code, staff.events.latest("pgh_id").language) == (302, "en")
    assert client.post(reverse("account_logout")).status_code == 302


def test_ideas_letters_and_closed_accounts_work_as_the_role(cast: Cast, as_app: None):
    idea, letter = IdeaFactory(cohort=cast.cohort), DeliveryFactory()
    Idea.objects.filter(pk=idea.pk).update(summary="Other")
    letter.items.all().delete()
    letter.delete()
    actions.close_account(user=cast["M"], at=NOW, by=cast["S"])
    told = cast["M"].events.latest("pgh_id")
    assert (told.is_active, told.pgh_context.metadata["by"]) == (False, cast["S"].pk)


def test_rows_that_are_never_changed_can_neither_be_changed_nor_removed(as_app: None):
    tables = sorted(roles.frozen_columns())
    may = "SELECT t FROM unnest(%s::text[]) AS t WHERE has_table_privilege(t, 'UPDATE, DELETE') ORDER BY t"
    assert (execute(may, tables), len(tables) >= 5) == ([], True)


def command(*words: str) -> str:
    out = StringIO()
    call_command("database_roles", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_that_the_role_is_held(role: str):
    assert command("--check", "--role", role) == f"{role} uses the tables and cannot alter the history.\n"


@pytest.mark.parametrize(
    ("loosened", "said"),
    [
        ("GRANT UPDATE ON accounts_userevent TO {role}", "may write accounts_userevent"),
        ("GRANT CREATE ON SCHEMA public TO {role}", "may make tables and functions"),
        ("ALTER TABLE accounts_user OWNER TO {role}", "owns accounts_user"),
        ("ALTER ROLE {role} CREATEROLE", "is a superuser, or may make roles or databases"),
        ("ALTER FUNCTION {writer} SECURITY INVOKER", "{writer} writes history as whoever is there"),
        ("GRANT EXECUTE ON FUNCTION {writer} TO {role}", "may use {writer} for a table of its own"),
        (
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN"
            " AS 'SELECT TRUE' LANGUAGE sql",
            "may tell triggers to stand aside",
        ),
        ("GRANT TEMP ON DATABASE {database} TO {role}", "may make temporary tables"),
    ],
)
def test_the_command_says_what_is_loose(loosened: str, said: str, role: str):
    names = {"role": role, "writer": writers()[0], "database": connection.settings_dict["NAME"]}
    execute(loosened.format(**names))
    with pytest.raises(CommandError) as caught:
        command("--check", "--role", role)
    assert f"{role} {said.format(**names)}" in str(caught.value).splitlines()


def test_the_command_refuses_to_take_the_owners_own_rights():
    with pytest.raises(CommandError, match="a role of its own"):
        command()


def test_the_command_prints_what_it_would_do(role: str):
    lines = command("--print", "--role", role)
    assert f'REVOKE INSERT, UPDATE, DELETE ON "accounts_userevent" FROM "{role}";' in lines.splitlines()


def test_migrate_is_the_owners_and_leaves_the_application_its_rights(role: str, settings: Any, monkeypatch: Any):
    """Here both share one connection, since a test's rows are seen by no other: only the names tell them apart."""
    monkeypatch.setattr("web.database.owner._sign_in", lambda connection, given: connection.settings_dict.update(given))
    owner = connection.settings_dict["USER"]
    settings.MIGRATION_DATABASE = {
        name: connection.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    }
    monkeypatch.setitem(connection.settings_dict, "USER", role)
    execute(f'GRANT UPDATE ON accounts_userevent TO "{role}"')
    call_command("migrate", verbosity=0)
    assert (roles.broken(connection, role), connection.settings_dict["USER"], owner) == ([], role, "postgres")
