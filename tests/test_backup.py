"""The scripts of operators (deploy/backup): what is backed up is restored without sessions, and all e-mails are paused.

`make drill` does the same with the demonstration, its files, a second cluster, roles, workers and e-mails.
"""

import os
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from labplatform.devstack.postgres import binaries
from labplatform.monitoring.fingerprint import SEQUENCES, differences, take_fingerprint
from notifications.models import MailSwitch
from tests.factories.cast import new_cast
from tests.scene_databases import SceneDatabase

SCRIPTS = Path(__file__).parent.parent / "deploy" / "backup"


def run(script: str, database: str, read: bytes = b"") -> tuple[int, bytes]:
    """Run a script as operators do; return its exit code and what it wrote."""
    settings = connection.settings_dict
    address = {"PGHOST": settings["HOST"], "PGPORT": str(settings["PORT"]), "PGUSER": settings["USER"]}
    env = os.environ | address | {"PGDATABASE": database, "PATH": f"{binaries()}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([SCRIPTS / script], env=env, input=read, stdout=subprocess.PIPE, check=False)
    return done.returncode, done.stdout


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[SceneDatabase]:
    """An empty database in the cluster of the tests."""
    database = SceneDatabase(deepcopy(connection.settings_dict))
    database.settings["NAME"] += "_elsewhere"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {database.settings['NAME']}")
    yield database
    database.drop()


def test_a_backup_is_restored_once_into_an_empty_database_with_emails_paused(elsewhere: SceneDatabase):
    Client().force_login(new_cast()["S"])
    before, name = take_fingerprint(with_files=False), elsewhere.settings["NAME"]
    code, dump = run("back_up", connection.settings_dict["NAME"])
    cut, first, second = (run("restore", name, part)[0] for part in (dump[: len(dump) // 2], dump, dump))
    assert (code, cut, first, second) == (0, 1, 0, 1)  # a dump cut short leaves the database empty
    with elsewhere.as_default():
        after = take_fingerprint(with_files=False)
        assert (before["django_session"][0], after["django_session"][0]) == (1, 0)
        assert (differences(before, after), SEQUENCES in after, len(after) > 100) == ([], True, True)
        assert MailSwitch.objects.paused().exists()
