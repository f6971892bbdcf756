"""Fingerprints are equal for the same rows and files in any order, and differ after any change."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from files import storage
from files.backends.folder import path_of
from labplatform.monitoring import fingerprint
from notifications.models import MailSwitch
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "kept"
    return settings.FILES_DIR


def current() -> fingerprint.Fingerprint:
    return fingerprint.take_fingerprint(with_files=True)


def test_fingerprint_covers_every_table_and_the_files():
    current_fingerprint = current()
    assert {"accounts_user", "notifications_delivery", "accounts_userevent"} < current_fingerprint.keys()
    assert current_fingerprint[fingerprint.FILES][0] == 0
    assert current_fingerprint["accounts_user"] == [0, "0"]


def test_row_order_does_not_matter():
    ada, bob = UserFactory(), UserFactory()
    before = current()["accounts_user"]
    rows = User.objects.filter(pk__in=[ada.pk, bob.pk])
    rows.filter(pk=ada.pk).update(full_name=ada.full_name)  # written again, behind the other
    assert (current()["accounts_user"], before[0]) == (before, 2)


def test_one_changed_character_is_a_difference():
    user, before = UserFactory(full_name="Ada"), current()
    User.objects.filter(pk=user.pk).update(full_name="Ade")
    assert "accounts_user" in fingerprint.differences(before | {"accounts_user": [0, "0"]}, current())


def test_changed_or_missing_file_is_a_difference():
    name = storage.store({"full": b"one", "small": b"two"})
    before = current()
    assert before[fingerprint.FILES][0] == 2
    path_of(name, "small").write_bytes(b"TWO")
    changed = current()
    storage.remove(name)
    assert [
        fingerprint.differences(before, current_fingerprint) for current_fingerprint in (before, changed, current())
    ] == [
        [],
        ["(files)"],
        ["(files)"],
    ]


def test_paused_emails_are_no_difference():
    before = current()
    MailSwitch.objects.create(pk=1, held_since=NOW, reason="Restored")  # as deploy/backup/restore does, in SQL
    assert fingerprint.differences(before, current()) == []


def command_output(*words: str) -> str:
    out = StringIO()
    call_command("fingerprint", *words, stdout=out)
    return out.getvalue()


def test_command_compares_with_an_earlier_answer(tmp_path: Path):
    answer_file = tmp_path / "before.json"
    answer_file.write_text(command_output("--json"))
    assert command_output("--against", str(answer_file)).startswith("All the same: ")
    assert json.loads(command_output("--json", "--against", str(answer_file), "--no-files"))["differing"] == []
    UserFactory()
    with pytest.raises(CommandError, match=r"^Not the same: .*accounts_user"):
        command_output("--against", str(answer_file))


def test_invalid_answer_file_is_refused(tmp_path: Path):
    with pytest.raises(CommandError, match="holds no earlier answer"):
        command_output("--against", str(tmp_path / "nothing"))


def test_output_without_json_has_one_line_per_table():
    assert any(line.split() == ["0", "0", "accounts_user"] for line in command_output("--no-files").splitlines())
