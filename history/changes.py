"""The changes of an object and of the rows that belong to it, read from the history tables: who, what, when and why.

Five statements, however long the history is: the lines of one page, their number, the choices of the filter, the rows
before and after each line, and the names in them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Model
from pghistory.models import Context

from accounts.models import User
from web.database.keys import key_of
from web.history_pages import ADDED_PARTS, HIDDEN_COLUMNS, SINGLE_ROW_KEY, HistoryKind, HistoryPart
from web.pages.pagination import COUNT_CAP, LAST_PAGE, Page, page_number
from web.text.names import display_name

PER_PAGE: Final = 20
NEVER_LISTED: Final = {"id", "idempotency_key"}  # a row's own key is no change; the second is the key of a form
ACTOR_SQL: Final = "COALESCE(c.metadata->>'by', c.metadata->>'user')"
LINES_SQL: Final = f"""
    SELECT arm, line, at, label, context FROM (
        SELECT lines.arm, lines.line, lines.at, lines.label, c.metadata AS context, {ACTOR_SQL} AS actor
        FROM ({{arms}}) AS lines
        LEFT JOIN {Context._meta.db_table} c ON c.id = lines.context
    ) AS all_lines
    WHERE (%(since)s::date IS NULL OR (at AT TIME ZONE %(zone)s)::date >= %(since)s::date)
      AND (%(until)s::date IS NULL OR (at AT TIME ZONE %(zone)s)::date <= %(until)s::date)
      AND (%(by)s::text = '' OR %(by)s::text = COALESCE(actor, '0'))
      AND (%(action)s::text = '' OR %(action)s::text = context->>'action')
"""  # noqa: S608 - constants only
ORDER_SQL: Final = "ORDER BY at DESC, arm, line DESC LIMIT %(limit)s OFFSET %(start)s"


class HistoryLine(NamedTuple):
    """One line of a history table; `context` is the metadata of its action, empty where there was none."""

    part: HistoryPart
    line: int
    at: datetime
    label: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """The filter of a history: the key of the actor ("0" for the platform), the action, the column and the days."""

    by: str = ""
    action: str = ""
    column: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A line with its row after and before the change; `before` is None for the first line of a row."""

    line: HistoryLine
    after: dict[str, Any]
    before: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class HistoryObject:
    """An object by its primary key, with its row at the last change; the row is empty without any history."""

    key: int
    state: dict[str, Any]


def parts_of(history: HistoryKind) -> list[HistoryPart]:
    """Return the tables of a history page: the object's own, then those whose rows belong to it, such as the steps of a
    canvas.

    These include the tables that other apps added for this model.
    """
    return [HistoryPart(history.model, "pk"), *history.parts, *ADDED_PARTS.get(history.model, ())]


def columns_of(model: type[Model]) -> list[Any]:
    """Return the fields of a model that its history stores and shows to readers: not its key, nor idempotency keys.

    Columns that the app of the model registered as hidden are left out too.
    """
    stored = {field.name for field in event_model(model)._meta.concrete_fields}
    hidden = HIDDEN_COLUMNS.get(model, ())
    return [
        field
        for field in model._meta.concrete_fields
        if field.name in stored - NEVER_LISTED and field.name not in hidden
    ]


def event_model(model: type[Model]) -> Any:
    """Return the model of the table that stores the history of another model, one row for each change."""
    return model.pgh_event_model  # type: ignore[attr-defined] # given by `tracked`


def find_object(history: HistoryKind, key: str) -> HistoryObject | None:
    """Return the object that `key`, a text from a URL, names in this kind of history; None when it never existed.

    A removed object is found by its history, and one that never changed by its row. `key` is its primary key, or the
    value of another column if the kind of history has one.
    """
    by_pk = history.key == "pk"
    value = (key_of(key) or 0) if by_pk else key
    if "\0" in key:
        return None  # PostgreSQL takes no such text
    column = "pgh_obj_id" if by_pk else history.key
    events = event_model(history.model)._default_manager.filter(history.filter, **{column: value})
    if state := events.order_by("-pgh_id").values().first():
        return HistoryObject(state["pgh_obj_id"], state)
    rows = history.model._base_manager.filter(history.filter, **{history.key: value})
    pk: int | None = rows.values_list("pk", flat=True).first()
    if pk is None and not history.argument and key == str(SINGLE_ROW_KEY):
        pk = SINGLE_ROW_KEY  # the one row of its table is made at its first change
    return None if pk is None else HistoryObject(pk, {})


