"""What the application may do in its database: use the tables, and of the history only read what triggers wrote.

The owner of the tables migrates and gives these rights (`migrate`, `database_roles`); the application signs in as
another role, which owns nothing. So neither a fault nor somebody in its place alters who did what and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from pghistory.models import Context, Event
from psycopg import sql

from web.database.triggers import Frozen

ONLY_READ: Final = ("django_migrations",)

# Triggers that write history act as the owner and cannot be borrowed for other tables; none can be told to stand aside.
CLOSED: Final = """
DO $roles$
DECLARE writer regprocedure;
BEGIN
    FOR writer IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
          AND prosrc LIKE '%_pgh_attach_context()%'
          AND (NOT prosecdef OR proconfig IS NULL OR has_function_privilege('public', oid, 'EXECUTE'))
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp', writer);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', writer);
    END LOOP;
END $roles$;
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
    AS 'SELECT FALSE' LANGUAGE sql IMMUTABLE;
"""
# What of it does not hold for the role that asks: one line each.
BROKEN: Final = """
SELECT 'is a superuser, or may make roles or databases' FROM pg_roles
    WHERE rolname = %(role)s AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
UNION ALL SELECT 'owns ' || oid::regclass FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND pg_has_role(%(role)s, relowner, 'MEMBER')
UNION ALL SELECT 'may make tables and functions' WHERE has_schema_privilege(%(role)s, 'public', 'CREATE')
UNION ALL SELECT 'may make temporary tables' WHERE has_database_privilege(%(role)s, current_database(), 'TEMP')
UNION SELECT 'may write ' || kept FROM unnest(%(history)s::regclass[] || ARRAY(
        SELECT attrelid::regclass FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE attname = 'pgh_label' AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)) AS kept
    WHERE has_table_privilege(%(role)s, kept, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
UNION ALL SELECT oid::regprocedure || ' writes history as whoever is there' FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
      AND prosrc LIKE '%%_pgh_attach_context()%%' AND NOT prosecdef
UNION ALL SELECT 'may use ' || oid::regprocedure || ' for a table of its own' FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosrc LIKE '%%_pgh_attach_context()%%' AND prosecdef
      AND has_function_privilege(%(role)s, oid, 'EXECUTE')
UNION ALL SELECT 'may tell triggers to stand aside' FROM pg_proc
    WHERE proname = '_pgtrigger_should_ignore' AND prosrc <> 'SELECT FALSE'
"""


def history_tables() -> list[str]:
    """What nobody may write but the triggers: every line of history, and the context that says who and why."""
    events = {model._meta.db_table for model in apps.get_models() if issubclass(model, Event) and model._meta.managed}
    return sorted({*events, Context._meta.db_table})


def frozen_columns() -> dict[str, tuple[str, ...]]:
    """Tables whose rows never go, by the columns that may still change."""
    frozen: dict[str, tuple[str, ...]] = {}
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, Frozen) and trigger.once == "TRUE" and not trigger.condition:
                frozen[model._meta.db_table] = _columns(model, trigger.but)
    return frozen


def _columns(model: type[Model], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(str(field.column) for field in model._meta.concrete_fields if field.column in names))


def statements(role: str, database: str) -> Iterator[sql.Composable]:
    """Every right the application's role has, after taking away all it had; in the order they must run."""
    to = {"role": sql.Identifier(role), "database": sql.Identifier(database)}
    yield from (sql.SQL(line).format(**to) for line in RIGHTS)
    for table in (*history_tables(), *ONLY_READ):
        yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}").format(table=sql.Identifier(table), **to)
    for table, columns in frozen_columns().items():
        named = {"table": sql.Identifier(table), "columns": sql.SQL(", ").join(map(sql.Identifier, columns)), **to}
        yield sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {role}").format(**named)
        if columns:
            yield sql.SQL("GRANT UPDATE ({columns}) ON {table} TO {role}").format(**named)
    yield sql.SQL(CLOSED)


RIGHTS: Final = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC, {role}",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
)


def give_rights(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the application's role what it needs and nothing else; the connection is the owner's."""
    database = str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        for statement in statements(role, database):
            cursor.execute(statement)


def make_role(connection: BaseDatabaseWrapper, role: str, password: str = "") -> None:
    """Make the role where there is none. Who owns the tables needs the right to make roles for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            return
        secret = sql.SQL(" PASSWORD {}").format(password) if password else sql.SQL("")
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)) + secret)


def broken(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """What keeps the history from being safe from the role; nothing where all is well."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, {"role": role, "history": history_tables()})
        return sorted(line for (line,) in cursor.fetchall())
