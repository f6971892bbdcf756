"""Journal of erasures, in a folder outside the database: it names the people to erase again after a restore.

Each person has a file, so that processes never write to the same one. Its name is the person's primary key and a keyed
hash of the moment their row was created, because primary keys are assigned again after a restore. Its content is the
moment of erasure.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from accounts.models import User
from web.database.keys import key_of

SALT: Final = "accounts.privacy.erasure_journal"


def record_erasures() -> int:
    """Add the erased people who are missing from the journal; return how many. Safe to run in several processes.

    It runs after each erasure and every day, so that a crash or a full disk leaves no gap.
    """
    folder = _journal_folder()
    recorded = set(_file_names(folder))
    missing = [
        (name, user)
        for name, user in _with_file_names(_people_with_creation().filter(erased_at__isnull=False))
        if name not in recorded
    ]
    for name, user in missing:
        _write_entry(folder / name, user.erased_at)
    return len(missing)


def people_to_erase_again() -> list[User]:
    """Return the people whom the journal names as erased and the database does not, by primary key.

    There are some after a backup was restored that is older than their erasure.
    """
    recorded = set(_file_names(_journal_folder()))
    numbers = {name.partition("-")[0] for name in recorded}
    people = _people_with_creation().filter(pk__in=filter(None, map(key_of, numbers)), erased_at=None)
    return [user for name, user in _with_file_names(people) if name in recorded]


def _people_with_creation() -> QuerySet[User]:
    """Return all people by primary key, each with `made_at`: the moment of their first history event, which never
    changes.
    """
    events = apps.get_model("accounts", "UserEvent").objects.filter(pgh_obj_id=OuterRef("pk")).order_by("pgh_id")
    return User.objects.order_by("pk").annotate(made_at=Subquery(events.values("pgh_created_at")[:1]))


def _with_file_names(people: Iterable[User]) -> Iterator[tuple[str, User]]:
    """Yield each person with the name of their file in the journal, as pairs of name and person.

    The people have the column `made_at` of `_people_with_creation`.
    """
    for user in people:
        yield _file_name(user.pk, user.made_at), user  # type: ignore[attr-defined] # annotated by `_people_with_creation`


def _file_name(person: int, made_at: datetime | None) -> str:
    """Return the name of the file in the journal for the person with this primary key, whose row was created at
    `made_at`.

    It depends on PSEUDONYM_KEY: with another key the journal matches nobody.
    """
    moment = made_at.isoformat() if made_at else ""
    key = settings.PSEUDONYM_KEY or settings.SECRET_KEY
    return f"{person}-{salted_hmac(SALT, f'{person}:{moment}', secret=key, algorithm='sha256').hexdigest()[:32]}"


def _file_names(folder: Path) -> Iterator[str]:
    """Return the names of all files in the journal's folder, in no order."""
    return (entry.name for entry in os.scandir(folder))


def _journal_folder() -> Path:
    """Return the journal's folder, the setting ERASURE_JOURNAL, which is created when it is missing."""
    folder: Path = settings.ERASURE_JOURNAL
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write_entry(path: Path, erased_at: datetime | None) -> None:
    """Write a person's file in the journal, at `path`, with the moment of erasure.

    The file is complete or absent, also when the machine loses its power. Raises OSError when the disk is full.
    """
    with NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False) as file:
        file.write(f"{erased_at.isoformat() if erased_at else ''}\n")
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
