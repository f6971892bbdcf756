"""The demonstration's editions many times over, for measuring: copied inside the database, row by row as they are.

No action acts here and no trigger fires, so nothing of it is in the history; letters, files and published facts are not
copied. Every copy keeps its distance: what stands in for row 7 of a table is row 100,007, then 200,007 and so on.
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
from cohorts.models import Cohort
from programmes.models import Authority, Edition
from prototypes.models import Idea, Implementation

STRIDE: Final = 100_000
TIMES: Final = 4  # an idea stands so often in a copied cohort, which then has some fifty
APPS: Final = ("cohorts", "prototypes", "canvases", "comments", "exchanges")
Table = type[Model]

# Columns that are unique by themselves, as the copy number `c` and the repetition `j` make them.
OWN: Final = {
    "accounts_user.email": "c || '.' || email",
    "programmes_edition.slug": "slug || '-x' || c",
    "programmes_edition.name": "name || ' · ' || c",
    "cohorts_cohort.slug": "slug || '-' || c",
    "cohorts_cohort.name": "name || ' · ' || c",
    "cohorts_cohort.code": " || ".join(f"chr(65 + mod((c * 1000 + id) / {26**place}, 26)::int)" for place in range(5)),
    "cohorts_invitation.email": f"CASE WHEN person_id IN (SELECT id FROM chosen_{User._meta.db_table})"
    " THEN c || '.' || email ELSE email END",
    "cohorts_invitation.token_hash": "encode(sha256(convert_to(c || '.' || token_hash, 'UTF8')), 'hex')",
    "cohorts_invitation.replaced": "'{}'",
    "prototypes_idea.number": "number + j * 1000",
    "prototypes_idea.reference": "'C' || c || '-' || id || '-' || j",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is copied: tables in the order one needs another, and those among them that belong to an idea."""

    tables: tuple[Table, ...]
    of_ideas: frozenset[Table]

    def distance(self, table: Table, *, seen_from: Table) -> str:
        """How far a row's copy is from the row; what is not of an idea knows the first of its repetitions."""
        if table not in self.of_ideas:
            return f"c * {STRIDE}"
        return f"(c * {TIMES}{' + j' if seen_from in self.of_ideas else ''}) * {STRIDE}"


