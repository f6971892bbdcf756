"""Journal of erasures, in a folder outside the database: it names who has to be erased again after a restore.

One file for each person, so that processes never write to the same one. Its name has the person's number and a keyed
hash of the moment their row was made, since numbers are given again after a restore; it holds the moment of erasure.
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

SALT: Final = "accounts.erasure_journal"


def record_erasures() -> int:
    """Write down everyone who is erased and not in the journal yet; returns how many. Safe to run at once.

    Called once an erasure is committed, and every day: what is missing after a crash or a full disk is added.
    """
    folder = _folder()
    written = set(_names(folder))
    missing = [(name, user) for name, user in _named(_people().filter(erased_at__isnull=False)) if name not in written]
    for name, user in missing:
        _write(folder / name, user.erased_at)
    return len(missing)


def people_to_erase() -> list[User]:
    """Return the people whom the journal names as erased and the database does not, in the order of their numbers."""
    written = set(_names(_folder()))
    numbers = {name.partition("-")[0] for name in written}
    people = _people().filter(pk__in=[int(number) for number in numbers if number.isdigit()], erased_at=None)
    return [user for name, user in _named(people) if name in written]


def _people() -> QuerySet[User]:
    """Return people with the moment their row was made: the first of their history, which nothing changes."""
    events = apps.get_model("accounts", "UserEvent").objects.filter(pgh_obj_id=OuterRef("pk")).order_by("pgh_id")
    return User.objects.order_by("pk").annotate(made_at=Subquery(events.values("pgh_created_at")[:1]))


def _named(people: Iterable[User]) -> Iterator[tuple[str, User]]:
    for user in people:
        yield _name(user.pk, user.made_at), user  # type: ignore[attr-defined] # annotated by `_people`


def _name(person: int, made_at: datetime | None) -> str:
    """Return the name of a person's file; under another PSEUDONYM_KEY it is another, and the journal worth nothing."""
    moment = made_at.isoformat() if made_at else ""
    key = settings.PSEUDONYM_KEY or settings.SECRET_KEY
    return f"{person}-{salted_hmac(SALT, f'{person}:{moment}', secret=key, algorithm='sha256').hexdigest()[:32]}"


def _names(folder: Path) -> Iterator[str]:
    return (entry.name for entry in os.scandir(folder))


def _folder() -> Path:
    folder: Path = settings.ERASURE_JOURNAL
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, erased_at: datetime | None) -> None:
    """Write a file that is complete or absent, also after the machine loses its power."""
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
