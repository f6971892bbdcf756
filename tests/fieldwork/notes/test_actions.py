"""Actions on field notes: consent, withdrawal by code, and what retention deletes."""

import wave
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest

from fieldwork.models import Note
from fieldwork.notes import actions
from fieldwork.notes.codes import ALPHABET, normalised_code, printed_code
from fieldwork.notes.file_owners import files_of_notes
from fieldwork.personal_data import purge_early_withdrawals, purge_notes, purge_recordings
from files import storage
from files.attachments.actions import NewFile
from files.backends.folder import path_of
from files.exports.lists import LIST_KEY, LIST_ROWS
from files.exports.own_copy import PERSONAL
from files.models import Attachment
from files.rejection import FileRejected
from files.uploads.intake import accept_file
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.fieldwork import InsightFactory, NoteFactory, wav
from tests.factories.files import ExportFactory, accepted_file, file_of, written_export
from tests.factories.prototypes import ChallengeFactory
from tests.sql import execute
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint
from web.lists.bound import SUBJECT_KEY

pytestmark = pytest.mark.django_db

AGREED = {"consent": "cohort", "consent_until": TODAY + timedelta(days=730), "consent_how": "spoken"}


def recording(content: bytes | None = None) -> Any:
    with file_of(content or wav()) as file:
        return accept_file("memo.wav", file, recordings=True)


def add(cast: Cast, kind: str = "verbatim", **fields: Any) -> Note:
    """Add a note of the ambassador."""
    values = {"text": "Ce n’était pas le bon guichet", **fields}
    return actions.add_note(cohort=cast.cohort, kind=kind, happened_at=NOW, by=cast["M"], at=NOW, **values)


def stored(note: Note) -> Attachment | None:
    return files_of_notes([note]).get(note.pk)


class TestAdd:
    def test_consent_is_never_presumed(self, cast: Cast):
        note = add(cast)
        assert (note.consent, note.consent_until, note.withdrawal_code) == ("pending", None, None)

    def test_a_note_with_consent_has_a_code_for_the_person(self, cast: Cast):
        note = add(cast, **AGREED)
        assert (len(note.withdrawal_code), set(note.withdrawal_code) <= set(ALPHABET)) == (10, True)
        assert normalised_code(printed_code(note.withdrawal_code).lower()) == note.withdrawal_code

    def test_the_same_form_sent_twice_adds_one_note(self, cast: Cast):
        key = uuid4()
        assert add(cast, idempotency_key=key, **AGREED) == add(cast, idempotency_key=key, **AGREED)
        with pytest.raises(DomainError, match="already sent"):
            add(cast, idempotency_key=key, text="Autre chose")

    @pytest.mark.parametrize("kind", ["picture", "voice", "document"])
    def test_a_picture_a_recording_and_a_document_need_their_file(self, kind: str, cast: Cast):
        with pytest.raises(DomainError, match="Choose the picture"):
            add(cast, kind)

    def test_a_file_has_the_consent_of_its_note_and_a_name_that_says_nothing(self, cast: Cast):
        accepted = accepted_file("Mme-Durand.jpg")
        note = add(cast, "picture", file=NewFile(accepted, uuid4()))
        file = stored(note)
        assert (file.name, file.consent, file.consent_until) == ("picture.jpg", "pending", TODAY + timedelta(days=30))
        actions.record_consent(note=note, by=cast["M"], at=NOW, **AGREED)
        file.refresh_from_db()
        assert (file.consent, file.consent_until, file.consent_how) == tuple(AGREED.values())