def grow(ideas: int, *, authorities: int = 0) -> int:
    """Copy until there are at least so many ideas; answers how many that made. Needs a superuser of the database.

    The copies stay with the demonstration's authorities, or are spread over at least so many `authorities`.
    """
    plan = planned()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in plan.tables:
            cursor.execute(f"CREATE TEMP TABLE {_chosen(table)} AS {_rows(table, plan.tables)}")
        before = Idea.objects.count()
        cursor.execute(f"SELECT count(*) * {TIMES} FROM {_chosen(Idea)}")
        [each] = cursor.fetchone()
        rounds = max(0, -(-(ideas - before) // each)) if each else 0
        first = max(Cohort.objects.values_list("pk", flat=True), default=0) // STRIDE + 1
        for table in plan.tables if rounds else ():
            cursor.execute(_copy(table, plan), {"first": first, "last": first + rounds - 1})
            cursor.execute(_counted_on(table))
        if rounds and authorities:
            _spread(cursor, authorities, first=first)
        cursor.execute(f"DROP TABLE {', '.join(map(_chosen, plan.tables))}")
        cursor.execute("SET LOCAL session_replication_role = origin")
        return Idea.objects.count() - before


def _spread(cursor: CursorWrapper, authorities: int, *, first: int) -> None:
    """Each copy’s cohorts go to the next set of copied authorities, and what is live there with them."""
    cursor.execute(f"SELECT count(DISTINCT authority_id) FROM cohorts_cohort JOIN {_chosen(Cohort)} USING (id)")
    [hosts] = cursor.fetchone()
    sets = {"sets": -(-authorities // hosts), "first": first}
    cursor.execute(_copied_authorities(), sets)
    cursor.execute(_counted_on(Authority))
    for table in (Cohort, Implementation):
        copy = f"(t.id - o.id) / {_stride(table)}"  # its number: how far the row is from what it stands in for
        cursor.execute(
            f"UPDATE {_name(table)} t SET authority_id = authority_id + mod({copy}, %(sets)s) * {STRIDE}"
            f" FROM {_chosen(table)} o WHERE mod(t.id - o.id, {STRIDE}) = 0 AND {copy} >= %(first)s",
            sets,
        )


def _stride(table: Table) -> int:
    """How far one copy is from the next."""
    return STRIDE if table is Cohort else STRIDE * TIMES


def _copied_authorities() -> str:
    """Those of the demonstration's cohorts, under names of their own; a SIREN belongs to one authority alone."""
    columns = [str(field.column) for field in Authority._meta.local_concrete_fields]
    own = {"id": f"id + c * {STRIDE}", "slug": "slug || '-x' || c", "name": "name || ' · ' || c", "siren": "NULL"}
    return (
        f"INSERT INTO {_name(Authority)} ({', '.join(columns)}) SELECT {', '.join(own.get(c, c) for c in columns)}"
        f" FROM {_name(Authority)} CROSS JOIN generate_series(1, %(sets)s - 1) c WHERE id IN"
        f" (SELECT authority_id FROM {_name(Cohort)} JOIN {_chosen(Cohort)} USING (id)) ON CONFLICT DO NOTHING"
    )


def planned() -> Plan:
    """Whatever hangs on an edition, by its foreign keys."""
    waiting = [m for app in APPS for m in apps.get_app_config(app).get_models() if _stands_alone(m)]
    tables: list[Table] = [User, Edition]
    of_ideas: set[Table] = {Idea}
    while ready := [table for table in waiting if not set(_targets(table)) & set(waiting) - {table}]:
        tables += [table for table in ready if set(_targets(table)) & set(tables) - {User}]
        of_ideas |= {table for table in ready if _hangs_on(table, of_ideas)}
        waiting = [table for table in waiting if table not in ready]
    return Plan(tuple(tables), frozenset(of_ideas))


def _stands_alone(model: Table) -> bool:
    """What is told under a key of no order, assessments, is nobody's row to copy."""
    return not (issubclass(model, Event) or model._meta.proxy or isinstance(model._meta.pk, UUIDField))


def _hangs_on(table: Table, of_ideas: Collection[Table]) -> bool:
    """A row that may stand without an idea is not repeated with one."""
    to = [field for field in _references(table) if field.related_model in of_ideas]
    return any(not field.null for field in to) or (bool(to) and all(field.null for field in _own_references(table)))


def _references(table: Table) -> list["Field[object, object]"]:
    return [field for field in table._meta.local_fields if field.is_relation]


def _own_references(table: Table) -> list["Field[object, object]"]:
    """Those to what the row belongs to: not to people, nor to rows of its own kind."""
    return [field for field in _references(table) if field.related_model not in (User, table)]


def _targets(table: Table) -> Iterator[Table]:
    return (field.related_model for field in _own_references(table))  # type: ignore[misc]


def _name(table: Table) -> str:
    return table._meta.db_table


def _chosen(table: Table) -> str:
    return f"chosen_{_name(table)}"


def _rows(table: Table, tables: Collection[Table]) -> str:
    """The rows of the demonstration itself: those that hang on its editions and on nothing else."""
    if table is User:
        return "SELECT id FROM accounts_user WHERE email ~ '^[a-z].*@demo[.]example$' AND NOT is_lab_staff"
    if table is Edition:
        return "SELECT id FROM programmes_edition WHERE demonstration AND slug !~ '-x[0-9]+$'"
    to = zip(_own_references(table), _targets(table), strict=True)
    held = {str(field.column): _chosen(target) for field, target in to if target in tables}
    inside = " AND ".join(f"({name} IS NULL OR {name} IN (SELECT id FROM {chosen}))" for name, chosen in held.items())
    some = ", ".join(held)
    return f"SELECT id FROM {_name(table)} WHERE {inside} AND num_nonnulls({some}) > 0"


def _copy(table: Table, plan: Plan) -> str:
    columns = {f'"{field.column}"': copied_value(field, table, plan) for field in table._meta.local_concrete_fields}
    repeated = f"CROSS JOIN generate_series(0, {TIMES - 1}) j" if table in plan.of_ideas else ""
    return (
        f"INSERT INTO {_name(table)} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        f" FROM {_name(table)} JOIN {_chosen(table)} USING (id)"
        f" CROSS JOIN generate_series(%(first)s, %(last)s) c {repeated}"
    )


def _counted_on(table: Table) -> str:
    """Rows made from now on come after the copies."""
    return f"SELECT setval(pg_get_serial_sequence('{_name(table)}', 'id'), max(id)) FROM {_name(table)}"


def copied_value(field: "Field[object, object]", table: Table, plan: Plan) -> str:
    """Return the SQL expression of a column of the copy: the quoted column itself where the value stays the same."""
    name, target = field.column, field.related_model
    if field.primary_key:
        return f"{name} + {plan.distance(table, seen_from=table)}"
    if target is User:
        return f"{name} + ({name} IN (SELECT id FROM {_chosen(User)}))::int * c * {STRIDE}"
    if target in plan.tables:
        return f"{name} + {plan.distance(target, seen_from=table)}"
    if name in ("entry", "key"):  # of a form sent once, or of a draft on a phone
        return "gen_random_uuid()"
    return OWN.get(f"{_name(table)}.{name}", f'"{name}"')
