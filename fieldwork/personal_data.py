"""Personal data in field notes: the copy of their author, and when notes and recordings are deleted.

The people whom a note is about have no account: they withdraw it by its code (decision 64).
"""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.erasure_journal import ConsentsTakenBack, ErasedRows
from accounts.privacy.personal_data import row_reader
from fieldwork.models import Note
from fieldwork.notes.actions import (
    CONSENT,
    EARLY_WITHDRAWAL_DAYS,
    RECORDING_DAYS,
    WITHOUT_CONSENT_DAYS,
    delete_early_withdrawals,
    delete_note,
    delete_note_again,
    delete_notes_without_consent,
    delete_written_recordings,
    early_withdrawals_to_delete,
    notes_without_consent,
    record_consent,
    written_recordings,
)
from fieldwork.notes.file_owners import NOTE
from files.enums import Consent

PARTS = {
    "notebook": PersonalData(
        _("Field notes you wrote"),
        row_reader(
            lambda user: Note.objects.filter(author=user, removed_at=None),
            *("kind", "text", "place", "segment", "happened_at", "consent", "consent_until", "attribution"),
        ),
        covers=("fieldwork.Note.author",),
    ),
}


def purge_notes(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the notes that nobody agreed to within 30 days, or whose consent ended 30 days before; return how many.

    `dry_run` only counts.
    """
    if dry_run:
        return sum(rows.count() for rows in notes_without_consent(at))
    return delete_notes_without_consent(by=None, at=at)


def purge_recordings(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the recordings whose text was written more than 90 days before; return how many; `dry_run` only counts."""
    return written_recordings(at).count() if dry_run else delete_written_recordings(by=None, at=at)


def purge_early_withdrawals(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the codes that were withdrawn 90 days before without a note; return how many; `dry_run` only counts."""
    return early_withdrawals_to_delete(at).count() if dry_run else delete_early_withdrawals(by=None, at=at)


def erase_own_notes(*, user: User, at: datetime) -> None:
    """Delete the notes without consent of a person who is being erased: nobody else could read them.

    The other notes stay with the cohort, without the author's name.
    """
    for note in Note.objects.filter(author=user, consent=Consent.PENDING, removed_at=None):
        delete_note(note=note, by=None, at=at)


def _delete_again(note: Note, at: datetime) -> None:
    """Delete a note again that a restore has brought back."""
    delete_note_again(note=note, by=None, at=at)


def _take_back_again(note: Note, at: datetime) -> None:
    """Take the consent to a note back again that a restore has brought back, unless the note is deleted by now."""
    for row in Note.objects.filter(pk=note.pk, removed_at=None):
        record_consent(note=row, consent=Consent.PENDING, by=None, at=at)


PRIVACY = PrivacyHooks(
    personal_data=PARTS,
    retentions={
        "notes-without-consent": Retention(
            _("Field notes without consent, or whose consent has ended"),
            _("Only their author can read them. The time is for asking the person."),
            days=WITHOUT_CONSENT_DAYS,
            purge=purge_notes,
        ),
        "recordings": Retention(
            _("Recordings of voices, after their text was written"),
            _("The text replaces the voice, by which a person can be recognised."),
            days=RECORDING_DAYS,
            purge=purge_recordings,
        ),
        "early-withdrawals": Retention(
            _("Codes of notes that were withdrawn before they arrived"),
            _("The phone on which the note was written may send it later: it is refused."),
            days=EARLY_WITHDRAWAL_DAYS,
            purge=purge_early_withdrawals,
        ),
    },
    erase=erase_own_notes,
    journal=(
        ErasedRows(NOTE, Note, Q(removed_at__isnull=False), _delete_again),
        ConsentsTakenBack(CONSENT, Note, Q(consent=Consent.PENDING), _take_back_again),
    ),
)