class TestChange:
    def test_the_second_of_two_writers_gets_both_texts(self, cast: Cast):
        note = add(cast)
        token = fingerprint(*note.form_values().values())
        actions.change_note(note=note, text="Pas le bon guichet", by=cast["P"], at=NOW, version_token=token)
        with pytest.raises(EditConflict):
            actions.change_note(note=note, text="Le mauvais guichet", by=cast["M"], at=NOW, version_token=token)

    def test_writing_the_text_of_a_recording_starts_its_ninety_days(self, cast: Cast):
        note = add(cast, "voice", text="", file=NewFile(recording(), uuid4()))
        assert note.written_on is None
        row = actions.change_note(note=note, text="Trois fois", by=cast["M"], at=NOW)
        assert row.written_on == TODAY
        again = actions.change_note(note=row, text="Trois fois.", by=cast["M"], at=NOW + timedelta(days=5))
        emptied = actions.change_note(note=again, text="", by=cast["M"], at=NOW + timedelta(days=9))
        assert (again.written_on, emptied.written_on) == (TODAY, TODAY)

    def test_a_consent_that_is_past_is_refused(self, cast: Cast):
        note = add(cast)
        yesterday = TODAY - timedelta(days=1)
        with pytest.raises(DomainError, match="past"):
            actions.record_consent(note=note, consent="cohort", consent_until=yesterday, by=cast["M"], at=NOW)
        row = actions.record_consent(note=note, consent="cohort", consent_until=TODAY, by=cast["M"], at=NOW)
        assert row.consent_until == TODAY

    @pytest.mark.parametrize("consent", ["nobody", "pending"])
    def test_a_code_that_was_given_works_whatever_the_consent_becomes(self, consent: str, cast: Cast):
        note = add(cast, **AGREED)
        row = actions.record_consent(note=note, consent=consent, by=cast["M"], at=NOW)
        assert (row.consent_until, row.consent_how, row.withdrawal_code) == (None, "", note.withdrawal_code)
        assert actions.withdraw_consent(code=note.withdrawal_code, by=None, at=NOW).text == ""

    def test_lists_with_a_note_whose_consent_is_taken_back_are_deleted(self, cast: Cast):
        note, query = add(cast, **AGREED), f"{SUBJECT_KEY}={cast.cohort.slug}&{LIST_KEY}=notes"
        export = written_export(person=cast["S"], kind=LIST_ROWS, query=query)
        for consent, state in (("nobody", "done"), ("pending", "expired")):
            actions.record_consent(note=note, consent=consent, by=cast["M"], at=NOW)
            export.refresh_from_db()
            assert export.state == state

    def test_a_note_without_consent_leaves_its_insight(self, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort, challenge=ChallengeFactory(cohort=cast.cohort))
        note = NoteFactory(cohort=cast.cohort, insight=insight, contradicts=True)
        row = actions.record_consent(note=note, consent="pending", by=cast["P"], at=NOW)
        assert (row.insight, row.contradicts) == (None, False)


class TestWithdrawal:
    def test_the_code_deletes_text_and_file_at_once_and_leaves_the_insight_a_mark(
        self, cast: Cast, django_capture_on_commit_callbacks: Any
    ):
        note = add(cast, "picture", text="Une dame", file=NewFile(accepted_file(), uuid4()), **AGREED)
        Note.objects.filter(pk=note.pk).update(insight=InsightFactory(cohort=cast.cohort))
        name = stored(note).stored
        with django_capture_on_commit_callbacks(execute=True):
            actions.withdraw_consent(code=note.withdrawal_code, by=None, at=NOW)
        row = Note.objects.get(pk=note.pk)
        assert (row.text, row.withdrawal_code, row.removal, row.removed_at) == ("", None, "withdrawn", NOW)
        assert (stored(row), row.insight_id is None, name in storage.stored_names()) == (None, False, False)
        assert Attachment.objects.get().withdrawn_by is None

    def test_files_to_download_that_may_hold_the_note_are_deleted_with_it(self, cast: Cast):
        note, other = add(cast, **AGREED), NoteFactory(cohort=cast.other_cohort)
        rows = f"q=&{SUBJECT_KEY}={{}}&{LIST_KEY}={{}}"
        kinds = {
            "own copy": {"person": cast["M"], "kind": PERSONAL},
            "list": {"person": cast["S"], "kind": LIST_ROWS, "query": rows.format("rivage", "notes")},
            "copy of another": {"person": cast["P"], "kind": PERSONAL},
            "other cohort": {"person": cast["S"], "kind": LIST_ROWS, "query": rows.format("montagne", "notes")},
            "other list": {"person": cast["S"], "kind": LIST_ROWS, "query": rows.format("rivage", "sessions")},
        }
        exports = {name: written_export(**fields) for name, fields in kinds.items()}
        waiting = ExportFactory(**kinds["list"])
        for removed in (note, other):
            actions.withdraw_consent(code=removed.withdrawal_code, by=None, at=NOW)
            for export in (*exports.values(), waiting):
                export.refresh_from_db()
            if removed is note:
                states = {name: export.state for name, export in exports.items()}
        assert states == dict.fromkeys(kinds, "done") | dict.fromkeys(("own copy", "list"), "expired")
        assert (waiting.state, exports["other cohort"].state) == ("cancelled", "expired")

    def test_a_code_works_once(self, cast: Cast):
        code = add(cast, **AGREED).withdrawal_code
        actions.withdraw_consent(code=code, by=None, at=NOW)
        with pytest.raises(DomainError, match="No note has this code"):
            actions.withdraw_consent(code=code, by=None, at=NOW)

    def test_deleting_a_note_that_others_read_leaves_a_row_without_content(self, cast: Cast):
        private, shared = add(cast), add(cast, **AGREED)
        for note in (private, shared):
            actions.delete_note(note=note, by=cast["M"], at=NOW)
        assert list(Note.objects.values_list("pk", "text", "removal")) == [(shared.pk, "", "deleted")]


