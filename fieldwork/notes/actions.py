"""Actions on field notes: add, change, record and withdraw the consent, delete, and what retention deletes."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.privacy.erasure_journal import record_on_commit
from cohorts.clock import local_day
from cohorts.models import Cohort
from fieldwork.models import EarlyWithdrawal, Note
from fieldwork.notes.codes import new_code
from fieldwork.notes.enums import WRITTEN_KINDS, NoteKind, Removal
from fieldwork.notes.exports import exports_with_note
from fieldwork.notes.file_owners import NOTE, owner_of
from fieldwork.notes.models import CONTENT
from files.attachments.actions import NewFile, attach_files, describe_file, withdraw_file
from files.enums import PEOPLE_AGREED, Consent
from files.exports.actions import discard_exports
from files.models import Attachment
from files.uploads.file_names import split_name
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.forms.idempotency import find_earlier_submission
from web.forms.row_changes import assign, lock_row

logger = logging.getLogger(__name__)
CONSENT: Final = "note_consent"  # in the journal of erasures
WITHOUT_CONSENT_DAYS: Final = 30  # after it was written, or after its consent ended
RECORDING_DAYS: Final = 90  # after the text of a recording was written
EARLY_WITHDRAWAL_DAYS: Final = 90  # for a phone to send the note with the code
NOTE_ALREADY_SENT: Final = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another note, send it again."
)
UNKNOWN_CODE: Final = gettext_lazy(
    "No note has this code. Check each character. If the note was withdrawn or deleted before, there is nothing left."
)


@action(gettext_lazy("Field note added"))
def add_note(
    *,
    cohort: Cohort,
    kind: str,
    happened_at: datetime,
    by: User,
    at: datetime,
    file: NewFile | None = None,
    idempotency_key: UUID | None = None,
    **fields: Any,
) -> Note:
    """Add a note to the cohort's notebook, with `by` as its author, and return it.

    `fields` are further columns: text, place, segment, session, challenge, and those of the consent. Without a
    `consent` it is pending, and only the author sees the note. The same form sent twice (same
    `idempotency_key`) returns the first note. Raises DomainError, for example for a picture without its file.
    """
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    rows, values = Note.objects.filter(author=by), {"cohort": cohort, "kind": kind, **fields}
    compared = {name: value for name, value in values.items() if name != "consent_until"}
    if earlier := find_earlier_submission(rows, idempotency_key, message=NOTE_ALREADY_SENT, **compared):
        return earlier
    if file is None and kind not in WRITTEN_KINDS:
        raise DomainError(_("Choose the picture, document or recording of this note."), field="file_1")
    note = Note(author=by, happened_at=happened_at, idempotency_key=idempotency_key or uuid4(), **values)
    _set_code(note, local_day(cohort, at))
    _set_written_on(note, local_day(cohort, at))
    note.save()
    if file:
        _attach(note, file, by=by, at=at)
    return note


def _set_code(note: Note, today: date) -> None:
    """Give a note to which people agreed its withdrawal code, which stays; raises DomainError for a consent that has
    ended.
    """
    if note.consent_until and note.consent_until < today:
        raise DomainError(_("This day is past. Give the last day until which people agreed."), field="consent_until")
    if note.consent in PEOPLE_AGREED:
        note.withdrawal_code = note.withdrawal_code or new_code()


def _set_written_on(note: Note, today: date) -> None:
    """Set the day on which the text of a recording was first written; empty for other notes."""
    if note.kind == NoteKind.VOICE and note.text.strip():
        note.written_on = note.written_on or today


def _attach(note: Note, file: NewFile, *, by: User, at: datetime) -> None:
    """Attach the file of a new note, under a name that says nothing: what the picture shows is the note's text."""
    ending = split_name(file.accepted.name)[1]
    accepted = replace(file.accepted, name=f"{note.kind}.{ending}" if ending else note.kind)
    named = replace(file, accepted=accepted, decorative=True, alt_text="")
    consent = _file_consent(note, local_day(note.cohort, at))
    attach_files(owner=owner_of(note, by), files=[named], by=by, at=at, **consent)


def _file_consent(note: Note, today: date) -> dict[str, Any]:
    """Return the consent of a note as that of its file: without one, the file ends when the note is deleted."""
    until = note.consent_until or today + timedelta(days=WITHOUT_CONSENT_DAYS)
    return {"consent": note.consent, "consent_until": until, "consent_how": note.consent_how}