def _table(model: type[Model]) -> str:
    """Return the quoted SQL name of the table that stores the history of a model, one row for each change."""
    return f'"{event_model(model)._meta.db_table}"'


def _lines_sql(number: int, part: HistoryPart, column: str) -> str:
    """Return SQL for the lines of one history table (`part`) that belong to the object with the SQL parameter `key`.

    Each line has `number`, which says from which table it comes. With a `column`, only lines that changed this column.
    """
    changed = f"AND {_changed_sql(part, column)}" if column else ""
    return f"""
        SELECT {number} AS arm, e.pgh_id AS line, e.pgh_created_at AS at, e.pgh_label AS label,
               e.pgh_context_id AS context
        FROM {_table(part.model)} e WHERE {_belongs_sql(part)} {changed}
    """  # noqa: S608 - names of our own tables


def _belongs_sql(part: HistoryPart) -> str:
    """Return the SQL condition that a line (`e`) of the part's history table belongs to the object with the SQL
    parameter `key`.

    It follows the history of each table on the path from the line to the object, so that rows of removed rows are
    found.
    """
    if part.path == "pk":
        return "e.pgh_obj_id = %(key)s"
    if part.about:
        own = part.model._meta.db_table
        return f"""e.pgh_obj_id IN (
            SELECT id FROM "{own}" WHERE about = '{part.about}' AND "{part.path}" = %(key)s)"""  # noqa: S608
    (_own, column), *above = part.path_columns()
    inner = "= %(key)s"
    for model, name in reversed(above):
        inner = f'IN (SELECT up.pgh_obj_id FROM {_table(model)} up WHERE up."{name}" {inner})'  # noqa: S608
    return f'e."{column}" {inner}'


def _changed_sql(part: HistoryPart, column: str) -> str:
    """Return the SQL condition that a line (`e`) of the part's history table changed the column, or is the first line
    of its row.
    """
    return f"""e."{column}" IS DISTINCT FROM (
        SELECT p."{column}" FROM {_table(part.model)} p
        WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id ORDER BY p.pgh_id DESC LIMIT 1)"""  # noqa: S608


def _all_lines_sql(history: HistoryKind, query: HistoryQuery) -> str:
    """Return SQL for the lines of all tables of a history that belong to the object with the SQL parameter `key`, in no
    order.

    Where the filter names a column, only lines that changed it. Its other conditions are not applied here.
    """
    arms = [
        _lines_sql(number, part, query.column)
        for number, part in enumerate(parts_of(history))
        if not query.column or query.column in {field.column for field in columns_of(part.model)}
    ]
    return " UNION ALL ".join(arms)