def noon(days: int) -> datetime:
    return datetime(2026, 11, 24, 11, tzinfo=UTC) + timedelta(days=days)


class TestRetention:
    def test_a_note_without_consent_is_deleted_after_thirty_days(self, cast: Cast):
        NoteFactory(cohort=cast.cohort, consent="pending", created_on=TODAY)
        NoteFactory(cohort=cast.cohort, consent="nobody", created_on=TODAY)
        counts = [purge_notes(at=noon(days), dry_run=True) for days in (30, 31)]
        assert (counts, purge_notes(at=noon(31)), purge_notes(at=noon(31))) == ([0, 1], 1, 0)
        assert Note.objects.get().consent == "nobody"

    def test_a_consent_that_was_taken_back_leaves_thirty_days_to_ask(self, cast: Cast):
        note = NoteFactory(cohort=cast.cohort, created_on=TODAY - timedelta(days=365))
        actions.record_consent(note=note, consent="pending", by=note.author, at=NOW)
        assert [purge_notes(at=noon(days)) for days in (0, 30, 31)] == [0, 0, 1]
        note.refresh_from_db()
        assert (note.text, note.removal, note.consent_changed_on) == ("", "deleted", TODAY)

    def test_a_note_is_emptied_thirty_days_after_its_consent_ended(self, cast: Cast):
        note = NoteFactory(cohort=cast.cohort, consent_until=TODAY)
        assert [purge_notes(at=noon(days)) for days in (30, 31)] == [0, 1]
        note.refresh_from_db()
        assert (note.text, note.removal) == ("", "expired")

    def test_a_note_that_cannot_be_deleted_does_not_keep_the_others(self, cast: Cast):
        stuck, *rest = (NoteFactory(cohort=cast.cohort, consent_until=TODAY) for _ in range(3))
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute(f"ALTER TABLE fieldwork_note ADD CONSTRAINT stuck CHECK (id <> {stuck.pk} OR removed_at IS NULL)")
        assert purge_notes(at=noon(31)) == 2
        assert set(Note.objects.filter(removal="expired")) == set(rest)

    def test_a_recording_is_deleted_ninety_days_after_its_text_was_written(self, cast: Cast):
        note = add(cast, "voice", text="Trois fois", file=NewFile(recording(), uuid4()), **AGREED)
        counts = [purge_recordings(at=noon(days), dry_run=True) for days in (90, 91)]
        assert (counts, purge_recordings(at=noon(91))) == ([0, 1], 1)
        note.refresh_from_db()
        assert (note.text, stored(note)) == ("Trois fois", None)


class TestRecordings:
    def test_an_early_withdrawal_is_deleted_after_ninety_days(self):
        actions.withdraw_before_arrival(code="ABCDEFGH23", by=None, at=noon(0))
        counts = [purge_early_withdrawals(at=noon(days), dry_run=True) for days in (90, 91)]
        assert (counts, purge_early_withdrawals(at=noon(91)), purge_early_withdrawals(at=noon(91))) == ([0, 1], 1, 0)

    def test_nothing_but_the_sound_of_a_recording_is_kept(self):
        place = b"LIST\x12\0\0\0INFOICMT\x06\0\0\0zqplac"
        accepted = recording(wav(extra=place))
        content = path_of(accepted.stored, "full").read_bytes()
        with wave.open(BytesIO(content)) as sound:
            assert (sound.getnframes(), sound.getframerate()) == (16_000, 16_000)
        assert (b"zqplac" in content, len(content), accepted.name) == (False, 32_044, "recording.wav")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("memo.m4a", b"\0\0\0\x20ftypM4A "),
            ("memo.webm", b"\x1a\x45\xdf\xa3"),
            ("memo.wav", wav()[:20]),
            ("memo.wav", wav(width=1)),
            ("memo.wav", wav(rate=96_000, seconds=0.1)),
            ("memo.wav", wav(seconds=0)),
            ("memo.wav", wav(seconds=181, rate=8_000)),
        ],
        ids=["m4a", "webm", "cut", "8-bit", "rate", "empty", "long"],
    )
    def test_what_cannot_be_written_again_is_refused(self, name: str, content: bytes):
        before = set(storage.stored_names())
        with file_of(content) as file, pytest.raises(FileRejected):
            accept_file(name, file, recordings=True)
        assert set(storage.stored_names()) == before

    def test_only_the_form_of_a_voice_memo_takes_a_recording(self):
        with file_of(wav()) as file, pytest.raises(FileRejected):
            accept_file("memo.wav", file)

    def test_three_minutes_are_accepted(self):
        assert recording(wav(seconds=180, rate=8_000)).kind == "audio"
