"""People erased since a backup are erased again after its restore, before any e-mail is sent."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.privacy.actions import close_own_account, erase_due_accounts, erase_person
from accounts.privacy.erasure_journal import people_to_erase_again, record_erasures
from notifications.actions import pause_all_emails, resume_all_emails
from notifications.models import MailSwitch
from tests.factories.accounts import UserFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def journal(settings: Any, tmp_path: Path) -> Path:
    settings.ERASURE_JOURNAL = tmp_path / "journal"
    return tmp_path / "journal"


def restore(user: User) -> None:
    """Restore a person as from a backup, bypassing every trigger."""
    row = User.objects.get(pk=user.pk)
    columns = {"email": user.email, "full_name": user.full_name, "erased_at": None, "closed_at": None}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        User.objects.filter(pk=row.pk).update(**columns, is_active=True)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.fixture
def restored(django_capture_on_commit_callbacks: Any) -> User:
    """Return a person who was erased after the backup and was restored."""
    user = UserFactory(full_name="Camille Canari", email="canary-7@people.example")
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(user=user, at=timezone.now(), by=None)
    restore(user)
    return user


def test_an_erasure_is_in_the_journal_once_it_is_committed(journal: Path, django_capture_on_commit_callbacks: Any):
    user, at = UserFactory(), timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(user=user, at=at, by=None)
        assert not journal.exists()
    [file] = journal.iterdir()
    assert (file.name.partition("-")[0], file.read_text()) == (str(user.pk), f"{at.isoformat()}\n")
    assert (file.stat().st_mode & 0o777, journal.stat().st_mode & 0o777) == (0o600, 0o700)


def test_erasures_by_the_page_and_by_the_command_are_recorded_too(
    journal: Path, django_capture_on_commit_callbacks: Any
):
    asking, named = UserFactory(), UserFactory()
    close_own_account(user=asking, at=timezone.now(), by=asking)
    with django_capture_on_commit_callbacks(execute=True):
        erase_due_accounts(at=timezone.now() + timedelta(days=15))
        call_command("erase_person", named.email, stdout=StringIO())
    assert {name.name.partition("-")[0] for name in journal.iterdir()} == {str(asking.pk), str(named.pk)}


def test_journal_does_not_identify_the_person(journal: Path, restored: User):
    content = " ".join(f"{file.name} {file.read_text()}" for file in journal.iterdir())
    assert [word for word in ("canary", "Camille", "Canari", "example") if word.lower() in content.lower()] == []


def test_missing_entry_is_written_the_next_day(journal: Path):
    """A crash between the commit and the file leaves the entry out."""
    user = UserFactory()
    erase_person(user=user, at=timezone.now(), by=None)
    assert not journal.exists()
    erase_due_accounts(at=timezone.now())
    assert (len(list(journal.iterdir())), record_erasures()) == (1, 0)


def test_unwritable_journal_fails_the_daily_purge_but_not_the_erasure(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
):
    (tmp_path / "file").write_text("")
    settings.ERASURE_JOURNAL = tmp_path / "file"
    user = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(user=user, at=timezone.now(), by=None)
    assert User.objects.get(pk=user.pk).erased_at is not None
    with pytest.raises(OSError, match="file"):
        erase_due_accounts(at=timezone.now())


@pytest.mark.parametrize("dry_run", [True, False])
def test_command_erases_restored_people_again(restored: User, dry_run: bool):
    out = StringIO()
    call_command("replay_erasures", "--json", *(["--dry-run"] if dry_run else []), stdout=out)
    assert json.loads(out.getvalue()) == {"people": [restored.pk], "dry_run": dry_run}
    row = User.objects.get(pk=restored.pk)
    assert (row.erased_at is None, row.email == restored.email) == (dry_run, dry_run)
    assert people_to_erase_again() == ([restored] if dry_run else [])


def test_second_run_erases_nobody(restored: User):
    call_command("replay_erasures", stdout=StringIO())
    out = StringIO()
    call_command("replay_erasures", stdout=out)
    assert out.getvalue() == "Erased again: nobody.\n"


def test_another_person_with_a_reused_key_is_not_erased(restored: User):
    """After a restore keys are assigned again; the history of this row begins at another moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_userevent SET pgh_created_at = pgh_created_at + interval '1 second' WHERE pgh_obj_id = %s",
            [restored.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert people_to_erase_again() == []


def test_foreign_files_in_the_journal_are_ignored(journal: Path, restored: User):
    for name in (".tmp123", "lost+found", "x-1", f"{restored.pk}-other"):
        (journal / name).write_text("")
    assert [user.pk for user in people_to_erase_again()] == [restored.pk]


class TestRelease:
    """E-mails stay paused while an erased person would get some."""

    @pytest.fixture
    def staff(self) -> User:
        return UserFactory(is_lab_staff=True, language="en")

    def test_resuming_is_refused_until_the_erasures_are_replayed(self, restored: User, staff: User):
        pause_all_emails(reason="Restored", at=timezone.now(), by=None)
        with pytest.raises(DomainError) as refused:
            resume_all_emails(by=staff)
        assert str(refused.value).startswith("1 person who was erased is back since the restore.")
        assert MailSwitch.objects.paused().exists()
        call_command("replay_erasures", stdout=StringIO())
        resume_all_emails(by=staff)
        assert not MailSwitch.objects.paused().exists()

    def test_the_page_shows_the_reason_and_nothing_is_resumed(self, client: Client, restored: User, staff: User):
        client.force_login(staff)
        pause_all_emails(reason="Restored", at=timezone.now(), by=None)
        answer = client.post(reverse("notifications:resume_all_emails"))
        sentence = "Run the command replay_erasures, then resume sending."
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
        assert MailSwitch.objects.paused().exists()

    def test_resuming_works_without_a_restore(self, client: Client, staff: User):
        client.force_login(staff)
        pause_all_emails(reason="A pause", at=timezone.now(), by=staff)
        answer = client.post(reverse("notifications:resume_all_emails"))
        assert (answer.status_code, MailSwitch.objects.paused().exists()) == (302, False)
