"""Quotas per person, in total and for 24 hours: messages first, the database last."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from files.attachments.actions import NewFile, add_draft, attach_files, discard_draft, sweep_drafts, withdraw_file
from files.models import Attachment, FileDraft, FileQuota
from files.uploads.intake import AcceptedFile
from files.uploads.quotas import OverQuota, check_quota
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.files import ADDED_AT, AttachmentFactory, accepted_file, draft, owner, sizes_on_disk
from tests.sql import delete, insert_like, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def limit(user: User, **limits: int) -> FileQuota:
    return FileQuota.objects.update_or_create(person=user, defaults=limits)[0]


def copy_of(row: FileDraft | Attachment, **columns: Any) -> None:
    keys = {"stored": uuid4().hex} | ({"idempotency_key": uuid4()} if isinstance(row, Attachment) else {})
    insert_like(row, **keys | columns)


class TestDatabase:
    @pytest.mark.parametrize("make", [draft, lambda user: AttachmentFactory(uploaded_by=user)])
    @pytest.mark.parametrize("span", ["total", "day"])
    def test_the_last_file_within_the_limit_is_accepted_and_the_next_is_not(self, span: str, make: Any):
        user = UserFactory()
        row = make(user)
        FileQuota.objects.filter(person=user).update(**{f"{span}_files": 2})
        copy_of(row)
        with refused_by(f"file_quota_{span}"):
            copy_of(row)

    @pytest.mark.parametrize("span", ["total", "day"])
    def test_the_last_byte_within_the_limit_is_accepted_and_the_next_is_not(self, span: str):
        user = UserFactory()
        row = draft(user)
        FileQuota.objects.filter(person=user).update(**{f"{span}_bytes": 2 * row.size})
        with refused_by(f"file_quota_{span}"):
            copy_of(row, size=row.size + 1)
        copy_of(row)

    def test_quota_counts_only_the_person_s_files_and_drafts(self):
        user = UserFactory()
        row = draft(user)
        FileQuota.objects.filter(person=user).update(total_files=1)
        attached, other = AttachmentFactory(), UserFactory()
        with refused_by("file_quota_total"):
            copy_of(attached, uploaded_by_id=user.pk)
        copy_of(attached, uploaded_by_id=other.pk)
        copy_of(row, person_id=other.pk)

    def test_older_files_count_only_in_total(self):
        user = UserFactory()
        row = draft(user)
        FileQuota.objects.filter(person=user).update(day_files=1)
        copy_of(row, uploaded_at=row.uploaded_at + timedelta(hours=24))
        with refused_by("file_quota_day"):
            copy_of(row, uploaded_at=row.uploaded_at + timedelta(hours=24) - timedelta(seconds=1))

    def test_withdrawn_files_and_deleted_drafts_free_the_quota(self):
        user = UserFactory()
        attached, row = AttachmentFactory(uploaded_by=user), draft(user)
        FileQuota.objects.filter(person=user).update(total_files=2)
        with refused_by("file_quota_total"):
            copy_of(row)
        delete(row)
        withdraw_file(attachment=attached, reason="Asked", by=user, at=NOW)
        draft(user)
        draft(user)

    def test_a_person_without_a_row_gets_the_standard_limits(self):
        user = UserFactory()
        draft(user)
        quota = FileQuota.objects.get(person=user)
        assert (quota.total_bytes, quota.total_files, quota.day_bytes, quota.day_files) == (
            2_000_000_000,
            2000,
            200_000_000,
            100,
        )

    @pytest.mark.parametrize("columns", [{"size": 9}, {"stored": "0" * 32}, {"name": "other"}])
    def test_draft_cannot_change(self, columns: dict[str, Any]):
        row = draft()
        with refused_by("file_draft_fixed"):
            update(row, **columns)

    @pytest.mark.parametrize(
        ("rule", "columns"),
        [
            ("file_draft_kind_known", {"kind": "film"}),
            ("file_draft_complete", {"size": 0}),
            ("file_draft_complete", {"stored": "../x"}),
            ("file_draft_complete", {"sha256": ""}),
        ],
    )
    def test_database_refuses_invalid_drafts(self, rule: str, columns: dict[str, Any]):
        row = draft()
        with refused_by(rule):
            copy_of(row, **columns)

    def test_stored_name_is_unique(self):
        row = draft()
        with refused_by("file_draft_stored_once"):
            copy_of(row, stored=row.stored)


@pytest.mark.django_db(transaction=True)
def test_ten_concurrent_drafts_stay_within_the_quota():
    user = UserFactory()
    limit(user, total_files=3)
    files = [accepted_file("notes.txt") for _ in range(10)]

    def insert(file: AcceptedFile) -> None:
        FileDraft.objects.create(
            person=user,
            uploaded_at=ADDED_AT,
            **{name: getattr(file, name) for name in ("kind", "name", "content_type", "size", "sha256", "stored")},
        )

    answers = run_at_once(*[lambda file=file: insert(file) for file in files])
    assert (FileDraft.objects.count(), answers.count("done")) == (3, 3)


class TestMessages:
    def test_total_limit_message_states_usage_and_advice(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 1}
        user = UserFactory()
        AttachmentFactory(uploaded_by=user, file="notes.txt")
        with pytest.raises(OverQuota) as caught:
            check_quota(user, size=1, at=NOW)
        assert str(caught.value).replace("\xa0", " ") == (
            "You are using 54 bytes of 1.9 GB, 1 of 1 files, which leaves no room for this file."
            " Withdraw files that are no longer needed, then add this one."
        )

    def test_daily_limit_message_states_when_there_is_room(self, settings: Any):
        user = UserFactory()
        for hours in (20, 10):
            size = draft(user, "notes.txt", uploaded_at=NOW - hours * HOUR).size
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"day_bytes": 3 * size}
        check_quota(user, size=size, at=NOW)
        with pytest.raises(OverQuota) as caught:
            check_quota(user, size=size + 1, at=NOW)
        with pytest.raises(OverQuota) as later:
            check_quota(user, size=2 * size + 1, at=NOW)
        found = [str(error.value).replace("\xa0", " ").split(" from ")[1] for error in (caught, later)]
        assert found == [room_at(NOW + 4 * HOUR), room_at(NOW + 14 * HOUR)]

    def test_files_of_other_people_do_not_count(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 1, "day_files": 1}
        user, other, third = UserFactory(), UserFactory(), UserFactory()
        draft(other, uploaded_at=NOW)
        AttachmentFactory(uploaded_by=third, uploaded_at=NOW)
        check_quota(user, size=1, at=NOW)

    def test_changed_setting_applies_to_the_next_file(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 7}
        user, other = UserFactory(), UserFactory()
        for person in (user, other):
            limit(person, total_files=2000)
        add_draft(accepted=accepted_file("notes.txt"), by=user, at=NOW)
        limits = [FileQuota.objects.get(person=person).total_files for person in (user, other)]
        assert limits == [7, 2000]


def room_at(moment: Any) -> str:
    from django.utils.timezone import localtime

    from web.text import formats

    local = localtime(moment + timedelta(minutes=1))
    return f"{formats.short_day(local.date(), 'en')}, {formats.clock(local.time(), 'en')}.".replace("\xa0", " ")


class TestDrafts:
    def test_attaching_a_draft_needs_no_extra_quota(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 1}
        user = UserFactory()
        row = add_draft(accepted=accepted_file("notes.txt"), by=user, at=NOW)
        [attached] = attach_files(
            owner=owner(user), files=[NewFile(AcceptedFile.of(row), uuid4())], by=user, at=NOW, consent="nobody"
        )
        assert (attached.stored, FileDraft.objects.count()) == (row.stored, 0)

    def test_a_draft_of_another_person_stays_when_its_file_is_attached(self):
        user = UserFactory()
        row = draft(UserFactory(), "notes.txt")
        attach_files(
            owner=owner(user), files=[NewFile(AcceptedFile.of(row), uuid4())], by=user, at=NOW, consent="nobody"
        )
        assert FileDraft.objects.get() == row

    def test_nothing_is_attached_beyond_the_quota(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 1}
        user = UserFactory()
        files = [NewFile(accepted_file("notes.txt"), uuid4()) for _ in range(2)]
        with pytest.raises(DomainError, match="number or size of files allowed per person"):
            attach_files(owner=owner(user), files=files, by=user, at=NOW, consent="nobody")
        assert Attachment.objects.count() == 0

    def test_discarding_a_draft_deletes_its_file(self, django_capture_on_commit_callbacks: Any):
        row = draft()
        with django_capture_on_commit_callbacks(execute=True):
            discard_draft(draft=row, by=row.person)
        assert (FileDraft.objects.count(), sizes_on_disk(row)) == (0, [])

    def test_discarding_an_attached_draft_leaves_its_file(self, django_capture_on_commit_callbacks: Any):
        row = draft(name="notes.txt")
        with django_capture_on_commit_callbacks(execute=True):
            attach_files(
                owner=owner(row.person),
                files=[NewFile(AcceptedFile.of(row), uuid4())],
                by=row.person,
                at=NOW,
                consent="nobody",
            )
            discard_draft(draft=row, by=row.person)
        assert sizes_on_disk(Attachment.objects.get()) == ["full"]

    @pytest.mark.parametrize(("age", "left"), [(timedelta(hours=24), 1), (timedelta(hours=24, seconds=1), 0)])
    def test_drafts_are_deleted_after_a_day(self, age: timedelta, left: int, django_capture_on_commit_callbacks: Any):
        row = draft(uploaded_at=NOW - age)
        with django_capture_on_commit_callbacks(execute=True):
            assert sweep_drafts(by=None, at=NOW) == 1 - left
        assert (FileDraft.objects.count(), len(sizes_on_disk(row))) == (left, 3 * left)