@action(gettext_lazy("Field note changed"))
def change_note(*, note: Note, by: User, at: datetime, version_token: str | None = None, **fields: Any) -> Note:
    """Save new values of the text, place, segment, session or challenge of a note (`fields`), and return the note.

    `version_token` is the hash of the values with which the form was opened; None skips the check. Raises EditConflict
    when someone else has saved other values since.
    """
    row = lock_row(note)
    current = row.form_values()
    assign(row, fields)
    check_version(version_token, current=current, submitted=row.form_values())
    _set_written_on(row, local_day(row.cohort, at))
    row.save(update_fields=[*fields, "written_on"])
    return row


@action(gettext_lazy("Consent to a field note recorded"), security_event=True)
def record_consent(
    *, note: Note, consent: str, by: User | None, at: datetime, version_token: str | None = None, **details: Any
) -> Note:
    """Record what the people concerned agreed to, for the note and its file, and return the note.

    `details` are consent_until, consent_how and attribution; they count only where people agreed. A note without
    consent leaves its insight, and files to download that may hold it are discarded. A code that was given works until
    the note is removed. `by` is None after a restore. Raises EditConflict when someone
    else has saved another consent since the form was opened, DomainError for a day that is past.
    """
    row = lock_row(note)
    current, today = row.consent_values(), local_day(row.cohort, at)
    if Consent.PENDING in {consent, row.consent} and consent != row.consent:
        row.consent_changed_on = today
    row.consent = consent
    agreed = consent in PEOPLE_AGREED
    row.consent_until = details.get("consent_until") if agreed else None
    row.consent_how = details.get("consent_how", "") if agreed else ""
    row.attribution = details.get("attribution", "") if agreed else ""
    check_version(version_token, current=current, submitted=row.consent_values())
    _set_code(row, today)
    if consent == Consent.PENDING:
        row.insight, row.contradicts = None, False
    row.save(update_fields=[*row.consent_values(), *row.board_values(), "consent_changed_on", "withdrawal_code"])
    for file in _files_of(row):
        values = _file_consent(row, today)
        describe_file(attachment=file, by=by, decorative=file.decorative, **values)
    if consent == Consent.PENDING:
        discard_exports(exports=exports_with_note(row), by=by, at=at)
        record_on_commit(CONSENT, row.pk)
    return row


@action(gettext_lazy("Consent to a field note withdrawn by its code"), security_event=True)
def withdraw_consent(*, code: str, by: None, at: datetime) -> Note:
    """Remove the content of the note with this withdrawal code, and its file, at once; return the note without content.

    Nobody has to be signed in (`by`): whoever has the code was given it. Raises DomainError when no note has it.
    """
    row = Note.objects.select_for_update(of=["self"]).filter(withdrawal_code=code).first()
    if row is None:
        raise DomainError(UNKNOWN_CODE, field="code")
    _remove(row, Removal.WITHDRAWN, at, by)
    return row


@action(gettext_lazy("Field note withdrawn before it arrived"), security_event=True)
def withdraw_before_arrival(*, code: str, by: None, at: datetime) -> EarlyWithdrawal:
    """Refuse the note with this withdrawal code, which a phone has not sent yet, when it comes; return the withdrawal.

    Repeating it changes nothing. Nobody has to be signed in (`by`). Raises DomainError for a note that has arrived.
    """
    row, _is_new = EarlyWithdrawal.objects.get_or_create(code=code, defaults={"created_on": platform_day(at)})
    return row


@action(gettext_lazy("Field note deleted"))
def delete_note(*, note: Note, by: User | None, at: datetime, removal: Removal = Removal.DELETED) -> None:
    """Delete a note with its file. Of one that others could read a row without content stays, for what cites it.

    `removal` is why, for example that the person refuses.
    """
    row = Note.objects.select_for_update(of=["self"]).filter(pk=note.pk, removed_at=None).first()
    if row and row.consent == Consent.PENDING and row.consent_changed_on is None:
        _withdraw_files_and_exports(row, removal.label, by, at)
        row.delete()
    elif row:
        _remove(row, removal, at, by)


@action(gettext_lazy("Field note deleted again after a restore"))
def delete_note_again(*, note: Note, by: None, at: datetime) -> None:
    """Delete a note that a restore has brought back, whatever the reason was; a row without content stays."""
    row = Note.objects.select_for_update(of=["self"]).filter(pk=note.pk, removed_at=None).first()
    if row:
        _remove(row, Removal.RESTORED, at, by)


