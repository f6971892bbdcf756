"""Exports written in the background: requests, progress, crashes, access, and retention."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import close_account
from accounts.models import User
from files import storage
from files.backends.folder import path_of
from files.cleanup import SweepResult, sweep
from files.exports import actions
from files.exports.writing import ROWS_PER_UPDATE, write_due_exports
from files.models import Export
from files.registries import ExportKind, export_kinds
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.files import ExportFactory, written_export
from tests.pages import elements, links, messages, rows, texts
from tests.sql import delete, insert_like, refused_by, update
from web.errors import DomainError
from web.exports.tables import Table

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ROWS = 2 * ROWS_PER_UPDATE + 5
Behaviour = Any


def clock() -> datetime:
    return NOW


@pytest.fixture
def kind() -> Iterator[dict[str, Any]]:
    """Register a kind of table with `ROWS` rows; `during` is called at the row it names, `refused` raised when
    prepared.
    """
    behaviour: dict[str, Any] = {"during": {}}

    def numbered() -> Iterator[tuple[int, str]]:
        for number in range(1, ROWS + 1):
            behaviour["during"].get(number, lambda: None)()
            yield (number, "=1")

    def prepare(person: User, query: Any) -> Table:
        if "refused" in behaviour:
            raise behaviour["refused"]
        return Table("Numbers", ["Number", "Text"], numbered(), "About", [("For", str(person))])

    export_kinds.register("numbers", ExportKind("Numbers", prepare, lambda query: f"/?{query.urlencode()}"))
    yield behaviour
    del export_kinds._items["numbers"]


def waiting(**fields: Any) -> Export:
    return ExportFactory(kind="numbers", **fields)


def fresh(row: Export) -> Export:
    row.refresh_from_db()
    return row


# Asked for and written


def test_export_reports_progress_for_each_slice(kind: Behaviour):
    row, seen = waiting(), []
    for number in (1, ROWS_PER_UPDATE + 2, ROWS):
        kind["during"][number] = lambda: seen.append((fresh(row).state, row.rows_done, row.rows_total))
    assert write_due_exports(clock) == 1
    assert seen == [
        ("running", 0, 3),
        ("running", ROWS_PER_UPDATE, ROWS_PER_UPDATE),
        ("running", 2 * ROWS_PER_UPDATE, 2 * ROWS_PER_UPDATE),
    ]
    assert (fresh(row).state, row.rows_done, row.rows_total, row.expires_at) == (
        "done",
        ROWS,
        ROWS,
        NOW + timedelta(days=7),
    )
    lines = path_of(row.stored, "full").read_text("utf-8-sig").splitlines()
    assert (lines[0], lines[1], lines[ROWS], lines[-1]) == (
        '"Number";"Text"',
        '1;"\'=1"',
        f'{ROWS};"\'=1"',
        f'"For";"{row.person}"',
    )
    assert row.size == path_of(row.stored, "full").stat().st_size


def test_second_run_writes_nothing(kind: Behaviour):
    row = waiting()
    assert (write_due_exports(clock), write_due_exports(clock)) == (1, 0)
    assert (fresh(row).attempt, len(list(storage.stored_names()))) == (1, 1)


def test_second_request_returns_the_export_under_way(django_capture_on_commit_callbacks: Any):
    person = UserFactory()
    query = {"kind": "numbers", "file_format": "csv", "language": "fr", "query": "a=1", "name": "n.csv", "rows": 9}
    with django_capture_on_commit_callbacks() as nudges:
        first = actions.request_export(**query, by=person, at=NOW)
        again = actions.request_export(**query, by=person, at=NOW)
        other = actions.request_export(**query | {"file_format": "xlsx"}, by=person, at=NOW)
    assert (again, other == first, len(nudges)) == (first, False, 6)  # each is a nudge, and a line
    actions.cancel_export(export=first, by=person, at=NOW)
    assert actions.request_export(**query, by=person, at=NOW) != first


# Stopped, left and broken


def test_cancelled_export_stops_at_the_next_report_and_leaves_nothing(kind: Behaviour, folder: Path):
    row, last = waiting(), []
    kind["during"][5] = lambda: actions.cancel_export(export=row, by=row.person, at=NOW)
    kind["during"][ROWS_PER_UPDATE + 1] = lambda: last.append("went on")
    assert (write_due_exports(clock), fresh(row).state, last) == (0, "cancelled", [])
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_export_cancelled_at_its_end_leaves_nothing(kind: Behaviour):
    row = waiting()
    assert actions.start_export(by=None, at=NOW) == row
    held = Export.objects.get(pk=row.pk)
    actions.cancel_export(export=row, by=row.person, at=NOW)
    result = {"stored": "a" * 32, "size": 1, "rows": 1, "by": None, "at": NOW}
    assert (actions.finish_export(export=held, **result), fresh(row).stored) == (False, "")


def test_export_of_a_killed_worker_is_requeued_and_its_attempt_ends(kind: Behaviour):
    row = waiting()
    dead = actions.start_export(by=None, at=NOW - actions.STALE_AFTER)
    assert (write_due_exports(clock), fresh(row).state) == (0, "running")  # its worker may still be there
    late = NOW + timedelta(seconds=1)
    assert (write_due_exports(lambda: late), fresh(row).state, row.attempt) == (1, "done", 2)
    assert dead is not None
    assert actions.record_progress(export=dead, rows=1, by=None, at=late) is False


def test_export_begun_three_times_fails_and_is_logged(kind: Behaviour, caplog: pytest.LogCaptureFixture):
    row = waiting()
    for attempt in range(3):
        assert actions.start_export(by=None, at=NOW) == row
        failed = actions.requeue_exports(by=None, at=NOW + timedelta(hours=1))
        assert (failed, fresh(row).state) == (([row], "failed") if attempt == 2 else ([], "waiting"))
    other = waiting()
    Export.objects.filter(pk=other.pk).update(state="running", attempt=3, heartbeat_at=NOW)
    write_due_exports(lambda: NOW + timedelta(hours=1))
    assert [record.getMessage() for record in caplog.records] == [
        f"Export {other.pk} was begun 3 times and never ended: it failed."
    ]


@pytest.mark.parametrize(
    ("error", "failure_reason", "level"),
    [
        (DomainError("no"), "not_yours", logging.WARNING),
        (storage.NoRoom("full"), "no_room", logging.ERROR),
        (RuntimeError("a bug"), "broke", logging.ERROR),
    ],
)
def test_failed_export_has_a_reason_and_others_are_written(
    kind: Behaviour, error: Exception, failure_reason: str, level: int, caplog: pytest.LogCaptureFixture
):
    row, unknown = waiting(), ExportFactory(kind="forgotten")
    kind["refused"] = error
    assert (write_due_exports(clock), fresh(row).failure_reason, fresh(unknown).failure_reason) == (
        0,
        failure_reason,
        "broke",
    )
    assert [record.levelno for record in caplog.records] == [level, logging.ERROR]


def test_nothing_is_written_for_a_closed_account(kind: Behaviour):
    row = waiting()
    close_account(user=row.person, at=NOW, by=None)
    assert (write_due_exports(clock), fresh(row).failure_reason) == (0, "not_yours")


# Kept, and deleted


def test_file_is_deleted_after_seven_days_and_the_row_is_expired(django_capture_on_commit_callbacks: Any):
    row = written_export()
    Export.objects.update(expires_at=NOW)
    path = path_of(fresh(row).stored, "full")
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.delete_exports(by=None, at=NOW - timedelta(seconds=1)) == 0
        assert (actions.delete_exports(by=None, at=NOW), path.exists()) == (1, True)
    assert (fresh(row).state, row.stored, path.exists()) == ("expired", "", False)


def test_sweep_keeps_files_of_exports():
    row = written_export()
    assert (sweep(older_than=-1), path_of(row.stored, "full").exists()) == (SweepResult(0, 0), True)
    storage.remove(row.stored)
    assert sweep() == SweepResult(0, 1)


# Rules of the database

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("export_file_format_known", {"file_format": "docx"}),
    ("export_language_known", {"language": "de"}),
    ("export_state", {"state": "running", "attempt": 1, "heartbeat_at": NOW}),
    ("export_counts", {"rows_done": 4}),
    ("export_file_when_done", {"stored": "a" * 32}),
    ("export_failure_reason", {"failure_reason": "broke"}),
    ("export_once_at_a_time", {}),
]


@pytest.mark.parametrize(("rule", "columns"), WRONG)
def test_database_refuses_invalid_exports(rule: str, columns: dict[str, Any]):
    row = ExportFactory()
    with refused_by(rule):
        insert_like(row, **columns)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("export_state", {"state": "done", "stored": "a" * 32, "expires_at": NOW}),
        ("export_state", {"state": "gone"}),
        ("export_running_heartbeat", {"state": "running", "attempt": 1}),
        ("export_running_heartbeat", {"state": "running", "heartbeat_at": NOW}),
        ("export_fixed", {"query": "cohort=another"}),
        ("export_fixed", {"name": "other.csv"}),
    ],
)
def test_waiting_export_cannot_change_or_skip_states(rule: str, columns: dict[str, Any]):
    row = ExportFactory()
    with refused_by(rule):
        update(row, **columns)


def test_finished_export_has_one_file_and_stays_finished():
    row = written_export()
    for rule, columns in (
        ("export_file_when_done", {"stored": ""}),
        ("export_file_when_done", {"stored": "../../etc/passwd"}),
        ("export_file_when_done", {"expires_at": None}),
        ("export_file_when_done", {"state": "expired"}),
        ("export_state", {"state": "running"}),
        ("export_fixed", {"person_id": UserFactory().pk}),
    ):
        with refused_by(rule):
            update(row, **columns)
    other = written_export()
    with refused_by("export_stored_once"):
        update(other, stored=row.stored)


def test_a_failure_has_a_known_reason():
    row = ExportFactory()
    update(row, state="running", attempt=1, heartbeat_at=NOW)
    for columns in ({"state": "failed"}, {"state": "failed", "failure_reason": "whatever"}):
        with refused_by("export_failure_reason"):
            update(row, **columns)
    with transaction.atomic():
        delete(row)
    assert not Export.objects.filter(pk=row.pk).exists()


# Pages


def client_of(user: User, **headers: str) -> Client:
    client = Client(headers={"accept-language": "en", **headers})
    client.force_login(user)
    return client


def test_page_shows_progress_and_reloads_by_itself_or_by_hand(cast: Cast):
    row = ExportFactory(person=cast["A"], rows_total=4000)
    update(row, state="running", attempt=1, heartbeat_at=NOW, rows_done=1000)
    page = client_of(cast["A"]).get(row.get_absolute_url())
    [part] = [found for found in elements(page, "section") if found["attrs"].get("id") == "progress"]
    assert (part["attrs"]["hx-get"], part["attrs"]["hx-trigger"]) == (f"/exports/{row.pk}/", "every 2s")
    assert "being written 1,000 of 4,000 rows" in part["text"]
    assert elements(page, "svg", "meter")[0]["attrs"]["aria-label"] == "25% written"
    assert links(page)["See progress"] == f"/exports/{row.pk}/"
    swapped = client_of(cast["A"], hx_request="true").get(row.get_absolute_url())
    assert swapped.content.decode().lstrip().startswith("<section")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "cancelled"}, "cancelled Request the file again"),
        ({"state": "running", "attempt": 1, "heartbeat_at": NOW}, "being written 0 of 3 rows"),
    ],
)
def test_page_of_an_ended_export_does_not_reload(cast: Cast, columns: dict[str, Any], words: str):
    row = ExportFactory(person=cast["A"])
    update(row, **columns)
    page = client_of(cast["A"]).get(row.get_absolute_url())
    [part] = [found for found in elements(page, "section") if found["attrs"].get("id") == "progress"]
    assert (words in part["text"], "hx-trigger" in part["attrs"]) == (True, columns["state"] == "running")


def test_page_of_a_failed_export_offers_a_new_request(cast: Cast):
    row = ExportFactory(person=cast["A"])
    update(row, state="running", attempt=1, heartbeat_at=NOW)
    update(row, state="failed", failure_reason="no_room")
    page = client_of(cast["A"]).get(row.get_absolute_url())
    assert "The server has no room for files just now. Tell the lab, and ask again later." in texts(page, "p")
    assert links(page)["Request the file again"] == "/rates/?as_of=2026-11-24"


def test_owner_downloads_the_file_without_caching(cast: Cast, folder: Path):
    row = written_export(person=cast["A"])
    owner = client_of(cast["A"])
    page = owner.get(row.get_absolute_url())
    assert "3 rows, 11 bytes. The file is deleted on 10 Nov 2026." in texts(page, "p")
    answer = owner.get(links(page)["Download the file"])
    assert answer.getvalue() == b"Reference\r\n"
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="ideas-2026-11-24.csv"',
        "Cache-Control": "private, no-store",
    }
    assert client_of(cast["S"]).get(reverse("files:export_file", args=[row.pk])).status_code == 404
    assert owner.get(reverse("files:export_file", args=[ExportFactory(person=cast["A"]).pk])).status_code == 404
    storage.remove(row.stored)
    assert owner.get(reverse("files:export_file", args=[row.pk])).status_code == 404


def test_file_cannot_be_downloaded_after_losing_access(kind: Behaviour, cast: Cast, folder: Path):
    """The file stays for its seven days, in case the access comes back."""
    row = written_export(person=cast["A"], kind="numbers")
    owner, address = client_of(cast["A"]), reverse("files:export_file", args=[row.pk])
    kind["refused"] = DomainError("no")
    refused = owner.get(address)
    assert (refused.status_code, b"Reference" in refused.content) == (403, False)
    assert "You can no longer see the content you asked for" in refused.content.decode()
    del kind["refused"]
    assert owner.get(address).getvalue() == b"Reference\r\n"


def test_download_reads_no_rows(kind: Behaviour, cast: Cast, folder: Path):
    row, read = written_export(person=cast["A"], kind="numbers"), []
    kind["during"][1] = lambda: read.append(1)
    answer = client_of(cast["A"]).get(reverse("files:export_file", args=[row.pk]))
    assert (answer.status_code, answer.getvalue(), read) == (200, b"Reference\r\n", [])


def test_cancelling_is_confirmed_and_ended_exports_stay(cast: Cast):
    owner, row, done = client_of(cast["A"]), ExportFactory(person=cast["A"]), None
    stop = reverse("files:cancel_export", args=[row.pk])
    assert messages(owner.post(stop, follow=True)) == ["The file is no longer being created."]
    assert messages(owner.post(stop, follow=True)) == ["The creation of the file had already ended."]
    done = written_export(person=cast["A"])
    owner.post(reverse("files:cancel_export", args=[done.pk]))
    assert (fresh(row).state, fresh(done).state) == ("cancelled", "done")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_own_exports_are_listed_latest_first(cast: Cast, count: int, django_assert_num_queries: Any):
    ExportFactory(person=cast["S"])
    for number in range(count):
        ExportFactory(person=cast["A"], query=f"n={number}", name=f"{number}.csv")
    owner = client_of(cast["A"])
    owner.get("/exports/")
    with django_assert_num_queries(4):
        page = owner.get("/exports/")
    found = [[f"Ideas behind the rates {number}.csv", "3 Nov 2026", "waiting", "3"] for number in range(count)]
    assert rows(page) == found[::-1]
    assert ("No download yet" in texts(page, "p", "empty-title")) is not bool(count)
