"""What the history says of an object and of what belongs to it: who changed what, when and why.

Five statements, however long it is: its lines, how many, who acted, what a page of lines changed, the names in it.
"""

from __future__ import annotations

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
from web.history_pages import ONLY, PARTS, UNSHOWN, Kept, Part
from web.pages.pagination import COUNT_CAP, LAST_PAGE, Page, page_number
from web.text.names import shown_name

PER_PAGE: Final = 20
ALWAYS: Final = {"id", "entry"}  # what a line is about is not what it changed; the second is a form's own key
WHO: Final = "COALESCE(c.metadata->>'by', c.metadata->>'user')"
LINES: Final = f"""
    SELECT arm, line, at, label, said FROM (
        SELECT lines.*, c.metadata AS said, {WHO} AS who FROM ({{arms}}) AS lines
        LEFT JOIN {Context._meta.db_table} c ON c.id = context
    ) AS told
    WHERE (%(since)s::date IS NULL OR (at AT TIME ZONE %(zone)s)::date >= %(since)s::date)
      AND (%(until)s::date IS NULL OR (at AT TIME ZONE %(zone)s)::date <= %(until)s::date)
      AND (%(by)s::text = '' OR %(by)s::text = COALESCE(who, '0'))
      AND (%(action)s::text = '' OR %(action)s::text = said->>'action')
"""  # noqa: S608 - constants only
ORDER: Final = "ORDER BY at DESC, arm, line DESC LIMIT %(most)s OFFSET %(start)s"


class Line(NamedTuple):
    """One line of one table: `part` says which; `said` is the context, empty where there was none."""

    part: Part
    line: int
    at: datetime
    label: str
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: by whom (0 for the platform), by which action, which column, between which days."""

    by: str = ""
    action: str = ""
    column: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Row:
    """A line with the row as it was after it, and as it was before; `before` is None for the first line of a row."""

    line: Line
    after: dict[str, Any]
    before: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Found:
    """An object by its number, and how it was when it last changed; nothing where the history has no line of it."""

    key: int
    state: dict[str, Any]


def parts_of(kept: Kept) -> list[Part]:
    """The object's own table first, then what belongs to it."""
    return [Part(kept.model, "pk"), *kept.parts, *PARTS.get(kept.model, ())]


def columns_of(model: type[Model]) -> list[Any]:
    """The fields a reader may be told of, as the history keeps them."""
    kept = {kept.name for kept in events(model)._meta.concrete_fields}
    never = UNSHOWN.get(model, ())
    return [one for one in model._meta.concrete_fields if one.name in kept - ALWAYS and one.name not in never]


def events(model: type[Model]) -> Any:
    """The table that keeps the history of a model."""
    return model.pgh_event_model  # type: ignore[attr-defined] # given by `tracked`


def find(kept: Kept, key: str) -> Found | None:
    """The object, also one that is gone, or that never changed; None where there never was one."""
    by_number = kept.key == "pk"
    given = (key_of(key) or 0) if by_number else key
    if "\0" in key:
        return None  # PostgreSQL takes no such text
    told = events(kept.model)._default_manager.filter(kept.known, **{"pgh_obj_id" if by_number else kept.key: given})
    if state := told.order_by("-pgh_id").values().first():
        return Found(state["pgh_obj_id"], state)
    there = kept.model._base_manager.filter(kept.known, **{kept.key: given})
    number: int | None = there.values_list("pk", flat=True).first()
    if number is None and not kept.argument and key == str(ONLY):
        number = ONLY  # a switch nobody has touched
    return None if number is None else Found(number, {})


def _table(model: type[Model]) -> str:
    return f'"{events(model)._meta.db_table}"'


def _arm(number: int, part: Part, column: str) -> str:
    """The lines of one table that belong to the object."""
    changed = f"AND {_changed(part, column)}" if column else ""
    return f"""
        SELECT {number} AS arm, e.pgh_id AS line, e.pgh_created_at AS at, e.pgh_label AS label,
               e.pgh_context_id AS context
        FROM {_table(part.model)} e WHERE {_belongs(part)} {changed}
    """  # noqa: S608 - names of our own tables


def _belongs(part: Part) -> str:
    """The condition on `e`; what is gone leads up as well, since the history of each table on the way is asked."""
    if part.leads == "pk":
        return "e.pgh_obj_id = %(key)s"
    if part.about:
        own = part.model._meta.db_table
        return f"""e.pgh_obj_id IN (
            SELECT id FROM "{own}" WHERE about = '{part.about}' AND "{part.leads}" = %(key)s)"""  # noqa: S608
    (_own, column), *above = part.way()
    inner = "= %(key)s"
    for model, leads in reversed(above):
        inner = f'IN (SELECT up.pgh_obj_id FROM {_table(model)} up WHERE up."{leads}" {inner})'  # noqa: S608
    return f'e."{column}" {inner}'


