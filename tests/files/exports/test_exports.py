"""Tables written in the background: by whom, how far, again after a crash, for whom only, and for how long."""

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
from files.cleanup import Swept, sweep
from files.exports import actions
from files.exports.writing import SLICE, write_due
from files.models import Export
from files.registries import ExportKind, export_kinds
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.files import ExportFactory, written_export
from tests.pages import elements, links, rows, said, texts
from tests.sql import delete, insert_like, refused_by, update
from web.errors import DomainError
from web.exports.tables import Table

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ROWS = 2 * SLICE + 5
Kind = Any


def clock() -> datetime:
    return NOW


@pytest.fixture
def kind() -> Iterator[dict[str, Any]]:
    """A kind of table of `ROWS` rows; `during` is called at the row it names, `refused` when it is prepared."""
    told: dict[str, Any] = {"during": {}}

    def numbered() -> Iterator[tuple[int, str]]:
        for number in range(1, ROWS + 1):
            told["during"].get(number, lambda: None)()
            yield (number, "=1")

    def prepare(person: User, asked: Any) -> Table:
        if "refused" in told:
            raise told["refused"]
        return Table("Numbers", ["Number", "Text"], numbered(), "About", [("For", str(person))])

    export_kinds.register("numbers", ExportKind("Numbers", prepare, lambda asked: f"/?{asked.urlencode()}"))
    yield told
    del export_kinds._items["numbers"]


def waiting(**fields: Any) -> Export:
    return ExportFactory(kind="numbers", **fields)


def fresh(row: Export) -> Export:
    row.refresh_from_db()
    return row


# Asked for and written


def test_it_is_written_in_slices_each_with_a_sign(kind: Kind):
    row, seen = waiting(), []
    for number in (1, SLICE + 2, ROWS):
        kind["during"][number] = lambda: seen.append((fresh(row).state, row.rows_done, row.rows_total))
    assert write_due(clock) == 1
    assert seen == [("running", 0, 3), ("running", SLICE, SLICE), ("running", 2 * SLICE, 2 * SLICE)]
    assert (fresh(row).state, row.rows_done, row.rows_total, row.expires_at) == (
        "done",
        ROWS,
        ROWS,
        NOW + timedelta(days=7),
    )
    lines = storage.path_of(row.stored, "full").read_text("utf-8-sig").splitlines()
    assert (lines[0], lines[1], lines[ROWS], lines[-1]) == (
        '"Number";"Text"',
        '1;"\'=1"',
        f'{ROWS};"\'=1"',
        f'"For";"{row.person}"',
    )
    assert row.size == storage.path_of(row.stored, "full").stat().st_size


def test_run_again_it_writes_nothing_anew(kind: Kind):
    row = waiting()
    assert (write_due(clock), write_due(clock)) == (1, 0)
    assert (fresh(row).attempt, len(list(storage.names_kept()))) == (1, 1)


def test_asked_again_while_under_way_it_is_the_same_one(django_capture_on_commit_callbacks: Any):
    person = UserFactory()
    asked = {"kind": "numbers", "form": "csv", "language": "fr", "asked": "a=1", "name": "n.csv", "rows": 9}
    with django_capture_on_commit_callbacks() as nudges:
        first = actions.ask_export(**asked, by=person, at=NOW)
        again = actions.ask_export(**asked, by=person, at=NOW)
        other = actions.ask_export(**asked | {"form": "xlsx"}, by=person, at=NOW)
    assert (again, other == first, len(nudges)) == (first, False, 6)  # each is a nudge, and a line
    actions.cancel_export(export=first, by=person, at=NOW)
    assert actions.ask_export(**asked, by=person, at=NOW) != first


# Stopped, left and broken


def test_what_is_cancelled_stops_at_its_next_sign_and_leaves_nothing(kind: Kind, folder: Path):
    row, last = waiting(), []
    kind["during"][5] = lambda: actions.cancel_export(export=row, by=row.person, at=NOW)
    kind["during"][SLICE + 1] = lambda: last.append("went on")
    assert (write_due(clock), fresh(row).state, last) == (0, "cancelled", [])
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_cancelled_at_the_very_end_it_leaves_nothing_either(kind: Kind):
    row = waiting()
    assert actions.start_export(by=None, at=NOW) == row
    held = Export.objects.get(pk=row.pk)
    actions.cancel_export(export=row, by=row.person, at=NOW)
    told = {"stored": "a" * 32, "size": 1, "rows": 1, "by": None, "at": NOW}
    assert (actions.finish_export(export=held, **told), fresh(row).stored) == (False, "")


