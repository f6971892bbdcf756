"""A fingerprint is the same for the same rows and files in any order, and another as soon as one differs."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from files import storage
from labplatform.monitoring import fingerprint
from notifications.models import MailSwitch
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "kept"
    return settings.FILES_DIR


def taken() -> fingerprint.Fingerprint:
    return fingerprint.taken(with_files=True)


def test_every_table_and_the_files_are_in_it():
    found = taken()
    assert {"accounts_user", "notifications_delivery", "accounts_userevent"} < found.keys()
    assert found[fingerprint.FILES][0] == 0
    assert found["accounts_user"] == [0, "0"]


def test_the_order_of_rows_changes_nothing():
    ada, bob = UserFactory(), UserFactory()
    before = taken()["accounts_user"]
    rows = User.objects.filter(pk__in=[ada.pk, bob.pk])
    rows.filter(pk=ada.pk).update(full_name=ada.full_name)  # written again, behind the other
    assert (taken()["accounts_user"], before[0]) == (before, 2)


def test_one_letter_in_one_row_does():
    user, before = UserFactory(full_name="Ada"), taken()
    User.objects.filter(pk=user.pk).update(full_name="Ade")
    assert "accounts_user" in fingerprint.differing(before | {"accounts_user": [0, "0"]}, taken())


def test_a_file_that_is_another_or_gone_does():
    name = storage.place({"full": b"one", "small": b"two"})
    before = taken()
    assert before[fingerprint.FILES][0] == 2
    storage.path_of(name, "small").write_bytes(b"TWO")
    changed = taken()
    storage.remove(name)
    assert [fingerprint.differing(before, found) for found in (before, changed, taken())] == [
        [],
        ["(files)"],
        ["(files)"],
    ]


def test_holding_letters_is_no_difference_since_restoring_does_it():
    before = taken()
    MailSwitch.objects.create(pk=1, held_since=NOW, reason="Restored")  # as deploy/backup/restore does, in SQL
    assert fingerprint.differing(before, taken()) == []


def said(*words: str) -> str:
    out = StringIO()
    call_command("fingerprint", *words, stdout=out)
    return out.getvalue()


def test_the_command_compares_with_what_was_written_down(tmp_path: Path):
    kept = tmp_path / "before.json"
    kept.write_text(said("--json"))
    assert said("--against", str(kept)).startswith("All the same: ")
    assert json.loads(said("--json", "--against", str(kept), "--no-files"))["differing"] == []
    UserFactory()
    with pytest.raises(CommandError, match=r"^Not the same: .*accounts_user"):
        said("--against", str(kept))


def test_a_file_that_holds_no_answer_is_said(tmp_path: Path):
    with pytest.raises(CommandError, match="holds no earlier answer"):
        said("--against", str(tmp_path / "nothing"))


def test_lines_are_for_people():
    assert any(line.split() == ["0", "0", "accounts_user"] for line in said("--no-files").splitlines())
