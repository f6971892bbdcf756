"""Attaching, describing and withdrawing files: rows and files appear and disappear together."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from accounts.models import User
from files import storage
from files.attachments.actions import NewFile, attach_files, describe_file, withdraw_file
from files.cleanup import SweepResult, sweep
from files.models import Attachment, FileDraft
from files.uploads.intake import AcceptedFile
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.files import AttachmentFactory, accepted_file, draft, owner, sizes_on_disk
from tests.files.test_storage import files_below, killed_while
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint

pytestmark = pytest.mark.django_db
SIZES = ["full", "large", "small"]


def new_file(name: str = "atelier.jpg", idempotency_key: UUID | None = None, **fields: Any) -> NewFile:
    words = {"alt_text": "Des gommettes"} if name.endswith("jpg") and not fields.get("decorative") else {}
    return NewFile(accepted_file(name), idempotency_key or uuid4(), **words | fields)


def attach(*files: NewFile, at: datetime = NOW, by: User | None = None, **consent: Any) -> list[Attachment]:
    by = by or UserFactory()
    return attach_files(owner=owner(by), files=files, by=by, at=at, **{"consent": "nobody"} | consent)


def failing_after(act: Callable[[], object]) -> None:
    with transaction.atomic():
        act()
        raise RuntimeError


class TestAttachFiles:
    def test_picture_and_document_are_stored_with_their_descriptions(self):
        picture, notes = attach(new_file(), new_file("notes.txt", alt_text="Notes de l’accueil"))
        assert (picture.about, picture.object_id, picture.kind, picture.name) == ("session", 7, "image", "atelier.jpg")
        assert (picture.size, picture.width, picture.height) == (accepted_file("atelier.jpg").size, 60, 40)
        assert (picture.alt_text, picture.uploaded_at, picture.withdrawn_at) == ("Des gommettes", NOW, None)
        assert (sizes_on_disk(picture), sizes_on_disk(notes)) == (["full", "large", "small"], ["full"])
        assert (notes.kind, notes.content_type, notes.alt_text) == ("document", "text/plain", "Notes de l’accueil")

    def test_history_names_who_added_the_file(self):
        [row] = attach(new_file())
        line = row.events.get()
        assert (line.pgh_label, line.pgh_context.metadata["action"]) == ("insert", "attach_files")
        assert line.pgh_context.metadata["by"] == row.uploaded_by_id

    def test_consent_is_stored_if_people_can_be_recognised(self):
        consent = {"consent": "edition", "consent_until": date(2027, 1, 1), "consent_held": "Classeur de l’accueil"}
        [row] = attach(new_file(), **consent)
        assert {name: getattr(row, name) for name in consent} == consent

    def test_consent_has_no_end_if_nobody_can_be_recognised(self):
        [row] = attach(new_file(), consent_until=date(2020, 1, 1), consent_held="Anywhere")
        assert (row.consent_until, row.consent_held) == (None, "")

    @pytest.mark.parametrize(("until", "taken_in"), [(date(2026, 11, 24), True), (date(2026, 11, 23), False)])
    def test_consent_with_a_past_end_is_refused(self, until: date, taken_in: bool, folder: Path):
        if taken_in:
            assert len(attach(new_file(), consent="cohort", consent_until=until)) == 1
            return
        with pytest.raises(DomainError, match="This day is past: the file would not be shown") as caught:
            attach(new_file(), consent="cohort", consent_until=until)
        assert (caught.value.field, Attachment.objects.count()) == ("consent_until", 0)

    def test_file_sent_twice_is_stored_once(self, folder: Path, django_capture_on_commit_callbacks: Any):
        file = new_file()
        first = attach(file)
        with django_capture_on_commit_callbacks(execute=True):
            again = attach(new_file(idempotency_key=file.idempotency_key))
        assert (first, Attachment.objects.count(), len(files_below(folder))) == (again, 1, 3)

    def test_second_sending_adds_only_the_new_file(self):
        file = new_file()
        attach(file)
        assert len(attach(file, new_file("notes.txt"))) == 2
        assert Attachment.objects.count() == 2

    def test_another_file_under_a_used_key_is_refused(self, folder: Path):
        idempotency_key = uuid4()
        attach(new_file(idempotency_key=idempotency_key))
        with pytest.raises(DomainError, match="sent already, with another file"):
            attach(new_file("notes.txt", idempotency_key=idempotency_key))
        assert Attachment.objects.count() == 1


class TestAllOrNothing:
    def test_refused_row_leaves_no_attachment_and_keeps_drafts(self):
        by = UserFactory()
        files = [NewFile(AcceptedFile.of(draft(by, name)), uuid4()) for name in ("notes.txt", "atelier.jpg")]
        with pytest.raises(DomainError, match="Describe what the picture shows, or tick “Decorative picture"):
            attach(*files, by=by)
        drafts = FileDraft.objects.visible_to(by)
        assert (Attachment.objects.count(), [sizes_on_disk(row) for row in drafts]) == (0, [["full"], SIZES])

    def test_files_of_a_failed_transaction_are_swept(self, folder: Path):
        with pytest.raises(RuntimeError):
            failing_after(lambda: attach(new_file()))
        assert (Attachment.objects.count(), len(files_below(folder))) == (0, 3)
        assert (sweep().removed, sweep(older_than=-1), files_below(folder)) == (0, SweepResult(1, 0), [])


class TestDescribeFile:
    def test_description_changes(self):
        row, by = AttachmentFactory(), UserFactory()
        changes = {"consent": "cohort", "consent_until": date(2027, 1, 1), "consent_held": "Here", "alt_text": "Un mur"}
        changed = describe_file(attachment=row, by=by, **changes)
        row.refresh_from_db()
        assert {name: getattr(row, name) for name in changes} == changes
        assert (changed, row.events.latest("pgh_id").pgh_context.metadata["by"]) == (row, by.pk)

    def test_consent_details_are_cleared_if_nobody_can_be_recognised(self):
        row = AttachmentFactory(consent="cohort", consent_held="Here")
        changed = describe_file(
            attachment=row, by=UserFactory(), alt_text="Un mur", consent="nobody", consent_until=date(2027, 1, 1)
        )
        assert (changed.consent_until, changed.consent_held) == (None, "")

    def test_second_writer_gets_an_edit_conflict(self):
        row = AttachmentFactory()
        version_token = fingerprint(*row.form_values().values())
        describe_file(
            attachment=row, by=UserFactory(), alt_text="Un mur", consent="nobody", version_token=version_token
        )
        with pytest.raises(EditConflict) as caught:
            describe_file(
                attachment=row, by=UserFactory(), alt_text="Une table", consent="nobody", version_token=version_token
            )
        assert caught.value.current["alt_text"] == "Un mur"
        row.refresh_from_db()
        assert row.alt_text == "Un mur"

    def test_withdrawn_file_cannot_be_described(self):
        with pytest.raises(DomainError, match="This file was withdrawn and can no longer be changed"):
            describe_file(
                attachment=AttachmentFactory(withdrawn=True), by=UserFactory(), alt_text="X", consent="nobody"
            )


class TestWithdrawFile:
    def test_withdrawal_keeps_the_row_and_deletes_the_file(self, django_capture_on_commit_callbacks: Any):
        row, by = AttachmentFactory(), UserFactory()
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_file(attachment=row, reason="Une personne l’a demandé", by=by, at=NOW)
        assert sizes_on_disk(row) == []
        row.refresh_from_db()
        assert (row.stored, row.withdrawn_at, row.withdrawn_by) == ("", NOW, by)
        line = row.events.latest("pgh_id").pgh_context.metadata
        assert (line["action"], line["by"], line["reason"]) == ("withdraw_file", by.pk, "Une personne l’a demandé")

    def test_file_is_deleted_only_after_the_commit(self):
        row = AttachmentFactory()
        with pytest.raises(RuntimeError):
            failing_after(lambda: withdraw_file(attachment=row, reason="Asked", by=UserFactory(), at=NOW))
        row.refresh_from_db()
        assert (row.withdrawn_at, sizes_on_disk(row)) == (None, ["full", "large", "small"])

    def test_second_withdrawal_changes_nothing(self):
        row = AttachmentFactory(withdrawn=True)
        again = withdraw_file(attachment=row, reason="Another", by=UserFactory(), at=NOW)
        assert again.withdrawn_reason == "Une personne a changé d’avis"

    def test_withdrawal_without_a_reason_is_refused(self):
        with pytest.raises(DomainError, match="Say why the file is withdrawn") as caught:
            withdraw_file(attachment=AttachmentFactory(), reason=" ", by=UserFactory(), at=NOW)
        assert caught.value.field == "reason"


class TestSweeping:
    def test_files_with_a_row_stay_at_any_age(self, folder: Path):
        AttachmentFactory()
        assert (sweep(older_than=-1), len(files_below(folder))) == (SweepResult(0, 0), 3)

    def test_old_files_without_a_row_are_removed(self, folder: Path):
        attachment = AttachmentFactory()
        killed_while(lambda: storage.store({"full": b"a"}))
        assert (sweep(), len(files_below(folder))) == (SweepResult(0, 0), 4)
        assert (sweep(older_than=-1), sweep(older_than=-1)) == (SweepResult(1, 0), SweepResult(0, 0))
        assert sizes_on_disk(attachment) == ["full", "large", "small"]

    def test_file_left_by_an_interrupted_withdrawal_is_removed(self, folder: Path):
        row = AttachmentFactory()
        withdraw_file(attachment=row, reason="Asked", by=UserFactory(), at=NOW)  # its commit never comes
        assert len(files_below(folder)) == 3
        assert (sweep(older_than=-1), files_below(folder)) == (SweepResult(1, 0), [])

    def test_rows_with_a_missing_file_are_counted_and_stay(self, caplog: pytest.LogCaptureFixture):
        row = AttachmentFactory()
        storage.remove(row.stored)
        assert sweep() == SweepResult(0, 1)
        assert "1 files are missing: restore the folder of files from its backup." in caplog.text
        assert Attachment.objects.get() == row

    def test_many_files_without_rows_stay_as_after_a_restore(self, folder: Path, caplog: pytest.LogCaptureFixture):
        AttachmentFactory()
        for _ in range(51):
            storage.store({"full": b"a"})
        assert (sweep(older_than=-1), len(files_below(folder))) == (SweepResult(0, 0), 54)
        assert "51 files have no row and stay: was an older database restored beside them?" in caplog.text
        storage.remove(next(name for name in storage.stored_names() if not Attachment.objects.filter(stored=name)))
        assert (sweep(older_than=-1), len(files_below(folder))) == (SweepResult(50, 0), 3)
