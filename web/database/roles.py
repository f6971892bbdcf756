"""The rights of the application's database role: it uses the tables, and only reads the history that triggers write.

The owner of the tables migrates and grants these rights (`migrate`, `database_roles`). The application signs in as
another role, which owns nothing, so that neither a bug nor an intruder can alter the history.
"""

from collections.abc import Iterator
from typing import Final, LiteralString, NamedTuple

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.transaction import atomic
from pghistory.models import Context, Event
from psycopg import sql

from web.database.triggers import Frozen

READ_ONLY_TABLES: Final = ("django_migrations",)

# The triggers that write history run as the owner, cannot be used for other tables, and cannot be switched off.
HISTORY_WRITERS_SQL: Final = """
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
# One line for each right that the role should not have.
PROBLEMS_SQL: Final = """
SELECT 'is a superuser, or may make roles or databases' FROM pg_roles
    WHERE rolname = %(role)s AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
UNION ALL SELECT 'owns ' || oid::regclass FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND pg_has_role(%(role)s, relowner, 'MEMBER')
UNION ALL SELECT 'may make tables and functions' WHERE has_schema_privilege(%(role)s, 'public', 'CREATE')
UNION ALL SELECT 'may make temporary tables' WHERE has_database_privilege(%(role)s, current_database(), 'TEMP')
UNION SELECT 'may write ' || history_table FROM unnest(%(history)s::regclass[] || ARRAY(
        SELECT attrelid::regclass FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE attname = 'pgh_label' AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)
    ) AS history_table
    WHERE has_table_privilege(%(role)s, history_table, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
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
    """Return the names of the tables that only triggers may write: the history of each model, and who made each change
    and why.
    """
    events = {model._meta.db_table for model in apps.get_models() if issubclass(model, Event) and model._meta.managed}
    return sorted({*events, Context._meta.db_table})


class FrozenTable(NamedTuple):
    """The rights that are taken away on a table whose rows never change, and the columns that may change all the
    same.
    """

    rights: tuple[LiteralString, ...]
    mutable_columns: tuple[str, ...]


def frozen_tables() -> dict[str, FrozenTable]:
    """Return the tables whose rows never change, by name.

    Only tables frozen as a whole by a `Frozen` trigger without condition. Rows that are frozen against updates only may
    be deleted.
    """
    frozen: dict[str, FrozenTable] = {}
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, Frozen) and trigger.frozen_if == "TRUE" and not trigger.condition:
                rights = tuple(right for right in ("UPDATE", "DELETE") if right in str(trigger.operation))
                frozen[model._meta.db_table] = FrozenTable(rights, _column_names(model, trigger.mutable_columns))
    return frozen


def _column_names(model: type[Model], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the names that are columns of the model, sorted."""
    return tuple(sorted(str(field.column) for field in model._meta.concrete_fields if field.column in names))


def grant_statements(role: str, database: str) -> Iterator[sql.Composable]:
    """Yield the SQL statements that take all rights from the database role `role` and grant those the application
    needs.

    They must run in this order. `database` is the name of the database.
    """
    names = {"role": sql.Identifier(role), "database": sql.Identifier(database)}
    yield from (sql.SQL(line).format(**names) for line in GRANTS)
    for table in (*history_tables(), *READ_ONLY_TABLES):
        yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}").format(
            table=sql.Identifier(table), **names
        )
    for table, frozen in frozen_tables().items():
        columns = sql.SQL(", ").join(map(sql.Identifier, frozen.mutable_columns))
        rights = sql.SQL(", ").join(map(sql.SQL, frozen.rights))
        target = {"table": sql.Identifier(table), "columns": columns, "rights": rights, **names}
        yield sql.SQL("REVOKE {rights} ON {table} FROM {role}").format(**target)
        if frozen.mutable_columns:
            yield sql.SQL("GRANT UPDATE ({columns}) ON {table} TO {role}").format(**target)
    yield sql.SQL(HISTORY_WRITERS_SQL)


GRANTS: Final = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC, {role}",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
)


def grant_rights(connection: BaseDatabaseWrapper, role: str) -> None:
    """Grant the application's role `role` the rights it needs, and take away all others.

    All in one transaction, because the application may be running. The connection must be that of the tables' owner.
    """
    database = str(connection.settings_dict["NAME"])
    with atomic(connection.alias), connection.cursor() as cursor:
        for statement in grant_statements(role, database):
            cursor.execute(statement)


def create_role(connection: BaseDatabaseWrapper, role: str, password: str = "") -> None:
    """Create the application's role with its password, unless it exists; an existing role keeps its password.

    The connection must be allowed to create roles. Without a password the role has none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            return
        secret = sql.SQL(" PASSWORD {}").format(password) if password else sql.SQL("")
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)) + secret)


def find_problems(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """Return a line for each right by which the role could alter the history, such as “owns …”; [] when it has no such
    right.
    """
    with connection.cursor() as cursor:
        cursor.execute(PROBLEMS_SQL, {"role": role, "history": history_tables()})
        return sorted(line for (line,) in cursor.fetchall())
