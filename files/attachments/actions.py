"""Actions on files: take one in as a draft, attach them, describe one anew, withdraw one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from files import storage
from files.attachments.models import CONSENT
from files.enums import Consent, Kind
from files.locks import SAME_PERSON_WAIT, Deadline, exclusive_lock
from files.models import Attachment, FileDraft
from files.registries import Owner
from files.rejection import Unfit
from files.uploads.file_names import split_name
from files.uploads.handler import Upload
from files.uploads.intake import IMAGE_ENDINGS, Taken, take, too_large
from files.uploads.quotas import check_quota, lock_quota
from web.actions import action
from web.dates.clock import day_in
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen

PERSON_LOCKS: Final = 64  # people share them by id: two who have the same one wait for each other


@dataclass(frozen=True, slots=True)
class Brought:
    """A file fit to be kept, with what is said of it; `entry` is its key: sent twice, it is kept once."""

    taken: Taken
    entry: UUID
    alt_text: str = ""
    decorative: bool = False


def receive_upload(*, upload: Upload, by: User, at: datetime, deadline: Deadline) -> FileDraft:
    """Receive an uploaded file of a form as a draft of the person, one at a time for each person.

    Raises DomainError with the reason: the file, the quota, the disk, or a server that is busy until the deadline.
    """
    if upload.too_large:
        raise Unfit(too_large("image" if split_name(upload.name or "")[1] in IMAGE_ENDINGS else "document"))
    if upload.no_room or upload.file is None:
        raise storage.no_room()
    with exclusive_lock(f"person-{by.pk % PERSON_LOCKS}", deadline=Deadline(min(SAME_PERSON_WAIT, deadline.left()))):
        check_quota(by, size=1, at=at)
        taken = take(upload.name or "", upload.file, deadline=deadline)
        try:
            return add_draft(taken=taken, by=by, at=at)
        except BaseException:
            storage.remove(taken.stored)
            raise


@action(gettext_lazy("File received in a form"))
def add_draft(*, taken: Taken, by: User, at: datetime) -> FileDraft:
    """Record a file on the disk as a person's draft, within their quota."""
    lock_quota(by)
    check_quota(by, size=taken.size, at=at)
    return FileDraft.objects.create(person=by, uploaded_at=at, **asdict(taken))


@action(gettext_lazy("File removed from a form"))
def discard_draft(*, draft: FileDraft, by: User | None) -> None:
    """Delete a draft and its file; do nothing when the draft is gone or was attached since."""
    if FileDraft.objects.filter(pk=draft.pk).delete()[0]:
        transaction.on_commit(partial(storage.remove, draft.stored), robust=True)


@action(gettext_lazy("Unused form files deleted"))
def sweep_drafts(*, by: None, at: datetime) -> int:
    """Delete drafts that were not used for a day; return how many."""
    old = list(FileDraft.objects.older_than_a_day(at).select_for_update())
    for draft in old:
        discard_draft(draft=draft, by=by)
    return len(old)


@action(gettext_lazy("Files added"))
def bring_files(
    *,
    owner: Owner,
    files: Sequence[Brought],
    consent: str,
    by: User,
    at: datetime,
    consent_until: date | None = None,
    consent_on: date | None = None,
    consent_how: str = "",
    consent_held: str = "",
) -> list[Attachment]:
    """Attach files that are on the disk to the owner, all or none, and delete their drafts.

    A file that was attached before under the same key is returned unchanged, and its second copy is removed. Raises
    DomainError; then drafts stay, and files without a draft are swept.
    """
    lock_quota(by)
    agreed = _agreed(consent, consent_until, consent_on, consent_how, consent_held)
    if agreed["consent_until"] and agreed["consent_until"] < day_in(owner.zone, at):
        raise DomainError(
            _("This day is past: the file would not be shown. Choose a later day."), field="consent_until"
        )
    known = _sent_before(owner, files)
    drafts = FileDraft.objects.visible_to(by).filter(stored__in=[file.taken.stored for file in files])
    drafts.delete()
    for file in files:
        if file.entry in known and known[file.entry].stored != file.taken.stored:
            transaction.on_commit(partial(storage.remove, file.taken.stored), robust=True)
    details = agreed | {"uploaded_by": by, "uploaded_at": at}
    new = [_note(owner, file, **details) for file in files if file.entry not in known]
    return [*known.values(), *new]


def _sent_before(owner: Owner, files: Sequence[Brought]) -> dict[UUID, Attachment]:
    """Return the rows that the same form created when it was sent before. Raises DomainError when a file differs."""
    rows = Attachment.objects.of(owner).filter(entry__in=[file.entry for file in files])
    found = {row.entry: row for row in rows}
    if any(file.entry in found and found[file.entry].sha256 != file.taken.sha256 for file in files):
        raise DomainError(_("This form was sent already, with another file. Send it again to add this one as well."))
    return found


def _note(owner: Owner, file: Brought, **details: Any) -> Attachment:
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
        stored=taken.stored,
        alt_text=file.alt_text,
        decorative=file.decorative and taken.kind == Kind.IMAGE,
        entry=file.entry,
        **details,
    )


@action(gettext_lazy("File description changed"))
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

    Raises `web.forms.edit_conflicts.Changed` when someone else saved meanwhile.
    """
    row = Attachment.objects.select_for_update(of=["self"]).get(pk=attachment.pk)
    details = {"alt_text": alt_text, "decorative": decorative and row.is_image}
    details |= _agreed(consent, consent_until, consent_on, consent_how, consent_held)
    check_seen(seen, stands=row.said(), sent=details)
    for name, value in details.items():
        setattr(row, name, value)
    row.save(update_fields=list(details))
    return row


@action(gettext_lazy("File withdrawn"), security_event=True)
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