def _changed(part: Part, column: str) -> str:
    """Whether a line changed the column, or is the first with it."""
    return f"""e."{column}" IS DISTINCT FROM (
        SELECT p."{column}" FROM {_table(part.model)} p
        WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id ORDER BY p.pgh_id DESC LIMIT 1)"""  # noqa: S608


def _arms(kept: Kept, asked: Asked) -> str:
    """All tables; of a chosen column, those that have it."""
    arms = [
        _arm(number, part, asked.column)
        for number, part in enumerate(parts_of(kept))
        if not asked.column or asked.column in {one.column for one in columns_of(part.model)}
    ]
    return " UNION ALL ".join(arms)


def _read(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def lines(kept: Kept, key: int, asked: Asked, *, page: str | None) -> Page[Line]:
    """A page of lines, the latest first."""
    given = _given(key, asked)
    told = LINES.format(arms=_arms(kept, asked))
    [[counted]] = _read(f"SELECT count(*) FROM ({told} LIMIT {COUNT_CAP + 1}) AS capped", given)  # noqa: S608
    wanted = page_number(page)
    if counted <= COUNT_CAP:
        wanted = min(wanted, max(-(-counted // PER_PAGE), 1))
    read = _read(f"{told} {ORDER}", given | {"most": PER_PAGE + 1, "start": (wanted - 1) * PER_PAGE})
    has_next = len(read) > PER_PAGE and wanted < LAST_PAGE
    return Page(_lines(kept, read[:PER_PAGE]), wanted, min(counted, COUNT_CAP), counted > COUNT_CAP, has_next)


def _given(key: int, asked: Asked) -> dict[str, Any]:
    """What the statement of all lines asks for."""
    return {
        "key": key,
        "by": asked.by,
        "action": asked.action,
        "since": asked.since,
        "until": asked.until,
        "zone": asked.zone,
    }


def all_lines(kept: Kept, key: int, asked: Asked, *, most: int) -> list[Line]:
    """The latest lines, for a file."""
    given = _given(key, asked)
    told = LINES.format(arms=_arms(kept, asked))
    return _lines(kept, _read(f"{told} {ORDER}", given | {"most": most, "start": 0}))


def _lines(kept: Kept, read: Iterable[tuple[Any, ...]]) -> list[Line]:
    parts = parts_of(kept)
    return [Line(parts[arm], line, at, label, _said(said)) for arm, line, at, label, said in read]


def _said(said: object) -> dict[str, Any]:
    told = json.loads(said) if isinstance(said, str) else said
    return told if isinstance(told, dict) else {}


class Told(NamedTuple):
    """Everyone with a line, by number and name (the platform is 0 and has no name), and every action of a line."""

    people: list[tuple[str, str]]
    actions: list[str]


def told_of(kept: Kept, key: int) -> Told:
    """Whose lines and which actions' there are, in one statement."""
    sql = f"""
        SELECT DISTINCT COALESCE({WHO}, '0'), COALESCE(u.full_name, ''), COALESCE(c.metadata->>'action', '')
        FROM ({_arms(kept, Asked())}) AS lines
        LEFT JOIN {Context._meta.db_table} c ON c.id = context
        LEFT JOIN {User._meta.db_table} u ON u.id::text = {WHO} ORDER BY 2
    """  # noqa: S608 - constants and names of our own tables
    read = _read(sql, {"key": key})
    people = {who: shown_name(name) for who, name, _action in read}
    return Told(list(people.items()), sorted({action for _who, _name, action in read if action}))


def rows(told: Sequence[Line]) -> list[Row]:
    """Each line with what its row was after and before it, in one statement."""
    by_part: dict[Part, list[int]] = defaultdict(list)
    for line in told:
        by_part[line.part].append(line.line)
    if not by_part:
        return []
    numbered = list(by_part)
    arms = [_states(number, part) for number, part in enumerate(numbered)]
    given = {f"lines{number}": by_part[part] for number, part in enumerate(numbered)}
    read = _read(" UNION ALL ".join(arms), given)
    found = {(numbered[arm], line): (_said(after), before and _said(before)) for arm, line, after, before in read}
    return [Row(line, *found[line.part, line.line]) for line in told]


def _states(number: int, part: Part) -> str:
    """Of the lines asked for, the row then and the row before."""
    table = _table(part.model)
    return f"""
        SELECT {number}, e.pgh_id, to_jsonb(e), (
            SELECT to_jsonb(p) FROM {table} p
            WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id ORDER BY p.pgh_id DESC LIMIT 1)
        FROM {table} e WHERE e.pgh_id = ANY(%(lines{number})s)
    """  # noqa: S608 - names of our own tables
