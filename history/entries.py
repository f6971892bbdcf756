"""The history as people read it: each change of a field as a readable difference, in the reader's language."""

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
from history.changes import ChangedRow, columns_of
from history.names import RowNames
from history.wording import column_label, is_blank, none_text, value_text
from web.actions import ACTIONS
from web.exports.tables import Table
from web.forms.filters import IgnoredValue, ignored_lines
from web.history_pages import NAME_PATHS, VALUE_TEXTS, histories
from web.text.differences import Piece, difference, shortened

# Nouns, because they do not agree with the gender of the object: “idea · addition”, “cohort · addition”.
KIND_OF_CHANGE: Final = {
    "insert": pgettext_lazy("in a history", "addition"),
    "update": pgettext_lazy("in a history", "change"),
    "delete": pgettext_lazy("in a history", "removal"),
}
MIN_CHARACTERS_COMPARED: Final = 60  # longer texts are compared word by word


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed field: its texts before and after, of longer texts the differing `pieces`, and where it leads."""

    label: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    href: str = ""

    @property
    def began_empty(self) -> bool:
        """Return whether the field was empty before; its text before (“none”) is then not shown as removed."""
        return self.before == none_text()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the history; `acting_staff` acted as the `actor`, for the `acting_reason`."""

    at: datetime
    actor: str
    acting_staff: str
    acting_reason: str
    action_label: StrOrPromise | Promise
    object_kind: str
    object_name: str
    kind_of_change: StrOrPromise
    reason: str
    changes: tuple[FieldChange, ...]
    only_hidden_changes: bool


def entries(rows: Sequence[ChangedRow], names: RowNames) -> list[HistoryEntry]:
    """Return the entries of a history page, one for each changed row and in the same order.

    `names` holds the names of the people and rows that they refer to.
    """
    return [entry_of(row, names) for row in rows]


def entry_of(row: ChangedRow, names: RowNames) -> HistoryEntry:
    """Return the history entry of one changed row: who, when, which action, why, and the changed fields as text.

    Without a recorded actor the actor is “the platform”. `names` holds the names of the people and rows that it refers
    to.
    """
    line, context = row.line, row.line.context
    model = line.part.model
    acting = context.get("acting")
    changes = tuple(field_changes(row, names))
    return HistoryEntry(
        at=line.at,
        actor=_actor_name(context.get("by") or context.get("user"), names),
        acting_staff=names.of(User, acting) if acting else "",
        acting_reason=str(context.get("acting_because", "")),
        action_label=action_label(context.get("action", "")),
        object_kind=capfirst(str(model._meta.verbose_name)),
        object_name=names.of_row(model, row.after, row.after["id"]),
        kind_of_change=KIND_OF_CHANGE.get(line.label, line.label),
        reason=_reason_text(row),
        changes=changes,
        only_hidden_changes=line.label == "update" and not changes,
    )


def _reason_text(row: ChangedRow) -> str:
    """Return the reason of the action, in words where the platform stored a slug."""
    reason, text_of = row.line.context.get("reason", ""), VALUE_TEXTS.get(row.line.part.model, {}).get("reason")
    return str(text_of(reason, row.after) if text_of and reason else reason)


def _actor_name(actor: object, names: RowNames) -> str:
    """Return the name of the person with the key `actor`: “the platform” for None, “person no. 7” for a key without a
    name.
    """
    if not actor:
        return gettext("the platform")
    return names.of(User, actor) or gettext("person no. %(number)s") % {"number": actor}


def action_label(name: str) -> StrOrPromise:
    """Return the label of the action with this name, like “Canvas changed”; for an action that no longer exists, its
    name with spaces.
    """
    declared = ACTIONS.get(name)
    return declared.label if declared else name.replace("_", " ")


