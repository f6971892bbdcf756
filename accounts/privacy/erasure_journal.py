"""Journal of erasures, in a folder outside the database: it names what to erase again after a restore.

Each erasure is an empty file, so that processes never write to the same one. Its name is the kind, the primary key of
the row, and a keyed hash of the moment the row was created, because primary keys are assigned again after a restore.
Apps register their kinds as `PrivacyHooks.journal`.
"""

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from accounts.hooks import JournalKind, privacy_hooks
from web.database.after_commit import after_commit
from web.database.keys import key_of

SALT: Final = "accounts.privacy.erasure_journal"


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """A kind of the journal: the rows of a tracked model that are erased (`is_erased`) or deleted.

    `erase(row, at)` erases a row again that a restore has brought back.
    """

    slug: str
    model: Any
    is_erased: Q
    erase: Callable[[Any, datetime], object]

    def erasures(self, keys: Collection[int] | None = None) -> Iterator[str]:
        """Yield the names of the rows that are erased or deleted, or of those with these keys only."""
        rows = self.model.objects.filter(self.is_erased)
        deleted = self.model.pgh_event_model.objects.filter(pgh_label="delete")
        if keys is not None:
            rows, deleted = rows.filter(pk__in=keys), deleted.filter(pgh_obj_id__in=keys)
        for row in with_creation(rows, self.model):
            yield row_name(self.slug, row.pk, row.first_event_at)
        for event in with_creation(deleted, self.model, key="pgh_obj_id"):
            yield row_name(self.slug, event.pgh_obj_id, event.first_event_at)

    def to_repeat(self, names: Collection[str]) -> dict[str, Callable[[datetime], object]]:
        """Return those of the names whose rows are in the database and not erased, with what erases each again."""
        rows = self.model.objects.filter(pk__in=keys_of(names)).exclude(self.is_erased)
        back = {row_name(self.slug, row.pk, row.first_event_at): row for row in with_creation(rows, self.model)}
        return {name: partial(self.erase, row) for name, row in back.items() if name in names}


@dataclass(frozen=True, slots=True)
class ConsentsTakenBack:
    """A kind of the journal: consents that were taken back in rows of a tracked model (`is_taken_back`), which stay.

    A name also has the moment at which the consent was last there, so that one given since is not taken back again.
    `take_back(row, at)` takes a consent back again that a restore has brought back.
    """

    slug: str
    model: Any
    is_taken_back: Q
    take_back: Callable[[Any, datetime], object]

    def erasures(self, keys: Collection[int] | None = None) -> Iterator[str]:
        """Yield the names of the consents that were given and taken back, or of those in rows with these keys only."""
        rows = self.model.objects.filter(self.is_taken_back)
        for name, moment, _row in self._named(rows if keys is None else rows.filter(pk__in=keys)):
            yield f"{name}-{moment}"

    def to_repeat(self, names: Collection[str]) -> dict[str, Callable[[datetime], object]]:
        """Return those of the names whose consents are in the database, with what takes each back again."""
        rows = self.model.objects.filter(pk__in=keys_of(names)).exclude(self.is_taken_back)
        given = {name: (moment, row) for name, moment, row in self._named(rows)}
        repeats = dict[str, Callable[[datetime], object]]()
        for each in names:
            name, _dash, taken_back = each.rpartition("-")
            if name in given and given[name][0] <= taken_back:
                repeats[each] = partial(self.take_back, given[name][1])
        return repeats

    def _named(self, rows: QuerySet[Any]) -> Iterator[tuple[str, str, Any]]:
        """Yield the rows whose history has the consent, each after its name and the latest moment with the consent."""
        events = self.model.pgh_event_model.objects.exclude(self.is_taken_back).filter(pgh_obj_id=OuterRef("pk"))
        latest = events.order_by().values("pgh_obj_id").annotate(at=Max("pgh_created_at")).values("at")
        for row in with_creation(rows.annotate(given_at=Subquery(latest)).exclude(given_at=None), self.model):
            yield row_name(self.slug, row.pk, row.first_event_at), moment_text(row.given_at), row


def moment_text(moment: datetime) -> str:
    """Return a moment as it is in names of the journal, in UTC: their order is that of time."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%f}"


def record_on_commit(slug: str, *keys: int) -> None:
    """Add the erasures of this kind and of the rows with these keys to the journal, once they are committed."""
    after_commit(record_erasures, slug, keys)


def record_erasures(slug: str = "", keys: Collection[int] | None = None) -> int:
    """Add the erasures that are missing from the journal, of one kind and of some keys if given; return how many.

    Safe to run in several processes. It runs after each erasure and for everything every day, so that a crash or a full
    disk leaves no gap. Raises OSError when the journal cannot be written.
    """
    folder, recorded, added = _journal_folder(), set(_file_names()), 0
    for kind in _kinds():
        for name in kind.erasures(keys) if slug in ("", kind.slug) else ():
            if name not in recorded:
                _write_entry(folder / name)
                added += 1
    return added


def erasures_to_repeat() -> dict[str, Callable[[datetime], object]]:
    """Return the names of the erasures that the journal has and the database has not, with what repeats each.

    There are some after a backup was restored that is older than them. Those of the apps above come first.
    """
    recorded, repeats = set(_file_names()), dict[str, Callable[[datetime], object]]()
    for kind in _kinds():
        if names := {name for name in recorded if name.startswith(f"{kind.slug}-")}:
            repeats |= dict(sorted(kind.to_repeat(names).items()))
    return repeats


def with_creation(rows: QuerySet[Any], model: Any, key: str = "pk") -> QuerySet[Any]:
    """Return the rows in the order of their keys, each with `first_event_at`: the moment of its first history event,
    which never changes.

    The column `key` of the rows has the primary key of a row of `model`, a tracked model.
    """
    events = model.pgh_event_model.objects.filter(pgh_obj_id=OuterRef(key)).order_by("pgh_id")
    sorted_rows: QuerySet[Any] = rows.order_by(key).annotate(
        first_event_at=Subquery(events.values("pgh_created_at")[:1])
    )
    return sorted_rows


def row_name(slug: str, key: int, first_event_at: datetime | None) -> str:
    """Return the name in the journal of a row of this kind with this primary key and this first event in its history.

    It depends on PSEUDONYM_KEY: with another key the journal matches nothing.
    """
    value = f"{slug}:{key}:{first_event_at.isoformat() if first_event_at else ''}"
    secret = settings.PSEUDONYM_KEY or settings.SECRET_KEY
    return f"{slug}-{key}-{salted_hmac(SALT, value, secret=secret, algorithm='sha256').hexdigest()[:32]}"


def keys_of(names: Collection[str]) -> set[int]:
    """Return the primary keys in names of the journal; other files are left out."""
    return set(filter(None, (key_of((*name.split("-"), "")[1]) for name in names)))


def _kinds() -> Iterator[JournalKind]:
    """Yield the kinds of the journal that the apps register, those of the apps above first."""
    return (kind for hooks in privacy_hooks for kind in hooks.journal)


def _file_names() -> Iterator[str]:
    """Return the names of all files in the journal's folder, in no order."""
    return (entry.name for entry in os.scandir(_journal_folder()))


def _journal_folder() -> Path:
    """Return the journal's folder, the setting ERASURE_JOURNAL, which is created when it is missing."""
    folder: Path = settings.ERASURE_JOURNAL
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write_entry(path: Path) -> None:
    """Write a file of the journal, which stays when the machine loses its power; raises OSError on a full disk."""
    path.touch(mode=0o600)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
