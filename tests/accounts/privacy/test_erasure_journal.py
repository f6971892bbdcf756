"""What was erased or stopped since a backup is erased or stopped again after its restore, before any e-mail is sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.privacy.actions import close_own_account, erase_due_accounts, erase_person
from accounts.privacy.erasure_journal import erasures_to_repeat, record_erasures
from cohorts.guests.actions import erase_guest, remove_contact
from cohorts.models import Stakeholder, StakeholderContact
from cohorts.stakeholders.actions import remove_stakeholder
from exchanges.models import PeerProfile, PeerVisit
from exchanges.peers.actions import leave_directory, share_address
from fieldwork.models import Note
from fieldwork.notes.actions import delete_note, record_consent, withdraw_consent
from files import storage
from files.attachments.actions import withdraw_and_erase_name, withdraw_file
from files.models import Attachment
from notifications.actions import choose_email_kinds, pause_all_emails, resume_all_emails, unsubscribe
from notifications.models import MailSwitch, Preference, StoppedAddress
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import StakeholderContactFactory, StakeholderFactory
from tests.factories.exchanges import PeerProfileFactory, PeerVisitFactory
from tests.factories.fieldwork import NoteFactory
from tests.factories.files import AttachmentFactory
from tests.sql import execute
from web.errors import DomainError

pytestmark = pytest.mark.django_db
Restoring = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def journal(settings: Any, tmp_path: Path) -> Path:
    settings.ERASURE_JOURNAL = tmp_path / "journal"
    return tmp_path / "journal"


@pytest.fixture
def before_a_restore(django_capture_on_commit_callbacks: Any) -> Restoring:
    """Return a context: what is committed in it is lost by the restore at its end, and stays in the journal."""

    @contextmanager
    def restoring() -> Iterator[None]:
        backup = transaction.savepoint()
        with django_capture_on_commit_callbacks(execute=True):
            yield
        transaction.savepoint_rollback(backup)

    return restoring


@pytest.fixture
def restored(before_a_restore: Restoring) -> User:
    """Return a person who was erased after the backup and was restored."""
    user = UserFactory(full_name="Camille Canari", email="canary-7@people.example")
    with before_a_restore():
        erase_person(user=user, at=timezone.now(), by=None)
    return User.objects.get(pk=user.pk)


def replay(*options: str) -> list[str]:
    """Return what the command says that it erased again."""
    out = StringIO()
    call_command("replay_erasures", "--json", *options, stdout=out)
    erased: list[str] = json.loads(out.getvalue())["repeated"]
    return erased


def test_an_erasure_is_in_the_journal_once_it_is_committed(journal: Path, django_capture_on_commit_callbacks: Any):
    user, at = UserFactory(), timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(user=user, at=at, by=None)
        assert not journal.exists()
    [file] = journal.iterdir()
    assert (file.name.split("-")[:2], file.read_text()) == (["user", str(user.pk)], "")
    assert (file.stat().st_mode & 0o777, journal.stat().st_mode & 0o777) == (0o600, 0o700)


def test_erasures_by_the_page_and_by_the_command_are_recorded_too(
    journal: Path, django_capture_on_commit_callbacks: Any
):
    asking, named = UserFactory(), UserFactory()
    close_own_account(user=asking, at=timezone.now(), by=asking)
    with django_capture_on_commit_callbacks(execute=True):
        erase_due_accounts(at=timezone.now() + timedelta(days=15))
        call_command("erase_person", named.email, stdout=StringIO())
    assert {int(name.name.split("-")[1]) for name in journal.iterdir()} == {asking.pk, named.pk}


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


def test_command_erases_restored_people_again(restored: User):
    assert (replay("--dry-run"), User.objects.get(pk=restored.pk).erased_at) == ([f"user {restored.pk}"], None)
    assert replay() == [f"user {restored.pk}"]
    assert (User.objects.get(pk=restored.pk).erased_at is None, erasures_to_repeat()) == (False, {})
    out = StringIO()
    call_command("replay_erasures", stdout=out)
    assert out.getvalue() == "Repeated: nothing.\n"


def test_another_person_with_a_reused_key_is_not_erased(restored: User):
    """After a restore keys are assigned again; the history of this row begins at another moment."""
    execute("SET LOCAL session_replication_role = replica")
    moved = "UPDATE accounts_userevent SET pgh_created_at = pgh_created_at + interval '1 second' WHERE pgh_obj_id = %s"
    execute(moved, restored.pk)
    execute("SET LOCAL session_replication_role = DEFAULT")
    assert erasures_to_repeat() == {}


def test_foreign_files_in_the_journal_are_ignored(journal: Path, restored: User):
    for name in (".tmp123", "lost+found", "user-x-1", f"user-{restored.pk}-other", "unsubscription-1", "note-"):
        (journal / name).write_text("")
    assert [name.split("-")[:2] for name in erasures_to_repeat()] == [["user", str(restored.pk)]]


def test_notes_withdrawn_or_deleted_since_the_backup_are_deleted_again(cast: Cast, before_a_restore: Restoring):
    withdrawn, private, other = (NoteFactory(cohort=cast.cohort, consent=c) for c in ("cohort", "pending", "nobody"))
    picture = AttachmentFactory(about="note", of=withdrawn)
    with before_a_restore():
        withdraw_consent(code=withdrawn.withdrawal_code, by=None, at=NOW)
        delete_note(note=private, by=private.author, at=NOW)
    assert set(Note.objects.values_list("text", flat=True)) == {withdrawn.text, private.text, other.text}
    assert set(replay()) == {f"note {withdrawn.pk}", f"note {private.pk}", f"file {picture.pk}"}
    left = Note.objects.order_by("pk").values_list("pk", "text", "removal")
    assert list(left) == [(withdrawn.pk, "", "restored"), (private.pk, "", "restored"), (other.pk, other.text, "")]
    picture.refresh_from_db()
    assert (picture.stored, picture.withdrawn_by, erasures_to_repeat()) == ("", None, {})


def test_guests_erased_or_removed_since_the_backup_get_no_e_mails_again(cast: Cast, before_a_restore: Restoring):
    """Their address has an account or another cohort's contact too, so that no erased person stands for them."""
    erased, removed = (
        StakeholderContactFactory(stakeholder__cohort=cast.cohort, user=cast[role]) for role in ("N", "X")
    )
    deleted = StakeholderFactory(cohort=cast.cohort, name="Ana Perdue")
    with before_a_restore():
        erase_guest(stakeholder=erased.stakeholder, at=NOW, by=None)
        remove_contact(stakeholder=removed.stakeholder, at=NOW, by=cast["P"])
        remove_stakeholder(stakeholder=Stakeholder.objects.get(pk=deleted.pk), by=cast["P"])
    assert StakeholderContact.objects.count() == 2
    names = [f"stakeholder {erased.stakeholder_id}", f"stakeholder {deleted.pk}", f"contact {removed.pk}"]
    assert sorted(replay()) == sorted(names)
    assert StakeholderContact.objects.count() == 0
    anonymous = Stakeholder.objects.exclude(erased_at=None).order_by("pk").values_list("pk", flat=True)
    assert (list(anonymous), erasures_to_repeat()) == ([erased.stakeholder_id, deleted.pk], {})


