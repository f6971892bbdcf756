"""The stakeholders of a cohort, as pages."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.models import Stakeholder
from tests.cohorts.pages import browser, doors, errors, main, said
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, SessionFactory, StakeholderFactory

GOOD = {"kind": "person", "name": "Anne Le Goff", "category": "partner", "influence": "3", "interest": "1"}


def at(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def test_the_list_says_who_and_how_much_they_weigh(cast: Cast):
    StakeholderFactory(cohort=cast.cohort, name="CCI", organisation="Nord", category="partner", influence=3, interest=1)
    StakeholderFactory(cohort=cast.other, name="CANARY")
    text = main(browser(cast["M"]).get(at("stakeholders", "rivage")))
    assert "CCI Nord partner high low 0" in text
    assert "CANARY" not in text


def test_only_those_who_keep_it_are_offered_changes(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    ways = {letter: doors(browser(cast[letter]).get(at("stakeholders", "rivage"))) for letter in "PM"}
    assert ways == {"P": {at("add_stakeholder", "rivage"), at("edit_stakeholder", row.pk)}, "M": set()}


def test_an_empty_list_says_what_goes_there(cast: Cast):
    assert "No stakeholder yet" in main(browser(cast["M"]).get(at("stakeholders", "rivage")))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_three(count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    for _ in range(count):
        StakeholderFactory(cohort=cast.cohort)
    client = browser(cast["P"])
    with django_assert_num_queries(6):
        assert len(client.get(at("stakeholders", "rivage")).context["page"]) == count


def test_a_stakeholder_is_added_once(cast: Cast):
    client = browser(cast["D"])
    answer = client.post(at("add_stakeholder", "rivage"), GOOD)
    assert (answer.headers["Location"], said(answer)) == (
        at("stakeholders", "rivage"),
        ["Anne Le Goff is on the list."],
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
def test_nonsense_comes_back_beside_its_field(field: str, value: str, cast: Cast):
    page = browser(cast["P"]).post(at("add_stakeholder", "rivage"), GOOD | {field: value})
    assert list(errors(page)) == [field]
    assert Stakeholder.objects.count() == 0


def test_a_cohort_in_the_form_changes_nothing(cast: Cast):
    browser(cast["P"]).post(at("add_stakeholder", "rivage"), GOOD | {"cohort": str(CohortFactory().pk)})
    assert Stakeholder.objects.get().cohort == cast.cohort


def test_a_stakeholder_is_edited(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort, notes="Old")
    client = browser(cast["P"])
    assert client.get(at("edit_stakeholder", row.pk)).context["form"]["notes"].value() == "Old"
    client.post(at("edit_stakeholder", row.pk), GOOD | {"notes": "New"})
    row.refresh_from_db()
    assert (row.name, row.influence, row.notes) == ("Anne Le Goff", 3, "New")


def test_an_edit_that_makes_a_double_is_refused(cast: Cast):
    StakeholderFactory(cohort=cast.cohort, name="Anne Le Goff")
    row = StakeholderFactory(cohort=cast.cohort)
    page = browser(cast["P"]).post(at("edit_stakeholder", row.pk), GOOD)
    assert errors(page) == {"name": ["The cohort has this stakeholder already."]}


def test_a_stakeholder_is_removed_after_being_asked(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    client = browser(cast["P"])
    assert "What will happen" in main(client.get(at("remove_stakeholder", row.pk)))
    assert Stakeholder.objects.count() == 1
    assert client.post(at("remove_stakeholder", row.pk)).headers["Location"] == at("stakeholders", "rivage")
    assert Stakeholder.objects.count() == 0
    assert client.post(at("remove_stakeholder", row.pk)).status_code == 404


def test_one_who_is_on_a_sessions_list_stays(cast: Cast):
    row = StakeholderFactory(cohort=cast.cohort)
    AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=None, stakeholder=row)
    answer = browser(cast["P"]).post(at("remove_stakeholder", row.pk))
    assert said(answer) == ["This stakeholder is on the list of a session and cannot be removed."]
    assert Stakeholder.objects.count() == 1
