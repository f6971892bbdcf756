"""What one person may keep, and add within 24 hours: the sentence first, the database last."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from files.attachments.actions import Brought, add_draft, bring_files, discard_draft, sweep_drafts, withdraw_file
from files.models import Attachment, FileDraft, FileQuota
from files.uploads.intake import Taken
from files.uploads.quotas import OverQuota, check_quota
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.files import BROUGHT_AT, AttachmentFactory, draft, on_disk, owner, taken
from tests.sql import delete, insert_like, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def limit(user: User, **limits: int) -> FileQuota:
    return FileQuota.objects.update_or_create(person=user, defaults=limits)[0]


def another(row: FileDraft | Attachment, **columns: Any) -> None:
    keys = {"stored": uuid4().hex} | ({"entry": uuid4()} if isinstance(row, Attachment) else {})
    insert_like(row, **keys | columns)


class TestDatabase:
    @pytest.mark.parametrize("make", [draft, lambda user: AttachmentFactory(uploaded_by=user)])
    @pytest.mark.parametrize("span", ["total", "day"])
    def test_the_last_file_within_the_limit_is_accepted_and_the_next_is_not(self, span: str, make: Any):
        user = UserFactory()
        row = make(user)
        FileQuota.objects.filter(person=user).update(**{f"{span}_files": 2})
        another(row)
        with refused_by(f"file_quota_{span}"):
            another(row)

    @pytest.mark.parametrize("span", ["total", "day"])
    def test_the_last_byte_within_the_limit_is_accepted_and_the_next_is_not(self, span: str):
        user = UserFactory()
        row = draft(user)
        FileQuota.objects.filter(person=user).update(**{f"{span}_bytes": 2 * row.size})
        with refused_by(f"file_quota_{span}"):
            another(row, size=row.size + 1)
        another(row)

    def test_files_and_drafts_count_together_and_nobody_else_s_do(self):
        user = UserFactory()
        row = draft(user)
        FileQuota.objects.filter(person=user).update(total_files=1)
        attached, other = AttachmentFactory(), UserFactory()
        with refused_by("file_quota_total"):
            another(attached, uploaded_by_id=user.pk)
        another(attached, uploaded_by_id=other.pk)
        another(row, person_id=other.pk)

    def test_what_is_older_than_a_day_counts_in_all_only(self):
        user = UserFactory()
        row = draft(user)
        FileQuota.objects.filter(person=user).update(day_files=1)
        another(row, uploaded_at=row.uploaded_at + timedelta(hours=24))
        with refused_by("file_quota_day"):
            another(row, uploaded_at=row.uploaded_at + timedelta(hours=24) - timedelta(seconds=1))

    def test_withdrawn_files_and_drafts_that_are_gone_give_room_back(self):
        user = UserFactory()
        attached, row = AttachmentFactory(uploaded_by=user), draft(user)
        FileQuota.objects.filter(person=user).update(total_files=2)
        with refused_by("file_quota_total"):
            another(row)
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
    def test_a_draft_never_changes(self, columns: dict[str, Any]):
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
    def test_what_is_wrong_with_a_draft_is_refused(self, rule: str, columns: dict[str, Any]):
        row = draft()
        with refused_by(rule):
            another(row, **columns)

    def test_one_name_is_kept_once(self):
        row = draft()
        with refused_by("file_draft_stored_once"):
            another(row, stored=row.stored)


@pytest.mark.django_db(transaction=True)
def test_ten_drafts_at_once_do_not_pass_the_quota():
    user = UserFactory()
    limit(user, total_files=3)
    files = [taken("notes.txt") for _ in range(10)]

    def insert(file: Taken) -> None:
        FileDraft.objects.create(
            person=user,
            uploaded_at=BROUGHT_AT,
            **{name: getattr(file, name) for name in ("kind", "name", "content_type", "size", "sha256", "stored")},
        )

    answers = at_once(*[lambda file=file: insert(file) for file in files])
    assert (FileDraft.objects.count(), answers.count("done")) == (3, 3)


class TestSentences:
    def test_of_all_it_says_how_much_is_used_and_what_to_do(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 1}
        user = UserFactory()
        AttachmentFactory(uploaded_by=user, file="notes.txt")
        with pytest.raises(OverQuota) as caught:
            check_quota(user, size=1, at=NOW)
        assert str(caught.value).replace("\xa0", " ") == (
            "You are using 54 bytes of 1.9 GB, 1 of 1 files, which leaves no room for this file."
            " Withdraw files that are no longer needed, then add this one."
        )

    def test_of_a_day_it_says_from_when_there_is_room_for_this_file(self, settings: Any):
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

    def test_the_setting_is_what_holds_the_next_time_a_file_is_added(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 7}
        user = UserFactory()
        limit(user, total_files=2000)
        add_draft(taken=taken("notes.txt"), by=user, at=NOW)
        assert FileQuota.objects.get(person=user).total_files == 7


def room_at(moment: Any) -> str:
    from django.utils.timezone import localtime

    from web.text import formats

    local = localtime(moment + timedelta(minutes=1))
    return f"{formats.short_day(local.date(), 'en')}, {formats.clock(local.time(), 'en')}.".replace("\xa0", " ")


class TestDrafts:
    def test_attaching_one_needs_no_second_room(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 1}
        user = UserFactory()
        row = add_draft(taken=taken("notes.txt"), by=user, at=NOW)
        [attached] = bring_files(
            owner=owner(user), files=[Brought(Taken.of(row), uuid4())], by=user, at=NOW, consent="nobody"
        )
        assert (attached.stored, FileDraft.objects.count()) == (row.stored, 0)

    def test_beyond_the_quota_nothing_is_attached(self, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"total_files": 1}
        user = UserFactory()
        files = [Brought(taken("notes.txt"), uuid4()) for _ in range(2)]
        with pytest.raises(DomainError, match="number or size of files allowed per person"):
            bring_files(owner=owner(user), files=files, by=user, at=NOW, consent="nobody")
        assert Attachment.objects.count() == 0

    def test_discarding_one_deletes_its_file(self, django_capture_on_commit_callbacks: Any):
        row = draft()
        with django_capture_on_commit_callbacks(execute=True):
            discard_draft(draft=row, by=row.person)
        assert (FileDraft.objects.count(), on_disk(row)) == (0, [])

    def test_discarding_one_that_was_attached_since_leaves_its_file(self, django_capture_on_commit_callbacks: Any):
        row = draft(name="notes.txt")
        with django_capture_on_commit_callbacks(execute=True):
            bring_files(
                owner=owner(row.person),
                files=[Brought(Taken.of(row), uuid4())],
                by=row.person,
                at=NOW,
                consent="nobody",
            )
            discard_draft(draft=row, by=row.person)
        assert on_disk(Attachment.objects.get()) == ["full"]

    @pytest.mark.parametrize(("age", "left"), [(timedelta(hours=24), 1), (timedelta(hours=24, seconds=1), 0)])
    def test_they_go_after_a_day(self, age: timedelta, left: int, django_capture_on_commit_callbacks: Any):
        row = draft(uploaded_at=NOW - age)
        with django_capture_on_commit_callbacks(execute=True):
            assert sweep_drafts(by=None, at=NOW) == 1 - left
        assert (FileDraft.objects.count(), len(on_disk(row))) == (left, 3 * left)
