"""Imports changed at the same moment, each on a connection of its own: nothing is lost, done twice, or a 500."""

from functools import partial
from io import BytesIO
from typing import Any

import pytest

from cohorts.models import Invitation
from imports import actions
from imports.kinds import import_kinds
from imports.models import ImportBatch
from imports.worker import check_import, claim_import, import_next_rows, run_due_imports
from tests.concurrency import run_during_transaction
from tests.factories.cast import NOW, Cast, new_cast
from tests.factories.imports import checked

ON_THE_SERVER = "The server works on this table, or it was discarded. Reload the page."


def people(number: int) -> str:
    return "Nom;Courriel;Rôle\n" + "".join(f"Ada{n} Essai;ada{n}@people.example;relais\n" for n in range(number))


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return new_cast()


@pytest.fixture
def by(cast: Cast) -> dict[str, Any]:
    return {"by": cast["P"], "at": NOW}


def test_an_import_that_two_tabs_confirm_is_imported_once(cast: Cast, by: dict[str, Any]):
    batch = checked("members", "rivage", people(3), cast["P"])
    confirm = partial(actions.confirm_import, batch=batch, plan_token=batch.plan_token, **by)
    assert run_during_transaction(confirm, confirm) == ["done", "done"]
    assert run_due_imports(lambda: NOW) == 1
    assert Invitation.objects.count() == 3


def test_two_workers_begin_two_imports_into_one_cohort_one_after_the_other(cast: Cast, by: dict[str, Any]):
    for number in (1, 2):
        actions.confirm_import(batch=checked("members", "rivage", people(number), cast["P"]), **by)
    work = partial(run_due_imports, lambda: NOW)
    assert run_during_transaction(partial(claim_import, by=None, at=NOW), work) == ["done", "done"]
    assert list(ImportBatch.objects.order_by("pk").values_list("state", flat=True)) == ["running", "waiting"]


def test_what_is_being_imported_is_neither_undone_nor_discarded_nor_corrected(cast: Cast, by: dict[str, Any]):
    batch = actions.confirm_import(batch=checked("members", "rivage", people(25), cast["P"]), **by)
    claimed = claim_import(by=None, at=NOW)
    assert run_during_transaction(
        partial(import_next_rows, batch=claimed, by=cast["P"], at=NOW),
        partial(actions.request_import_undo, batch=batch, **by),
        partial(actions.discard_import, batch=batch, by=cast["P"]),
        partial(actions.correct_rows, batch=batch, corrections={}, **by),
    ) == [
        ON_THE_SERVER,
        ON_THE_SERVER,
        "This import has not ended. Wait until it has, then undo it.",
        "done",
    ]
    assert (Invitation.objects.count(), batch.rows.filter(state="imported").count()) == (20, 20)


def test_a_table_that_is_being_checked_is_not_discarded_and_one_that_is_gone_is_not_confirmed(
    cast: Cast, by: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(actions, "ROWS_CHECKED_AT_ONCE", 1)
    batch = checked("members", "rivage", people(3), cast["P"])
    discard = partial(actions.discard_import, batch=batch, by=cast["P"])
    check = partial(check_import, batch=claim_import(by=None, at=NOW), by=None, at=NOW)
    assert run_during_transaction(check, discard) == [ON_THE_SERVER, "done"]
    batch.refresh_from_db()
    assert (batch.state, batch.created_count) == ("checked", 3)
    assert run_during_transaction(discard, discard, partial(actions.confirm_import, batch=batch, **by)) == [
        ON_THE_SERVER,
        "This import was discarded. Import the file again.",
        "done",
    ]


def test_of_two_large_files_of_one_person_the_second_waits(cast: Cast, by: dict[str, Any]):
    target = import_kinds["members"].find_target("rivage", cast["P"])
    add = partial(
        actions.add_unread_file, kind="members", target=target, file=BytesIO(b"x"), file_name="", language="en", **by
    )
    assert run_during_transaction(add, add) == [
        "Another table of yours is still being read. Wait until that is done, then send this one.",
        "done",
    ]
