"""Copies of the demonstration's editions for load measurements, made row by row inside the database.

No action runs and no trigger fires, so nothing of it is in the history; e-mails, files and published facts are not
copied. Every copy keeps a fixed distance: the copies of row 7 of a table are rows 100,007, 200,007 and so on.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model, UUIDField
from pghistory.models import Event

from accounts.models import User
from cohorts.models import Application, Cohort
from programmes.models import Authority, Edition
from prototypes.models import Idea, Implementation

KEY_STRIDE: Final = 100_000
IDEAS_PER_COPY: Final = 4  # copies of each idea in a copied cohort, which then has about fifty ideas
APPS: Final = ("cohorts", "prototypes", "canvases", "comments", "exchanges", "figures")
Table = type[Model]

# SQL for columns that are unique by themselves; `c` is the number of the copy, `j` the repetition of the idea.
UNIQUE_COLUMNS: Final = {
    "accounts_user.email": "c || '.' || email",
    "programmes_edition.slug": "slug || '-x' || c",
    "programmes_edition.name": "name || ' · ' || c",
    "cohorts_cohort.slug": "slug || '-' || c",
    "cohorts_cohort.name": "name || ' · ' || c",
    "cohorts_cohort.code": " || ".join(f"chr(65 + mod((c * 1000 + id) / {26**place}, 26)::int)" for place in range(5)),
    "cohorts_invitation.email": f"CASE WHEN person_id IN (SELECT id FROM chosen_{User._meta.db_table})"
    " THEN c || '.' || email ELSE email END",
    "cohorts_invitation.token_hash": "encode(sha256(convert_to(c || '.' || token_hash, 'UTF8')), 'hex')",
    "cohorts_invitation.earlier_hashes": "'{}'",
    "cohorts_statement.number": "number + c * 1000",
    "prototypes_idea.number": "number + j * 1000",
    "prototypes_idea.reference": "'C' || c || '-' || id || '-' || j",
}


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """The tables to copy, in the order of their foreign keys; `of_ideas` are those whose rows belong to an idea."""

    tables: tuple[Table, ...]
    of_ideas: frozenset[Table]

    def distance(self, table: Table, *, referenced_from: Table) -> str:
        """Return SQL for what to add to the key of a row of `table` to get the key of its copy.

        The SQL stands in a copied row of the table `referenced_from`. Ideas are copied several times within one copy:
        rows that do not belong to an idea refer to the first of these.
        """
        if table not in self.of_ideas:
            return f"c * {KEY_STRIDE}"
        return f"(c * {IDEAS_PER_COPY}{' + j' if referenced_from in self.of_ideas else ''}) * {KEY_STRIDE}"


def copy_ideas(ideas: int, *, authorities: int = 0) -> int:
    """Copy the demonstration until there are at least `ideas` ideas, for load measurements; return how many were
    created.

    The copies belong to the demonstration's authorities, or to copies of these so that there are at least
    `authorities`. All in one transaction; the database role must be a superuser.
    """
    plan = copy_plan()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in plan.tables:
            cursor.execute(f"CREATE TEMP TABLE {_chosen_table(table)} AS {_rows_to_copy(table, plan.tables)}")
        before = Idea.objects.count()
        cursor.execute(f"SELECT count(*) * {IDEAS_PER_COPY} FROM {_chosen_table(Idea)}")
        [ideas_per_copy] = cursor.fetchone()
        copies = max(0, -(-(ideas - before) // ideas_per_copy)) if ideas_per_copy else 0
        first = max(Cohort.objects.values_list("pk", flat=True), default=0) // KEY_STRIDE + 1
        for table in plan.tables if copies else ():
            cursor.execute(_copy_statement(table, plan), {"first": first, "last": first + copies - 1})
            cursor.execute(_reset_sequence_statement(table))
        if copies and authorities:
            _spread_over_authorities(cursor, authorities, first=first)
        cursor.execute(f"DROP TABLE {', '.join(map(_chosen_table, plan.tables))}")
        cursor.execute("SET LOCAL session_replication_role = origin")
        return Idea.objects.count() - before


def _spread_over_authorities(cursor: CursorWrapper, authorities: int, *, first: int) -> None:
    """Move the cohorts of each copy, and their implementations, to copied authorities, one set of these after the
    other.

    `authorities` is how many there must be at least, `first` the number of the first copy.
    """
    cursor.execute(f"SELECT count(DISTINCT authority_id) FROM cohorts_cohort JOIN {_chosen_table(Cohort)} USING (id)")
    [hosts] = cursor.fetchone()
    sets = {"sets": -(-authorities // hosts), "first": first}
    cursor.execute(_copy_authorities_statement(), sets)
    cursor.execute(_reset_sequence_statement(Authority))
    for table in (Cohort, Implementation):
        copy = f"(t.id - o.id) / {_copy_stride(table)}"  # the number of the copy, from the distance to the original row
        cursor.execute(
            f"UPDATE {_table_name(table)} t SET authority_id = authority_id + mod({copy}, %(sets)s) * {KEY_STRIDE}"
            f" FROM {_chosen_table(table)} o WHERE mod(t.id - o.id, {KEY_STRIDE}) = 0 AND {copy} >= %(first)s",
            sets,
        )


def _copy_stride(table: Table) -> int:
    """Return the distance between the keys of one copy of a row in `table`, cohorts or implementations, and the next
    copy.
    """
    return KEY_STRIDE if table is Cohort else KEY_STRIDE * IDEAS_PER_COPY


def _copy_authorities_statement() -> str:
    """Return SQL that copies the authorities of the demonstration's cohorts, without their SIREN, which must be unique.

    Its parameter `sets` is how many sets of authorities there must be.
    """
    columns = [str(field.column) for field in Authority._meta.local_concrete_fields]
    unique = {
        "id": f"id + c * {KEY_STRIDE}",
        "slug": "slug || '-x' || c",
        "name": "name || ' · ' || c",
        "siren": "NULL",
    }
    return (
        f"INSERT INTO {_table_name(Authority)} ({', '.join(columns)})"
        f" SELECT {', '.join(unique.get(c, c) for c in columns)}"
        f" FROM {_table_name(Authority)} CROSS JOIN generate_series(1, %(sets)s - 1) c WHERE id IN"
        f" (SELECT authority_id FROM {_table_name(Cohort)} JOIN {_chosen_table(Cohort)} USING (id))"
        " ON CONFLICT DO NOTHING"
    )


def copy_plan() -> CopyPlan:
    """Return the tables to copy: all that depend on an edition by foreign keys, in their order, and which of them need
    an idea.
    """
    waiting = [m for app in APPS for m in apps.get_app_config(app).get_models() if _is_copied(m)]
    tables: list[Table] = [User, Edition]
    of_ideas: set[Table] = {Idea}
    while ready := [table for table in waiting if not set(_referenced_tables(table)) & set(waiting) - {table}]:
        tables += [table for table in ready if set(_referenced_tables(table)) & set(tables) - {User}]
        of_ideas |= {table for table in ready if _depends_on_ideas(table, of_ideas)}
        waiting = [table for table in waiting if table not in ready]
    return CopyPlan(tuple(tables), frozenset(of_ideas))


def _is_copied(model: Table) -> bool:
    """Return whether the rows of this model are copied with the demonstration.

    History tables, proxy models, views and models with random keys, such as assessments, are not; nor are applications,
    which belong to a call.
    """
    is_table = model._meta.managed and not model._meta.proxy and model is not Application
    return is_table and not (issubclass(model, Event) or isinstance(model._meta.pk, UUIDField))


def _depends_on_ideas(table: Table, of_ideas: Collection[Table]) -> bool:
    """Return whether each row of a table needs an idea, directly or through one of the tables in `of_ideas`.

    False where a row may exist without an idea, because it can belong to something else.
    """
    idea_references = [field for field in _references(table) if field.related_model in of_ideas]
    return any(not field.null for field in idea_references) or (
        bool(idea_references) and all(field.null for field in _own_references(table))
    )


def _references(table: Table) -> list["Field[object, object]"]:
    """Return the fields of a table that are foreign keys, in the order of the model."""
    return [field for field in table._meta.local_fields if field.is_relation]


def _own_references(table: Table) -> list["Field[object, object]"]:
    """Return the foreign keys of a table to what its rows belong to: not those to people, nor to the table itself."""
    return [field for field in _references(table) if field.related_model not in (User, table)]


def _referenced_tables(table: Table) -> Iterator[Table]:
    """Yield the table to which each foreign key of `table` leads, in their order,
    without people and the table itself.
    """
    return (field.related_model for field in _own_references(table))  # type: ignore[misc]


def _table_name(table: Table) -> str:
    """Return the name of the model's table in the database, such as “cohorts_cohort”."""
    return table._meta.db_table


