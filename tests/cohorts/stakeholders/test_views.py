"""The pages of a cohort's stakeholders."""

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.models import Stakeholder
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, SessionFactory, StakeholderFactory
from tests.sql import execute

GOOD = {"kind": "person", "name": "Anne Le Goff", "category": "partner", "influence": "3", "interest": "1"}


def at(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def test_list_shows_name_category_influence_and_interest(cast: Cast):
    StakeholderFactory(cohort=cast.cohort, name="CCI", organisation="Nord", category="partner", influence=3, interest=1)
    StakeholderFactory(cohort=cast.other_cohort, name="CANARY")
    text = page_text(browser(cast["M"]).get(at("stakeholders", "rivage")))
    assert "CCI Nord partner high low 0" in text
    assert "CANARY" not in text


def test_only_planners_see_links_to_change_the_list(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    changing = {at("add_stakeholder", "rivage"), at("edit_stakeholder", row.pk)}
    ways = {role: changing & page_links(browser(cast[role]).get(at("stakeholders", "rivage"))) for role in "PM"}
    assert ways == {"P": changing, "M": set()}


def test_empty_list_explains_what_will_appear(cast: Cast):
    assert "No stakeholder yet" in page_text(browser(cast["M"]).get(at("stakeholders", "rivage")))


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_three(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    for _ in range(count):
        StakeholderFactory(cohort=cast.cohort)
    client = browser(cast["P"])
    with django_assert_num_queries(7):
        assert len(client.get(at("stakeholders", "rivage")).context["page"]) == count


def test_a_stakeholder_is_added_once(cast: Cast):
    client = browser(cast["D"])
    answer = client.post(at("add_stakeholder", "rivage"), GOOD)
    assert (answer.headers["Location"], page_messages(answer)) == (
        at("stakeholders", "rivage"),
        ["Anne Le Goff is on the list of stakeholders."],
    )
    again = client.post(at("add_stakeholder", "rivage"), GOOD)
    assert errors(again) == {"name": ["The cohort has this stakeholder already."]}
    assert Stakeholder.objects.get().cohort == cast.cohort


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 121),
        ("kind", "ghost"),
        ("category", "foe"),
        ("influence", "4"),
        ("interest", "-1"),
        ("influence", "much"),
        ("name", "\x00"),
    ],
)
def test_invalid_input_shows_an_error_next_to_its_field(field: str, value: str, cast: Cast):
    page = browser(cast["P"]).post(at("add_stakeholder", "rivage"), GOOD | {field: value})
    assert list(errors(page)) == [field]
    assert Stakeholder.objects.count() == 0


def test_cohort_sent_with_the_form_is_ignored(cast: Cast):
    browser(cast["P"]).post(at("add_stakeholder", "rivage"), GOOD | {"cohort": str(CohortFactory().pk)})
    assert Stakeholder.objects.get().cohort == cast.cohort


def test_a_stakeholder_is_edited(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort, notes="Old")
    client = browser(cast["P"])
    assert client.get(at("edit_stakeholder", row.pk)).context["form"]["notes"].value() == "Old"
    client.post(at("edit_stakeholder", row.pk), GOOD | {"notes": "New"})
    row.refresh_from_db()
    assert (row.name, row.influence, row.notes) == ("Anne Le Goff", 3, "New")


def test_edit_that_would_create_a_duplicate_is_refused(cast: Cast):
    StakeholderFactory(cohort=cast.cohort, name="Anne Le Goff")
    row = StakeholderFactory(cohort=cast.cohort)
    page = browser(cast["P"]).post(at("edit_stakeholder", row.pk), GOOD)
    assert errors(page) == {"name": ["The cohort has this stakeholder already."]}


def test_stakeholder_is_removed_after_confirmation(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    client = browser(cast["P"])
    assert "What will happen" in page_text(client.get(at("remove_stakeholder", row.pk)))
    assert Stakeholder.objects.count() == 1
    assert client.post(at("remove_stakeholder", row.pk)).headers["Location"] == at("stakeholders", "rivage")
    assert Stakeholder.objects.count() == 0
    assert client.post(at("remove_stakeholder", row.pk)).status_code == 404


def test_stakeholder_on_the_list_of_a_session_cannot_be_removed(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=None, stakeholder=row)
    answer = browser(cast["P"]).post(at("remove_stakeholder", row.pk))
    assert page_messages(answer) == ["This stakeholder is on the list of a session and cannot be removed."]
    assert Stakeholder.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_map_shows_who_was_where_on_a_day_and_who_moved_since(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    old = {"influence": 1, "interest": 1, "created_on": TODAY - timedelta(days=60)}
    rows = [StakeholderFactory(cohort=cast.cohort, name=f"Old {number}", **old) for number in range(count)]
    recorded(NOW - timedelta(days=60))
    Stakeholder.objects.filter(pk=rows[0].pk).update(interest=3)
    StakeholderFactory(cohort=cast.cohort, name="New", influence=3, interest=3, created_on=TODAY)
    recorded(NOW)
    StakeholderFactory(cohort=cast.cohort, name="#7", erased_at=NOW)
    StakeholderFactory(cohort=cast.other_cohort, name="CANARY")
    client, address = browser(cast["M"]), at("stakeholders_map", "rivage")
    with django_assert_num_queries(6):
        today = client.get(address)
    others = [row.name for row in rows[1:]]
    assert cells(today) == {(3, 3): ["New"], (1, 3): ["Old 0"]} | ({(1, 1): others} if others else {})
    assert "Old 0, from influence low and interest low to influence low and interest high" in page_text(today)
    earlier = client.get(address, {"on": TODAY - timedelta(days=1)})
    assert cells(earlier) == {(1, 1): [row.name for row in rows]}
    assert "Changes of position" not in page_text(earlier)
    assert cells(client.get(address, {"on": TODAY - timedelta(days=61)})) == {}


def recorded(at: datetime) -> None:
    """Have the history say that the latest changes were recorded at this moment."""
    with pgtrigger.ignore():
        execute("UPDATE cohorts_stakeholderevent SET pgh_created_at = %s WHERE pgh_created_at = now()", at)


def cells(page: Any) -> dict[tuple[int, int], list[str]]:
    """Return the names on a map by influence and interest."""
    return {
        (row.influence, interest): [stakeholder.name for stakeholder in cell]
        for row in page.context["map"].rows
        for interest, cell in enumerate(row.cells, start=1)
        if cell
    }


@pytest.mark.parametrize("day", ["2099-01-01", "yesterday", "0001-01-01"])
def test_map_of_a_day_that_is_none_or_to_come_shows_today_and_says_why(day: str, cast: Cast):
    page = browser(cast["P"]).get(at("stakeholders_map", "rivage"), {"on": day})
    assert (list(errors(page)), page.context["day"]) == (["on"], TODAY)
    assert "No stakeholder yet" in page_text(page)
