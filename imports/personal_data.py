"""Personal data of imports: what a person's copy has, how long rows are retained, and what an erasure does."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db.models import Q, TextField
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import AccountAddress, User
from imports.cells import normalised
from imports.models import UNCONFIRMED_RETENTION, UNDO_WITHIN, ColumnChoice, ImportBatch, ImportRow
from web.actions import action

# Boundaries of an address in a text: no character that could belong to an address comes before or after.
ROW_TEXTS = ("cells", "corrections", "changes", "previous", "reason", "suggestion")
ADDRESS_START, ADDRESS_END = r"(?<![\w.!#$%&'*+/=?^`{|}~-])", r"(?![\w-]|\.\w)"


def imports_of(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the imports that the user made, confirmed or undid, the oldest first, for the copy of their data."""
    yield from (
        ImportBatch.objects.filter(Q(person=user) | Q(requested_by=user))
        .order_by("pk")
        .values("kind", "target_slug", "file_name", "created_at", "state", "rows_total")
    )


def column_choices_of(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the headings for which the user chose columns, by kind of table."""
    yield from ColumnChoice.objects.filter(person=user).order_by("kind").values("kind", "columns")


@action(_("Rows of old imports deleted"))
def purge_imports(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Delete imports that nobody confirmed for a day, and what the files of those that ended 30 days before contained.

    Return their number; with `dry_run`, only count them. `by` is None for the platform.
    """
    unconfirmed = ImportBatch.objects.unconfirmed_before(at - UNCONFIRMED_RETENTION)
    ended = ImportBatch.objects.with_content_ended_before(at - UNDO_WITHIN)
    count = unconfirmed.count() + ended.count()
    if not dry_run:
        ended.delete_content()
        unconfirmed.delete()
    return count


def purge(*, at: datetime, dry_run: bool) -> int:
    """Delete old rows of imports for the platform's retention rules; return the number of imports."""
    return purge_imports(at=at, dry_run=dry_run, by=None)


def erase(*, user: User, at: datetime) -> None:
    """Delete what the person uploaded, and rows of others that contain one of their addresses; `at` is not used."""
    ImportBatch.objects.filter(person=user).delete_content()
    ColumnChoice.objects.filter(person=user).delete()
    addresses = {
        user.email.lower(),
        *(email.lower() for email in AccountAddress.objects.filter(user=user).values_list("email", flat=True)),
    }
    erase_rows_with(addresses - {""})


def erase_rows_with(addresses: Collection[str]) -> None:
    """Delete rows and headings that contain one of the addresses (in lower case).

    An address counts in full: “jo@…” is not in “marjo@…”.
    """
    for address in addresses:
        rows = ImportRow.objects.alias(
            text=Concat(*[Cast(name, TextField()) for name in ROW_TEXTS], output_field=TextField())
        )
        pattern = re.compile(f"{ADDRESS_START}{re.escape(address)}{ADDRESS_END}")
        found = [row.pk for row in rows.filter(text__icontains=address) if pattern.search(_text_of(row).lower())]
        ImportRow.objects.filter(pk__in=found).delete()
        _erase_headings_with(address, pattern)


def _text_of(row: ImportRow) -> str:
    """Return all texts of a row, each on a line: its cells, what was typed, what it changes, and why it is refused."""
    changed = [text for change in row.changes for text in change]
    return "\n".join(
        map(str, [*row.cells, *row.corrections.values(), *changed, row.previous, row.reason, row.suggestion])
    )


def _erase_headings_with(address: str, pattern: re.Pattern[str]) -> None:
    """Empty the headings of imports that contain the address, and forget them where columns were chosen for them."""
    batches = ImportBatch.objects.alias(text=Cast("header", TextField())).filter(text__icontains=address)
    for batch in batches.select_for_update():
        batch.header = ["" if pattern.search(heading.lower()) else heading for heading in batch.header]
        batch.save(update_fields=["header"])
    words = f" {normalised(address)} "
    choices = ColumnChoice.objects.alias(text=Cast("columns", TextField())).filter(text__icontains=words.strip())
    for choice in choices.select_for_update():
        choice.columns = {text: name for text, name in choice.columns.items() if words not in f" {text} "}
        choice.save(update_fields=["columns"])


PRIVACY = PrivacyHooks(
    personal_data={
        "imports": PersonalData(
            _("Tables you imported"),
            imports_of,
            covers=("imports.ImportBatch.person", "imports.ImportBatch.requested_by"),
            model=ImportBatch,
        ),
        "columns": PersonalData(
            _("Columns you chose for your tables"),
            column_choices_of,
            covers=("imports.ColumnChoice.person",),
            model=ColumnChoice,
        ),
    },
    retentions={
        "imports": Retention(
            what=_("Rows and headings of imported tables, and the names of their files"),
            why=_("So that an import can be undone, and its refused rows corrected."),
            days=UNDO_WITHIN.days,
            purge=purge,
        )
    },
    erase=erase,
)
