"""Bringing, describing and withdrawing files: rows and files come and go together, or not at all."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from accounts.models import User
from files import storage
from files.attachments.actions import Brought, bring_files, describe_file, withdraw_file
from files.cleanup import Swept, sweep
from files.models import Attachment, FileDraft
from files.uploads.intake import Taken
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.files import AttachmentFactory, draft, on_disk, owner, taken
from tests.files.test_storage import everything, killed_while
from web.errors import DomainError
from web.forms.edit_conflicts import Changed, fingerprint

pytestmark = pytest.mark.django_db
SIZES = ["full", "large", "small"]


def brought(name: str = "atelier.jpg", entry: UUID | None = None, **told: Any) -> Brought:
    words = {"alt_text": "Des gommettes"} if name.endswith("jpg") and not told.get("decorative") else {}
    return Brought(taken(name), entry or uuid4(), **words | told)


def bring(*files: Brought, at: datetime = NOW, by: User | None = None, **consent: Any) -> list[Attachment]:
    by = by or UserFactory()
    return bring_files(owner=owner(by), files=files, by=by, at=at, **{"consent": "nobody"} | consent)


def failing_after(act: Callable[[], object]) -> None:
    with transaction.atomic():
        act()
        raise RuntimeError


class TestBringing:
    def test_a_picture_and_a_document_are_kept_with_what_is_said_of_them(self):
        picture, notes = bring(brought(), brought("notes.txt", alt_text="Notes de l’accueil"))
        assert (picture.about, picture.object_id, picture.kind, picture.name) == ("session", 7, "image", "atelier.jpg")
        assert (picture.size, picture.width, picture.height) == (taken("atelier.jpg").size, 60, 40)
        assert (picture.alt_text, picture.uploaded_at, picture.withdrawn_at) == ("Des gommettes", NOW, None)
        assert (on_disk(picture), on_disk(notes)) == (["full", "large", "small"], ["full"])
        assert (notes.kind, notes.content_type, notes.alt_text) == ("document", "text/plain", "Notes de l’accueil")

    def test_the_history_says_who_brought_it(self):
        [row] = bring(brought())
        line = row.events.get()
        assert (line.pgh_label, line.pgh_context.metadata["action"]) == ("insert", "bring_files")
        assert line.pgh_context.metadata["by"] == row.uploaded_by_id

    def test_consent_is_kept_where_people_can_be_recognised(self):
        told = {"consent": "edition", "consent_until": date(2027, 1, 1), "consent_held": "Classeur de l’accueil"}
        [row] = bring(brought(), **told)
        assert {name: getattr(row, name) for name in told} == told

    def test_where_nobody_is_recognised_nothing_ends(self):
        [row] = bring(brought(), consent_until=date(2020, 1, 1), consent_held="Anywhere")
        assert (row.consent_until, row.consent_held) == (None, "")

    @pytest.mark.parametrize(("until", "taken_in"), [(date(2026, 11, 24), True), (date(2026, 11, 23), False)])
    def test_a_consent_that_is_over_already_is_refused(self, until: date, taken_in: bool, folder: Path):
        if taken_in:
            assert len(bring(brought(), consent="cohort", consent_until=until)) == 1
            return
        with pytest.raises(DomainError, match="This day is past: the file would not be shown") as caught:
            bring(brought(), consent="cohort", consent_until=until)
        assert (caught.value.field, Attachment.objects.count()) == ("consent_until", 0)

    def test_sent_twice_it_is_kept_once(self, folder: Path, django_capture_on_commit_callbacks: Any):
        file = brought()
        first = bring(file)
        with django_capture_on_commit_callbacks(execute=True):
            again = bring(brought(entry=file.entry))
        assert (first, Attachment.objects.count(), len(everything(folder))) == (again, 1, 3)

    def test_sent_again_with_one_more_only_that_one_is_new(self):
        file = brought()
        bring(file)
        assert len(bring(file, brought("notes.txt"))) == 2
        assert Attachment.objects.count() == 2

    def test_another_file_under_a_key_that_was_used_is_not_lost_silently(self, folder: Path):
        entry = uuid4()
        bring(brought(entry=entry))
        with pytest.raises(DomainError, match="sent already, with another file"):
            bring(brought("notes.txt", entry=entry))
        assert Attachment.objects.count() == 1


class TestAllOrNothing:
    def test_when_the_database_refuses_one_no_row_is_left_and_drafts_stay_drafts(self):
        by = UserFactory()
        files = [Brought(Taken.of(draft(by, name)), uuid4()) for name in ("notes.txt", "atelier.jpg")]
        with pytest.raises(DomainError, match="Describe what the picture shows, or tick “Decorative picture"):
            bring(*files, by=by)
        drafts = FileDraft.objects.visible_to(by)
        assert (Attachment.objects.count(), [on_disk(row) for row in drafts]) == (0, [["full"], SIZES])

    def test_when_what_it_is_part_of_fails_later_the_files_are_swept(self, folder: Path):
        with pytest.raises(RuntimeError):
            failing_after(lambda: bring(brought()))
        assert (Attachment.objects.count(), len(everything(folder))) == (0, 3)
        assert (sweep().removed, sweep(older_than=-1), everything(folder)) == (0, Swept(1, 0), [])


class TestDescribing:
    def test_what_is_said_changes(self):
        row, by = AttachmentFactory(), UserFactory()
        told = {"consent": "cohort", "consent_until": date(2027, 1, 1), "consent_held": "Here", "alt_text": "Un mur"}
        changed = describe_file(attachment=row, by=by, **told)
        row.refresh_from_db()
        assert {name: getattr(row, name) for name in told} == told
        assert (changed, row.events.latest("pgh_id").pgh_context.metadata["by"]) == (row, by.pk)

    def test_once_nobody_is_recognised_the_rest_of_the_consent_goes(self):
        row = AttachmentFactory(consent="cohort", consent_held="Here")
        changed = describe_file(
            attachment=row, by=UserFactory(), alt_text="Un mur", consent="nobody", consent_until=date(2027, 1, 1)
        )
        assert (changed.consent_until, changed.consent_held) == (None, "")

    def test_the_second_of_two_writers_is_shown_what_the_first_saved(self):
        row = AttachmentFactory()
        seen = fingerprint(*row.said().values())
        describe_file(attachment=row, by=UserFactory(), alt_text="Un mur", consent="nobody", seen=seen)
        with pytest.raises(Changed) as caught:
            describe_file(attachment=row, by=UserFactory(), alt_text="Une table", consent="nobody", seen=seen)
        assert caught.value.stands["alt_text"] == "Un mur"
        row.refresh_from_db()
        assert row.alt_text == "Un mur"

    def test_one_that_is_withdrawn_stays_as_it_is(self):
        with pytest.raises(DomainError, match="This file was withdrawn and can no longer be changed"):
            describe_file(
                attachment=AttachmentFactory(withdrawn=True), by=UserFactory(), alt_text="X", consent="nobody"
            )


class TestWithdrawing:
    def test_the_row_stays_and_says_so_and_the_file_goes(self, django_capture_on_commit_callbacks: Any):
        row, by = AttachmentFactory(), UserFactory()
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_file(attachment=row, reason="Une personne l’a demandé", by=by, at=NOW)
        assert on_disk(row) == []
        row.refresh_from_db()
        assert (row.stored, row.withdrawn_at, row.withdrawn_by) == ("", NOW, by)
        line = row.events.latest("pgh_id").pgh_context.metadata
        assert (line["action"], line["by"], line["reason"]) == ("withdraw_file", by.pk, "Une personne l’a demandé")

    def test_the_file_goes_only_once_that_is_certain(self):
        row = AttachmentFactory()
        with pytest.raises(RuntimeError):
            failing_after(lambda: withdraw_file(attachment=row, reason="Asked", by=UserFactory(), at=NOW))
        row.refresh_from_db()
        assert (row.withdrawn_at, on_disk(row)) == (None, ["full", "large", "small"])

    def test_a_second_time_nothing_changes(self):
        row = AttachmentFactory(withdrawn=True)
        again = withdraw_file(attachment=row, reason="Another", by=UserFactory(), at=NOW)
        assert again.withdrawn_reason == "Une personne a changé d’avis"

    def test_without_a_reason_it_is_refused(self):
        with pytest.raises(DomainError, match="Say why the file is withdrawn") as caught:
            withdraw_file(attachment=AttachmentFactory(), reason=" ", by=UserFactory(), at=NOW)
        assert caught.value.field == "reason"


class TestSweeping:
    def test_what_rows_name_stays_however_old(self, folder: Path):
        AttachmentFactory()
        assert (sweep(older_than=-1), len(everything(folder))) == (Swept(0, 0), 3)

    def test_what_a_process_left_when_it_died_before_its_row_goes_once_it_is_old(self, folder: Path):
        kept = AttachmentFactory()
        killed_while(lambda: storage.place({"full": b"a"}))
        assert (sweep(), len(everything(folder))) == (Swept(0, 0), 4)
        assert (sweep(older_than=-1), sweep(older_than=-1)) == (Swept(1, 0), Swept(0, 0))
        assert on_disk(kept) == ["full", "large", "small"]

    def test_what_a_withdrawal_left_when_its_process_died_goes(self, folder: Path):
        row = AttachmentFactory()
        withdraw_file(attachment=row, reason="Asked", by=UserFactory(), at=NOW)  # its commit never comes
        assert len(everything(folder)) == 3
        assert (sweep(older_than=-1), everything(folder)) == (Swept(1, 0), [])

    def test_rows_whose_file_is_not_there_are_counted_and_kept(self, caplog: pytest.LogCaptureFixture):
        row = AttachmentFactory()
        storage.remove(row.stored)
        assert sweep() == Swept(0, 1)
        assert "1 files are missing: restore the folder of files from its backup." in caplog.text
        assert Attachment.objects.get() == row

    def test_many_files_without_rows_are_no_crash_but_an_older_database_and_stay(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ):
        AttachmentFactory()
        for _ in range(51):
            storage.place({"full": b"a"})
        assert (sweep(older_than=-1), len(everything(folder))) == (Swept(0, 0), 54)
        assert "51 files have no row and stay: was an older database restored beside them?" in caplog.text
        storage.remove(next(name for name in storage.names_kept() if not Attachment.objects.filter(stored=name)))
        assert (sweep(older_than=-1), len(everything(folder))) == (Swept(50, 0), 3)