def test_files_withdrawn_since_the_backup_are_withdrawn_again(cast: Cast, before_a_restore: Restoring):
    picture, named = AttachmentFactory(), AttachmentFactory()
    with before_a_restore():
        withdraw_file(attachment=picture, reason="Asked", by=cast["P"], at=NOW)
        withdraw_and_erase_name(attachment=named, reason="Asked", at=NOW)
    assert Attachment.objects.get(pk=picture.pk).stored
    assert set(replay()) == {f"file {picture.pk}", f"file {named.pk}", f"file_name {named.pk}"}
    left = Attachment.objects.order_by("pk").values_list("stored", "name")
    assert list(left) == [("", picture.name), ("", "document")]
    assert {picture.stored, named.stored}.isdisjoint(storage.stored_names())
    assert erasures_to_repeat() == {}


def test_consents_taken_back_since_the_backup_are_taken_back_again(cast: Cast, before_a_restore: Restoring):
    note, visit = NoteFactory(cohort=cast.cohort, consent="cohort"), PeerVisitFactory(state="agreed")
    PeerProfileFactory(user=cast["M"])
    disclosed_visit = share_address(visit=visit, is_shared=True, by=visit.host)
    share_address(visit=visit, is_shared=True, by=visit.guest)
    with before_a_restore():
        record_consent(note=note, consent="pending", by=note.author, at=NOW)
        share_address(visit=disclosed_visit, is_shared=False, by=visit.host)
        leave_directory(user=cast["M"], by=cast["M"])
    kinds = {f"note_consent {note.pk}", f"host_address {visit.pk}"}
    assert kinds < set(replay())
    row = Note.objects.get(pk=note.pk)
    assert (row.consent, row.text, PeerProfile.objects.count(), erasures_to_repeat()) == ("pending", note.text, 0, {})
    assert list(PeerVisit.objects.values_list("guest_shares_address", "host_shares_address")) == [(True, False)]