def _chosen_table(table: Table) -> str:
    """Return the name of the temporary table with the keys of the rows of `table` to copy."""
    return f"chosen_{_table_name(table)}"


def _rows_to_copy(table: Table, tables: Collection[Table]) -> str:
    """Return SQL for the keys of the rows of `table` to copy: those that depend on the demonstration's editions and
    nothing else.

    `tables` are all tables that are copied. Of people, those with an address of the demonstration, without lab staff.
    """
    if table is User:
        return "SELECT id FROM accounts_user WHERE email ~ '^[a-z].*@demo[.]example$' AND NOT is_lab_staff"
    if table is Edition:
        return "SELECT id FROM programmes_edition WHERE demonstration AND slug !~ '-x[0-9]+$'"
    pairs = zip(_own_references(table), _referenced_tables(table), strict=True)
    references = {str(field.column): _chosen_table(target) for field, target in pairs if target in tables}
    inside = " AND ".join(
        f"({name} IS NULL OR {name} IN (SELECT id FROM {chosen}))" for name, chosen in references.items()
    )
    columns = ", ".join(references)
    return f"SELECT id FROM {_table_name(table)} WHERE {inside} AND num_nonnulls({columns}) > 0"


def _copy_statement(table: Table, plan: CopyPlan) -> str:
    """Return SQL that copies the chosen rows of a table.

    Its parameters are `first` and `last`, the numbers of the first and last copy.
    """
    fields = [field for field in table._meta.local_concrete_fields if not field.generated]
    columns = {f'"{field.column}"': copied_value(field, table, plan) for field in fields}
    repeated = f"CROSS JOIN generate_series(0, {IDEAS_PER_COPY - 1}) j" if table in plan.of_ideas else ""
    return (
        f"INSERT INTO {_table_name(table)} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        f" FROM {_table_name(table)} JOIN {_chosen_table(table)} USING (id)"
        f" CROSS JOIN generate_series(%(first)s, %(last)s) c {repeated}"
    )


def _reset_sequence_statement(table: Table) -> str:
    """Return SQL that moves the table's sequence past its highest key, so that new rows do not collide with copies."""
    return f"SELECT setval(pg_get_serial_sequence('{_table_name(table)}', 'id'), max(id)) FROM {_table_name(table)}"


def copied_value(field: "Field[object, object]", table: Table, plan: CopyPlan) -> str:
    """Return SQL for the value of the column `field` in a copied row of `table`: shifted keys, unique texts, new random
    ids.

    For any other column it is the quoted column, whose value stays the same.
    """
    name, target = field.column, field.related_model
    if field.primary_key:
        return f"{name} + {plan.distance(table, referenced_from=table)}"
    if target is User:
        return f"{name} + ({name} IN (SELECT id FROM {_chosen_table(User)}))::int * c * {KEY_STRIDE}"
    if target in plan.tables:
        return f"{name} + {plan.distance(target, referenced_from=table)}"
    if name in ("idempotency_key", "key"):  # idempotency keys of forms, keys of drafts on a phone
        return "gen_random_uuid()"
    return UNIQUE_COLUMNS.get(f"{_table_name(table)}.{name}", f'"{name}"')