def _read(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run an SQL statement with its named parameters and return all its rows as tuples."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def page_of_lines(history: HistoryKind, key: int, query: HistoryQuery, *, page: str | None) -> Page[HistoryLine]:
    """Return one page of 20 lines of an object's history that match the filter `query`, the latest first (two
    statements).

    `key` is the primary key of the object, `page` the number as in the URL: an invalid one gives the first page, one
    past the end the last. Lines are counted up to 1000.
    """
    parameters = _parameters(key, query)
    sql = LINES_SQL.format(arms=_all_lines_sql(history, query))
    [[counted]] = _read(f"SELECT count(*) FROM ({sql} LIMIT {COUNT_CAP + 1}) AS capped", parameters)  # noqa: S608
    number = page_number(page)
    if counted <= COUNT_CAP:
        number = min(number, max(-(-counted // PER_PAGE), 1))
    rows = _read(f"{sql} {ORDER_SQL}", parameters | {"limit": PER_PAGE + 1, "start": (number - 1) * PER_PAGE})
    has_next = len(rows) > PER_PAGE and number < LAST_PAGE
    return Page(_lines(history, rows[:PER_PAGE]), number, min(counted, COUNT_CAP), counted > COUNT_CAP, has_next)


def _parameters(key: int, query: HistoryQuery) -> dict[str, Any]:
    """Return the SQL parameters for the lines of the object with this primary key that match the filter, by name."""
    return {
        "key": key,
        "by": query.by,
        "action": query.action,
        "since": query.since,
        "until": query.until,
        "zone": query.zone,
    }


def latest_lines(history: HistoryKind, key: int, query: HistoryQuery, *, limit: int) -> list[HistoryLine]:
    """Return the latest lines of an object's history that match the filter `query`, at most `limit`, the latest first.

    `key` is the primary key of the object. One statement, for a download.
    """
    sql = LINES_SQL.format(arms=_all_lines_sql(history, query))
    return _lines(history, _read(f"{sql} {ORDER_SQL}", _parameters(key, query) | {"limit": limit, "start": 0}))


def _lines(history: HistoryKind, rows: Iterable[tuple[Any, ...]]) -> list[HistoryLine]:
    """Return the lines of a history from the rows of an SQL statement.

    Each row is a tuple: number of the part that the line comes from, key of the line, time, kind of change, and
    metadata of the action as JSON.
    """
    parts = parts_of(history)
    return [HistoryLine(parts[arm], line, at, label, _as_dict(context)) for arm, line, at, label, context in rows]


def _as_dict(value: object) -> dict[str, Any]:
    """Return a JSON object from the database as a dictionary, whether it comes as text or parsed; {} for any other
    value.
    """
    parsed = json.loads(value) if isinstance(value, str) else value
    return parsed if isinstance(parsed, dict) else {}


class HistoryChoices(NamedTuple):
    """The actors of a history by key and name (the platform is "0" without a name), and its actions."""

    people: list[tuple[str, str]]
    actions: list[str]


def choices_of(history: HistoryKind, key: int) -> HistoryChoices:
    """Return the people and actions that occur in the history of an object, for the choices of its filter (one
    statement).

    `key` is the primary key of the object. People come by name, the platform with the key "0"; actions are names,
    sorted.
    """
    sql = f"""
        SELECT DISTINCT COALESCE({ACTOR_SQL}, '0'), COALESCE(u.full_name, ''), COALESCE(c.metadata->>'action', '')
        FROM ({_all_lines_sql(history, HistoryQuery())}) AS lines
        LEFT JOIN {Context._meta.db_table} c ON c.id = context
        LEFT JOIN {User._meta.db_table} u ON u.id::text = {ACTOR_SQL} ORDER BY 2
    """  # noqa: S608 - constants and names of our own tables
    rows = _read(sql, {"key": key})
    people = {actor: display_name(name) for actor, name, _action in rows}
    return HistoryChoices(list(people.items()), sorted({action for _actor, _name, action in rows if action}))


def changed_rows(lines: Sequence[HistoryLine]) -> list[ChangedRow]:
    """Return each line of the history with the row as it was after and before the change, in the order of the lines
    (one statement).

    The row before is None for the first line of a row.
    """
    by_part: dict[HistoryPart, list[int]] = defaultdict(list)
    for line in lines:
        by_part[line.part].append(line.line)
    if not by_part:
        return []
    parts = list(by_part)
    arms = [_states_sql(number, part) for number, part in enumerate(parts)]
    parameters = {f"lines{number}": by_part[part] for number, part in enumerate(parts)}
    rows = _read(" UNION ALL ".join(arms), parameters)
    states = {(parts[arm], line): (_as_dict(after), before and _as_dict(before)) for arm, line, after, before in rows}
    return [ChangedRow(line, *states[line.part, line.line]) for line in lines]


def _states_sql(number: int, part: HistoryPart) -> str:
    """Return SQL for the rows after and before the lines of one history table, as JSON; their keys are the parameter
    `lines<number>`.

    Each result has `number`, which says from which table it comes.
    """
    table = _table(part.model)
    return f"""
        SELECT {number}, e.pgh_id, to_jsonb(e), (
            SELECT to_jsonb(p) FROM {table} p
            WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id ORDER BY p.pgh_id DESC LIMIT 1)
        FROM {table} e WHERE e.pgh_id = ANY(%(lines{number})s)
    """  # noqa: S608 - names of our own tables