def test_a_consent_given_after_the_restore_stays(cast: Cast, before_a_restore: Restoring):
    visit = share_address(visit=PeerVisitFactory(state="agreed", guest=cast["M"]), is_shared=True, by=cast["M"])
    with before_a_restore():
        share_address(visit=visit, is_shared=False, by=cast["M"])
    assert len(erasures_to_repeat()) == 1
    execute("SET LOCAL session_replication_role = replica")
    execute(
        "UPDATE exchanges_peervisitevent SET pgh_created_at = pgh_created_at + interval '1 second'"
        " WHERE guest_shares_address"
    )
    execute("SET LOCAL session_replication_role = DEFAULT")
    assert erasures_to_repeat() == {}


def test_unsubscriptions_since_the_backup_hold_again(cast: Cast, before_a_restore: Restoring, journal: Path):
    guest = UserFactory(is_active=False, joined=False)
    unsubscribe(user=cast["M"], kinds=["exchange"], by=cast["M"])
    with before_a_restore():
        unsubscribe(user=cast["M"], kinds=["idea"], by=cast["M"])
        unsubscribe(user=guest, kinds=["guest_session"], by=None)
        erase_person(user=guest, at=NOW, by=None)
    erased = [f"unsubscription {cast['M'].pk}", f"unsubscription {guest.pk}", f"user {guest.pk}"]
    assert sorted(replay()) == sorted(erased)
    assert sorted(Preference.objects.values_list("user", "kind")) == [
        (cast["M"].pk, kind) for kind in ("exchange", "idea")
    ]
    assert (StoppedAddress.objects.count(), erasures_to_repeat()) == (1, {})
    choose_email_kinds(user=cast["M"], wanted=["idea", "exchange"], by=cast["M"])
    assert (erasures_to_repeat(), len(list(journal.iterdir()))) == ({}, 4)


class TestRelease:
    """E-mails stay paused while an erased person would get some."""

    @pytest.fixture
    def staff(self) -> User:
        return UserFactory(is_lab_staff=True, language="en")

    def test_resuming_is_refused_until_the_erasures_are_replayed(self, restored: User, staff: User):
        pause_all_emails(reason="Restored", at=timezone.now(), by=None)
        with pytest.raises(DomainError) as refused:
            resume_all_emails(by=staff)
        assert str(refused.value).startswith("The restore lost 1 erasure or unsubscription.")
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
