"""Notices of the home page: grouped by kind, with dates, and postponed by a person until a day."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client

from labplatform.home.notices import NoticeGroup
from labplatform.models import NoticeSnooze
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import EditionFactory
from tests.pages import elements, texts
from tests.prototypes.pages import errors, signed_in
from tests.sql import execute, refused_by

pytestmark = pytest.mark.django_db
LATER = "Remind me later"


def not_started(number: int) -> None:
    """Add cohorts whose planned start has passed, one a day earlier than the other."""
    edition = EditionFactory(state="running")
    for n in range(number):
        start = date(2026, 11, 10) - timedelta(days=n)
        CohortFactory(edition=edition, name=f"Cohort {n}", state="agreed", planned_start=start, actual_start=None)


def home(client: Client) -> str:
    return " ".join(client.get("/").content.decode().split())


def later_links(client: Client) -> list[str]:
    """Return the addresses of the pages that postpone the notices, in order."""
    found = [link["attrs"]["href"] for link in elements(client.get("/"), "a")]
    return [href for href in found if href.startswith("/home/later/")]


@pytest.mark.parametrize(("number", "folded"), [(1, ""), (3, ""), (5, "Show 3 more")])
def test_notices_of_one_kind_are_grouped_and_the_rest_is_folded(cast: Cast, number: int, folded: str):
    not_started(number)
    page = signed_in(cast["S"]).get("/")
    groups = [group["text"] for group in elements(page, "div", "note-group") if "not started" in group["text"]]
    assert [re.findall(r"Show \d+ more", group) for group in groups] == ([[folded] if folded else []] * (number > 1))
    assert page.content.decode().count("has not started.</b>") == number


def test_group_of_three_is_not_folded():
    rows: Any = [1, 2, 3]
    group, larger = NoticeGroup("", rows), NoticeGroup("", [*rows, 4])
    assert (group.visible, group.folded, larger.visible, larger.folded) == ([1, 2, 3], [], [1, 2], [3, 4])


def test_postponed_reminder_is_hidden_from_its_person_until_the_day_and_then_comes_back(cast: Cast):
    not_started(1)
    client = signed_in(cast["S"])
    assert "Cohort 0 has not started." in home(client)
    [address] = [href for href in later_links(client) if "not_started" in unquote(href)]
    page = client.get(address)
    assert (texts(page, "h1"), page.context["form"]["until"].value()) == ([LATER], TODAY + timedelta(days=7))
    assert "Cohort 0 has not started." in page.content.decode()
    assert list(errors(client.post(address, {"until": "2026-11-23"}))) == ["until"]
    assert list(errors(client.post(address, {"until": "2028-01-01"}))) == ["until"]
    assert client.post(address, {"until": "2026-11-26"}).headers["Location"] == "/"
    assert ("1 reminder comes back later" in home(client), "Cohort 0" in home(client)) == (True, True)
    assert "Start the cohort" not in home(client)
    colleague = UserFactory(is_lab_staff=True)
    assert "Start the cohort" in home(signed_in(colleague))
    for day, is_back in ((25, False), (26, True)):
        with time_machine.travel(f"2026-11-{day}T09:00:00+00:00", tick=False):
            assert ("Start the cohort" in home(signed_in(cast["S"]))) is is_back


def test_today_shows_a_postponed_reminder_again(cast: Cast):
    not_started(1)
    client = signed_in(cast["S"])
    [address] = [href for href in later_links(client) if "not_started" in unquote(href)]
    client.post(address, {"until": "2026-12-01"})
    assert client.get(address).context["form"]["until"].value() == date(2026, 12, 1)
    client.post(address, {"until": "2026-11-24"})
    assert (NoticeSnooze.objects.count(), "Start the cohort" in home(client)) == (0, True)


def test_reminder_of_others_or_of_nobody_is_not_postponed(cast: Cast):
    not_started(1)
    [address] = [href for href in later_links(signed_in(cast["S"])) if "not_started" in unquote(href)]
    for role in "MX":
        answer = signed_in(cast[role]).post(address, {"until": "2026-12-01"})
        assert "This reminder is no longer on your home page." in answer.content.decode()
        assert "Cohort 0" not in answer.content.decode()
    assert NoticeSnooze.objects.count() == 0


def test_database_refuses_a_second_day_and_an_empty_reminder(cast: Cast):
    sql = "INSERT INTO labplatform_noticesnooze (person_id, notice, until) VALUES (%s, %s, '2026-12-01')"
    execute(sql, cast["S"].pk, "kind:/")
    with refused_by("notice_snooze_once"):
        execute(sql, cast["S"].pk, "kind:/")
    with refused_by("notice_snooze_notice"):
        execute(sql, cast["S"].pk, "")
