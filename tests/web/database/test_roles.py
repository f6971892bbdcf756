"""With the application's database role, pages and actions work, and no SQL can alter the history."""

from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import Any

import pghistory
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import pre_migrate
from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from accounts import actions
from accounts.models import User
from cohorts.guests.actions import erase_guest
from cohorts.models import StakeholderContact
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import StakeholderContactFactory
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
    """The application's role, with its rights in this database only."""
    name = f"app_of_{connection.settings_dict['NAME']}"
    roles.create_role(connection, name, "only for a test")
    roles.grant_rights(connection, name)
    return name


@pytest.fixture
def as_app(role: str) -> Iterator[None]:
    """Run all following statements as the application's role."""
    execute(f'SET LOCAL ROLE "{role}"')
    yield
    execute("RESET ROLE")


def allowed(statements: Iterable[str]) -> list[str]:
    """Return the statements that are allowed; only missing rights count as refused."""
    allowed_statements = []
    for statement in statements:
        try:
            with transaction.atomic():
                execute(statement)
            allowed_statements.append(statement)
        except DatabaseError as error:
            if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
    return allowed_statements


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
    """Return every history table in the database's catalogue, whatever models exist."""
    found = execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND (EXISTS"
        " (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'pgh_label')"
        " OR relname = 'pghistory_context')"
    )
    return sorted(name for (name,) in found)


RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def test_the_role_may_only_read_every_history_table_of_the_catalogue(role: str):
    tables = in_the_catalogue()
    query = "SELECT t FROM unnest(%s::text[]) AS t WHERE has_table_privilege(%s, t, %s)"
    has = {right: [name for (name,) in execute(query, tables, role, right)] for right in RIGHTS}
    assert (has, tables) == ({right: [] for right in RIGHTS} | {"SELECT": tables}, TABLES)


def test_every_table_that_triggers_write_history_to_is_a_history_table():
    written = execute(
        "SELECT DISTINCT (regexp_match(prosrc, 'INSERT INTO \"([a-z_0-9]+)\"'))[1] FROM pg_proc"
        " WHERE prosrc LIKE '%%_pgh_attach_context()%%' AND prorettype = 'trigger'::regtype"
    )
    assert sorted(name for (name,) in written) == [name for name in TABLES if name != Context._meta.db_table]


def test_the_command_reports_a_history_table_without_a_model(role: str):
    execute("CREATE TABLE left_overevent (pgh_id int, pgh_label text)")
    execute(f'GRANT INSERT ON left_overevent TO "{role}"')
    with pytest.raises(CommandError, match="may write left_overevent"):
        command("--check", "--role", role)


def test_no_history_table_can_be_changed_by_the_role(as_app: None):
    attempts = [attempt(table) for attempt in ATTEMPTS.values() for table in TABLES]
    assert (allowed(attempts), len(TABLES) > 50) == ([], True)


def test_the_owner_may_do_what_the_role_may_not(role: str):
    attempts = [ATTEMPTS["insert"](table) for table in TABLES]
    assert allowed(attempts) == attempts


def writers() -> list[str]:
    """Return the functions that write history, and the one that attaches the context."""
    found = execute("SELECT oid::regprocedure::text FROM pg_proc WHERE prosrc LIKE '%%_pgh_attach_context()%%'")
    return [name for (name,) in found]


FORBIDDEN_STATEMENTS = (
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
)


def test_ways_around_the_rights_are_refused(role: str):
    """Signed in as the role itself, which cannot become another role."""
    execute(f'SET LOCAL SESSION AUTHORIZATION "{role}"')
    allowed_statements = allowed(FORBIDDEN_STATEMENTS)
    execute("RESET SESSION AUTHORIZATION")
    assert allowed_statements == []


def test_functions_that_write_history_can_be_neither_replaced_nor_reused(as_app: None):
    execute("RESET ROLE")
    found = writers()
    assert len(found) > 100
    assert [
        name for name in found if not execute("SELECT prosecdef FROM pg_proc WHERE oid = %s::regprocedure", name)[0][0]
    ] == []
    may = "SELECT count(*) FROM unnest(%s::text[]) AS f WHERE has_function_privilege('public', f, 'EXECUTE')"
    assert execute(may, found) == [(0,)]


def test_no_trigger_can_be_switched_off(as_app: None):
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


def test_two_actions_of_one_request_each_store_their_name_and_reason():
    person = UserFactory()
    with pghistory.context(url="/"):
        first(user=person, by=person, reason="because")
        then(user=person, by=person, reason="hence")
    metadata = [line.pgh_context.metadata for line in person.events.order_by("pgh_id")[1:]]
    assert [(entry["action"], entry["reason"]) for entry in metadata] == [("first", "because"), ("then", "hence")]


