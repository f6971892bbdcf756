"""The history in words: who did what, and each change as a readable difference in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Field, ForeignKey
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from history.changes import Row, columns_of
from history.names import Names
from history.wording import is_blank, label, nothing, worded
from web.actions import ACTIONS
from web.exports.tables import Table
from web.forms.filters import IgnoredValue, ignored_lines
from web.history_pages import NAMED, histories
from web.text.differences import Piece, difference, shortened

# Nouns: what happened to “idea” and to “cohort” is said alike in every language.
HAPPENED: Final = {
    "insert": pgettext_lazy("in a history", "addition"),
    "update": pgettext_lazy("in a history", "change"),
    "delete": pgettext_lazy("in a history", "removal"),
}
LONG: Final = 60  # letters from which on a text is compared word by word


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it said and says, and of a longer text the pieces that tell the two apart; where it leads."""

    label: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    href: str = ""

    @property
    def began_empty(self) -> bool:
        """Whether nothing stood there before: that word was not struck out by anybody."""
        return self.before == nothing()


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
    unseen: bool


def entries(rows: Sequence[Row], names: Names) -> list[Entry]:
    return [entry(row, names) for row in rows]


def entry(row: Row, names: Names) -> Entry:
    """A line that says nothing of who was written by the platform itself, or by hand in the database."""
    line, said = row.line, row.line.said
    model = line.part.model
    who = said.get("by") or said.get("user")
    acting = said.get("acting")
    told = tuple(changes(row, names))
    return Entry(
        at=line.at,
        who=_named(who, names),
        by_lab=names.of(User, acting) if acting else "",
        by_lab_because=str(said.get("acting_because", "")),
        deed=deed(said.get("action", "")),
        what=capfirst(str(model._meta.verbose_name)),
        name=names.of_row(model, row.after, row.after["id"]),
        happened=HAPPENED.get(line.label, line.label),
        reason=str(said.get("reason", "")),
        changes=told,
        unseen=line.label == "update" and not told,
    )


def _named(who: object, names: Names) -> str:
    if not who:
        return gettext("the platform")
    return names.of(User, who) or gettext("person no. %(number)s") % {"number": who}


def deed(action: str) -> StrOrPromise:
    """Return the label of the action, "" where the change was made by none."""
    declared = ACTIONS.get(action)
    return declared.label if declared else action.replace("_", " ")


def changes(row: Row, names: Names) -> Iterator[Change]:
    """What a line changed; all that was said of something new; nothing of what is gone, or reads as it did."""
    if row.line.label == "delete":
        return
    for field in columns_of(row.line.part.model):
        was, now = (row.before or {}).get(field.column), row.after.get(field.column)
        if was == now or (is_blank(was) and is_blank(now)) or (row.before is None and now is False):
            continue
        before = _said(field, row.before, names) if row.before is not None else ""
        if before != (after := _said(field, row.after, names)):
            yield change(field, before, after, href=leads_to(field, now))


def change(field: Field[Any, Any], before: str, after: str, *, href: str = "") -> Change:
    """One field of a line; what only spaces tell apart says so, since nobody would see it."""
    name = label(field)
    if before.split() == after.split():
        return Change(name, after=gettext("only spaces or line breaks changed"))
    if max(len(before), len(after)) > LONG:
        old, new = ("" if said == nothing() else said for said in (before, after))
        return Change(name, before, after, tuple(shortened(difference(old, new))), href)
    return Change(name, before, after, href=href)


def _said(field: Field[Any, Any], state: Mapping[str, Any], names: Names) -> str:
    """What a column says of a row; a foreign key by the name of what it leads to, never by its number."""
    value = state.get(str(field.column))
    if not isinstance(field, ForeignKey) or value is None:
        return worded(field, value, state)
    if field.related_model not in NAMED:
        return gettext("no. %(number)s") % {"number": value}
    return names.of(field.related_model, value) or gettext("no longer exists")


def leads_to(field: Field[Any, Any], value: object) -> str:
    """The history of what a foreign key names."""
    if not (isinstance(field, ForeignKey) and value):
        return ""
    found = (slug for slug, kept in histories.items() if kept.model is field.related_model and kept.key == "pk")
    slug = next(found, "")
    return reverse("object_history", args=[slug, value]) if slug else ""


def as_table(title: str, told: Sequence[Entry], ignored: Sequence[IgnoredValue] = ()) -> Table:
    """For a file: a row for each field that changed, and below the rows the filters that were ignored."""
    header = [gettext("When"), gettext("Who"), gettext("Action"), gettext("Object"), gettext("Why")]
    header += [gettext("Field"), gettext("Before"), gettext("After")]
    return Table(
        title, header, [row for one in told for row in _cells(one)], gettext("About this table"), ignored_lines(ignored)
    )


def _cells(one: Entry) -> Iterator[list[str]]:
    at = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")
    by_lab = gettext("%(staff)s of the lab acted for this person: %(because)s")
    given = {"staff": one.by_lab, "because": one.by_lab_because}
    who = f"{one.who} ({by_lab % given})" if one.by_lab else one.who
    of_what = " · ".join(filter(None, [one.what, one.name, str(one.happened)]))
    first = [at, who, str(one.deed), of_what, one.reason]
    yield from ([*first, each.label, each.before, each.after] for each in one.changes)
    if not one.changes:
        yield [*first, "", "", ""]