def field_changes(row: ChangedRow, names: RowNames) -> Iterator[FieldChange]:
    """Yield the fields that a change of a row changed, as text; all filled fields of a new row, and none of a removed
    row.

    Fields that read alike before and after are left out. `names` holds the names of the rows that foreign keys lead to.
    """
    if row.line.label == "delete":
        return
    for field in columns_of(row.line.part.model):
        old, new = (row.before or {}).get(field.column), row.after.get(field.column)
        if old == new or (is_blank(old) and is_blank(new)) or (row.before is None and new is False):
            continue
        before = _value_text(field, row.before, names) if row.before is not None else ""
        if before != (after := _value_text(field, row.after, names)):
            yield field_change(field, before, after, href=history_href(field, new))


def field_change(field: Field[Any, Any], before: str, after: str, *, href: str = "") -> FieldChange:
    """Return the change of one field from its text `before` to its text `after`; texts over 60 characters are compared
    by words.

    When only spaces changed, a sentence says so, because this cannot be seen. `href` is a link for the new value.
    """
    name = column_label(field)
    if before.split() == after.split():
        return FieldChange(name, after=gettext("only spaces or line breaks changed"))
    if max(len(before), len(after)) > MIN_CHARACTERS_COMPARED:
        old, new = ("" if text == none_text() else text for text in (before, after))
        return FieldChange(name, before, after, tuple(shortened(difference(old, new))), href)
    return FieldChange(name, before, after, href=href)


def _value_text(field: Field[Any, Any], state: Mapping[str, Any], names: RowNames) -> str:
    """Return the text of a field in `state`, the recorded columns of a row: “none” when it is empty.

    For a foreign key it is the name of the other row, “no longer exists” for one without a name, and a number for a
    model whose rows have no names.
    """
    value = state.get(str(field.column))
    if not isinstance(field, ForeignKey) or value is None:
        return value_text(field, value, state)
    if field.related_model not in NAME_PATHS:
        return gettext("no. %(number)s") % {"number": value}
    return names.of(field.related_model, value) or gettext("no longer exists")


def history_href(field: Field[Any, Any], value: object) -> str:
    """Return the URL of the history page of the row to which a foreign key with this value leads.

    Returns "" for other fields, for an empty value, and for models without a history page.
    """
    if not (isinstance(field, ForeignKey) and value):
        return ""
    slugs = (slug for slug, kind in histories.items() if kind.model is field.related_model and kind.key == "pk")
    slug = next(slugs, "")
    return reverse("object_history", args=[slug, value]) if slug else ""


def as_table(title: str, history: Sequence[HistoryEntry], ignored: Sequence[IgnoredValue] = ()) -> Table:
    """Return a history as a table to download, with one row for each changed field, in the order of the entries.

    `ignored` holds the invalid filters of the URL, which a note in the file lists.
    """
    header = [gettext("When"), gettext("Who"), gettext("Action"), gettext("Object"), gettext("Why")]
    header += [gettext("Field"), gettext("Before"), gettext("After")]
    rows = [row for entry in history for row in _table_rows(entry)]
    return Table(title, header, rows, gettext("About this table"), ignored_lines(ignored))


def _table_rows(entry: HistoryEntry) -> Iterator[list[str]]:
    """Yield the rows of an entry for the download: one for each changed field, or one row without a field when none
    changed.

    Columns: time, person, action, object, reason, field, text before and text after.
    """
    at = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")
    by_lab = gettext("%(staff)s of the lab acted for this person: %(because)s")
    values = {"staff": entry.acting_staff, "because": entry.acting_reason}
    actor = f"{entry.actor} ({by_lab % values})" if entry.acting_staff else entry.actor
    parts = [entry.object_kind, entry.object_name, str(entry.kind_of_change)]
    first = [at, actor, str(entry.action_label), " · ".join(filter(None, parts)), entry.reason]
    yield from ([*first, change.label, change.before, change.after] for change in entry.changes)
    if not entry.changes:
        yield [*first, "", "", ""]