@pytest.mark.parametrize("statement", ["UPDATE {} SET metadata = '{{}}'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_owner_cannot_change_actor_and_reason_by_mistake(statement: str):
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
    """Sessions, allauth's tables, a form, e-mails and ideas."""
    staff = cast["S"]
    signed_in = client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
    assert {name: client.get(reverse(name)).status_code for name in PAGES} == dict.fromkeys(PAGES, 200)
    answer = client.post(reverse("account"), {"full_name": "Other", "language": "en"})
    assert (answer.status_code, staff.events.latest("pgh_id").language) == (302, "en")
    assert client.post(reverse("account_logout")).status_code == 302


def test_ideas_emails_and_closed_accounts_work_as_the_role(cast: Cast, as_app: None):
    idea, delivery = IdeaFactory(cohort=cast.cohort), DeliveryFactory()
    Idea.objects.filter(pk=idea.pk).update(summary="Other")
    delivery.items.all().delete()
    delivery.delete()
    actions.close_account(user=cast["M"], at=NOW, by=cast["S"])
    event = cast["M"].events.latest("pgh_id")
    assert (event.is_active, event.pgh_context.metadata["by"]) == (False, cast["S"].pk)


def test_the_role_can_neither_change_nor_delete_append_only_rows(as_app: None):
    tables = roles.frozen_tables()
    may = "SELECT t, r FROM unnest(%s::text[]) AS t, unnest(%s::text[]) AS r WHERE has_table_privilege(t, r) ORDER BY 1"
    found = execute(may, sorted(tables), ["UPDATE", "DELETE"])
    assert (found, len(tables) >= 5) == ([("cohorts_stakeholdercontact", "DELETE")], True)


def test_guests_are_erased_as_the_role(cast: Cast, as_app: None):
    contact = StakeholderContactFactory(stakeholder__cohort=cast.cohort)
    erase_guest(stakeholder=contact.stakeholder, at=NOW, by=None)
    assert StakeholderContact.objects.count() == 0


def command(*words: str) -> str:
    out = StringIO()
    call_command("database_roles", *words, stdout=out)
    return out.getvalue()


def test_the_command_confirms_that_the_role_is_restricted(role: str):
    assert command("--check", "--role", role) == f"{role} uses the tables and cannot alter the history.\n"


# A statement that loosens the rights, and how the command names that.
EXCESSIVE_RIGHTS = (
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
)


def test_the_command_lists_rights_that_are_too_wide(role: str):
    names = {"role": role, "writer": writers()[0], "database": connection.settings_dict["NAME"]}
    missing = []
    for statement, expected in EXCESSIVE_RIGHTS:
        with transaction.atomic():
            execute(statement.format(**names))
            with pytest.raises(CommandError) as caught:
                command("--check", "--role", role)
            transaction.set_rollback(True)
        if f"{role} {expected.format(**names)}" not in str(caught.value).splitlines():
            missing.append(expected)
    assert missing == []


def test_the_command_refuses_to_revoke_the_owners_rights():
    with pytest.raises(CommandError, match="a role of its own"):
        command()


def test_the_command_prints_its_statements(role: str):
    lines = command("--print", "--role", role)
    assert f'REVOKE INSERT, UPDATE, DELETE ON "accounts_userevent" FROM "{role}";' in lines.splitlines()


def test_migrate_runs_as_the_owner_and_grants_the_application_its_rights(role: str, settings: Any, monkeypatch: Any):
    """Both share one connection here, because no other connection sees a test's rows: only the names differ."""
    monkeypatch.setattr("web.database.owner._sign_in", lambda connection, given: connection.settings_dict.update(given))
    owner = connection.settings_dict["USER"]
    settings.MIGRATION_DATABASE = {
        name: connection.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    }
    monkeypatch.setitem(connection.settings_dict, "USER", role)
    execute(f'GRANT UPDATE ON accounts_userevent TO "{role}"')

    def replace_trigger(**_: object) -> None:
        """Make a trigger of a history anew, as a migration does: it has its rights at once, while old code runs."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger WHERE tgname LIKE 'pgtrigger_insert_insert%'"
            )
            cursor.execute(cursor.fetchone()[0].replace(" SECURITY DEFINER", ""))
            assert "writes history as whoever is there" not in " ".join(roles.find_problems(connection, role))

    pre_migrate.connect(replace_trigger)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(replace_trigger)
    assert (roles.find_problems(connection, role), connection.settings_dict["USER"], owner) == ([], role, "postgres")
