"""Verbs on files: bring them, say something else about one, withdraw one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from files import storage
from files.enums import Consent, Kind
from files.intake import Taken
from files.models import CONSENT, Attachment
from files.registries import Owner
from web.clock import day_in
from web.errors import DomainError
from web.seen import check_seen
from web.verbs import verb


@dataclass(frozen=True, slots=True)
class Brought:
    """A file fit to be kept, with what is said of it; `entry` is its key: sent twice, it is kept once."""

    taken: Taken
    entry: UUID
    alt_text: str = ""
    decorative: bool = False


def bring_files(*, owner: Owner, files: Sequence[Brought], by: User, at: datetime, **consent: Any) -> list[Attachment]:
    """Keep files of something, all or none; `consent` as `add_files` takes it.

    They are on the disk before their rows are there: when anything fails, both are taken back. Called within a
    transaction that fails later, the files stay until they are swept. Raises DomainError, `storage.NoRoom` among them.
    """
    known = _sent_before(owner, files)
    stored: dict[UUID, str] = {}
    try:
        for file in files:
            if file.entry not in known:
                stored[file.entry] = storage.place(file.taken.contents)
        new = [file for file in files if file.entry in stored]
        made = add_files(owner=owner, files=new, stored=stored, by=by, at=at, **consent) if new else []
    except BaseException:
        for name in stored.values():
            storage.remove(name)
        raise
    return [*known.values(), *made]


def _sent_before(owner: Owner, files: Sequence[Brought]) -> dict[UUID, Attachment]:
    """The rows an earlier sending of the same form made; raises DomainError where one holds something else."""
    rows = Attachment.objects.of(owner).filter(entry__in=[file.entry for file in files])
    found = {row.entry: row for row in rows}
    if any(file.entry in found and found[file.entry].sha256 != file.taken.sha256 for file in files):
        raise DomainError(_("This form was sent already, with another file. Send it again to add this one as well."))
    return found


@verb
def add_files(
    *,
    owner: Owner,
    files: Sequence[Brought],
    stored: Mapping[UUID, str],
    consent: str,
    by: User,
    at: datetime,
    consent_until: date | None = None,
    consent_on: date | None = None,
    consent_how: str = "",
    consent_held: str = "",
) -> list[Attachment]:
    """Note files that are on the disk, each under its name in `stored`; `bring_files` puts them there."""
    agreed = _agreed(consent, consent_until, consent_on, consent_how, consent_held)
    told = agreed | {"uploaded_by": by, "uploaded_at": at}
    if told["consent_until"] and told["consent_until"] < day_in(owner.zone, at):
        raise DomainError(_("This day is over: the file would not be shown."), field="consent_until")
    return [_note(owner, file, stored=stored[file.entry], **told) for file in files]


def _note(owner: Owner, file: Brought, **told: Any) -> Attachment:
    taken = file.taken
    return Attachment.objects.create(
        about=owner.about,
        object_id=owner.object_id,
        kind=taken.kind,
        name=taken.name,
        content_type=taken.content_type,
        size=taken.size,
        width=taken.width,
        height=taken.height,
        sha256=taken.sha256,
        alt_text=file.alt_text,
        decorative=file.decorative and taken.kind == Kind.IMAGE,
        entry=file.entry,
        **told,
    )


@verb
def describe_file(
    *,
    attachment: Attachment,
    consent: str,
    by: User,
    alt_text: str = "",
    decorative: bool = False,
    consent_until: date | None = None,
    consent_on: date | None = None,
    consent_how: str = "",
    consent_held: str = "",
    seen: str | None = None,
) -> Attachment:
    """Say what it shows, and how far those seen on it agreed, anew; `seen` is what the writer started from.

    Raises `web.seen.Changed` when someone else saved meanwhile.
    """
    row = Attachment.objects.select_for_update(of=["self"]).get(pk=attachment.pk)
    told = {"alt_text": alt_text, "decorative": decorative and row.is_image}
    told |= _agreed(consent, consent_until, consent_on, consent_how, consent_held)
    check_seen(seen, stands=row.said(), sent=told)
    for name, value in told.items():
        setattr(row, name, value)
    row.save(update_fields=list(told))
    return row


@verb
def withdraw_file(*, attachment: Attachment, reason: str, by: User, at: datetime) -> Attachment:
    """Show it to nobody any more: the row stays and says so, the file goes once that is certain."""
    row = Attachment.objects.select_for_update(of=["self"]).get(pk=attachment.pk)
    if row.withdrawn_at:
        return row
    gone, row.stored = row.stored, ""
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, by, reason
    row.save(update_fields=["stored", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    transaction.on_commit(partial(storage.remove, gone), robust=True)
    return row


def _agreed(consent: str, until: date | None, on: date | None, how: str, held: str) -> dict[str, Any]:
    """Where nobody can be recognised nothing ends, and nobody was asked."""
    if consent == Consent.NOBODY:
        until, on, how, held = None, None, "", ""
    return dict(zip(CONSENT, (consent, until, on, how, held), strict=True))
