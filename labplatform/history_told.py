"""The history in words: who did what, and each change as a readable difference in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    FloatField,
    ForeignKey,
    TextField,
    TimeField,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from labplatform.history import Names, Row, columns_of
from labplatform.verb_words import VERB_WORDS
from web import formats
from web.differences import Piece, difference, shortened
from web.histories import histories
from web.tables import Table

HAPPENED: Final = {"insert": _("added"), "update": _("changed"), "delete": _("removed")}
LONG: Final = 60  # letters from which on a text is compared word by word


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it said and says, either as words or as the pieces of a longer text; where it leads."""

    label: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history, as people read it."""

    at: datetime
    who: str
    by_lab: str
    by_lab_because: str
    deed: StrOrPromise | Promise
    what: str
    name: str
    happened: StrOrPromise
    reason: str
    changes: tuple[Change, ...]


def entries(rows: Sequence[Row], names: Names) -> list[Entry]:
    return [entry(row, names) for row in rows]


def entry(row: Row, names: Names) -> Entry:
    """A line that says nothing of who was written by the platform itself, or by hand in the database."""
    line, said = row.line, row.line.said
    model = line.part.model
    who = said.get("by") or said.get("user")
    acting = said.get("acting")
    return Entry(
        at=line.at,
        who=_named(who, names),
        by_lab=names.of(User, acting) if acting else "",
        by_lab_because=str(said.get("acting_because", "")),
        deed=deed(said.get("verb", "")),
        what=str(model._meta.verbose_name),
        name=names.of(model, row.after["id"]) or f"{row.after['id']}",
        happened=HAPPENED.get(line.label, line.label),
        reason=str(said.get("reason", "")),
        changes=tuple(changes(row, names)),
    )


def _named(who: object, names: Names) -> str:
    if not who:
        return gettext("the platform")
    return names.of(User, who) or gettext("person no. %(number)s") % {"number": who}


def deed(verb: str) -> StrOrPromise | Promise:
    """What was done, in words; nothing where no verb did it."""
    return VERB_WORDS.get(verb, verb.replace("_", " "))


def changes(row: Row, names: Names) -> Iterator[Change]:
    """What a line changed; all that was said of something new; nothing of what is gone."""
    if row.line.label == "delete":
        return
    before = row.before or {}
    for field in columns_of(row.line.part.model):
        was, now = before.get(field.column), row.after.get(field.column)
        if was != now and not (row.before is None and now in (None, "", False)):
            yield change(field, was, now, names)


def change(field: Field[Any, Any], was: object, now: object, names: Names) -> Change:
    label = capfirst(str(field.verbose_name))
    if isinstance(field, TextField) and max(len(str(was or "")), len(str(now or ""))) > LONG:
        return Change(label, pieces=tuple(shortened(difference(str(was or ""), str(now or "")))))
    return Change(label, worded(field, was, names), worded(field, now, names), href=leads_to(field, now))


def leads_to(field: Field[Any, Any], value: object) -> str:
    """The history of what a foreign key names."""
    if not (isinstance(field, ForeignKey) and value):
        return ""
    found = (slug for slug, kept in histories.items() if kept.model is field.related_model and kept.key == "pk")
    slug = next(found, "")
    return reverse("object_history", args=[slug, value]) if slug else ""


def worded(field: Field[Any, Any], value: object, names: Names) -> str:
    """A value as people say it."""
    if value is None or value == "":
        return ""
    if isinstance(field, ForeignKey):
        return names.of(field.related_model, value) or gettext("no. %(number)s") % {"number": value}
    if choices := dict(field.flatchoices):
        return str(choices.get(value, value))
    if isinstance(field, BooleanField):
        return gettext("yes") if value else gettext("no")
    return _plain(field, value)


def _plain(field: Field[Any, Any], value: object) -> str:
    locale = (get_language() or "fr")[:2]
    if isinstance(field, DateTimeField):
        moment = timezone.localtime(datetime.fromisoformat(str(value)))
        return f"{formats.short_day(moment.date(), locale)} {formats.clock(moment.time(), locale)}"
    if isinstance(field, DateField):
        return formats.short_day(date.fromisoformat(str(value)), locale)
    if isinstance(field, TimeField):
        return formats.clock(time.fromisoformat(str(value)), locale)
    if isinstance(field, DecimalField | FloatField):
        return formats.number(float(Decimal(str(value))), locale, decimals=2)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def as_table(title: str, told: Sequence[Entry]) -> Table:
    """For a file: a row for each field that changed."""
    header = [gettext("When"), gettext("Who"), gettext("What was done"), gettext("Of what"), gettext("Why")]
    header += [gettext("Field"), gettext("Before"), gettext("After")]
    return Table(title, header, [row for one in told for row in _cells(one)], gettext("About"), [])


def _cells(one: Entry) -> Iterator[list[str]]:
    at = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")
    by_lab = gettext("acted for by %(staff)s of the lab: %(because)s")
    given = {"staff": one.by_lab, "because": one.by_lab_because}
    who = f"{one.who} ({by_lab % given})" if one.by_lab else one.who
    first = [at, who, str(one.deed), f"{one.what} {one.name} {one.happened}", one.reason]
    for each in one.changes:
        before = each.before or "".join(piece.text for piece in each.pieces if piece.change != "added")
        after = each.after or "".join(piece.text for piece in each.pieces if piece.change != "removed")
        yield [*first, each.label, before, after]
    if not one.changes:
        yield [*first, "", "", ""]
