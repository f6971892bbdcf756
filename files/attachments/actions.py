"""Actions on files: receive one as a draft, attach files, describe one, withdraw one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.erasure_journal import record_on_commit
from files import storage
from files.attachments.models import CONSENT, ERASED_NAME
from files.enums import Consent, FileKind
from files.locks import SAME_PERSON_WAIT, Deadline, exclusive_lock
from files.models import Attachment, FileDraft
from files.registries import Owner
from files.rejection import FileRejected
from files.uploads.file_names import split_name
from files.uploads.handler import Upload
from files.uploads.intake import IMAGE_ENDINGS, AcceptedFile, accept_file, too_large
from files.uploads.quotas import check_quota, lock_quota
from web.actions import action
from web.database.after_commit import after_commit
from web.dates.clock import day_in
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.pages.hot_pages import drop_all

WITHDRAWN_FILE, ERASED_FILE_NAME = "file", "file_name"  # in the journal of erasures
PERSON_LOCKS: Final = 64  # shared by people's ids: two people with the same lock wait for each other


@dataclass(frozen=True, slots=True)
class NewFile:
    """An accepted file and its description. `idempotency_key`: a file that is sent twice is attached once."""

    accepted: AcceptedFile
    idempotency_key: UUID
    alt_text: str = ""
    decorative: bool = False


def receive_upload(
    *, upload: Upload, by: User, at: datetime, deadline: Deadline, recordings: bool = False
) -> FileDraft:
    """Check and store an uploaded file of a form as a draft of the person `by`, and return the draft.

    One file at a time for each person. `recordings` says that the form takes recordings of a voice. Raises DomainError:
    the file is refused (FileRejected) or beyond the person's quota (OverQuota), the disk is full (NoRoom), or the
    server is busy until the deadline (ServerBusy).
    """
    if upload.too_large:
        raise FileRejected(too_large("image" if split_name(upload.name or "")[1] in IMAGE_ENDINGS else "document"))
    if upload.no_room or upload.file is None:
        raise storage.no_room()
    with exclusive_lock(f"person-{by.pk % PERSON_LOCKS}", deadline=Deadline(min(SAME_PERSON_WAIT, deadline.left()))):
        check_quota(by, size=1, at=at)
        accepted = accept_file(upload.name or "", upload.file, deadline=deadline, recordings=recordings)
        try:
            return add_draft(accepted=accepted, by=by, at=at)
        except BaseException:
            storage.remove(accepted.stored)
            raise


@action(gettext_lazy("File received in a form"))
def add_draft(*, accepted: AcceptedFile, by: User, at: datetime) -> FileDraft:
    """Record an accepted file, which is on the disk, as a draft of the person `by`.

    Raises OverQuota beyond their quota.
    """
    lock_quota(by)
    check_quota(by, size=accepted.size, at=at)
    return FileDraft.objects.create(person=by, uploaded_at=at, **asdict(accepted))


@action(gettext_lazy("File removed from a form"))
def discard_draft(*, draft: FileDraft, by: User | None) -> None:
    """Delete a draft, and its stored file once the transaction is committed.

    Does nothing when the draft is gone or was attached since. `by` is None for the daily clean-up.
    """
    if FileDraft.objects.filter(pk=draft.pk).delete()[0]:
        after_commit(storage.remove, draft.stored)


@action(gettext_lazy("Unused form files deleted"))
def sweep_drafts(*, by: None, at: datetime) -> int:
    """Delete the drafts received more than 24 hours before `at`, with their files; return how many.

    It acts for nobody (`by`).
    """
    old = list(FileDraft.objects.older_than_a_day(at).select_for_update())
    for draft in old:
        discard_draft(draft=draft, by=by)
    return len(old)


@action(gettext_lazy("Files added"))
def attach_files(
    *,
    owner: Owner,
    files: Sequence[NewFile],
    consent: str,
    by: User,
    at: datetime,
    consent_until: date | None = None,
    consent_on: date | None = None,
    consent_how: str = "",
    consent_held: str = "",
) -> list[Attachment]:
    """Attach accepted files to the object `owner`, all or none, and delete their drafts; return the attachments.

    `consent` is who may see the people on them, `consent_until` the last day; the other three say when and how they
    agreed, and where the record of it is kept. A file that was attached before under the same key is returned
    unchanged, and its second copy removed. Raises DomainError; then the drafts stay.
    """
    lock_quota(by)
    consent_values = _consent_values(consent, consent_until, consent_on, consent_how, consent_held)
    if consent_values["consent_until"] and consent_values["consent_until"] < day_in(owner.zone, at):
        raise DomainError(
            _("This day is past: the file would not be shown. Choose a later day."), field="consent_until"
        )
    existing = _existing_attachments(owner, files)
    drafts = FileDraft.objects.visible_to(by).filter(stored__in=[file.accepted.stored for file in files])
    drafts.delete()
    for file in files:
        if file.idempotency_key in existing and existing[file.idempotency_key].stored != file.accepted.stored:
            after_commit(storage.remove, file.accepted.stored)
    details = consent_values | {"uploaded_by": by, "uploaded_at": at}
    new = [_create_attachment(owner, file, **details) for file in files if file.idempotency_key not in existing]
    return [*existing.values(), *new]


def _existing_attachments(owner: Owner, files: Sequence[NewFile]) -> dict[UUID, Attachment]:
    """Return the attachments of the object that an earlier sending of the same form created, by idempotency key.

    Raises DomainError when a file sent now differs from the one attached under its key.
    """
    rows = Attachment.objects.of(owner).filter(idempotency_key__in=[file.idempotency_key for file in files])
    rows_by_key = {row.idempotency_key: row for row in rows}
    if any(
        file.idempotency_key in rows_by_key and rows_by_key[file.idempotency_key].sha256 != file.accepted.sha256
        for file in files
    ):
        raise DomainError(_("This form was sent already, with another file. Send it again to add this one as well."))
    return rows_by_key


def _create_attachment(owner: Owner, file: NewFile, **details: Any) -> Attachment:
    """Create and return the attachment of a file to the object `owner`.

    `details` are the columns on consent, and `uploaded_by` and `uploaded_at`.
    """
    accepted = file.accepted
    return Attachment.objects.create(
        about=owner.about,
        object_id=owner.object_id,
        kind=accepted.kind,
        name=accepted.name,
        content_type=accepted.content_type,
        size=accepted.size,
        width=accepted.width,
        height=accepted.height,
        sha256=accepted.sha256,
        stored=accepted.stored,
        alt_text=file.alt_text,
        decorative=file.decorative and accepted.kind == FileKind.IMAGE,
        idempotency_key=file.idempotency_key,
        **details,
    )


@action(gettext_lazy("File description changed"))
def describe_file(
    *,
    attachment: Attachment,
    consent: str,
    by: User | None,
    alt_text: str = "",
    decorative: bool = False,
    consent_until: date | None = None,
    consent_on: date | None = None,
    consent_how: str = "",
    consent_held: str = "",
    version_token: str | None = None,
) -> Attachment:
    """Change the description of a file and the consent of the people on it; return the saved attachment.

    `consent` is who may see them, `consent_until` the last day; the other three say when and how they agreed, and where
    the record of it is kept. Raises EditConflict when someone else saved since the form with this `version_token` was
    opened.
    """
    row = Attachment.objects.select_for_update(of=["self"]).get(pk=attachment.pk)
    details = {"alt_text": alt_text, "decorative": decorative and row.is_image}
    details |= _consent_values(consent, consent_until, consent_on, consent_how, consent_held)
    check_version(version_token, current=row.form_values(), submitted=details)
    for name, value in details.items():
        setattr(row, name, value)
    row.save(update_fields=list(details))
    after_commit(drop_all)
    return row


@action(gettext_lazy("File withdrawn"), security_event=True)
def withdraw_file(*, attachment: Attachment, reason: str, by: User | None, at: datetime) -> Attachment:
    """Withdraw a file for a reason and return it; a withdrawn file is returned unchanged.

    `by` is None for the platform, such as at the end of a retention, and for people without an account.

    The row stays with the reason, which people who can edit the file read; the stored file is deleted once the
    transaction is committed.
    """
    row = Attachment.objects.select_for_update(of=["self"]).get(pk=attachment.pk)
    if row.withdrawn_at:
        return row
    stored_name, row.stored = row.stored, ""
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, by, reason
    row.save(update_fields=["stored", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    after_commit(storage.remove, stored_name)
    after_commit(drop_all)
    record_on_commit(WITHDRAWN_FILE, row.pk)
    return row


@action(gettext_lazy("File withdrawn and its name deleted"), security_event=True)
def withdraw_and_erase_name(*, attachment: Attachment, reason: str, at: datetime) -> None:
    """Withdraw a file, if it is not withdrawn yet, and erase its name, which may name people. No history stores it."""
    row = withdraw_file(attachment=attachment, reason=reason, by=None, at=at)
    row.name = ERASED_NAME
    row.save(update_fields=["name"])
    record_on_commit(ERASED_FILE_NAME, row.pk)


def _consent_values(consent: str, until: date | None, on: date | None, how: str, held_at: str) -> dict[str, Any]:
    """Return the values of the five consent columns, by the column's name.

    `consent` is who may see the people, `until` the last day, `on` and `how` when and how they agreed, `held_at` where
    the record of it is kept. When nobody can be recognised (“nobody”), the other four are empty.
    """
    if consent == Consent.NOBODY:
        until, on, how, held_at = None, None, "", ""
    return dict(zip(CONSENT, (consent, until, on, how, held_at), strict=True))