def test_what_a_killed_worker_left_is_taken_up_again_and_the_dead_one_cannot_come_back(kind: Kind):
    row = waiting()
    dead = actions.start_export(by=None, at=NOW - actions.PATIENCE)
    assert (write_due(clock), fresh(row).state) == (0, "running")  # its worker may still be there
    late = NOW + timedelta(seconds=1)
    assert (write_due(lambda: late), fresh(row).state, row.attempt) == (1, "done", 2)
    assert dead is not None
    assert actions.note_progress(export=dead, rows=1, by=None, at=late) is False


def test_what_was_begun_three_times_fails_aloud(kind: Kind, caplog: pytest.LogCaptureFixture):
    row = waiting()
    for attempt in range(3):
        assert actions.start_export(by=None, at=NOW) == row
        failed = actions.take_up_exports(by=None, at=NOW + timedelta(hours=1))
        assert (failed, fresh(row).state) == (([row], "failed") if attempt == 2 else ([], "waiting"))
    other = waiting()
    Export.objects.filter(pk=other.pk).update(state="running", attempt=3, seen_at=NOW)
    write_due(lambda: NOW + timedelta(hours=1))
    assert [record.getMessage() for record in caplog.records] == [
        f"Export {other.pk} was begun 3 times and never ended: it failed."
    ]


@pytest.mark.parametrize(
    ("error", "failed_for", "level"),
    [
        (DomainError("no"), "not_yours", logging.WARNING),
        (storage.NoRoom("full"), "no_room", logging.ERROR),
        (RuntimeError("a bug"), "broke", logging.ERROR),
    ],
)
def test_what_cannot_be_written_fails_with_a_reason_and_lets_others_be_written(
    kind: Kind, error: Exception, failed_for: str, level: int, caplog: pytest.LogCaptureFixture
):
    row, unknown = waiting(), ExportFactory(kind="forgotten")
    kind["refused"] = error
    assert (write_due(clock), fresh(row).failed_for, fresh(unknown).failed_for) == (0, failed_for, "broke")
    assert [record.levelno for record in caplog.records] == [level, logging.ERROR]


def test_nothing_is_written_for_a_closed_account(kind: Kind):
    row = waiting()
    close_account(user=row.person, at=NOW, by=None)
    assert (write_due(clock), fresh(row).failed_for) == (0, "not_yours")


# Kept, and deleted


def test_after_seven_days_the_file_goes_and_the_row_says_so(django_capture_on_commit_callbacks: Any):
    row = written_export()
    Export.objects.update(expires_at=NOW)
    kept = storage.path_of(fresh(row).stored, "full")
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.delete_exports(by=None, at=NOW - timedelta(seconds=1)) == 0
        assert (actions.delete_exports(by=None, at=NOW), kept.exists()) == (1, True)
    assert (fresh(row).state, row.stored, kept.exists()) == ("expired", "", False)


def test_the_sweep_knows_them():
    row = written_export()
    assert (sweep(older_than=-1), storage.path_of(row.stored, "full").exists()) == (Swept(0, 0), True)
    storage.remove(row.stored)
    assert sweep() == Swept(0, 1)


# Rules of the database

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("export_form_known", {"form": "pdf"}),
    ("export_language_known", {"language": "de"}),
    ("export_state", {"state": "running", "attempt": 1, "seen_at": NOW}),
    ("export_counts", {"rows_done": 4}),
    ("export_file_when_done", {"stored": "a" * 32}),
    ("export_failed_for", {"failed_for": "broke"}),
    ("export_once_at_a_time", {}),
]


@pytest.mark.parametrize(("rule", "columns"), WRONG)
def test_what_is_wrong_is_refused(rule: str, columns: dict[str, Any]):
    row = ExportFactory()
    with refused_by(rule):
        insert_like(row, **columns)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("export_state", {"state": "done", "stored": "a" * 32, "expires_at": NOW}),
        ("export_state", {"state": "gone"}),
        ("export_running_seen", {"state": "running", "attempt": 1}),
        ("export_running_seen", {"state": "running", "seen_at": NOW}),
        ("export_fixed", {"asked": "cohort=another"}),
        ("export_fixed", {"name": "other.csv"}),
    ],
)
def test_what_waits_neither_jumps_nor_changes(rule: str, columns: dict[str, Any]):
    row = ExportFactory()
    with refused_by(rule):
        update(row, **columns)


