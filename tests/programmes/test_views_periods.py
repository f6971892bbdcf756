"""Pages of the calendar's further periods."""

from datetime import date

import pytest
from django.test import Client

from programmes.models import CalendarPeriod
from tests.factories.programmes import CalendarPeriodFactory
from tests.pages import errors, links, rows, said, texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TYPED = {
    "name": "Municipales",
    "kind": "electoral",
    "starts_on": "2027-03-01",
    "ends_on": "2027-03-21",
    "school_zone": "",
    "holiday_subdivision": "",
}


class TestTable:
    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_whatever_it_holds(self, lab: Client, count: int, django_assert_num_queries):
        for _ in range(count):
            CalendarPeriodFactory()
        with django_assert_num_queries(4):
            page = lab.get("/calendar-periods/")
        assert len(rows(page)) == count

    def test_a_line_says_when_what_and_where(self, lab: Client):
        CalendarPeriodFactory(name="Municipales")
        CalendarPeriodFactory(
            name="Corse",
            kind="school_holiday",
            holiday_subdivision="20R",
            starts_on=date(2027, 2, 13),
            ends_on=date(2027, 3, 1),
        )
        CalendarPeriodFactory(name="Toussaint", kind="not_school_holiday", school_zone="A", starts_on=date(2027, 1, 1))
        assert [row[:4] for row in rows(lab.get("/calendar-periods/"))] == [
            ["1 January – 25 April 2027", "Toussaint", "school open", "zone A"],
            ["13 February – 1 March 2027", "Corse", "school holiday", "Corsica"],
            ["5–25 April 2027", "Municipales", "electoral period", "everywhere"],
        ]

    def test_those_that_are_over_are_shown_when_asked_for(self, lab: Client):
        CalendarPeriodFactory(name="Past", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31))
        assert rows(lab.get("/calendar-periods/")) == []
        assert [row[1] for row in rows(lab.get("/calendar-periods/?all"))] == ["Past"]

    def test_an_empty_table_says_what_goes_there(self, lab: Client):
        page = lab.get("/calendar-periods/")
        assert texts(page, "p", "empty-title") == ["No period ahead"]
        assert links(page)["Add period"] == "/calendar-periods/new/"

    def test_the_corrections_that_always_apply_are_named(self, lab: Client):
        assert "Rentrée 2027 (1 September 2027)" in texts(lab.get("/calendar-periods/"), "li")

    def test_others_read_why_they_may_not(self, visitor: Client):
        page = visitor.get("/calendar-periods/")
        assert page.status_code == 403
        assert "Only lab staff can do this." in page.content.decode()


class TestAdd:
    def test_a_line_is_added(self, lab: Client):
        page = lab.post("/calendar-periods/new/", TYPED, follow=True)
        assert said(page) == ["The period is added to the table."]
        assert CalendarPeriod.objects.get().starts_on == date(2027, 3, 1)

    def test_sent_twice_there_is_one(self, lab: Client):
        lab.post("/calendar-periods/new/", TYPED)
        assert errors(lab.post("/calendar-periods/new/", TYPED)) == ["This period is already in the table."]
        assert CalendarPeriod.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"ends_on": "2027-02-28"}, "The end date of the period is before its start date. Check both dates."),
            ({"starts_on": "2027-02-30"}, "Enter a valid date."),
            ({"kind": "carnival"}, "Select a valid choice. carnival is not one of the available choices."),
            ({"name": ""}, "This field is required."),
        ],
        ids=str,
    )
    def test_nonsense_is_said_beside_its_field(self, lab: Client, change: dict[str, str], reason: str):
        page = lab.post("/calendar-periods/new/", {**TYPED, **change})
        assert (errors(page), CalendarPeriod.objects.count()) == ([reason], 0)


class TestChange:
    def test_a_line_is_corrected(self, lab: Client):
        line = CalendarPeriodFactory()
        page = lab.post(f"/calendar-periods/{line.pk}/", TYPED, follow=True)
        assert (said(page), CalendarPeriod.objects.get().name) == (["Saved."], "Municipales")

    def test_one_that_is_gone_is_not_found(self, lab: Client):
        assert lab.get("/calendar-periods/999999/").status_code == 404


class TestRemove:
    def test_it_says_what_will_happen_first(self, lab: Client):
        line = CalendarPeriodFactory(name="Municipales")
        page = lab.get(f"/calendar-periods/{line.pk}/remove/")
        assert texts(page, "h1") == ["Remove “Municipales” from the calendar"]
        assert (links(page)["Do nothing"], CalendarPeriod.objects.count()) == ("/calendar-periods/", 1)

    def test_a_line_is_removed(self, lab: Client):
        line = CalendarPeriodFactory(name="Municipales")
        page = lab.post(f"/calendar-periods/{line.pk}/remove/", follow=True)
        assert (said(page), CalendarPeriod.objects.count()) == (["“Municipales” is removed from the table."], 0)
