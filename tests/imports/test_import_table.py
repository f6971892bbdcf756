"""`manage.py import_table`: what it writes, what it refuses, and that a dry run saves nothing."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cohorts.models import Invitation
from imports.models import ImportBatch
from tests.factories.imports import workbook

pytestmark = pytest.mark.django_db
PEOPLE = "Nom;Courriel;Rôle\nAda Essai;ada@people.example;relais\nEve Essai;eve;relais\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def run(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command("import_table", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_a_dry_run_says_what_an_import_would_do_and_saves_nothing(cast, table):
    result = json.loads(run("members", table, cohort="rivage", by=cast["P"].email, dry_run=True, json=True))
    [refused] = result.pop("refused")
    assert result == {"rows": 2, "create": 1, "update": 0, "unchanged": 0, "batch": None}
    assert list(refused) == ["line", "column", "value", "reason", "suggestion"]
    assert (refused["line"], refused["column"], refused["value"]) == (3, "Courriel", "eve")
    assert refused["reason"].startswith("This is not a valid e-mail address.")
    assert (ImportBatch.objects.count(), Invitation.objects.count()) == (0, 0)


def test_an_import_is_run_at_once_and_the_same_file_changes_nothing(cast, table):
    result = json.loads(run("members", table, cohort="rivage", json=True))
    batch = ImportBatch.objects.get()
    assert (result["create"], result["batch"], batch.state, batch.person) == (1, batch.pk, "done", None)
    assert Invitation.objects.get().email == "ada@people.example"
    again = json.loads(run("members", table, cohort="rivage", json=True))
    assert (again["create"], again["unchanged"], len(again["refused"])) == (0, 1, 1)
    assert run("members", table, cohort="rivage", dry_run=True).splitlines()[0] == (
        "dry run: nothing is saved: rows 2, create 0, update 0, unchanged 1, refused 1"
    )


def test_unknown_kinds_targets_people_and_files_are_refused(cast, table, tmp_path):
    for arguments, options, sentence in [
        (("nothing", table), {}, "“nothing” cannot be imported. Known kinds: members"),
        (("members", table), {}, "Name the target with --cohort SLUG."),
        (("members", table), {"cohort": "nowhere"}, "There is no cohort “nowhere”."),
        (("members", table), {"cohort": "rivage", "edition": "x"}, "--edition does not apply to members."),
        (("members", table), {"cohort": "rivage", "by": "x@people.example"}, "Nobody has an open account"),
        (("members", table), {"cohort": "rivage", "by": cast["M"].email}, "Only "),
        (("members", table), {"cohort": "rivage", "by": cast["N"].email}, "There is no cohort “rivage”."),
        (("members", tmp_path / "gone.csv"), {"cohort": "rivage"}, "[Errno 2] No such file"),
    ]:
        with pytest.raises(CommandError) as refused:
            run(*arguments, **options)
        assert str(refused.value).startswith(sentence)


def test_a_sheet_is_chosen_by_its_name(cast, tmp_path, settings):
    settings.FILES_DIR = tmp_path
    path, header = tmp_path / "people.xlsx", ["Nom", "Courriel"]
    path.write_bytes(workbook(header, ["Ada", "ada@people.example"], **{"2026": [header, *[["B", "b"]] * 2]}))
    given: Any = {"cohort": "rivage", "by": cast["P"].email, "dry_run": True, "json": True}
    assert [json.loads(run("members", path, sheet=sheet, **given))["rows"] for sheet in ("", "2026")] == [1, 2]
    with pytest.raises(CommandError, match=r"This file has no sheet “2027”\. It has: Feuille 1, 2026\."):
        run("members", path, sheet="2027", **given)
