"""The command `plan_exchanges`: JSON, dry run, scope; the hourly task."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from exchanges.models import Exchange
from exchanges.tasks import plan_exchanges
from labplatform.celery import app
from programmes.models import Edition
from tests.factories.exchanges import edition_of_four

ROOT = Path(__file__).resolve().parent.parent.parent.parent
TARGETS = ["2027-07-05", "2028-01-05", "2028-07-05", "2029-01-04"]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("plan_exchanges", *arguments, stdout=out)
    return out.getvalue()


def run_json(*arguments: str) -> list[dict[str, object]]:
    return json.loads(run("--json", *arguments))


class TestJson:
    def test_json_has_a_row_for_each_target(self, edition: Edition):
        rows = run_json("--at", "2027-01-05", "--dry-run")
        assert [(row["number"], row["target"]) for row in rows] == list(enumerate(TARGETS, start=1))

    def test_row_has_all_keys(self, edition: Edition):
        first = run_json("--at", "2027-01-05", "--dry-run")[0]
        assert list(first) == ["edition", "number", "target", "first_day", "days", "host", "distance", "reasons"]
        assert (first["edition"], first["days"], first["host"]) == ("transfo-2027", 2, "nantes")

    def test_distance_is_in_days_from_the_target(self, edition: Edition):
        for row in run_json("--at", "2027-01-05", "--dry-run"):
            days = (date.fromisoformat(row["first_day"]) - date.fromisoformat(row["target"])).days
            assert row["distance"] == days
            assert abs(days) <= 42

    def test_each_cohort_hosts_once(self, edition: Edition):
        rows = run_json("--at", "2027-01-05", "--dry-run")
        assert [row["host"] for row in rows] == ["nantes", "metz", "dunkerque", "toulouse"]

    def test_proposed_days_have_no_objection(self, edition: Edition):
        rows = run_json("--at", "2027-01-05", "--dry-run")
        against = {reason["slug"] for row in rows for reason in row["reasons"]["window"]["against"]}
        assert against <= {"far_from_target"}

    def test_json_is_an_empty_list_without_proposals(self, db: None):
        assert run_json("--at", "2027-01-05") == []


class TestRuns:
    def test_a_dry_run_writes_nothing(self, edition: Edition):
        run_json("--at", "2027-01-05", "--dry-run")
        assert Exchange.objects.count() == 0

    def test_run_proposes_the_same_as_the_dry_run(self, edition: Edition):
        proposed = run_json("--at", "2027-01-05", "--dry-run")
        assert run_json("--at", "2027-01-05") == proposed
        rows = Exchange.objects.order_by("number").values_list("number", "first_day", "host__slug")
        assert [(number, str(day), host) for number, day, host in rows] == [
            (row["number"], row["first_day"], row["host"]) for row in proposed
        ]

    def test_a_second_run_adds_nothing(self, edition: Edition):
        run_json("--at", "2027-01-05")
        assert (run_json("--at", "2027-01-06"), Exchange.objects.count()) == ([], 4)

    def test_plain_output_has_one_line_per_proposal(self, edition: Edition):
        lines = run("--at", "2027-01-05", "--dry-run").splitlines()
        assert (len(lines), lines[-1]) == (5, "4 would be proposed.")
        assert lines[0].startswith("La Transfo 2027–2029: 1 · 2027-")
        assert run("--at", "2027-01-05").splitlines()[-1] == "4 proposed."

    @time_machine.travel("2028-02-01T09:00:00+00:00", tick=False)
    def test_default_day_is_today(self, edition: Edition):
        assert [row["target"] for row in run_json("--dry-run")] == TARGETS[2:]


class TestScope:
    def test_scope_can_be_one_edition(self, edition: Edition):
        other = edition_of_two()
        rows = run_json("--at", "2027-01-05", "--edition", other.slug)
        assert {row["edition"] for row in rows} == {other.slug}

    def test_default_scope_is_all_editions(self, edition: Edition):
        other = edition_of_two()
        rows = run_json("--at", "2027-01-05")
        assert {row["edition"] for row in rows} == {edition.slug, other.slug}

    @pytest.mark.parametrize("slug", ["nowhere", "transfo-2027; DROP TABLE"])
    def test_unknown_edition_is_an_error(self, edition: Edition, slug: str):
        with pytest.raises(CommandError, match="is open or running"):
            run("--edition", slug)

    def test_closed_edition_is_an_error(self, db: None):
        edition_of_four(state="closed")
        with pytest.raises(CommandError, match="is open or running"):
            run("--edition", "transfo-2027")

    @pytest.mark.parametrize("day", ["yesterday", "2027-02-30", "05/01/2027"])
    def test_invalid_day_is_an_error(self, edition: Edition, day: str):
        with pytest.raises(CommandError, match="--at"):
            run("--at", day)


def edition_of_two() -> Edition:
    """Return another edition with two cohorts."""
    from tests.factories.cohorts import CohortFactory
    from tests.factories.programmes import EditionFactory

    edition = EditionFactory(starts_on=date(2027, 1, 5), ends_on=date(2029, 1, 4))
    for name in ("Aurillac", "Figeac"):
        CohortFactory(edition=edition, name=name, actual_start=None)
    return edition


class TestTask:
    def test_task_is_scheduled_every_hour(self):
        entry = settings.CELERY_BEAT_SCHEDULE["plan-exchanges"]
        assert (entry["task"], entry["schedule"]) == (plan_exchanges.name, 3600.0)

    def test_task_is_registered_under_its_name(self):
        app.autodiscover_tasks(force=True)
        assert app.tasks[plan_exchanges.name].name == "exchanges.tasks.plan_exchanges"

    @time_machine.travel("2027-01-05T09:00:00+00:00", tick=False)
    def test_task_plans_every_edition_and_returns_how_many(self, edition: Edition):
        edition_of_two()
        assert (plan_exchanges(), plan_exchanges()) == (8, 0)
        assert Exchange.objects.count() == 8