def test_one_that_is_done_has_one_file_and_stays_done():
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
    update(row, state="running", attempt=1, seen_at=NOW)
    for columns in ({"state": "failed"}, {"state": "failed", "failed_for": "whatever"}):
        with refused_by("export_failed_for"):
            update(row, **columns)
    with transaction.atomic():
        delete(row)
    assert not Export.objects.filter(pk=row.pk).exists()


# Pages


def client_of(user: User, **headers: str) -> Client:
    client = Client(headers={"accept-language": "en", **headers})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_its_page_shows_how_far_it_is_and_asks_again_by_itself_or_by_hand(cast: Cast):
    row = ExportFactory(person=cast["A"], rows_total=4000)
    update(row, state="running", attempt=1, seen_at=NOW, rows_done=1000)
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
        ({"state": "running", "attempt": 1, "seen_at": NOW}, "being written 0 of 3 rows"),
    ],
)
def test_once_it_has_ended_nothing_is_asked_any_more(cast: Cast, columns: dict[str, Any], words: str):
    row = ExportFactory(person=cast["A"])
    update(row, **columns)
    page = client_of(cast["A"]).get(row.get_absolute_url())
    [part] = [found for found in elements(page, "section") if found["attrs"].get("id") == "progress"]
    assert (words in part["text"], "hx-trigger" in part["attrs"]) == (True, columns["state"] == "running")


def test_a_failure_is_told_with_the_way_back(cast: Cast):
    row = ExportFactory(person=cast["A"])
    update(row, state="running", attempt=1, seen_at=NOW)
    update(row, state="failed", failed_for="no_room")
    page = client_of(cast["A"]).get(row.get_absolute_url())
    assert "The server has no room for files just now. Tell the lab, and ask again later." in texts(page, "p")
    assert links(page)["Request the file again"] == "/rates/?as_of=2026-11-24"


def test_the_file_is_fetched_by_its_owner_as_a_download_nobody_keeps(cast: Cast, folder: Path):
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


def test_what_may_not_be_read_any_more_is_not_fetched_either(kind: Kind, cast: Cast, folder: Path):
    """A file outlives the right to it by seven days at most; it stays, in case the right comes back."""
    row = written_export(person=cast["A"], kind="numbers")
    owner, address = client_of(cast["A"]), reverse("files:export_file", args=[row.pk])
    kind["refused"] = DomainError("no")
    refused = owner.get(address)
    assert (refused.status_code, b"Reference" in refused.content) == (403, False)
    assert "You can no longer see the content you asked for" in refused.content.decode()
    del kind["refused"]
    assert owner.get(address).getvalue() == b"Reference\r\n"


def test_fetching_reads_no_row(kind: Kind, cast: Cast, folder: Path):
    row, read = written_export(person=cast["A"], kind="numbers"), []
    kind["during"][1] = lambda: read.append(1)
    answer = client_of(cast["A"]).get(reverse("files:export_file", args=[row.pk]))
    assert (answer.status_code, answer.getvalue(), read) == (200, b"Reference\r\n", [])


def test_stopping_says_so_and_what_has_ended_stays(cast: Cast):
    owner, row, done = client_of(cast["A"]), ExportFactory(person=cast["A"]), None
    stop = reverse("files:cancel_export", args=[row.pk])
    assert said(owner.post(stop, follow=True)) == ["The file is no longer being created."]
    assert said(owner.post(stop, follow=True)) == ["The creation of the file had already ended."]
    done = written_export(person=cast["A"])
    owner.post(reverse("files:cancel_export", args=[done.pk]))
    assert (fresh(row).state, fresh(done).state) == ("cancelled", "done")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_ones_own_are_listed_the_latest_first(cast: Cast, count: int, django_assert_num_queries: Any):
    ExportFactory(person=cast["S"])
    for number in range(count):
        ExportFactory(person=cast["A"], asked=f"n={number}", name=f"{number}.csv")
    owner = client_of(cast["A"])
    owner.get("/exports/")
    with django_assert_num_queries(4):
        page = owner.get("/exports/")
    found = [[f"Ideas behind the rates {number}.csv", "3 Nov 2026", "waiting", "3"] for number in range(count)]
    assert rows(page) == found[::-1]
    assert ("No download yet" in texts(page, "p", "empty-title")) is not bool(count)