@action(gettext_lazy("Field notes without consent deleted"))
def delete_notes_without_consent(*, by: None, at: datetime) -> int:
    """Delete the notes to which nobody agreed within 30 days, and those whose consent ended, or was taken back, more
    than 30 days ago.

    Returns how many. It acts for nobody (`by`).
    """
    pending, ended = (list(rows.select_for_update(of=["self"])) for rows in notes_without_consent(at))
    deleted = _for_each(pending, lambda note: delete_note(note=note, by=by, at=at))
    return deleted + _for_each(ended, lambda note: _remove(note, Removal.EXPIRED, at, by))


def _for_each(notes: Iterable[Note], delete: Callable[[Note], object]) -> int:
    """Delete something of each note and return of how many; one for which this fails is logged and stays."""
    done = 0
    for note in notes:
        try:
            with transaction.atomic():
                delete(note)
        except (DatabaseError, DomainError):
            logger.exception("The retention of field note %s failed", note.pk)
        else:
            done += 1
    return done


def notes_without_consent(at: datetime) -> tuple[QuerySet[Note], QuerySet[Note]]:
    """Return the notes that retention deletes at the moment `at`: those never agreed to, and those whose consent
    ended.
    """
    before = platform_day(at) - timedelta(days=WITHOUT_CONSENT_DAYS)
    rows = Note.objects.filter(removed_at=None).select_related("cohort").order_by("pk")
    pending = rows.annotate(since=Greatest("created_on", "consent_changed_on"))  # ignores an empty one
    pending = pending.filter(consent=Consent.PENDING, since__lt=before)
    return pending, rows.filter(consent__in=PEOPLE_AGREED, consent_until__lt=before)


@action(gettext_lazy("Recordings deleted after their text was written"))
def delete_written_recordings(*, by: None, at: datetime) -> int:
    """Delete the recordings whose text was written more than 90 days ago; return how many. The texts stay."""
    reason = gettext_lazy("The text of this recording is written.")
    return _for_each(written_recordings(at), lambda note: _withdraw_files_and_exports(note, reason, by, at))


@action(gettext_lazy("Early withdrawals of field notes deleted"))
def delete_early_withdrawals(*, by: None, at: datetime) -> int:
    """Delete the codes that were withdrawn more than 90 days ago without a note; return how many."""
    return early_withdrawals_to_delete(at).delete()[0]


def early_withdrawals_to_delete(at: datetime) -> QuerySet[EarlyWithdrawal]:
    """Return the codes, withdrawn before their notes arrived, that retention deletes at the moment `at`."""
    before = platform_day(at) - timedelta(days=EARLY_WITHDRAWAL_DAYS)
    return EarlyWithdrawal.objects.filter(created_on__lt=before)


def written_recordings(at: datetime) -> QuerySet[Note]:
    """Return the voice memos whose recording retention deletes at the moment `at`."""
    before = platform_day(at) - timedelta(days=RECORDING_DAYS)
    recordings = Attachment.objects.filter(about=NOTE, object_id=OuterRef("pk"), withdrawn_at=None)
    rows = Note.objects.filter(Exists(recordings), written_on__lt=before, removed_at=None)
    return rows.select_related("cohort").order_by("pk")


def _remove(note: Note, removal: Removal, at: datetime, by: User | None) -> None:
    """Empty a note, withdraw its file, and delete what people can download with it; the row stays with the reason."""
    assign(note, {**dict.fromkeys(CONTENT, ""), "withdrawal_code": None, "removed_at": at, "removal": removal})
    note.save(update_fields=[*CONTENT, "removed_at", "removal"])
    _withdraw_files_and_exports(note, removal.label, by, at)


def _files_of(note: Note) -> QuerySet[Attachment]:
    """Return the files of a note that are not withdrawn."""
    return Attachment.objects.filter(about=NOTE, object_id=note.pk, withdrawn_at=None)


def _withdraw_files_and_exports(note: Note, reason: StrOrPromise, by: User | None, at: datetime) -> None:
    """Withdraw the files of a note, and discard the files to download that may hold them, or the note.

    What is erased enters the journal of erasures once this is committed.
    """
    for file in _files_of(note):
        withdraw_file(attachment=file, reason=str(reason), by=by, at=at)
    discard_exports(exports=exports_with_note(note), by=by, at=at)
    record_on_commit(NOTE, note.pk)
